//! Stored roles, their grants and their inheritance.

use super::{Role, RoleFilter, RoleOrder, RoleOrderField};
use crate::Result;
use crate::page::{self, Keyset, Page, PageRequest, SortKey};
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId, RoleName, UserId};
use entity::{role, role_inheritance, role_permission, session_role, sod_constraint_role, user_role};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
};
use uuid::Uuid;

/// Rows or ids in one statement.
const CHUNK: usize = 500;

/// A role about to be created. Its first version is counted when the change touches it.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    pub(crate) id: RoleId,
    pub(crate) name: RoleName,
    pub(crate) description: Option<String>,
    pub(crate) is_system: bool,
    pub(crate) is_default: bool,
}

/// What changes of a role; `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) name: Option<RoleName>,
    pub(super) description: Option<Option<String>>,
    pub(super) is_default: Option<bool>,
    pub(super) requires_activation: Option<bool>,
}

/// By whom and when a link is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: Option<UserId>,
}

/// Creates roles.
pub(crate) async fn insert<C: ConnectionTrait>(connection: &C, new: &[NewRow], now: DateTime<Utc>) -> Result<()> {
    for new in new.chunks(CHUNK) {
        let rows = new.iter().map(|new| {
            role::Model {
                id: new.id.uuid(),
                name: new.name.as_str().to_owned(),
                name_key: new.name.key(),
                description: new.description.clone(),
                is_system: new.is_system,
                is_default: new.is_default,
                requires_activation: false,
                version: 0,
                revision: 0,
                created_at: now,
                updated_at: now,
            }
            .into_active_model()
        });
        role::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Makes roles built in, those that guards name.
pub(crate) async fn make_system<C: ConnectionTrait>(connection: &C, ids: &[RoleId]) -> Result<()> {
    let change = role::ActiveModel { is_system: ActiveValue::Set(true), ..Default::default() };
    let these = role::Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    role::Entity::update_many().set(change).filter(these).exec(connection).await?;
    Ok(())
}

/// Grants permissions to roles; none of the pairs may be there.
pub(crate) async fn insert_grants<C: ConnectionTrait>(
    connection: &C,
    grants: &[(RoleId, PermissionId)],
    made: Made,
) -> Result<()> {
    for grants in grants.chunks(CHUNK) {
        let rows = grants.iter().map(|(role, permission)| {
            role_permission::Model {
                role_id: role.uuid(),
                permission_id: permission.uuid(),
                granted_at: made.at,
                granted_by: made.by.map(UserId::uuid),
            }
            .into_active_model()
        });
        role_permission::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Lets seniors inherit from juniors; none of the pairs may be there.
pub(crate) async fn insert_inheritance<C: ConnectionTrait>(
    connection: &C,
    links: &[(RoleId, RoleId)],
    made: Made,
) -> Result<()> {
    for links in links.chunks(CHUNK) {
        let rows = links.iter().map(|(senior, junior)| {
            role_inheritance::Model {
                senior_id: senior.uuid(),
                junior_id: junior.uuid(),
                created_at: made.at,
                created_by: made.by.map(UserId::uuid),
            }
            .into_active_model()
        });
        role_inheritance::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Takes permissions, at most 500, from a role.
pub(super) async fn delete_grants<C: ConnectionTrait>(
    connection: &C,
    role: RoleId,
    permissions: &[PermissionId],
) -> Result<()> {
    let permissions = permissions.iter().map(|permission| permission.uuid());
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::RoleId.eq(role.uuid()))
        .filter(role_permission::Column::PermissionId.is_in(permissions))
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends a role's inheritance from others, at most 500.
pub(super) async fn delete_inheritance<C: ConnectionTrait>(
    connection: &C,
    senior: RoleId,
    juniors: &[RoleId],
) -> Result<()> {
    let juniors = juniors.iter().map(|junior| junior.uuid());
    role_inheritance::Entity::delete_many()
        .filter(role_inheritance::Column::SeniorId.eq(senior.uuid()))
        .filter(role_inheritance::Column::JuniorId.is_in(juniors))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) async fn find<C: ConnectionTrait>(connection: &C, id: RoleId) -> Result<Option<Role>> {
    Ok(role::Entity::find_by_id(id.uuid()).one(connection).await?.map(Role::from))
}

pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[RoleId]) -> Result<Vec<Role>> {
    let mut roles = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = role::Entity::find().filter(role::Column::Id.is_in(ids)).all(connection).await?;
        roles.extend(rows.into_iter().map(Role::from));
    }
    Ok(roles)
}

/// Which roles to list: the filter, and when it names a permission, the roles that hold it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) filter: &'a RoleFilter,
    pub(super) holders: Option<&'a [RoleId]>,
}

pub(super) async fn page<C: ConnectionTrait>(
    connection: &C,
    wanted: Wanted<'_>,
    order: RoleOrder,
    request: &PageRequest,
) -> Result<Page<Role>> {
    let key = match order.field {
        RoleOrderField::Name => SortKey::Text(role::Column::NameKey),
        RoleOrderField::CreatedAt => SortKey::Time(role::Column::CreatedAt),
    };
    let keyset = Keyset { id: role::Column::Id, key, direction: order.direction };
    Ok(page::fetch(select(wanted), keyset, request, connection).await?.map(Role::from))
}

pub(super) async fn count<C: ConnectionTrait>(connection: &C, wanted: Wanted<'_>) -> Result<u64> {
    Ok(select(wanted).count(connection).await?)
}

fn select(wanted: Wanted<'_>) -> Select<role::Entity> {
    use role::Column;
    let mut condition = Condition::all().add_option(wanted.filter.is_system.map(|flag| Column::IsSystem.eq(flag)));
    if let Some(search) = &wanted.filter.search {
        condition = condition.add(page::contains(search, &[Column::NameKey], &[Column::Description]));
    }
    if let Some(holders) = wanted.holders {
        condition = condition.add(Column::Id.is_in(holders.iter().map(|role| role.uuid())));
    }
    role::Entity::find().filter(condition)
}

/// Users to whom a role is assigned, whenever the assignment counts.
pub(super) async fn members<C: ConnectionTrait>(connection: &C, id: RoleId) -> Result<Vec<UserId>> {
    let users: Vec<Uuid> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::UserId)
        .filter(user_role::Column::RoleId.eq(id.uuid()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(users.into_iter().map(UserId::new).collect())
}

pub(super) async fn update<C: ConnectionTrait>(connection: &C, id: RoleId, changes: Changes) -> Result<()> {
    let change = role::ActiveModel {
        name: set(changes.name.as_ref().map(|name| name.as_str().to_owned())),
        name_key: set(changes.name.as_ref().map(RoleName::key)),
        description: set(changes.description),
        is_default: set(changes.is_default),
        requires_activation: set(changes.requires_activation),
        ..Default::default()
    };
    role::Entity::update_many().set(change).filter(role::Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

fn set<V: Into<sea_orm::Value>>(value: Option<V>) -> ActiveValue<V> {
    value.map_or(ActiveValue::NotSet, ActiveValue::Set)
}

/// Deletes a role with its assignments, its grants, its place in the hierarchy and in constraints.
pub(super) async fn delete<C: ConnectionTrait>(connection: &C, id: RoleId) -> Result<()> {
    let id = id.uuid();
    user_role::Entity::delete_many().filter(user_role::Column::RoleId.eq(id)).exec(connection).await?;
    session_role::Entity::delete_many().filter(session_role::Column::RoleId.eq(id)).exec(connection).await?;
    role_permission::Entity::delete_many().filter(role_permission::Column::RoleId.eq(id)).exec(connection).await?;
    let links =
        Condition::any().add(role_inheritance::Column::SeniorId.eq(id)).add(role_inheritance::Column::JuniorId.eq(id));
    role_inheritance::Entity::delete_many().filter(links).exec(connection).await?;
    let places = sod_constraint_role::Column::RoleId.eq(id);
    sod_constraint_role::Entity::delete_many().filter(places).exec(connection).await?;
    role::Entity::delete_by_id(id).exec(connection).await?;
    Ok(())
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        Self {
            id: RoleId::new(row.id),
            name: row.name,
            description: row.description,
            is_system: row.is_system,
            is_default: row.is_default,
            requires_activation: row.requires_activation,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
