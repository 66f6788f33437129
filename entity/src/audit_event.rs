//! Entries of the audit log; they are inserted and never updated.

use sea_orm::entity::prelude::*;

/// Outcomes of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Outcome {
    /// The action was performed.
    #[sea_orm(string_value = "SUCCESS")]
    Success,
    /// The caller lacked a right, or a rule of administration refused the action.
    #[sea_orm(string_value = "DENIED")]
    Denied,
    /// The action failed, for example a login with a wrong password.
    #[sea_orm(string_value = "FAILURE")]
    Failure,
}

/// Entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Time of the action.
    pub at: DateTimeUtc,
    /// Name of the action, for example `role.create`.
    pub action: String,
    /// Outcome of the action.
    pub outcome: Outcome,
    /// The user who acted; null for the operator, the system and anonymous callers.
    pub actor_id: Option<Uuid>,
    /// Name of the actor at that time.
    pub actor_label: String,
    /// Type of the target; null when there is none.
    pub target_type: Option<String>,
    /// Identifier of the target; null when there is none.
    pub target_id: Option<Uuid>,
    /// Name of the target at that time.
    pub target_label: Option<String>,
    /// The action in one sentence.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// Values before the action, as a JSON object.
    pub before: Option<Json>,
    /// Values after the action, as a JSON object.
    pub after: Option<Json>,
    /// Reason given by the actor, or for a refusal.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Address of the client; null outside of requests.
    pub ip_address: Option<String>,
    /// User agent of the client; null when it sent none.
    #[sea_orm(column_type = "Text", nullable)]
    pub user_agent: Option<String>,
    /// Identifier of the request.
    pub request_id: String,
    /// Impact of a change, as a JSON object; null for what is no change of rights.
    pub impact: Option<Json>,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
