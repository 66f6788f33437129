//! Reading facts: all of them at start, then exactly what changed.

mod constraints;
mod feed;
mod holders;
mod separation;
mod subjects;
#[cfg(test)]
mod tests;

pub(crate) use feed::{
    catch_up, feed_rows, locked_revision, pinned_revision, prune, revision, set_revision, to_stored,
};
pub(crate) use holders::lasting_holders;
pub(crate) use separation::{Among, assigned_several, chosen_several};
pub(crate) use subjects::subjects;

use super::Touched;
use crate::{Error, Result};
use engine::{
    ConstraintId, Facts, PermissionFacts, PermissionId, PermissionName, Policy, PolicyError, RoleFacts, RoleId,
    RoleName,
};
use entity::{permission, role, role_inheritance, role_permission};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Ids in one statement; SQLite bounds how many values can be bound.
const CHUNK: usize = 500;
/// Grants in one statement: a row weighs many times what is kept of it.
const GRANTS_AT_ONCE: u64 = 10_000;
/// Beyond so many touched things it is cheaper to read all.
const TOO_MANY: usize = 1_000;

/// Reads the whole policy; `connection` is to see one state throughout.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be read; [`Error::Internal`] when it contradicts itself.
pub(crate) async fn policy<C: ConnectionTrait>(connection: &C) -> Result<Policy> {
    let revision = feed::revision(connection).await?;
    built(everything(connection, revision).await?).await?.map_err(internal)
}

/// The policy that `base` became at `revision`, when that touched `touched`: reads only those again,
/// and nothing when they are all users.
///
/// # Errors
/// As [`policy`], but facts that contradict each other are the inner error.
pub(crate) async fn policy_after<C: ConnectionTrait>(
    connection: &C,
    base: &Policy,
    touched: &[Touched],
    revision: u64,
) -> Result<Result<Policy, PolicyError>> {
    let (mut roles, mut permissions, mut constraints) =
        (FxHashSet::default(), FxHashSet::default(), FxHashSet::default());
    let mut everything_again = false;
    for touched in touched {
        match *touched {
            Touched::Role(role) => drop(roles.insert(role)),
            Touched::Permission(permission) => drop(permissions.insert(permission)),
            Touched::Constraint(constraint) => drop(constraints.insert(constraint)),
            Touched::Everything => everything_again = true,
            Touched::User(_) => {}
        }
    }
    let count = roles.len() + permissions.len() + constraints.len();
    if everything_again || count > TOO_MANY {
        return built(everything(connection, revision).await?).await;
    }
    if count == 0 {
        return Ok(Ok(base.at_revision(revision)));
    }
    let known = base.facts();
    let mut facts = Facts {
        revision,
        roles: known.roles.iter().filter(|known| !roles.contains(&known.id)).cloned().collect(),
        permissions: known.permissions.iter().filter(|known| !permissions.contains(&known.id)).cloned().collect(),
        constraints: known.constraints.iter().filter(|known| !constraints.contains(&known.id)).cloned().collect(),
    };
    let roles: Vec<Uuid> = roles.into_iter().map(RoleId::uuid).collect();
    for chunk in roles.chunks(CHUNK) {
        facts.roles.extend(self::roles(connection, Some(chunk)).await?);
    }
    let permissions: Vec<Uuid> = permissions.into_iter().map(PermissionId::uuid).collect();
    for chunk in permissions.chunks(CHUNK) {
        facts.permissions.extend(self::permissions(connection, Some(chunk)).await?);
    }
    let constraints: Vec<Uuid> = constraints.into_iter().map(ConstraintId::uuid).collect();
    for chunk in constraints.chunks(CHUNK) {
        facts.constraints.extend(constraints::constraints(connection, Some(chunk)).await?);
    }
    built(facts).await
}

async fn everything<C: ConnectionTrait>(connection: &C, revision: u64) -> Result<Facts> {
    Ok(Facts {
        revision,
        roles: roles(connection, None).await?,
        permissions: permissions(connection, None).await?,
        constraints: constraints::constraints(connection, None).await?,
    })
}

