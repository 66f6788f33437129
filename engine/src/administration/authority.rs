//! The authority of an actor over roles, permissions and users (invariants R1 to R5).

mod constraints;
mod policy;
mod scope;

use super::{Permit, Proposal, Violation, gain, permit, seniors};
use crate::{AccountStatus, PermissionId, PermissionName, PermissionPattern, Policy, RoleId, Subject, UserId};
use chrono::{DateTime, Utc};
use scope::{End, Holding, Scope, later};

/// The permission whose holders may assign and grant more than they hold.
pub const ESCALATE: &str = "rbac:escalate";

/// What an actor may assign, grant and change, decided by what the actor holds now. Previews and decisions both
/// come from here, so they agree.
///
/// ```
/// # use chrono::DateTime;
/// use engine::{Authority, Facts, Policy, Subject};
/// # use uuid::Uuid;
///
/// let policy = Policy::build(Facts::default())?;
/// let subject = Subject::new(Uuid::from_u128(1).into());
/// let authority: Authority<'_> = policy.authority(&subject, DateTime::UNIX_EPOCH);
/// assert!(authority.may_manage_user(&subject).is_ok());
/// assert!(authority.assignable_roles().is_empty());
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Debug)]
pub struct Authority<'p> {
    policy: &'p Policy,
    now: DateTime<Utc>,
    actor: Actor,
}

#[derive(Debug)]
enum Actor {
    /// The command line, to which R1, R2 and R4 do not apply.
    Operator,
    /// A session with what it holds; an anonymous one holds nothing.
    Session { user: Option<UserId>, holdings: Vec<Holding> },
}

/// Authorities.
impl Policy {
    /// The authority of `subject`'s session at `now`.
    #[must_use]
    pub fn authority(&self, subject: &Subject, now: DateTime<Utc>) -> Authority<'_> {
        let mut holdings = Vec::new();
        if subject.status == AccountStatus::Active {
            for role in self.active_set(subject, now).ones() {
                holdings
                    .push(Holding { until: self.held_until(subject, role, now), scope: Scope::of_role(self, role) });
            }
            for grant in subject.grants.iter().filter(|grant| grant.validity.is_valid_at(now)) {
                let permissions = self.permission_set([grant.permission]);
                let scope = Scope { permissions, ..Scope::default() };
                holdings.push(Holding { until: grant.validity.until, scope });
            }
        }
        Authority { policy: self, now, actor: Actor::Session { user: Some(subject.user), holdings } }
    }

    /// The authority of the command line: unlimited. Rules on built-in objects, cycles, separation of duty and
    /// lock-out still apply.
    #[must_use]
    pub fn operator(&self, now: DateTime<Utc>) -> Authority<'_> {
        Authority { policy: self, now, actor: Actor::Operator }
    }

    /// The authority of an anonymous caller: none.
    #[must_use]
    pub fn anonymous(&self, now: DateTime<Utc>) -> Authority<'_> {
        Authority { policy: self, now, actor: Actor::Session { user: None, holdings: Vec::new() } }
    }

    /// End of the user's authorization for a role by the assignments that are valid now.
    fn held_until(&self, subject: &Subject, role: usize, now: DateTime<Utc>) -> End {
        let assigned = self.assigned(&subject.assignments);
        let valid =
            assigned.filter(|(held, validity)| validity.is_valid_at(now) && self.hierarchy.includes(*held, role));
        valid.map(|(_, validity)| validity.until).reduce(later).unwrap_or(Some(now))
    }
}

