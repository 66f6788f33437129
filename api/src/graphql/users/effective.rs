//! Effective permissions of a user, with the paths that grant them.

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
    /// Page of a list of effective permissions.
    EffectivePermissionConnection,
    /// Effective permission in a list, with its cursor.
    EffectivePermissionEdge,
    EffectivePermission
}

/// A permission held by a user.
#[derive(Debug)]
pub struct EffectivePermission {
    held: HeldPermissions,
    permission: PermissionId,
    grounds: OnceLock<Grounds>,
}

/// Filter for effective permissions. Conditions are combined with AND; omitted and null conditions match every
/// permission.
#[derive(Debug, Default, InputObject)]
pub struct EffectivePermissionFilter {
    /// Text contained in the name, without regard to case.
    search: Option<String>,
    /// Resource of the permission.
    resource: Option<String>,
    /// Id of a role through which the user holds the permission.
    via_role_id: Option<ID>,
    /// Whether to list only permissions with a direct grant.
    direct_only: Option<bool>,
}

/// Permissions held by one user at one time.
#[derive(Clone, Debug)]
pub(super) struct HeldPermissions {
    pub(super) user: User,
    pub(super) subject: Arc<Subject>,
    pub(super) policy: Arc<Policy>,
    pub(super) now: DateTime<Utc>,
}

/// Permissions with a valid direct grant to the subject, sorted by name.
pub(super) fn direct_permissions(policy: &Policy, subject: &Subject, now: DateTime<Utc>) -> Vec<PermissionId> {
    let granted = subject.grants.iter().filter(|grant| grant.validity.is_valid_at(now));
    let mut granted: Vec<_> = granted.filter_map(|grant| policy.permission(grant.permission)).collect();
    granted.sort_by(|a, b| a.name.cmp(&b.name));
    granted.dedup_by_key(|permission| permission.id);
    granted.into_iter().map(|permission| permission.id).collect()
}

impl HeldPermissions {
    /// Permissions that match the filter, sorted by name.
    pub(super) fn filtered(&self, filter: EffectivePermissionFilter) -> Vec<PermissionId> {
        let held = self.policy.permissions_of(&self.subject, self.now);
        let through = filter.via_role_id.map(|role| self.through(&role));
        let direct = filter.direct_only.unwrap_or_default().then(|| -> FxHashSet<PermissionId> {
            direct_permissions(&self.policy, &self.subject, self.now).into_iter().collect()
        });
        let search = filter.search.map(|search| search.to_lowercase());
        let matches = |permission: &PermissionId| {
            let name = self.policy.permission(*permission).map(|permission| &permission.name);
            through.as_ref().is_none_or(|through| self.policy.contains(through, *permission))
                && direct.as_ref().is_none_or(|direct| direct.contains(permission))
                && name.is_some_and(|name| {
                    search.as_ref().is_none_or(|search| name.as_str().to_lowercase().contains(search))
                        && filter.resource.as_ref().is_none_or(|resource| name.resource() == resource)
                })
        };
        self.policy.ids_in(&held).filter(matches).collect()
    }

    /// Permissions held through a role that the subject has active, inherited roles included.
    fn through(&self, role: &ID) -> PermissionSet {
        let role = id::parse(role).filter(|role| {
            let roles = self.policy.active_role_closure(&self.subject, self.now);
            roles.contains(role)
        });
        role.map(|role| self.policy.permissions_of_role(role)).unwrap_or_default()
    }

    /// A page of permissions. They are sorted by name, so a cursor stays valid when its own item is removed.
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
        let items = permissions.get(from..to).unwrap_or_default().iter().map(|&permission| {
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
        let HeldPermissions { user, subject, policy, now } = &self.held;
        self.grounds.get_or_init(|| {
            let paths = policy.paths(subject, self.permission, *now, Grounds::MAX_PATHS);
            let name = policy.permission(self.permission).map(|permission| permission.name.to_string());
            Grounds::new(paths, user.clone(), name.unwrap_or_default(), Arc::clone(policy))
        })
    }
}

/// Permission held by a user, with the paths that grant it.
#[Object]
impl EffectivePermission {
    /// Permission that the user holds.
    #[graphql(directive = inherit::apply())]
    async fn permission(&self) -> Entity<Permission> {
        Entity(Permission::of_policy(&self.held.policy, self.permission))
    }

    /// Whether the user has a direct grant of the permission.
    async fn is_direct(&self) -> bool {
        let mut grants = self.held.subject.grants.iter();
        grants.any(|grant| grant.permission == self.permission && grant.validity.is_valid_at(self.held.now))
    }

    /// Paths that grant the permission, shortest first. At most 100 paths are available.
    async fn paths(&self, #[graphql(default = 20)] first: i32) -> Result<Vec<GrantPath>> {
        self.grounds().first(first)
    }

