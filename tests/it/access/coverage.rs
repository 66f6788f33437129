//! Every field that requires a guard has one.

use crate::sdl::{FieldOfType, GUARDS, Kind, Sdl, Type, named, published};

/// Coordinates exempt from the rule. Nothing may be added.
const EXEMPT: [&str; 0] = [];

/// Does a field of this type lead to another entity: a type that implements `Node`, a list of these, or a connection?
fn leads_to_entity(sdl: &Sdl, ty: &str) -> bool {
    let Some(ty) = sdl.types.get(named(ty)) else { return false };
    match ty.kind {
        Kind::Object if is_connection(ty) => ty.field("nodes").is_some_and(|nodes| leads_to_entity(sdl, &nodes.ty)),
        Kind::Object => ty.is_a("Node"),
        Kind::Interface => sdl.types.iter().any(|(_, other)| other.is_a("Node") && implements(sdl, other, ty)),
        Kind::Union => ty.members.iter().any(|member| leads_to_entity(sdl, member)),
        Kind::Scalar | Kind::Enum | Kind::Input => false,
    }
}

fn implements(sdl: &Sdl, ty: &Type, interface: &Type) -> bool {
    ty.implements.iter().any(|name| std::ptr::eq(&sdl.types[name], interface))
}

fn is_connection(ty: &Type) -> bool {
    ty.field("edges").is_some() && ty.field("pageInfo").is_some()
}

/// Payload members, edges and the content of connections follow the guard of their parent.
fn wraps(ty: &Type) -> bool {
    let is_edge = ty.fields.len() == 2 && ty.field("cursor").is_some() && ty.field("node").is_some();
    is_edge || is_connection(ty) || ty.is_a("Payload")
}

#[test]
fn every_field_that_requires_a_guard_has_exactly_one() {
    let sdl = published();
    let mut wrong = Vec::new();
    for FieldOfType { coordinate, ty, field } in sdl.fields() {
        let owner = coordinate.split('.').next().expect("a type");
        let is_root = sdl.roots.iter().any(|root| root == owner);
        let guards =
            field.directives.iter().filter(|text| GUARDS.contains(&text.split('(').next().unwrap_or_default()));
        let count = guards.count();
        let must = is_root || (!wraps(ty) && leads_to_entity(sdl, &field.ty));
        if count > 1 || (must && count == 0 && !EXEMPT.contains(&coordinate.as_str())) {
            wrong.push(format!("{coordinate} has {count} guards"));
        }
        if is_root && field.guard() == Some("@inherit") {
            wrong.push(format!("{coordinate} has nothing to inherit from"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn guarded_fields_are_nullable() {
    let open = ["@public", "@inherit"];
    let guarded = published().fields().filter(|of| of.field.guard().is_some_and(|guard| !open.contains(&guard)));
    let stuck: Vec<_> = guarded.filter(|of| of.field.ty.ends_with('!')).map(|of| of.coordinate).collect();
    assert!(stuck.is_empty(), "guarded and never null: {stuck:?}");
}

#[test]
fn every_type_reachable_by_id_declares_its_visibility() {
    let nodes = published().types.iter().filter(|(_, ty)| ty.kind == Kind::Object && ty.is_a("Node"));
    let bare: Vec<_> = nodes
        .filter(|(_, ty)| !ty.directives.iter().any(|text| text.starts_with("@visibleTo(")))
        .map(|(name, _)| name)
        .collect();
    assert!(bare.is_empty(), "{bare:?}");
}

#[test]
fn the_list_of_public_fields_is_complete() {
    let sdl = published();
    let public = |root: &str| -> Vec<&str> {
        let open = sdl.root(root).iter().filter(|field| field.guard() == Some("@public"));
        open.map(|field| field.name.as_str()).collect()
    };
    assert_eq!(public("Query"), ["me", "viewer", "can", "canAll", "canAny", "canEach", "serviceInfo"]);
    assert_eq!(public("Mutation"), ["signup", "administratorCreate", "login", "refresh", "logout", "passwordReset"]);
}

#[test]
fn every_secret_input_and_output_is_marked_sensitive() {
    let sdl = published();
    let secret = |name: &str| ["password", "token", "secret"].iter().any(|word| name.to_lowercase().contains(word));
    let mut unmarked = Vec::new();
    for FieldOfType { coordinate, field, .. } in sdl.fields() {
        let is_text = |ty: &str| named(ty) == "String";
        if secret(&field.name) && is_text(&field.ty) && !field.has("@sensitive") {
            unmarked.push(coordinate.clone());
        }
        let arguments = field.arguments.iter().filter(|a| secret(&a.name) && is_text(&a.ty) && !a.has("@sensitive"));
        unmarked.extend(arguments.map(|argument| format!("{coordinate}({})", argument.name)));
    }
    assert!(unmarked.is_empty(), "{unmarked:?}");
}

#[test]
fn descriptions_end_with_the_rule_in_words() {
    const ROLE: &str = "Requires the active role `superadmin`. Requires a recent login.";
    let text = crate::sdl::text();
    for words in [
        "Requires `user:read`.",
        "Requires `user:read`, unless the object is the caller's own.",
        "No authentication required.",
        ROLE,
    ] {
        assert!(text.contains(words), "{words}");
    }
}