impl<'p> Authority<'p> {
    /// Permits a change by this actor: its result is a valid policy, it assigns and grants nothing beyond the
    /// actor's authority (R1, R3, R5), and it concerns no role or user beyond it (R4).
    ///
    /// # Errors
    /// A [`Violation`]: [`Violation::BeyondAuthority`] when no other rule is violated.
    pub fn permit(&self, proposal: Proposal<'_>) -> Result<Permit, Violation> {
        let permit = permit(self.policy, proposal)?;
        match proposal {
            Proposal::CreateRole { juniors, seniors, grants } => {
                seniors.iter().try_for_each(|&senior| self.may_manage_role(senior))?;
                self.may_grant(juniors, grants, None)?;
            }
            Proposal::RenameRole(role)
            | Proposal::DescribeRole(role)
            | Proposal::RequireActivation(role)
            | Proposal::DeleteRole(role)
            | Proposal::RemoveInheritance { senior: role } => self.may_manage_role(role)?,
            Proposal::ChangeGrants { role, added } => {
                self.may_manage_role(role)?;
                self.may_grant(&[], added, None)?;
            }
            Proposal::ChangePatterns { role, added } => {
                self.may_manage_role(role)?;
                self.may_grant_patterns(added)?;
            }
            Proposal::AddInheritance { senior, juniors } => {
                self.may_manage_role(senior)?;
                self.may_grant(juniors, &[], None)?;
            }
            Proposal::MakeDefault(role) => {
                self.may_manage_role(role)?;
                self.may_grant(&[role], &[], None)?;
            }
            Proposal::DeletePermission(permission) => self.may_delete_permission(permission)?,
            Proposal::AssignRoles { user, roles, until } => {
                self.may_manage_user(user)?;
                self.may_grant(roles, &[], until)?;
            }
            Proposal::GrantDirectly { user, permissions, until } => {
                self.may_manage_user(user)?;
                self.may_grant(&[], permissions, until)?;
            }
            Proposal::ManageUser(user) => self.may_manage_user(user)?,
            Proposal::SetConstraint(constraint) => self.may_constrain_all(constraint)?,
            Proposal::ChangeConstraint(id) => {
                self.policy.constraint(id).map_or(Ok(()), |known| self.may_constrain_all(known))?;
            }
            Proposal::ConstrainRole(role) => self.may_constrain(role)?,
            Proposal::ConstrainPermission(permission) => self.may_constrain_permission(permission)?,
            Proposal::Unrestricted => {}
        }
        if let Some(gain) = gain(self.policy, proposal) {
            self.may_gain_constraints(seniors(&proposal), &gain)?;
        }
        Ok(permit)
    }

