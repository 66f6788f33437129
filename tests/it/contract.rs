//! The published schema against the contract that it was written to. Where that file does not lie beside the
//! project, there is nothing to compare with, and the tests say so.

use crate::sdl::{Field, Kind, Sdl, Type, published};
use std::collections::BTreeSet;
use std::path::Path;

/// Fields that the contract does not have.
const ADDED: [&str; 4] = ["GrantPath.validFrom", "GrantPath.grantedAt", "GrantPath.grantedBy", "GrantPath.reason"];

/// The contract, with the text that holds the marks.
fn contract() -> Option<(Sdl, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/contract.graphql");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("there is no contract beside the project: nothing compared");
        return None;
    };
    Some((Sdl::read(&text), text))
}

#[test]
fn whatever_is_published_stands_in_the_contract_as_it_is() {
    let Some((contract, _)) = contract() else { return };
    let mut wrong = Vec::new();
    for (name, ours) in &published().types {
        match contract.types.get(name) {
            None => wrong.push(format!("type {name} is not in the contract")),
            Some(theirs) => compare_types(name, (ours, theirs), &mut wrong),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn compare_types(name: &str, (ours, theirs): (&Type, &Type), wrong: &mut Vec<String>) {
    let mut differ = |what: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        let (ours, theirs) = (format!("{ours:?}"), format!("{theirs:?}"));
        if ours != theirs {
            wrong.push(format!("{name}: {what} is {ours}, in the contract {theirs}"));
        }
    };
    differ("its kind", &ours.kind, &theirs.kind);
    differ("its directives", &ours.directives, &theirs.directives);
    if ours.kind == Kind::Object {
        let sorted = |ty: &Type| ty.implements.iter().cloned().collect::<BTreeSet<_>>();
        differ("what it implements", &sorted(ours), &sorted(theirs));
    }
    let extra: Vec<_> = ours.members.iter().filter(|member| !theirs.members.contains(member)).collect();
    if !extra.is_empty() {
        wrong.push(format!("{name}: {extra:?} is not in the contract"));
    }
    for field in &ours.fields {
        let at = format!("{name}.{}", field.name);
        match theirs.field(&field.name) {
            None if ADDED.contains(&at.as_str()) => {}
            None => wrong.push(format!("{at} is not in the contract")),
            Some(_) if ADDED.contains(&at.as_str()) => wrong.push(format!("{at} is in the contract by now")),
            Some(theirs) => compare_fields(&at, (field, theirs), wrong),
        }
    }
}

fn compare_fields(at: &str, (ours, theirs): (&Field, &Field), wrong: &mut Vec<String>) {
    let sorted = |field: &Field| field.directives.iter().cloned().collect::<BTreeSet<_>>();
    if ours.ty != theirs.ty {
        wrong.push(format!("{at} is {}, in the contract {}", ours.ty, theirs.ty));
    }
    if ours.default != theirs.default {
        wrong.push(format!("{at} defaults to {:?}, in the contract to {:?}", ours.default, theirs.default));
    }
    if sorted(ours) != sorted(theirs) {
        wrong.push(format!("{at} carries {:?}, in the contract {:?}", ours.directives, theirs.directives));
    }
    for argument in &ours.arguments {
        let at = format!("{at}({})", argument.name);
        match theirs.arguments.iter().find(|theirs| theirs.name == argument.name) {
            None => wrong.push(format!("{at} is not in the contract")),
            Some(theirs) => compare_fields(&at, (argument, theirs), wrong),
        }
    }
}

/// The mark on the line where a field's type stands.
fn mark<'a>(lines: &[&'a str], field: &Field) -> Option<&'a str> {
    let (_, comment) = lines[field.line - 1].rsplit_once(" # ")?;
    Some(comment.trim())
}

#[test]
fn whatever_must_be_there_is_there() {
    let Some((contract, text)) = contract() else { return };
    let lines: Vec<_> = text.lines().collect();
    let (mut missing, mut marked) = (Vec::new(), 0);
    for (name, ty) in &contract.types {
        for field in &ty.fields {
            let at = format!("{name}.{}", field.name);
            if mark(&lines, field) != Some("MUST") {
                continue;
            }
            marked += 1;
            let ours = published().types.get(name).and_then(|ty| ty.field(&field.name));
            let arguments = field.arguments.iter().filter(|argument| !is_should(argument));
            let absent = match ours {
                None => vec![at.clone()],
                Some(ours) => {
                    let has = |argument: &&Field| ours.arguments.iter().any(|ours| ours.name == argument.name);
                    arguments
                        .filter(|argument| !has(argument))
                        .map(|argument| format!("{at}({})", argument.name))
                        .collect()
                }
            };
            missing.extend(absent);
        }
    }
    assert!(marked > 300, "only {marked} fields carry the mark");
    assert!(missing.is_empty(), "missing: {missing:#?}");
}

/// These arguments are SHOULD wherever they stand.
fn is_should(argument: &Field) -> bool {
    ["dryRun", "impact", "expectedVersion"].contains(&argument.name.as_str())
}

#[test]
fn what_is_later_work_is_absent_and_not_stubbed() {
    let sdl = published();
    for name in ["Subscription", "ApiKey"] {
        assert!(!sdl.types.contains_key(name), "{name}");
    }
}
