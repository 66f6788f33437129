//! Which users to list, in SQL: who has a role or a permission is asked over the closures that the
//! policy in force gives.

use crate::Result;
use crate::page::{self, Keyset, Page, PageRequest, SortKey};
use crate::users::{User, UserFilter, UserOrder, UserOrderField};
use chrono::{DateTime, Utc};
use engine::{PermissionId, Policy, RoleId};
use entity::{user, user_permission, user_role};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};

/// What is wanted, by which policy, and when.
#[derive(Clone, Copy, Debug)]
pub(in crate::users) struct Wanted<'a> {
    pub(in crate::users) filter: &'a UserFilter,
    pub(in crate::users) policy: &'a Policy,
    pub(in crate::users) now: DateTime<Utc>,
}

pub(in crate::users) async fn pages<C: ConnectionTrait>(
    connection: &C,
    wanted: impl Iterator<Item = Wanted<'_>>,
    order: UserOrder,
    request: &PageRequest,
) -> Result<Vec<Page<User>>> {
    let key = match order.field {
        UserOrderField::CreatedAt => SortKey::Time(user::Column::CreatedAt),
        UserOrderField::DisplayName => SortKey::Text(user::Column::DisplayKey),
        UserOrderField::Username => SortKey::Text(user::Column::UsernameKey),
        UserOrderField::LastLoginAt => SortKey::Number(user::Column::LastLoginKey),
    };
    let keyset = Keyset { id: user::Column::Id, key, direction: order.direction };
    let found = page::fetch_each(wanted.map(select).collect(), keyset, request, connection).await?;
    Ok(found.into_iter().map(|page| page.map(User::from)).collect())
}

pub(in crate::users) async fn counts<C: ConnectionTrait>(
    connection: &C,
    wanted: impl Iterator<Item = Wanted<'_>>,
) -> Result<Vec<u64>> {
    page::count_each(wanted.map(select).collect(), connection).await
}

fn select(wanted: Wanted<'_>) -> Select<user::Entity> {
    user::Entity::find().filter(attributes(wanted.filter)).filter(rights(wanted))
}

/// Conditions on a user's own row.
fn attributes(filter: &UserFilter) -> Condition {
    use user::Column;
    let status = match &filter.status {
        None => Column::Status.ne(user::Status::Deleted),
        Some(states) => Column::Status.is_in(states.iter().map(|&status| user::Status::from(status))),
    };
    let search = filter.search.as_deref();
    let search = search.map(|text| page::contains(text, &[Column::UsernameKey, Column::DisplayKey], &[Column::Email]));
    let id = filter.id.map(|id| Condition::all().add(Column::Id.eq(id.uuid())));
    let found = match (search, id) {
        (Some(search), Some(id)) => Some(Condition::any().add(search).add(id)),
        (search, id) => search.or(id),
    };
    let kind = filter.kind.map(|kind| Column::Kind.eq(user::Kind::from(kind)));
    Condition::all().add(status).add_option(found).add_option(kind)
}

/// Conditions on what a user has and holds now.
fn rights(wanted: Wanted<'_>) -> Condition {
    let Wanted { filter, policy, now } = wanted;
    let id = user::Column::Id;
    let mut condition = Condition::all();
    if let Some(role) = filter.assigned_role {
        condition = condition.add(id.in_subquery(members(&[role], now)));
    }
    if let Some(role) = filter.authorized_role {
        let mut roles = policy.inherited_by_all(role);
        roles.push(role);
        condition = condition.add(id.in_subquery(members(&roles, now)));
    }
    if let Some(permission) = filter.permission {
        // Whoever is suspended holds nothing.
        let roles = policy.authorized_roles_for(permission);
        let holds = Condition::any()
            .add(id.in_subquery(members(&roles, now)))
            .add(id.in_subquery(grantees(Some(permission), now)));
        condition = condition.add(user::Column::Status.eq(user::Status::Active)).add(holds);
    }
    if let Some(permission) = filter.direct_permission {
        condition = condition.add(id.in_subquery(grantees(Some(permission), now)));
    }
    match filter.has_direct_permissions {
        Some(true) => condition.add(id.in_subquery(grantees(None, now))),
        Some(false) => condition.add(id.not_in_subquery(grantees(None, now))),
        None => condition,
    }
}

/// Users with one of these roles assigned, the assignment counting at `now`.
fn members(roles: &[RoleId], now: DateTime<Utc>) -> SelectStatement {
    use user_role::Column;
    Query::select()
        .column(Column::UserId)
        .from(user_role::Entity)
        .and_where(Column::RoleId.is_in(roles.iter().map(|role| role.uuid())))
        .cond_where(counting((Column::ValidFrom, Column::ExpiresAt), now))
        .to_owned()
}

/// Users with a direct grant of this permission, or of any, that counts at `now`.
fn grantees(permission: Option<PermissionId>, now: DateTime<Utc>) -> SelectStatement {
    use user_permission::Column;
    Query::select()
        .column(Column::UserId)
        .from(user_permission::Entity)
        .cond_where(
            counting((Column::ValidFrom, Column::ExpiresAt), now)
                .add_option(permission.map(|permission| Column::PermissionId.eq(permission.uuid()))),
        )
        .to_owned()
}

/// The same as [`engine::Validity::holds`], in SQL.
fn counting<C: ColumnTrait>((from, until): (C, C), now: DateTime<Utc>) -> Condition {
    let begun = Condition::any().add(from.is_null()).add(from.lte(now));
    let lasts = Condition::any().add(until.is_null()).add(until.gt(now));
    Condition::all().add(begun).add(lasts)
}

#[cfg(test)]
mod tests;
