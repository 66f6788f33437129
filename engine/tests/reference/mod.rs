//! INCITS 359 read literally: sets, and recursion over the relations as they are stored. Slow and plain on purpose; the
//! engine is compared with it.

use chrono::{DateTime, Utc};
use engine::{
    AccountStatus, Activation, Constraint, ConstraintId, ConstraintKind, Facts, PermissionId, PermissionPattern,
    Reason, RoleFacts, RoleId, SUPERADMIN, Subject, Validity,
};
use std::collections::BTreeSet;

/// A path of a permission to a subject.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathRecord {
    /// The roles on it; none for a direct grant.
    pub(crate) roles: Vec<RoleId>,
    pub(crate) pattern: Option<PermissionPattern>,
    pub(crate) is_active: bool,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// A constraint that is violated, and what violates it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    pub(crate) constraint: ConstraintId,
    pub(crate) roles: BTreeSet<RoleId>,
    pub(crate) permissions: BTreeSet<PermissionId>,
}

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

    /// One role after another, without those that violate a dynamic constraint together with the ones before and with
    /// the direct grants.
    fn without_conflicts(&self, roles: &[RoleId], subject: &Subject) -> BTreeSet<RoleId> {
        let direct = self.direct_now(subject);
        let mut active = BTreeSet::new();
        for &role in roles {
            let gains = |broken: &Broken| {
                let own = self.below(&BTreeSet::from([role]));
                let brings = |&permission: &PermissionId| self.is_brought(permission, &own);
                broken.roles.iter().any(|role| own.contains(role)) || broken.permissions.iter().any(brings)
            };
            active.insert(role);
            if self.broken(ConstraintKind::Dynamic, &self.below(&active), &direct).iter().any(gains) {
                active.remove(&role);
            }
        }
        active
    }

    /// Constraints violated by having some roles, with all below, and some direct grants; and what violates each.
    pub(crate) fn broken(
        &self,
        kind: ConstraintKind,
        roles: &BTreeSet<RoleId>,
        direct: &BTreeSet<PermissionId>,
    ) -> Vec<Broken> {
        let met = |known: &Constraint| Broken {
            constraint: known.id,
            roles: known.roles.iter().copied().filter(|role| roles.contains(role)).collect(),
            permissions: known
                .permissions
                .iter()
                .copied()
                .filter(|&permission| direct.contains(&permission) || self.is_brought(permission, roles))
                .collect(),
        };
        let of_kind = self.facts.constraints.iter().filter(|known| known.kind == kind);
        let met = of_kind.map(|known| (known.limit, met(known)));
        met.filter(|(limit, met)| met.roles.len() + met.permissions.len() >= *limit).map(|(_, met)| met).collect()
    }

    /// Does one of the roles have the permission, other than by the rule on one of them?
    fn is_brought(&self, permission: PermissionId, roles: &BTreeSet<RoleId>) -> bool {
        let others = roles.iter().filter(|&&role| !self.is_superadmin(role));
        others.into_iter().any(|&role| !self.sources(role, permission).is_empty())
    }

    /// Direct grants that count now.
    pub(crate) fn direct_now(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        let valid = subject.grants.iter().filter(|grant| self.counts(grant.validity));
        valid.map(|grant| grant.permission).collect()
    }

    /// Direct grants that count now or later.
    pub(crate) fn direct_lasting(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        let lasting = subject.grants.iter().filter(|grant| !self.is_over(grant.validity));
        lasting.map(|grant| grant.permission).collect()
    }

    /// Constraints over roles that the subject gets round by its direct grants.
    pub(crate) fn bypassed(&self, subject: &Subject) -> BTreeSet<ConstraintId> {
        let roles = self.lasting_roles(subject);
        let direct = self.direct_lasting(subject);
        let has = |direct: &BTreeSet<PermissionId>, role: RoleId| {
            let all: BTreeSet<PermissionId> = self.role_permissions(role).into_iter().map(|(held, _)| held).collect();
            let is_held = |&held: &PermissionId| direct.contains(&held) || self.is_brought(held, &roles);
            roles.contains(&role) || !all.is_empty() && all.iter().all(is_held)
        };
        let count = |known: &Constraint, has: &dyn Fn(RoleId) -> bool| {
            known.roles.iter().collect::<BTreeSet<_>>().into_iter().filter(|&&role| has(role)).count()
        };
        let is_bypassed = |known: &&Constraint| {
            count(known, &|role| roles.contains(&role)) < known.limit
                && count(known, &|role| has(&BTreeSet::new(), role)) < known.limit
                && count(known, &|role| has(&direct, role)) >= known.limit
        };
        let over_roles = self.facts.constraints.iter().filter(|known| !known.roles.is_empty());
        over_roles.filter(is_bypassed).map(|known| known.id).collect()
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

    /// Every path by which a permission reaches a subject, in no order.
    pub(crate) fn paths(&self, subject: &Subject, permission: PermissionId) -> Vec<PathRecord> {
        let is_usable = subject.status == AccountStatus::Active;
        let mut paths = Vec::new();
        for grant in subject.grants.iter().filter(|grant| grant.permission == permission) {
            let is_active = is_usable && self.counts(grant.validity);
            paths.push(PathRecord { roles: Vec::new(), pattern: None, is_active, expires_at: grant.validity.until });
        }
        for assignment in &subject.assignments {
            for roles in self.paths_down(assignment.role, permission) {
                let is_open = roles.iter().any(|role| self.active_roles(subject).contains(role));
                let is_active = is_usable && is_open && self.counts(assignment.validity);
                let last = *roles.last().expect("a role");
                for pattern in self.sources(last, permission) {
                    let expires_at = assignment.validity.until;
                    paths.push(PathRecord { roles: roles.clone(), pattern, is_active, expires_at });
                }
            }
        }
        paths
    }

    fn paths_down(&self, from: RoleId, permission: PermissionId) -> Vec<Vec<RoleId>> {
        let mut paths = Vec::new();
        if !self.sources(from, permission).is_empty() {
            paths.push(vec![from]);
        }
        for &next in &self.role(from).inherits_from {
            paths.extend(self.paths_down(next, permission).into_iter().map(|path| [vec![from], path].concat()));
        }
        paths
    }
}
