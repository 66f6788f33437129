//! Assignments and direct grants that have expired: two tables that differ in one column.

use crate::Result;
use crate::assignments::Terms;
use crate::database::Connection;
use crate::store::deletions::is_not_deleted;
use chrono::{DateTime, Utc};
use engine::UserId;
use entity::{user_permission, user_role};
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, IntoTableRef, Order, Query, TableRef};
use sea_orm::{DbErr, QueryResult};
use uuid::Uuid;

/// Links in one change; other changes wait for the policy lock meanwhile.
const MAX_LINKS: u64 = 100;

/// A kind of link that may expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// A role assigned to a user.
    Assignment,
    /// A permission granted to a user directly.
    Grant,
}

/// A link that has expired.
#[derive(Clone, Debug)]
pub(crate) struct ExpiredLink {
    pub(crate) user: UserId,
    /// The role or the permission.
    pub(crate) object: Uuid,
    pub(crate) terms: Terms,
}

impl LinkKind {
    fn table(self) -> TableRef {
        match self {
            Self::Assignment => user_role::Entity.into_table_ref(),
            Self::Grant => user_permission::Entity.into_table_ref(),
        }
    }

    fn object_column(self) -> &'static str {
        match self {
            Self::Assignment => "role_id",
            Self::Grant => "permission_id",
        }
    }

    /// The rows of these links; user and object are their key.
    fn rows_of(self, links: &[ExpiredLink]) -> Condition {
        let one = |link: &ExpiredLink| {
            let user = Expr::col("user_id").eq(link.user.uuid());
            Cond::all().add(user).add(Expr::col(self.object_column()).eq(link.object))
        };
        links.iter().map(one).fold(Cond::any(), Condition::add)
    }
}

/// The links first expired by `now` whose expiry the audit log does not report yet. An end that was moved since its
/// report is reported again.
pub(crate) async fn unreported<C: Connection>(
    connection: &C,
    kind: LinkKind,
    now: DateTime<Utc>,
) -> Result<Vec<ExpiredLink>> {
    let moved = Expr::col("noted_end").ne(Expr::col("expires_at"));
    expired(connection, kind, now, Cond::any().add(Expr::col("noted_end").is_null()).add(moved)).await
}

/// The links first expired by `before` whose expiry the audit log reports.
pub(crate) async fn reported<C: Connection>(
    connection: &C,
    kind: LinkKind,
    before: DateTime<Utc>,
) -> Result<Vec<ExpiredLink>> {
    let reported = Expr::col("noted_end").eq(Expr::col("expires_at"));
    expired(connection, kind, before, Cond::all().add(reported)).await
}

async fn expired<C: Connection>(
    connection: &C,
    kind: LinkKind,
    by: DateTime<Utc>,
    condition: Condition,
) -> Result<Vec<ExpiredLink>> {
    let mut query = Query::select();
    query
        .columns(["user_id", kind.object_column(), "valid_from", "expires_at", "reason"])
        .from(kind.table())
        .and_where(Expr::col("expires_at").lte(by))
        .and_where(is_not_deleted(Expr::col(kind.object_column())))
        .cond_where(condition)
        .order_by("expires_at", Order::Asc)
        .limit(MAX_LINKS);
    let rows = connection.query_all(&query).await?;
    Ok(rows.iter().map(ExpiredLink::read).collect::<Result<_, _>>()?)
}

impl ExpiredLink {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            user: UserId::new(row.try_get_by_index(0)?),
            object: row.try_get_by_index(1)?,
            terms: Terms {
                valid_from: row.try_get_by_index(2)?,
                expires_at: row.try_get_by_index(3)?,
                reason: row.try_get_by_index(4)?,
            },
        })
    }
}

/// Marks the expiry of links as reported in the audit log.
pub(crate) async fn mark_reported<C: Connection>(connection: &C, kind: LinkKind, links: &[ExpiredLink]) -> Result<()> {
    let mut update = Query::update();
    update.table(kind.table()).value("noted_end", Expr::col("expires_at")).cond_where(kind.rows_of(links));
    connection.execute(&update).await?;
    Ok(())
}

pub(crate) async fn delete_expired<C: Connection>(connection: &C, kind: LinkKind, links: &[ExpiredLink]) -> Result<()> {
    let mut delete = Query::delete();
    delete.from_table(kind.table()).cond_where(kind.rows_of(links));
    connection.execute(&delete).await?;
    Ok(())
}
