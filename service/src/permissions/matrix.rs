//! The permission matrix: roles against permissions, answered from the policy in memory.

use crate::page::{Cursor, CursorKey, Page, PageRequest};
use crate::{Error, Requested, Result};
use engine::{KnownRole, PermissionFacts, PermissionId, PermissionName, Policy, RoleId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// Roles of a matrix without a number of roles.
pub const DEFAULT_ROLES: usize = 50;
/// Most roles of a matrix.
pub const MAX_ROLES: usize = 200;
/// Permissions of a matrix without a number of permissions.
pub const DEFAULT_PERMISSIONS: usize = 100;
/// Most permissions of a matrix.
pub const MAX_PERMISSIONS: usize = 500;

/// A filled cell: a permission that a role holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The role.
    pub role: RoleId,
    /// The permission.
    pub permission: PermissionId,
    /// Whether the permission is granted to the role itself.
    pub is_direct: bool,
    /// Roles that the permission is inherited from, by name.
    pub inherited_from: Vec<RoleId>,
}

/// A page of the columns: roles by name, without regard to case. `ids` limits them to these roles.
///
/// # Errors
/// [`Error::BadInput`] for an unknown role, with its index, for more than 200 ids, and for a cursor of another list.
pub fn roles(policy: &Policy, ids: Option<&[Requested<RoleId>]>, request: &PageRequest) -> Result<Page<RoleId>> {
    let selected = ids.map(|ids| known_roles(policy, ids)).transpose()?;
    let is_selected = |role: &&KnownRole| selected.as_ref().is_none_or(|selected| selected.contains(&role.id));
    let keyed = policy.roles().filter(is_selected).map(|role| Keyed { key: role.name.key(), id: role.id }).collect();
    let after = match &request.after {
        Some(cursor) => Some(Keyed { key: text(cursor, "afterRole")?, id: RoleId::new(cursor.id) }),
        None => None,
    };
    Ok(page(keyed, after, request, |role| Cursor { key: CursorKey::Text(role.key), id: role.id.uuid() }))
}

/// A page of the rows: permissions by resource, then action. `resource` limits them to one resource.
///
/// # Errors
/// [`Error::BadInput`] for a cursor of another list.
pub fn permissions(policy: &Policy, resource: Option<&str>, request: &PageRequest) -> Result<Page<PermissionId>> {
    let is_on = |known: &&PermissionFacts| resource.is_none_or(|resource| known.name.resource() == resource);
    let keyed = policy.permissions().filter(is_on);
    let keyed = keyed.map(|known| Keyed { key: PermissionKey(known.name.clone()), id: known.id }).collect();
    let after = match &request.after {
        Some(cursor) => {
            let name = text(cursor, "afterPermission")?;
            let name = PermissionName::parse(&name).map_err(|_| other_list("afterPermission"))?;
            Some(Keyed { key: PermissionKey(name), id: PermissionId::new(cursor.id) })
        }
        None => None,
    };
    let cursor = |permission: Keyed<PermissionKey, PermissionId>| Cursor {
        key: CursorKey::Text(permission.key.0.as_str().to_owned()),
        id: permission.id.uuid(),
    };
    Ok(page(keyed, after, request, cursor))
}

/// The filled cells of these roles and permissions: by permission, then by role, in the given orders. The work is in
/// proportion to the grants that fill them.
#[must_use]
pub fn cells(policy: &Policy, roles: &[RoleId], permissions: &[PermissionId]) -> Vec<Cell> {
    // Columns by the roles whose grants fill them.
    let mut columns = FxHashMap::<RoleId, Vec<usize>>::default();
    for (column, &role) in roles.iter().enumerate() {
        for source in policy.inherits_from_all(role).into_iter().chain([role]) {
            columns.entry(source).or_default().push(column);
        }
    }
    let mut cells = Vec::new();
    for &permission in permissions {
        let mut row: Vec<Option<Cell>> = vec![None; roles.len()];
        for source in policy.granted_roles(permission) {
            for &column in columns.get(&source).into_iter().flatten() {
                let (Some(&role), Some(cell)) = (roles.get(column), row.get_mut(column)) else { continue };
                let cell =
                    cell.get_or_insert_with(|| Cell { role, permission, is_direct: false, inherited_from: Vec::new() });
                if source == role { cell.is_direct = true } else { cell.inherited_from.push(source) }
            }
        }
        cells.extend(row.into_iter().flatten());
    }
    cells
}

/// An item with its sort key; the id breaks ties.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed<K, Id> {
    key: K,
    id: Id,
}

/// Orders permissions by resource, then action, then name.
#[derive(Debug, PartialEq, Eq)]
struct PermissionKey(PermissionName);

impl Ord for PermissionKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PermissionKey {
    fn parts(&self) -> [&str; 3] {
        [self.0.resource(), self.0.action(), self.0.as_str()]
    }
}

impl PartialOrd for PermissionKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn page<K: Ord, Id: Copy + Ord>(
    mut items: Vec<Keyed<K, Id>>,
    after: Option<Keyed<K, Id>>,
    request: &PageRequest,
    cursor: impl Fn(Keyed<K, Id>) -> Cursor,
) -> Page<Id> {
    if let Some(after) = after {
        items.retain(|item| *item > after);
    }
    items.sort_unstable();
    let more = items.len() > request.limit;
    items.truncate(request.limit);
    let items = items.into_iter().map(|item| {
        let id = item.id;
        (cursor(item), id)
    });
    let items = items.collect();
    Page::read(items, more, request)
}

fn known_roles(policy: &Policy, ids: &[Requested<RoleId>]) -> Result<FxHashSet<RoleId>> {
    if ids.len() > MAX_ROLES {
        return Err(Error::BadInput(format!("`roleIds` has at most {MAX_ROLES} entries")));
    }
    let known = |(index, id): (usize, &Requested<RoleId>)| {
        let unknown = || Error::BadInput(format!("`roleIds[{index}]` is not the id of a role"));
        id.filter(|&id| policy.role(id).is_some()).ok_or_else(unknown)
    };
    ids.iter().enumerate().map(known).collect()
}

fn text(cursor: &Cursor, argument: &str) -> Result<String> {
    match &cursor.key {
        CursorKey::Text(text) => Ok(text.clone()),
        _ => Err(other_list(argument)),
    }
}

fn other_list(argument: &str) -> Error {
    Error::BadInput(format!("`{argument}` is not a cursor of this list; pass one that the list returned"))
}

#[cfg(test)]
mod tests;
