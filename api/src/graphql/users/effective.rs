//! What a user may do, permission by permission, with the paths it comes by.

use super::User;
use crate::graphql::access::{GrantPath, Grounds};
use crate::graphql::connection::connection;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::inherit;
use crate::graphql::id;
use crate::graphql::permissions::Permission;
use async_graphql::{ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use engine::{PermissionId, PermissionSet, Policy, Subject};
use rustc_hash::FxHashSet;
use service::page::{Cursor, CursorKey, Page, PageEnd, PageRequest};
use std::sync::{Arc, OnceLock};

connection! {
    /// A page of effective permissions.
    EffectivePermissionConnection,
    /// One of the effective permissions, with its cursor.
    EffectivePermissionEdge,
    EffectivePermission
}

/// A permission a user holds.
#[derive(Debug)]
pub struct EffectivePermission {
    held: Held,
    permission: PermissionId,
    grounds: OnceLock<Grounds>,
}

/// Which effective permissions to list.
#[derive(Debug, Default, InputObject)]
pub struct EffectivePermissionFilter {
    /// Part of the name.
    search: Option<String>,
    /// On this resource.
    resource: Option<String>,
    /// Coming through this role.
    via_role_id: Option<ID>,
    /// Only direct grants.
    direct_only: Option<bool>,
}

/// All that one user holds at one moment.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) user: User,
    pub(super) subject: Arc<Subject>,
    pub(super) policy: Arc<Policy>,
    pub(super) now: DateTime<Utc>,
}

/// Permissions granted to the subject directly and counting now, by name.
pub(super) fn direct_permissions(policy: &Policy, subject: &Subject, now: DateTime<Utc>) -> Vec<PermissionId> {
    let granted = subject.grants.iter().filter(|grant| grant.validity.holds(now));
    let mut granted: Vec<_> = granted.filter_map(|grant| policy.permission(grant.permission)).collect();
    granted.sort_by(|a, b| a.name.cmp(&b.name));
    granted.dedup_by_key(|permission| permission.id);
    granted.into_iter().map(|permission| permission.id).collect()
}

impl Held {
    /// What the filter lets through, by name.
    pub(super) fn filtered(&self, filter: EffectivePermissionFilter) -> Vec<PermissionId> {
        let held = self.policy.permissions_of(&self.subject, self.now);
        let through = filter.via_role_id.map(|role| self.through(&role));
        let direct = filter.direct_only.unwrap_or_default().then(|| -> FxHashSet<PermissionId> {
            direct_permissions(&self.policy, &self.subject, self.now).into_iter().collect()
        });
        let search = filter.search.map(|search| search.to_lowercase());
        let is_wanted = |permission: &PermissionId| {
            let name = self.policy.permission(*permission).map(|permission| &permission.name);
            through.as_ref().is_none_or(|through| self.policy.contains(through, *permission))
                && direct.as_ref().is_none_or(|direct| direct.contains(permission))
                && name.is_some_and(|name| {
                    search.as_ref().is_none_or(|search| name.as_str().to_lowercase().contains(search))
                        && filter.resource.as_ref().is_none_or(|resource| name.resource() == resource)
                })
        };
        self.policy.ids_in(&held).filter(is_wanted).collect()
    }

    /// What comes through a role that the subject has, by itself or by inheritance.
    fn through(&self, role: &ID) -> PermissionSet {
        let role = id::role_id(role).filter(|role| {
            let roles = self.policy.active_role_closure(&self.subject, self.now);
            roles.contains(role)
        });
        role.map(|role| self.policy.permissions_of_role(role)).unwrap_or_default()
    }

    /// A page of them. They are in the order of names, so a cursor stays good when its own item goes.
    pub(super) fn page(&self, permissions: &[PermissionId], request: &PageRequest) -> Page<EffectivePermission> {
        let place = |cursor: &Cursor, is_past: fn(&CursorKey, &CursorKey) -> bool| {
            permissions.partition_point(|&permission| is_past(&self.key(permission), &cursor.key))
        };
        let start = request.after.as_ref().map_or(0, |after| place(after, |key, after| key <= after));
        let end = request.before.as_ref().map_or(permissions.len(), |before| place(before, |key, before| key < before));
        let end = end.max(start);
        let (from, to) = match request.from {
            PageEnd::Start => (start, end.min(start + request.limit)),
            PageEnd::End => (start.max(end.saturating_sub(request.limit)), end),
        };
        let items = permissions[from..to].iter().map(|&permission| {
            let cursor = Cursor { key: self.key(permission), id: permission.uuid() };
            (cursor, EffectivePermission { held: self.clone(), permission, grounds: OnceLock::new() })
        });
        Page { items: items.collect(), has_next: to < permissions.len(), has_previous: from > 0 }
    }

    fn key(&self, permission: PermissionId) -> CursorKey {
        let name = self.policy.permission(permission).map(|permission| permission.name.to_string());
        CursorKey::Text(name.unwrap_or_default())
    }
}

impl EffectivePermission {
    fn grounds(&self) -> &Grounds {
        let Held { user, subject, policy, now } = &self.held;
        self.grounds.get_or_init(|| {
            let paths = policy.paths(subject, self.permission, *now, Grounds::MAX_PATHS);
            let name = policy.permission(self.permission).map(|permission| permission.name.to_string());
            Grounds::new(paths, user.clone(), name.unwrap_or_default(), Arc::clone(policy))
        })
    }
}

/// A permission a user holds, with every path it comes by.
#[Object]
impl EffectivePermission {
    /// The permission.
    #[graphql(directive = inherit::apply())]
    async fn permission(&self) -> Entity<Permission> {
        Entity(Permission::of_policy(&self.held.policy, self.permission))
    }

    /// Granted to the user and not only through roles?
    async fn is_direct(&self) -> bool {
        let mut grants = self.held.subject.grants.iter();
        grants.any(|grant| grant.permission == self.permission && grant.validity.holds(self.held.now))
    }

    /// Paths, shortest first, at most 100; a direct grant and a role can both be there.
    async fn paths(&self, #[graphql(default = 20)] first: i32) -> Result<Vec<GrantPath>> {
        self.grounds().first(first)
    }

    /// Are there more than were asked for?
    async fn has_more_paths(&self) -> bool {
        self.grounds().has_more().await
    }
}
