//! Calls of root fields, generated from the schema: required arguments are filled in, so that a test can cover all
//! fields.

use crate::sdl::{Field, Kind, Sdl, named};
use serde_json::Value;
use tests::{Client, Response};
use uuid::Uuid;

/// A position in a call that takes one value: an argument, or a field of an input.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    /// Names from the argument down, joined by dots, such as `input.name`.
    pub path: String,
    /// The named type, such as `String`.
    pub ty: String,
    /// Does it take a list?
    pub is_list: bool,
}

/// A call of a root field, not sent yet.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    sdl: &'a Sdl,
    field: &'a Field,
    values: Vec<(String, String)>,
    label: String,
}

impl Position {
    /// The last name of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }
}

/// Every position of a root field.
pub(crate) fn positions(sdl: &Sdl, field: &Field) -> Vec<Position> {
    let mut found = Vec::new();
    dig(sdl, &field.arguments, "", &mut found);
    found
}

fn dig(sdl: &Sdl, fields: &[Field], prefix: &str, found: &mut Vec<Position>) {
    for field in fields {
        let (path, ty) = (format!("{prefix}{}", field.name), named(&field.ty));
        match sdl.types.get(ty).filter(|ty| ty.kind == Kind::Input) {
            Some(input) => dig(sdl, &input.fields, &format!("{path}."), found),
            None => found.push(Position { path, ty: ty.to_owned(), is_list: field.ty.starts_with('[') }),
        }
    }
}

/// A well-formed id of no object, with the prefix that this position takes.
pub(crate) fn unknown_id(root_field: &str, position: &Position) -> String {
    // A UUIDv7 of the year 2001, older than any object.
    let id = Uuid::from_u128(0x00e4_0000_0000_7000_8000_0000_0000_0001);
    service::typeid(kind_of(root_field, position), id)
}

/// The prefix of the ids that this position takes.
pub(crate) fn kind_of(root_field: &str, position: &Position) -> &'static str {
    let name = match position.name() {
        "id" | "ids" => root_field,
        name => name,
    };
    let is = |words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(word));
    match () {
        () if is(&["sod"]) => "sod",
        () if is(&["role", "inherit", "copyfrom"]) => "role",
        () if is(&["permission"]) => "perm",
        // `userRevokeSessions` takes a user.
        () if is(&["user", "node", "actor", "target", "involving"]) => "user",
        () if is(&["session"]) => "ses",
        () if is(&["signingkey"]) => "sig",
        () if is(&["revision"]) => "rev",
        () => panic!("which id does `{}` of `{root_field}` take?", position.path),
    }
}

impl<'a> Call<'a> {
    /// A call of `field`; `label` makes the names in this call unique.
    pub(crate) fn of(sdl: &'a Sdl, field: &'a Field, label: &str) -> Self {
        Self { sdl, field, values: Vec::new(), label: label.to_owned() }
    }

    /// With this literal, or variable, at a path.
    #[must_use]
    pub(crate) fn with(mut self, path: &str, literal: impl Into<String>) -> Self {
        self.values.push((path.to_owned(), literal.into()));
        self
    }

    /// The field with its arguments and a selection, as in an operation.
    pub(crate) fn text(&self) -> String {
        self.directed("")
    }

    /// The same with a directive.
    pub(crate) fn directed(&self, directive: &str) -> String {
        let arguments = self.values_of(&self.field.arguments, "");
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        format!("{}{arguments} {directive} {}", self.field.name, self.selection())
    }

    fn values_of(&self, fields: &[Field], prefix: &str) -> Vec<String> {
        fields.iter().filter_map(|field| self.value_of(field, &format!("{prefix}{}", field.name))).collect()
    }

    fn value_of(&self, field: &Field, path: &str) -> Option<String> {
        let ty = named(&field.ty);
        let within = format!("{path}.");
        if let Some(input) = self.sdl.types.get(ty).filter(|ty| ty.kind == Kind::Input) {
            let is_wanted = field.is_required() || self.values.iter().any(|(at, _)| at.starts_with(&within));
            return is_wanted
                .then(|| format!("{}: {{ {} }}", field.name, self.values_of(&input.fields, &within).join(", ")));
        }
        let given = self.values.iter().find(|(at, _)| at == path).map(|(_, literal)| literal.clone());
        let usual = || self.usual(&Position { path: path.to_owned(), ty: ty.to_owned(), is_list: false });
        let literal = given.or_else(|| field.is_required().then(usual))?;
        let literal = if field.ty.starts_with('[') { format!("[{literal}]") } else { literal };
        Some(format!("{}: {literal}", field.name))
    }

    /// A valid value without side effects.
    fn usual(&self, position: &Position) -> String {
        let label = &self.label;
        match (position.ty.as_str(), position.name()) {
            ("ID", _) => format!("\"{}\"", unknown_id(&self.field.name, position)),
            ("PermissionName", _) => "\"user:read\"".to_owned(),
            ("String", "password" | "newPassword") => format!("\"{}\"", tests::PASSWORD),
            ("String", "patterns") => "\"invoice:*\"".to_owned(),
            ("String", "document") => "\"{ me { id } }\"".to_owned(),
            ("String", "currentPassword") => "\"not the password at all\"".to_owned(),
            ("String", "name") if self.field.name.starts_with("permission") => format!("\"{label}:read\""),
            ("String", _) => format!("\"{label}\""),
            ("Boolean", _) => "false".to_owned(),
            ("Int", _) => "0".to_owned(),
            ("SodKind", _) => "STATIC".to_owned(),
            (ty, _) => panic!("what does `{}: {ty}` of `{}` take?", position.path, self.field.name),
        }
    }

    fn selection(&self) -> &'static str {
        let ty = &self.sdl.types.get(named(&self.field.ty));
        match ty {
            Some(ty) if ty.is_a("Payload") => "{ __typename userErrors { code path } }",
            Some(ty) if ty.field("pageInfo").is_some() => "{ nodes { __typename } }",
            Some(ty) if matches!(ty.kind, Kind::Object | Kind::Interface) => "{ __typename }",
            _ => "",
        }
    }
}

/// The outcome of a root field in a word: `data`, `null`, `done`, the code of a user error in brackets, or the code of
/// the top-level error, with its reason if any.
pub(crate) fn outcome(answer: &Response, key: &str) -> String {
    let error = answer.body["errors"].as_array().into_iter().flatten().find(|error| error["path"][0] == key);
    if let Some(error) = error.or_else(|| answer.body["errors"].get(0)) {
        let extensions = &error["extensions"];
        let code = extensions["code"].as_str().unwrap_or("an error without a code");
        return match extensions["reason"].as_str() {
            Some(reason) => format!("{code}:{reason}"),
            None => code.to_owned(),
        };
    }
    match &answer.body["data"][key] {
        Value::Null => "null".to_owned(),
        Value::Object(payload) if payload.contains_key("userErrors") => match payload["userErrors"][0]["code"].as_str()
        {
            Some(code) => format!("({code})"),
            None => "done".to_owned(),
        },
        _ => "data".to_owned(),
    }
}

/// Sends one call as a separate operation, with a variable `$value` where `variable` names its type.
pub(crate) async fn send(client: &Client, root: &str, call: &Call<'_>, variable: Option<(&str, &Value)>) -> Response {
    let operation = root.to_lowercase();
    match variable {
        None => client.ask(&format!("{operation} {{ {} }}", call.text())).await,
        Some((ty, value)) => {
            let document = format!("{operation} ($value: {ty}!) {{ {} }}", call.text());
            client.graphql(&document, serde_json::json!({ "value": value })).await
        }
    }
}
