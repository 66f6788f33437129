//! Mutations by name: `root.mutate("roleDelete", json!({ "id": clerk })).await.done()`.

use crate::{Client, Response};
use serde_json::{Value, json};

/// The result of a mutation.
#[derive(Clone, Debug)]
pub struct MutationResult {
    /// The whole response.
    pub response: Response,
    field: String,
}

impl Client {
    /// Runs a mutation with one root field; `arguments` is an object with the arguments to send.
    ///
    /// # Panics
    /// When `arguments` is no object.
    pub async fn mutate(&self, field: &str, arguments: Value) -> MutationResult {
        let document = document(field, &arguments);
        MutationResult { response: self.graphql(&document, arguments).await, field: field.to_owned() }
    }
}

impl MutationResult {
    /// The payload of a successful mutation.
    ///
    /// # Panics
    /// With the response when it has an error.
    #[track_caller]
    #[must_use]
    pub fn done(&self) -> &Value {
        self.response.payload(&self.field)
    }

    /// The id of the object in the payload.
    ///
    /// # Panics
    /// As [`MutationResult::done`], and when the payload has no such object.
    #[track_caller]
    #[must_use]
    pub fn id(&self, member: &str) -> String {
        self.done()[member]["id"].as_str().expect("an id").to_owned()
    }

    /// The user errors as `CODE at.this.path`, joined by commas.
    ///
    /// # Panics
    /// With the response when it has no user errors.
    #[track_caller]
    #[must_use]
    pub fn refused(&self) -> String {
        let errors = self.user_errors();
        assert!(!errors.is_empty(), "not refused: {:#}", self.response.body);
        let text = |error: &Value| {
            let path = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let path = path.collect::<Vec<_>>().join(".");
            format!("{} {path}", error["code"].as_str().unwrap_or_default()).trim_end().to_owned()
        };
        errors.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    /// The user errors.
    ///
    /// # Panics
    /// With the response when it has no payload.
    #[track_caller]
    #[must_use]
    pub fn user_errors(&self) -> &[Value] {
        let errors = &self.response.data()[&self.field]["userErrors"];
        errors.as_array().unwrap_or_else(|| panic!("no payload: {:#}", self.response.body))
    }

    /// The code of the top-level error in place of the payload.
    ///
    /// # Panics
    /// With the response when there is none.
    #[track_caller]
    #[must_use]
    pub fn denied(&self) -> &str {
        assert!(self.response.body["data"][&self.field].is_null(), "{:#}", self.response.body);
        self.response.error()
    }
}

/// A document with one root field and its arguments as variables.
fn document(field: &str, arguments: &Value) -> String {
    let arguments = arguments.as_object().expect("an object of arguments");
    let declared: Vec<_> = arguments.keys().map(|name| format!("${name}: {}", type_of(field, name))).collect();
    let passed: Vec<_> = arguments.keys().map(|name| format!("{name}: ${name}")).collect();
    let (declared, passed) = match arguments.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("({})", declared.join(", ")), format!("({})", passed.join(", "))),
    };
    let selection = selection(field);
    format!(
        "mutation {declared} {{ {field}{passed} {{ {selection}
            userErrors {{ __typename code message path ... on AuthorityError {{ missing missingPatterns }}
                ... on HierarchyError {{ cycle {{ name }} }}
                ... on SodError {{ constraintName roles {{ name }} permissions {{ name }} userId }} ... on StaleError {{ currentVersion }} }} }} }}"
    )
}

/// The type of an argument in the schema.
fn type_of(field: &str, argument: &str) -> String {
    let ty = match argument {
        "input" if field == "profileUpdate" => "ProfileInput!",
        "input" => {
            let (first, rest) = field.split_at(1);
            return format!("{}{rest}Input!", first.to_uppercase());
        }
        "validFrom" | "expiresAt" => "DateTime",
        "everywhere" | "replace" | "dryRun" => "Boolean!",
        "document" => "PolicyDocumentInput!",
        "expectedVersion" if field == "roleSetPermissions" => "Int!",
        "roles" => "[String!]",
        "patterns" => "[String!]!",
        "expectedVersion" => "Int",
        "graceMinutes" => "Int!",
        "reason" if field == "signingKeyRevoke" => "String!",
        "username" | "password" | "currentPassword" | "newPassword" | "token" | "key" | "expectedPlanHash" => "String!",
        "value" => "JSON",
        ids if ids.ends_with("Ids") => "[ID!]!",
        id if id == "id" || id.ends_with("Id") => "ID!",
        _ => "String",
    };
    ty.to_owned()
}

/// The selection of a payload, besides its errors.
fn selection(field: &str) -> &'static str {
    match field {
        "signup"
        | "administratorCreate"
        | "login"
        | "refresh"
        | "reauthenticate"
        | "sessionActivateRoles"
        | "sessionDeactivateRoles" => {
            "accessToken refreshToken expiresAt
            viewer { roles permissions policyRevision user { id username } session { id } }"
        }
        "logout" => "endedSessions",
        "demoLoad" | "demoRemove" => "users roles",
        "passwordReset" => "accepted",
        "userIssuePasswordReset" => "token expiresAt",
        "signingKeyRotate" | "signingKeyRevoke" => "signingKey { id kid algorithm status createdAt retiresAt }",
        "sessionRevoke" => "session { id revokedAt }",
        "sessionSetData" => "session { id data }",
        "sessionRevokeOthers" | "userRevokeSessions" => "endedSessions { id }",
        "policyApply" | "policyRollback" => {
            "plan { hash isEmpty changes { action objectType key } impact { usersAffected } } revision"
        }
        "roleDelete" | "userDelete" | "permissionDelete" | "sodConstraintDelete" => "deletedId",
        constraint if constraint.starts_with("sodConstraint") => {
            "sodConstraint { id name description kind limit roles { name } permissions { name } createdAt }"
        }
        "roleAssignUsers" | "roleUnassignUsers" => "role { id name } users { id username }",
        role if role.starts_with("role") => {
            "role { id name description isDefault version permissions { name } permissionPatterns { pattern }
                inheritsFrom { name } }"
        }
        permission if permission.starts_with("permission") => "permission { id name resource action description }",
        _ => "user { id username email displayName status version roles { name } directPermissions { name } }",
    }
}

/// Variables for a mutation that takes one `input`.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "callers make the value in place")]
pub fn input(input: Value) -> Value {
    json!({ "input": input })
}
