//! Descriptions of arguments. Most arguments mean the same wherever they occur, so each is described once.

use super::guard::FieldEdit;
use async_graphql::registry::MetaField;

/// Description of an argument, by the beginning of the name of its field and its own name. The first that matches
/// applies.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    // Connections and lists.
    ("paths", "first", "Number of paths, from 0 to 100."),
    (
        "",
        "first",
        "Number of items from the start of the list, from 0 to `ServiceInfo.maxPageSize`. Cannot be combined \
        with `last`. When both are omitted, the first 50 items are returned.",
    ),
    ("", "after", "Cursor; only items after it are returned."),
    (
        "",
        "last",
        "Number of items from the end of the list, from 0 to `ServiceInfo.maxPageSize`. Cannot be \
        combined with `first`.",
    ),
    ("", "before", "Cursor; only items before it are returned."),
    ("", "filter", "Filter for the items."),
    ("", "orderBy", "Order of the items."),
    ("", "kind", "Kind of the constraints. All kinds when omitted."),
    // Guards.
    ("guards", "allowed", "Only guards with this decision. When omitted, all guards."),
    ("checkOperation", "document", "Document with the operation, as in a request."),
    ("checkOperation", "operationName", "Name of the operation. Required when the document has several."),
    (
        "checkOperation",
        "variables",
        "Variables of the operation, an object. When omitted and the operation declares variables, what depends on them \
        is not checked.",
    ),
    // The matrix.
    ("permissionMatrix", "roleIds", "Ids of the roles, at most 200. When omitted, all roles."),
    (
        "permissionMatrix",
        "firstRoles",
        "Number of roles from the start of their list, from 0 to 200. When omitted, 50.",
    ),
    ("permissionMatrix", "afterRole", "Cursor; only roles after it are returned."),
    (
        "permissionMatrix",
        "firstPermissions",
        "Number of permissions from the start of their list, from 0 to 500. When omitted, 100.",
    ),
    ("permissionMatrix", "afterPermission", "Cursor; only permissions after it are returned."),
    // Objects.
    ("node", "id", "Global id of the object."),
    ("node", "ids", "Global ids of the objects, at most 100."),
    ("user", "id", "Id of the user."),
    ("role", "id", "Id of the role."),
    ("permission", "id", "Id of the permission."),
    ("sodConstraint", "id", "Id of the constraint."),
    ("session", "id", "Id of the session."),
    ("signingKey", "id", "Id of the key."),
    ("", "checks", "Questions, at most 100."),
    ("", "userId", "Id of the user."),
    ("", "userIds", "Ids of the users, at most 100."),
    ("", "roleId", "Id of the role."),
    ("", "roleIds", "Ids of the roles, at most 100."),
    ("", "inheritsFromIds", "Ids of the junior roles, at most 100."),
    ("", "permissionIds", "Ids of the permissions, at most 100."),
    ("", "sessionId", "Id of a live session of the user. When omitted, a new session with default roles is assumed."),
    ("userByUsername", "username", "Username of the user."),
    ("role", "name", "Name of the role."),
    ("permission", "name", "Name of the permission."),
    ("", "permission", "Name of the permission."),
    ("", "permissions", "Names of the permissions, at most 100."),
    ("", "patterns", "Patterns of permissions, at most 100, for example `invoice:*`."),
    ("", "resource", "Resource, compared exactly."),
    // Mutations.
    ("", "input", "Attributes to set."),
    (
        "roleSetPermissions",
        "expectedVersion",
        "Version of the role that the permissions are based on. When another version is current, the mutation fails with `STALE`.",
    ),
    (
        "",
        "expectedVersion",
        "Version of the object that the update is based on. When another version is current, the update fails with \
        `STALE`. Not checked when omitted.",
    ),
    ("", "validFrom", "Time from which the assignment or grant is valid. Immediately when omitted."),
    (
        "",
        "expiresAt",
        "Time at which the assignment or grant expires, in the future and after `validFrom`. Permanent when omitted.",
    ),
    (
        "",
        "replace",
        "Whether to replace an assignment or grant that ends later or begins earlier. When false, such an item fails with \
        `WOULD_SHRINK`.",
    ),
    (
        "",
        "dryRun",
        "Whether to return the errors and the impact that the change would have, without making it. Nothing is written.",
    ),
    ("policyApply", "document", "Policy document to apply."),
    ("policyPlan", "document", "Policy document to compare with the current policy."),
    ("policyApply", "expectedPlanHash", "`hash` of the plan that was shown."),
    ("policyRollback", "revisionId", "Id of the revision to go back to."),
    ("policyRollback", "expectedPlanHash", "`hash` of the plan that `policyRollbackPlan` returned."),
    ("policyExport", "format", "Format of the document."),
    ("policyExport", "includeAssignments", "Whether to include the roles and direct grants of users."),
    ("signingKeyRevoke", "reason", "Reason, recorded in the audit log: 1 to 1,000 characters."),
    ("", "reason", "Reason, recorded in the audit log: at most 1,000 characters."),
    ("", "graceMinutes", "Grace period of the previous key, in minutes: 0 to 43,200."),
    // Credentials and sessions.
    (
        "signup",
        "username",
        "Username: 1 to 128 characters (RFC 8265, UsernameCaseMapped); unique without regard to \
        case.",
    ),
    ("administratorCreate", "username", "Username: 1 to 128 characters (RFC 8265, UsernameCaseMapped)."),
    ("login", "username", "Username or e-mail address of the account."),
    ("signup", "password", "Password: at least `ServiceInfo.passwordMinLength` characters, at most 1,024 bytes."),
    (
        "administratorCreate",
        "password",
        "Password: at least `ServiceInfo.passwordMinLength` characters, at most 1,024 bytes.",
    ),
    ("", "password", "Password of the account."),
    ("", "currentPassword", "Current password of the account."),
    ("", "newPassword", "New password: at least `ServiceInfo.passwordMinLength` characters, at most 1,024 bytes."),
    ("signup", "email", "E-mail address, at most 254 bytes; unique."),
    ("signup", "displayName", "Display name, 1 to 200 characters."),
    (
        "login",
        "roles",
        "Names of the roles to activate, at most 100. When omitted, assigned roles that require no \
        activation are active, oldest assignment first, as many as dynamic separation of duty allows.",
    ),
    ("", "delivery", "Mode of token delivery."),
    ("", "refreshToken", "Refresh token. When omitted, the token in the cookie."),
    ("logout", "everywhere", "Whether to revoke all sessions of the user."),
    ("administratorCreate", "token", "Token of the set-up link."),
    ("passwordReset", "token", "Reset token of `userIssuePasswordReset`."),
    ("sessionSetData", "key", "Key of the value, 1 to 64 characters."),
    ("sessionSetData", "value", "Value to set. Null removes the key."),
];

/// Describes the arguments of each field that have no description of their own.
#[derive(Debug)]
pub(super) struct ArgumentDescriptions;

impl FieldEdit for ArgumentDescriptions {
    fn edit(field: &mut MetaField) {
        for (name, argument) in &mut field.args {
            let known = ARGUMENTS.iter().find(|(start, known, _)| field.name.starts_with(start) && known == name);
            if let (None, Some((_, _, description))) = (&argument.description, known) {
                argument.description = Some((*description).to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::graphql::schema;
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    #[test]
    fn every_argument_is_described() {
        let schemas = schema::build().expect("a schema");
        let document = parse_schema(schemas.sdl()).expect("SDL");
        let mut missing = Vec::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let TypeKind::Object(object) = &ty.node.kind else { continue };
            for field in &object.fields {
                let arguments = field.node.arguments.iter().filter(|argument| argument.node.description.is_none());
                let name = |argument: &str| format!("{}.{}({argument})", ty.node.name.node, field.node.name.node);
                missing.extend(arguments.map(|argument| name(&argument.node.name.node)));
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
