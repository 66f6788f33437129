//! The published schema against `tests/contract.graphql`: names, types, defaults and guards.

use crate::sdl::{Field, Kind, Sdl, Type, published};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// The contract, with the comments that mark required fields.
const CONTRACT: &str = include_str!("../contract.graphql");

#[test]
fn the_published_schema_is_part_of_the_contract() {
    let contract = Sdl::read(CONTRACT);
    let mut differences = Differences::default();
    for (name, ours) in &published().types {
        match contract.types.get(name) {
            None => differences.add(format!("type {name} is not in the contract")),
            Some(theirs) => differences.compare_types(name, ours, theirs),
        }
    }
    assert!(differences.0.is_empty(), "{differences:#?}");
}

#[derive(Debug, Default)]
struct Differences(Vec<String>);

impl Differences {
    fn add(&mut self, difference: String) {
        self.0.push(difference);
    }

    fn compare(&mut self, at: &str, what: &str, ours: &impl Debug, theirs: &impl Debug) {
        let (ours, theirs) = (format!("{ours:?}"), format!("{theirs:?}"));
        if ours != theirs {
            self.add(format!("{at}: the {what} is {ours}, in the contract {theirs}"));
        }
    }

    fn compare_types(&mut self, name: &str, ours: &Type, theirs: &Type) {
        self.compare(name, "kind", &ours.kind, &theirs.kind);
        self.compare(name, "list of directives", &ours.directives, &theirs.directives);
        if ours.kind == Kind::Object {
            self.compare(name, "list of interfaces", &sorted(&ours.implements), &sorted(&theirs.implements));
        }
        for member in ours.members.iter().filter(|member| !theirs.members.contains(member)) {
            self.add(format!("{name}: {member} is not in the contract"));
        }
        self.compare_fields(name, &ours.fields, &theirs.fields);
    }

    fn compare_fields(&mut self, parent: &str, ours: &[Field], theirs: &[Field]) {
        for ours in ours {
            let at = format!("{parent}.{}", ours.name);
            let Some(theirs) = theirs.iter().find(|theirs| theirs.name == ours.name) else {
                self.add(format!("{at} is not in the contract"));
                continue;
            };
            self.compare(&at, "type", &ours.ty, &theirs.ty);
            self.compare(&at, "default", &ours.default, &theirs.default);
            self.compare(&at, "list of directives", &sorted(&ours.directives), &sorted(&theirs.directives));
            self.compare_fields(&at, &ours.arguments, &theirs.arguments);
        }
    }
}

fn sorted(texts: &[String]) -> BTreeSet<&String> {
    texts.iter().collect()
}

/// Is the field marked `MUST`? The mark is a comment at the end of its line.
fn is_required(lines: &[&str], field: &Field) -> bool {
    lines[field.line - 1].ends_with(" # MUST")
}

#[test]
fn every_required_field_is_published() {
    let contract = Sdl::read(CONTRACT);
    let lines: Vec<_> = CONTRACT.lines().collect();
    let (mut missing, mut required) = (Vec::new(), 0);
    for (name, ty) in &contract.types {
        for field in ty.fields.iter().filter(|field| is_required(&lines, field)) {
            required += 1;
            let at = format!("{name}.{}", field.name);
            let Some(ours) = published().types.get(name).and_then(|ty| ty.field(&field.name)) else {
                missing.push(at);
                continue;
            };
            let has = |argument: &&Field| ours.arguments.iter().any(|ours| ours.name == argument.name);
            let absent = field.arguments.iter().filter(|argument| !has(argument));
            missing.extend(absent.map(|argument| format!("{at}({})", argument.name)));
        }
    }
    assert!(required > 300, "only {required} fields carry the mark");
    assert!(missing.is_empty(), "missing: {missing:#?}");
}

#[test]
fn later_work_is_absent_and_not_stubbed() {
    let sdl = published();
    for name in ["Subscription", "ApiKey"] {
        assert!(!sdl.types.contains_key(name), "{name}");
    }
}