/// Works out a policy, away from the threads that answer requests.
async fn built(facts: Facts) -> Result<Result<Policy, PolicyError>> {
    tokio::task::spawn_blocking(move || Policy::build(facts)).await.map_err(internal)
}

/// Roles with their grants and inheritance: those with these ids, or all.
async fn roles<C: ConnectionTrait>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<RoleFacts>> {
    use role::Column;
    let mut grants = grants(connection, ids).await?;
    let mut juniors = juniors(connection, ids).await?;
    let mut query = role::Entity::find().select_only().columns([
        Column::Id,
        Column::Name,
        Column::IsSystem,
        Column::IsDefault,
        Column::RequiresActivation,
        Column::Revision,
    ]);
    if let Some(ids) = ids {
        query = query.filter(Column::Id.is_in(ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, bool, bool, bool, i64)> = query.into_tuple().all(connection).await?;
    let facts = rows.into_iter().map(|(id, name, is_system, is_default, requires_activation, revision)| {
        Ok(RoleFacts {
            id: RoleId::new(id),
            name: RoleName::parse(&name).map_err(internal)?,
            is_system,
            is_default,
            requires_activation,
            revision: u64::try_from(revision).unwrap_or_default(),
            grants: grants.remove(&id).unwrap_or_default(),
            inherits_from: juniors.remove(&id).unwrap_or_default(),
        })
    });
    facts.collect()
}

/// What roles are granted themselves. Read piece by piece, so that the rows of a large policy are
/// never in memory all at once.
async fn grants<C: ConnectionTrait>(
    connection: &C,
    roles: Option<&[Uuid]>,
) -> Result<FxHashMap<Uuid, Vec<PermissionId>>> {
    use role_permission::Column;
    let mut grants: FxHashMap<Uuid, Vec<PermissionId>> = FxHashMap::default();
    let mut last: Option<(Uuid, Uuid)> = None;
    loop {
        let mut query = role_permission::Entity::find().select_only().columns([Column::RoleId, Column::PermissionId]);
        if let Some(roles) = roles {
            query = query.filter(Column::RoleId.is_in(roles.iter().copied()));
        }
        if let Some((role, permission)) = last {
            // All that comes after the last pair, in words that an index on the role can serve.
            let after = Condition::any().add(Column::RoleId.gt(role)).add(Column::PermissionId.gt(permission));
            query = query.filter(Column::RoleId.gte(role)).filter(after);
        }
        let query = query.order_by_asc(Column::RoleId).order_by_asc(Column::PermissionId).limit(GRANTS_AT_ONCE);
        let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
        for &(role, permission) in &rows {
            grants.entry(role).or_default().push(PermissionId::new(permission));
        }
        last = match rows.last() {
            Some(&row) if rows.len() as u64 == GRANTS_AT_ONCE => Some(row),
            _ => return Ok(grants),
        };
    }
}

/// What roles inherit from in one step.
async fn juniors<C: ConnectionTrait>(connection: &C, roles: Option<&[Uuid]>) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    use role_inheritance::Column;
    let mut query = role_inheritance::Entity::find().select_only().columns([Column::SeniorId, Column::JuniorId]);
    if let Some(roles) = roles {
        query = query.filter(Column::SeniorId.is_in(roles.iter().copied()));
    }
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    let mut juniors: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    for (senior, junior) in rows {
        juniors.entry(senior).or_default().push(RoleId::new(junior));
    }
    Ok(juniors)
}

/// Permissions: those with these ids, or all.
async fn permissions<C: ConnectionTrait>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<PermissionFacts>> {
    use permission::Column;
    let mut query = permission::Entity::find().select_only().columns([Column::Id, Column::Name, Column::IsSystem]);
    if let Some(ids) = ids {
        query = query.filter(Column::Id.is_in(ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, bool)> = query.into_tuple().all(connection).await?;
    let facts = rows.into_iter().map(|(id, name, is_system)| {
        let name = PermissionName::parse(&name).map_err(internal)?;
        Ok(PermissionFacts { id: PermissionId::new(id), name, is_system })
    });
    facts.collect()
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(error.into())
}
