//! INCITS 359 read literally: sets, and recursion over the relations as they are stored. Slow and plain on purpose; the
//! engine is compared with it.

pub(crate) mod paths;
pub(crate) mod separation;

use chrono::{DateTime, Utc};
use engine::{
    AccountStatus, Activation, Facts, PermissionId, PermissionPattern, Reason, RoleFacts, RoleId, SUPERADMIN, Subject,
    Validity,
};
use std::collections::BTreeSet;

/// Does a pattern match a name? Both are split where the name is.
fn matches(pattern: &str, name: &str) -> bool {
    let separator = if name.contains(':') { ":" } else { "." };
    if separator == "." && pattern.contains(':') {
        return false;
    }
    match (pattern.rsplit_once(separator), name.rsplit_once(separator)) {
        (Some((resource, action)), Some((named_resource, named_action))) => {
            (resource == "*" || resource == named_resource) && (action == "*" || action == named_action)
        }
        _ => false,
    }
}

/// What the relations of a model mean at one instant.
pub(crate) struct Reference<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) now: DateTime<Utc>,
}

impl Reference<'_> {
    fn role(&self, id: RoleId) -> &RoleFacts {
        self.facts.roles.iter().find(|role| role.id == id).expect("a known role")
    }

    /// One role holds all permissions by rule.
    fn is_superadmin(&self, role: RoleId) -> bool {
        let role = self.role(role);
        role.is_system && role.name.as_str().eq_ignore_ascii_case(SUPERADMIN)
    }

    /// PA: is the permission assigned to the role itself?
    pub(crate) fn is_granted(&self, role: RoleId, permission: PermissionId) -> bool {
        self.is_superadmin(role) || self.role(role).grants.contains(&permission)
    }

    /// What a role has a permission by: its grant, or patterns in the order of their texts.
    pub(crate) fn sources(&self, role: RoleId, permission: PermissionId) -> Vec<Option<PermissionPattern>> {
        let name = self.facts.permissions.iter().find(|known| known.id == permission).expect("known").name.as_str();
        let mut matching: Vec<_> =
            self.role(role).patterns.iter().filter(|pattern| matches(pattern.as_str(), name)).cloned().collect();
        matching.sort();
        matching.dedup();
        let granted = self.is_granted(role, permission).then_some(None);
        let by_patterns = matching.into_iter().filter(|_| !self.is_superadmin(role)).map(Some);
        granted.into_iter().chain(by_patterns).collect()
    }

    /// Patterns that roles hold.
    pub(crate) fn patterns_of(&self, roles: &BTreeSet<RoleId>) -> BTreeSet<PermissionPattern> {
        self.below(roles).into_iter().flat_map(|role| self.role(role).patterns.clone()).collect()
    }

    /// `senior >= junior`: the reflexive and transitive closure of immediate inheritance.
    pub(crate) fn inherits(&self, senior: RoleId, junior: RoleId) -> bool {
        senior == junior || self.role(senior).inherits_from.iter().any(|&next| self.inherits(next, junior))
    }

    fn all_roles(&self) -> BTreeSet<RoleId> {
        self.facts.roles.iter().map(|role| role.id).collect()
    }

    fn all_permissions(&self) -> BTreeSet<PermissionId> {
        self.facts.permissions.iter().map(|permission| permission.id).collect()
    }

    /// RolePermissions, with the roles that each comes from.
    pub(crate) fn role_permissions(&self, role: RoleId) -> BTreeSet<(PermissionId, RoleId)> {
        let mut held = BTreeSet::new();
        for source in self.all_roles().into_iter().filter(|&source| self.inherits(role, source)) {
            held.extend(
                self.all_permissions()
                    .into_iter()
                    .filter(|&p| !self.sources(source, p).is_empty())
                    .map(|p| (p, source)),
            );
        }
        held
    }

    fn counts(&self, validity: Validity) -> bool {
        let begun = validity.from.is_none_or(|from| from <= self.now);
        let over = validity.until.is_some_and(|until| until <= self.now);
        begun && !over
    }

    /// AssignedRoles.
    pub(crate) fn assigned_roles(&self, subject: &Subject) -> BTreeSet<RoleId> {
        let valid = subject.assignments.iter().filter(|assignment| self.counts(assignment.validity));
        valid.map(|assignment| assignment.role).collect()
    }

    /// AuthorizedRoles.
    pub(crate) fn authorized_roles(&self, subject: &Subject) -> BTreeSet<RoleId> {
        self.below(&self.assigned_roles(subject))
    }

    /// SessionRoles.
    pub(crate) fn active_roles(&self, subject: &Subject) -> BTreeSet<RoleId> {
        match &subject.activation {
            _ if subject.status != AccountStatus::Active => BTreeSet::new(),
            Activation::All => self.assigned_roles(subject),
            Activation::Default => {
                let is_flagged = |role| self.role(role).requires_activation;
                let mut roles =
                    Vec::from_iter(self.assigned_roles(subject).into_iter().filter(|&role| !is_flagged(role)));
                let since = |role| {
                    let held = subject.assignments.iter().find(|held| held.role == role).expect("assigned");
                    Some(held.assigned_at).max(held.validity.from)
                };
                roles.sort_by_key(|&role| (since(role), self.role(role).name.key()));
                self.without_conflicts(&roles, subject)
            }
            Activation::Chosen(chosen) => {
                let authorized = self.authorized_roles(subject);
                let mut roles = Vec::from_iter(chosen.iter().copied().filter(|role| authorized.contains(role)));
                roles.sort_by_key(|&role| self.role(role).name.key());
                self.without_conflicts(&roles, subject)
            }
        }
    }

    /// Roles that the user has or will have, with all below.
    pub(crate) fn lasting_roles(&self, subject: &Subject) -> BTreeSet<RoleId> {
        let lasting = subject.assignments.iter().filter(|held| !self.is_over(held.validity));
        self.below(&lasting.map(|held| held.role).collect())
    }

    /// What the user would hold with every role active, also what has not begun.
    pub(crate) fn attainable(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        let direct = self.direct_lasting(subject).into_iter();
        let by_role = self.lasting_roles(subject).into_iter().flat_map(|role| self.role_permissions(role));
        direct.chain(by_role.map(|(permission, _)| permission)).collect()
    }

    /// What the user's session holds now and still will just before `end`, when time is all that passes.
    pub(crate) fn power_until(&self, subject: &Subject, end: Option<DateTime<Utc>>) -> BTreeSet<PermissionId> {
        let lasts = |validity: Validity| match (validity.until, end) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(until), Some(end)) => until >= end,
        };
        if subject.status != AccountStatus::Active {
            return BTreeSet::new();
        }
        let direct = subject.grants.iter().filter(|grant| self.counts(grant.validity) && lasts(grant.validity));
        let lasting = subject.assignments.iter().filter(|held| self.counts(held.validity) && lasts(held.validity));
        let lasting = self.below(&lasting.map(|held| held.role).collect());
        let active = self.active_roles(subject).into_iter().filter(|role| lasting.contains(role));
        let by_role = active.flat_map(|role| self.role_permissions(role)).map(|(permission, _)| permission);
        direct.map(|grant| grant.permission).chain(by_role).collect()
    }

    fn is_over(&self, validity: Validity) -> bool {
        validity.until.is_some_and(|until| until <= self.now)
    }

    /// Some roles and all that they inherit from.
    pub(crate) fn below(&self, roles: &BTreeSet<RoleId>) -> BTreeSet<RoleId> {
        let inherited = |&junior: &RoleId| roles.iter().any(|&senior| self.inherits(senior, junior));
        self.all_roles().into_iter().filter(inherited).collect()
    }

    /// SessionPermissions, direct grants included.
    pub(crate) fn permissions_of(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        if subject.status != AccountStatus::Active {
            return BTreeSet::new();
        }
        let direct = subject.grants.iter().filter(|grant| self.counts(grant.validity)).map(|grant| grant.permission);
        let by_role = self.active_roles(subject).into_iter().flat_map(|role| self.role_permissions(role));
        direct.chain(by_role.map(|(permission, _)| permission)).collect()
    }

    /// CheckAccess, as the reason for its answer.
    pub(crate) fn reason(&self, subject: &Subject, permission: &str) -> Reason {
        if subject.status != AccountStatus::Active {
            return Reason::AccountNotActive;
        }
        let Some(permission) = self.facts.permissions.iter().find(|known| known.name.as_str() == permission) else {
            return Reason::UnknownPermission;
        };
        let id = permission.id;
        if subject.grants.iter().any(|grant| grant.permission == id && self.counts(grant.validity)) {
            return Reason::GrantedDirectly;
        }
        if self.permissions_of(subject).contains(&id) {
            return Reason::GrantedByRole;
        }
        let holds = |role: RoleId| self.role_permissions(role).iter().any(|&(held, _)| held == id);
        let by_roles = subject.assignments.iter().filter(|held| holds(held.role)).map(|held| held.validity);
        let direct = subject.grants.iter().filter(|grant| grant.permission == id).map(|grant| grant.validity);
        let bounds: Vec<Validity> = by_roles.chain(direct).collect();
        if bounds.iter().any(|&validity| self.counts(validity)) {
            Reason::RoleNotActive
        } else if bounds.iter().any(|&validity| !self.is_over(validity)) {
            Reason::GrantNotYetValid
        } else if bounds.is_empty() {
            Reason::NotGranted
        } else {
            Reason::GrantExpired
        }
    }
}
