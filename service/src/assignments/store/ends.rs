//! Assignments and direct grants that have run out, in the database: two tables that differ in one column.

use super::super::Terms;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::UserId;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

/// So many in one change at most: others wait for the door meanwhile.
const AT_ONCE: u64 = 100;

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::assignments) enum Kind {
    /// Roles assigned to users.
    Assignment,
    /// Permissions granted to users directly.
    Grant,
}

/// Something that has run out.
#[derive(Clone, Debug)]
pub(in crate::assignments) struct Ended {
    /// Whose it was.
    pub(in crate::assignments) user: UserId,
    /// The role or the permission.
    pub(in crate::assignments) thing: Uuid,
    /// On what terms.
    pub(in crate::assignments) terms: Terms,
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Assignment => "user_roles",
            Self::Grant => "user_permissions",
        }
    }

    fn thing(self) -> &'static str {
        match self {
            Self::Assignment => "role_id",
            Self::Grant => "permission_id",
        }
    }

    /// A user has a thing at most once.
    fn these(self, ended: &[Ended]) -> Condition {
        let one = |ended: &Ended| {
            let user = Expr::col("user_id").eq(ended.user.uuid());
            Cond::all().add(user).add(Expr::col(self.thing()).eq(ended.thing))
        };
        ended.iter().map(one).fold(Cond::any(), Condition::add)
    }
}

/// The first that have run out by `now` and that were not noted yet. An end that was moved since it was
/// noted is another end.
pub(in crate::assignments) async fn unnoted<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    now: DateTime<Utc>,
) -> Result<Vec<Ended>> {
    let moved = Expr::col("noted_end").ne(Expr::col("expires_at"));
    ended(connection, (kind, now), Cond::any().add(Expr::col("noted_end").is_null()).add(moved)).await
}

/// The first that had run out by `then` and that were noted.
pub(in crate::assignments) async fn noted<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    then: DateTime<Utc>,
) -> Result<Vec<Ended>> {
    let noted = Expr::col("noted_end").eq(Expr::col("expires_at"));
    ended(connection, (kind, then), Cond::all().add(noted)).await
}

async fn ended<C: ConnectionTrait>(
    connection: &C,
    (kind, by): (Kind, DateTime<Utc>),
    and: Condition,
) -> Result<Vec<Ended>> {
    let mut query = Query::select();
    query
        .columns(["user_id", kind.thing(), "valid_from", "expires_at", "reason"])
        .from(kind.table())
        .and_where(Expr::col("expires_at").lte(by))
        .cond_where(and)
        .order_by("expires_at", Order::Asc)
        .limit(AT_ONCE);
    let rows = connection.query_all(&query).await?;
    Ok(rows.iter().map(Ended::read).collect::<Result<_, _>>()?)
}

impl Ended {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            user: UserId::new(row.try_get_by_index(0)?),
            thing: row.try_get_by_index(1)?,
            terms: Terms {
                valid_from: row.try_get_by_index(2)?,
                expires_at: row.try_get_by_index(3)?,
                reason: row.try_get_by_index(4)?,
            },
        })
    }
}

/// Notes that the audit log was told of their ends.
pub(in crate::assignments) async fn note<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    ended: &[Ended],
) -> Result<()> {
    let mut update = Query::update();
    update.table(kind.table()).value("noted_end", Expr::col("expires_at")).cond_where(kind.these(ended));
    connection.execute(&update).await?;
    Ok(())
}

/// Deletes them.
pub(in crate::assignments) async fn delete<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    ended: &[Ended],
) -> Result<()> {
    let mut delete = Query::delete();
    delete.from_table(kind.table()).cond_where(kind.these(ended));
    connection.execute(&delete).await?;
    Ok(())
}
