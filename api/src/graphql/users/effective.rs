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
    fn held() -> Held {
        let permission = |place: usize| PermissionId::new(Uuid::from_u128(100 + place as u128));
        let role = |place: u128, name: &str, grants: &[usize], inherits_from: Vec<RoleId>| RoleFacts {
            id: RoleId::new(Uuid::from_u128(place)),
            name: RoleName::parse(name).expect("a role's name"),
            is_system: false,
            is_default: false,
            requires_activation: false,
            revision: 1,
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
        Held { user, subject: Arc::new(subject), policy, now: DateTime::UNIX_EPOCH }
    }

    fn names(held: &Held, permissions: &[PermissionId]) -> Vec<String> {
        let named = permissions.iter().filter_map(|id| held.policy.permission(*id));
        named.map(|permission| permission.name.to_string()).collect()
    }

    fn page(held: &Held, arguments: &PageArguments) -> (Vec<String>, bool, bool, Option<String>) {
        let all = held.filtered(EffectivePermissionFilter::default());
        let page = held.page(&all, &arguments.parse(100).expect("good arguments"));
        let ids: Vec<_> = page.items.iter().map(|(_, item)| item.permission).collect();
        let end = page.items.last().map(|(cursor, _)| cursor.encode());
        (names(held, &ids), page.has_previous, page.has_next, end)
    }

    #[test]
    fn pages_follow_each_other_in_the_order_of_names() {
        let held = held();
        let first = page(&held, &PageArguments { first: Some(3), ..PageArguments::default() });
        assert_eq!(first.0, PERMISSIONS[1..4]);
        assert_eq!((first.1, first.2), (false, true));
        let next = PageArguments { first: Some(3), after: first.3.clone(), ..PageArguments::default() };
        assert_eq!(page(&held, &next).0, ["ledger:write"]);
        let back = PageArguments { last: Some(1), before: first.3, ..PageArguments::default() };
        let (found, has_previous, has_next, _) = page(&held, &back);
        assert_eq!((found, has_previous, has_next), (vec!["invoice:read".to_owned()], true, true));
    }

    #[test]
    fn a_cursor_stays_good_when_its_item_is_gone() {
        let held = held();
        let gone = Cursor { key: CursorKey::Text("invoice:pay".to_owned()), id: Uuid::nil() };
        let after = PageArguments { after: Some(gone.encode()), ..PageArguments::default() };
        assert_eq!(page(&held, &after).0, ["invoice:read", "ledger:read", "ledger:write"]);
    }

    #[test]
    fn filters_say_how_a_permission_comes() {
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
    async fn whether_there_are_more_paths_is_told_of_the_longest_list_asked_for() {
        let held = held();
        let invoice_read = held.policy.permission_named("invoice:read").expect("registered").id;
        let holding = EffectivePermission { held, permission: invoice_read, grounds: OnceLock::new() };
        let grounds = holding.grounds();
        assert!(!grounds.has_more().await);
        assert_eq!(grounds.first(1).expect("a good number").len(), 1);
        assert!(grounds.has_more().await);
        assert_eq!(grounds.first(2).expect("a good number").len(), 2);
        assert!(!grounds.has_more().await);
        assert!(grounds.first(-1).is_err() && grounds.first(101).is_err());
    }
}