    /// Whether more paths exist than `paths` returns.
    async fn has_more_paths(&self) -> bool {
        self.grounds().has_more().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::id::{EntityType, encode};
    use engine::{
        AccountStatus, Activation, Assignment, AssignmentId, DirectGrant, Facts, PermissionFacts, PermissionName,
        RoleFacts, RoleId, RoleName, UserId, Validity,
    };
    use service::page::PageArguments;
    use uuid::Uuid;

    const PERMISSIONS: [&str; 5] = ["door:open", "invoice:approve", "invoice:read", "ledger:read", "ledger:write"];

    /// `senior` inherits from `junior`; each holds two permissions, and the user one directly.
    fn held() -> HeldPermissions {
        let permission = |place: usize| PermissionId::new(Uuid::from_u128(100 + place as u128));
        let role = |place: u128, name: &str, grants: &[usize], inherits_from: Vec<RoleId>| RoleFacts {
            id: RoleId::new(Uuid::from_u128(place)),
            name: RoleName::parse(name).expect("a role's name"),
            is_system: false,
            is_default: false,
            requires_activation: false,
            revision: 1,
            patterns: Vec::new(),
            grants: grants.iter().map(|&place| permission(place)).collect(),
            inherits_from,
        };
        let junior = role(1, "junior", &[1, 2], vec![]);
        let senior = role(2, "senior", &[2, 3], vec![junior.id]);
        let assigned = Assignment {
            id: AssignmentId::new(Uuid::nil()),
            role: senior.id,
            assigned_at: chrono::DateTime::UNIX_EPOCH,
            validity: Validity::default(),
        };
        let named = PERMISSIONS.iter().enumerate().map(|(place, name)| PermissionFacts {
            id: permission(place),
            name: PermissionName::parse(name).expect("a permission's name"),
            is_system: false,
        });
        let facts =
            Facts { revision: 1, roles: vec![junior, senior], permissions: named.collect(), constraints: Vec::new() };
        let policy = Arc::new(Policy::build(facts).expect("a policy"));
        let user = UserId::new(Uuid::from_u128(9));
        let subject = Subject {
            user,
            status: AccountStatus::Active,
            revision: 1,
            assignments: vec![assigned],
            grants: vec![DirectGrant { permission: permission(4), validity: Validity::default() }],
            activation: Activation::All,
        };
        let user = User::by_id(user, Arc::clone(&policy));
        HeldPermissions { user, subject: Arc::new(subject), policy, now: DateTime::UNIX_EPOCH }
    }

    fn names(held: &HeldPermissions, permissions: &[PermissionId]) -> Vec<String> {
        let named = permissions.iter().filter_map(|id| held.policy.permission(*id));
        named.map(|permission| permission.name.to_string()).collect()
    }

    /// Names on a page, the other pages, and its last cursor.
    struct FoundPage {
        names: Vec<String>,
        has_previous: bool,
        has_next: bool,
        end: Option<String>,
    }

    fn page(held: &HeldPermissions, arguments: &PageArguments) -> FoundPage {
        let all = held.filtered(EffectivePermissionFilter::default());
        let page = held.page(&all, &arguments.parse(100).expect("valid arguments"));
        let ids: Vec<_> = page.items.iter().map(|(_, item)| item.permission).collect();
        let end = page.items.last().map(|(cursor, _)| cursor.encode());
        FoundPage { names: names(held, &ids), has_previous: page.has_previous, has_next: page.has_next, end }
    }

    #[test]
    fn pages_are_sorted_by_name() {
        let held = held();
        let first = page(&held, &PageArguments { first: Some(3), ..PageArguments::default() });
        assert_eq!(first.names, PERMISSIONS[1..4]);
        assert_eq!((first.has_previous, first.has_next), (false, true));
        let next = PageArguments { first: Some(3), after: first.end.clone(), ..PageArguments::default() };
        assert_eq!(page(&held, &next).names, ["ledger:write"]);
        let back = PageArguments { last: Some(1), before: first.end, ..PageArguments::default() };
        let found = page(&held, &back);
        assert_eq!(found.names, ["invoice:read"]);
        assert!(found.has_previous && found.has_next);
    }

    #[test]
    fn a_cursor_stays_valid_when_its_item_is_removed() {
        let held = held();
        let removed = Cursor { key: CursorKey::Text("invoice:pay".to_owned()), id: Uuid::nil() };
        let after = PageArguments { after: Some(removed.encode()), ..PageArguments::default() };
        assert_eq!(page(&held, &after).names, ["invoice:read", "ledger:read", "ledger:write"]);
    }

    #[test]
    fn filters_select_by_the_source_of_a_permission() {
        let held = held();
        let found = |filter| names(&held, &held.filtered(filter));
        let junior = Some(encode(EntityType::Role, Uuid::from_u128(1)));
        let stranger = Some(encode(EntityType::User, Uuid::from_u128(1)));
        let filter = EffectivePermissionFilter::default;
        assert_eq!(found(EffectivePermissionFilter { direct_only: Some(true), ..filter() }), ["ledger:write"]);
        assert_eq!(
            found(EffectivePermissionFilter { via_role_id: junior, ..filter() }),
            ["invoice:approve", "invoice:read"]
        );
        assert!(found(EffectivePermissionFilter { via_role_id: stranger, ..filter() }).is_empty());
        assert_eq!(
            found(EffectivePermissionFilter { search: Some("READ".to_owned()), ..filter() }),
            ["invoice:read", "ledger:read"]
        );
        let ledger = EffectivePermissionFilter { resource: Some("ledger".to_owned()), ..filter() };
        assert_eq!(found(ledger), ["ledger:read", "ledger:write"]);
    }

    #[tokio::test]
    async fn has_more_paths_refers_to_the_longest_list_selected() {
        let held = held();
        let invoice_read = held.policy.permission_named("invoice:read").expect("registered").id;
        let holding = EffectivePermission { held, permission: invoice_read, grounds: OnceLock::new() };
        let grounds = holding.grounds();
        assert!(!grounds.has_more().await);
        assert_eq!(grounds.first(1).expect("a valid number").len(), 1);
        assert!(grounds.has_more().await);
        assert_eq!(grounds.first(2).expect("a valid number").len(), 2);
        assert!(!grounds.has_more().await);
        assert!(grounds.first(-1).is_err() && grounds.first(101).is_err());
    }
}
