//! The GraphQL API: one folder for each noun, the guards, and the cost analysis of documents.
//!
//! A folder has `types` (the noun in the schema), `query` and `mutation` (its root fields). A resolver parses its
//! arguments, calls one function of the service and wraps the result. Guards are directives on fields; no resolver
//! checks access.

pub mod access;
pub mod access_report;
mod argument_descriptions;
pub mod arguments;
pub mod assignments;
pub mod audit;
pub mod auth;
pub mod connection;
pub mod constraints;
pub mod context;
pub mod demo;
pub mod document;
pub mod entity;
pub mod entity_kinds;
pub mod error;
pub mod execution_state;
pub mod field_guards;
mod field_outcomes;
pub mod guard;
pub mod id;
pub mod impact;
pub mod keys;
pub mod list;
pub mod loaders;
pub mod node;
pub mod order;
pub mod payload;
pub mod permissions;
pub mod policies;
pub mod response;
mod response_budget;
pub mod revisions;
pub mod roles;
pub mod scalars;
pub mod schema;
pub mod service_info;
pub mod sessions;
pub mod user_error;
pub mod users;
pub mod viewer;

use async_graphql::MergedObject;

/// Queries. They change no state.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    viewer::ViewerQuery,
    service_info::ServiceInfoQuery,
    field_guards::FieldGuardQuery,
    node::NodeQuery,
    users::UserQuery,
    roles::RoleQuery,
    permissions::PermissionQuery,
    constraints::SodConstraintQuery,
    policies::PolicyQuery,
    revisions::RevisionQuery,
    demo::DemoQuery,
    access::AccessQuery,
    access_report::AccessReportQuery,
    sessions::SessionQuery,
    audit::AuditQuery,
    keys::SigningKeyQuery,
);

/// Mutations. Each mutation is one transaction. Each payload has `userErrors`, which is empty exactly
/// when the change was made. Assigning a role that is already assigned succeeds and replaces
/// `validFrom`, `expiresAt` and `reason`, unless that would shorten the period (`WOULD_SHRINK`); removing something
/// that is not assigned succeeds. A mutation
/// that changes nothing writes no audit event. An input with the effect of another mutation requires
/// the permission of that mutation as well (`roleIds`: `role:assign`; `permissionIds`:
/// `permission:grant`) and fails with an AuthorityError without it.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    auth::AuthMutation,
    sessions::SessionMutation,
    users::UserMutation,
    assignments::AssignmentMutation,
    roles::RoleMutation,
    permissions::PermissionMutation,
    constraints::SodConstraintMutation,
    policies::PolicyMutation,
    revisions::RevisionMutation,
    demo::DemoMutation,
    keys::SigningKeyMutation,
);
