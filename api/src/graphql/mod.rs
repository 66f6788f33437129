//! The GraphQL vocabulary: one folder per noun, the guards, and the documents' costs.
//!
//! Each folder has `types` (the noun as it is shown), `query` and `mutation` (its root fields). A
//! resolver parses its arguments, calls one function of the service and wraps what it gives. Guards
//! are directives on the fields; no resolver asks whether it may answer.

pub mod access;
pub mod answer;
pub mod assignments;
pub mod audit;
pub mod auth;
pub mod connection;
pub mod constraints;
pub mod context;
pub mod document;
pub mod entity;
pub mod error;
pub mod given;
pub mod guard;
pub mod id;
pub mod keys;
pub mod loaders;
pub mod node;
pub mod order;
pub mod payload;
pub mod permissions;
pub mod roles;
pub mod scalars;
pub mod schema;
pub mod service_info;
pub mod sessions;
pub mod user_error;
pub mod users;
pub mod viewer;

use async_graphql::MergedObject;

/// Reads. Nothing here changes state.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    viewer::ViewerQuery,
    service_info::ServiceInfoQuery,
    node::NodeQuery,
    users::UserQuery,
    roles::RoleQuery,
    permissions::PermissionQuery,
    constraints::SodConstraintQuery,
    access::AccessQuery,
    sessions::SessionQuery,
    audit::AuditQuery,
    keys::SigningKeyQuery,
);

/// Writes. Named object first, so that they sort by what they change; the verbs of the common path
/// stand alone. Every payload lists `userErrors`, empty on success. Every mutation is one
/// transaction: all of it or none of it. Assigning what is already assigned, or removing what is
/// already gone, succeeds; assigning again replaces validFrom, expiresAt and reason under the same
/// rules, and what changes nothing audits nothing. An input that does what another mutation does
/// needs that mutation's permission too (`roleIds`: `role:assign`; `permissionIds`:
/// `permission:grant`), else an AuthorityError naming it.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    auth::AuthMutation,
    sessions::SessionMutation,
    users::UserMutation,
    assignments::AssignmentMutation,
    roles::RoleMutation,
    permissions::PermissionMutation,
    constraints::SodConstraintMutation,
    keys::SigningKeyMutation,
);