    /// Requires that everything the user can attain is within the actor's authority (R4). Actors may manage
    /// themselves.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_manage_user(&self, target: &Subject) -> Result<(), Violation> {
        match &self.actor {
            Actor::Session { user, .. } if *user != Some(target.user) => {
                self.within(&self.policy.attainable(target, self.now), &self.scope())
            }
            Actor::Session { .. } | Actor::Operator => Ok(()),
        }
    }

    /// Requires that everything the role holds, inherited or not, is within the actor's authority (R4). An
    /// unknown role holds nothing.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_manage_role(&self, role: RoleId) -> Result<(), Violation> {
        match (&self.actor, self.policy.role_position(role)) {
            (Actor::Session { .. }, Some(role)) => self.within(&Scope::of_role(self.policy, role), &self.scope()),
            (Actor::Operator, _) | (_, None) => Ok(()),
        }
    }

    /// Requires that the actor may assign the role for some time at least (R1).
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_assign(&self, role: RoleId) -> Result<(), Violation> {
        if self.escalates() {
            return Ok(());
        }
        let role = self.policy.role_position(role).map(|role| Scope::of_role(self.policy, role));
        self.within(&role.unwrap_or_default(), &self.scope())
    }

    /// The roles that the actor [may assign](Self::may_assign), by name.
    #[must_use]
    pub fn assignable_roles(&self) -> Vec<RoleId> {
        if self.escalates() {
            return self.policy.roles().map(|role| role.id).collect();
        }
        self.policy.role_ids(self.scope().covered_roles(self.policy).ones())
    }

    /// Requires that the actor may assign roles and grant permissions until an end, or permanently (R1): it
    /// holds them at least as long itself, or holds [`ESCALATE`].
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`] with what the actor lacks, or does not hold as long.
    pub fn may_grant(&self, roles: &[RoleId], permissions: &[PermissionId], until: End) -> Result<(), Violation> {
        if self.escalates() {
            return Ok(());
        }
        let permissions = self.policy.permission_set(permissions.iter().copied());
        let mut wanted = Scope { permissions, ..Scope::default() };
        let roles = roles.iter().filter_map(|&role| self.policy.role_position(role));
        roles.for_each(|role| wanted.add_role(self.policy, role));
        self.within(&wanted, &self.lasting_scope(until))
    }

    /// Requires that the actor may grant patterns permanently (R1). A pattern counts as all that it could come to match:
    /// the actor holds, permanently, a pattern that covers it, or `superadmin`, or holds [`ESCALATE`]. Permissions, however
    /// many, do not cover a pattern.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`] with the patterns that the actor lacks, or does not hold permanently.
    pub fn may_grant_patterns(&self, patterns: &[PermissionPattern]) -> Result<(), Violation> {
        if self.escalates() {
            return Ok(());
        }
        let lasting = self.lasting_scope(None);
        let mut lacking: Vec<PermissionPattern> =
            patterns.iter().filter(|pattern| !lasting.covers(self.policy, pattern)).cloned().collect();
        lacking.sort_unstable();
        lacking.dedup();
        beyond(Vec::new(), lacking, None)
    }

    /// The policy to which the authority applies.
    pub(crate) fn policy(&self) -> &'p Policy {
        self.policy
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// What the actor holds now, for however long. Empty for the operator, whose authority has no limit.
    fn scope(&self) -> Scope {
        match &self.actor {
            Actor::Session { holdings, .. } => Scope::joined(holdings.iter().map(|held| &held.scope)),
            Actor::Operator => Scope::default(),
        }
    }

    /// What the actor holds now, and until an end at least. Empty for the operator.
    fn lasting_scope(&self, until: End) -> Scope {
        match &self.actor {
            Actor::Session { holdings, .. } => {
                let lasting = holdings.iter().filter(|held| later(held.until, until) == held.until);
                Scope::joined(lasting.map(|held| &held.scope))
            }
            Actor::Operator => Scope::default(),
        }
    }

    /// Whether R1 does not apply to the actor.
    fn escalates(&self) -> bool {
        match &self.actor {
            Actor::Operator => true,
            Actor::Session { holdings, .. } => self
                .policy
                .permission_position_named(ESCALATE)
                .is_some_and(|escalate| holdings.iter().any(|held| held.scope.permissions.contains(escalate))),
        }
    }

    /// Requires that `wanted` is within `held`.
    fn within(&self, wanted: &Scope, held: &Scope) -> Result<(), Violation> {
        let policy = self.policy;
        let patterns = wanted.patterns.ones().filter_map(|pattern| policy.patterns.pattern(pattern));
        let mut patterns: Vec<_> = patterns.filter(|pattern| !held.covers(policy, pattern)).cloned().collect();
        patterns.sort_unstable();
        let missing = policy.permissions_by_name(wanted.permissions.difference(&held.permissions));
        let missing = missing.map(|permission| permission.name.clone()).collect();
        beyond(missing, patterns, held.lacking(policy, wanted))
    }
}

fn beyond(
    mut missing: Vec<PermissionName>,
    patterns: Vec<PermissionPattern>,
    role: Option<RoleId>,
) -> Result<(), Violation> {
    missing.retain(|name| !patterns.iter().any(|pattern| pattern.matches(name)));
    match (missing.is_empty() && patterns.is_empty(), role) {
        (true, None) => Ok(()),
        _ => Err(Violation::BeyondAuthority { missing, patterns, role }),
    }
}

#[cfg(test)]
mod pattern_tests;
#[cfg(test)]
mod tests;
