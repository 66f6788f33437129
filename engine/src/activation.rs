//! Role activation under dynamic separation of duty: CreateSession, AddActiveRole, DropActiveRole and the default
//! roles of a session.

use crate::constraints::DynamicShare;
use crate::{Activation, Assignment, Conflict, Policy, RoleId, Subject, ValidityState};
use chrono::{DateTime, Utc};

/// Reason why roles cannot be activated.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// use engine::{ActivationError, Facts, Policy, RoleId, Subject};
///
/// let policy = Policy::build(Facts::default())?;
/// let subject = Subject::new(Uuid::from_u128(1).into());
/// let clerk = RoleId::new(Uuid::from_u128(2));
/// let chosen = policy.choose_roles(&subject, &[clerk], DateTime::UNIX_EPOCH);
/// assert_eq!(chosen, Err(ActivationError::NotAssigned(clerk)));
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// The user is not authorized for this role now.
    #[error("the user is not authorized for the role")]
    NotAssigned(RoleId),
    /// The session would violate a dynamic constraint.
    #[error("the roles violate dynamic separation of duty")]
    SeparationOfDuty(Conflict),
}

/// Role activation.
impl Policy {
    /// The roles of a session that has exactly `wanted` active, by name, for [`Activation::Chosen`] (INCITS 359:
    /// CreateSession). The choice may be empty. Inherited roles are active with the role that inherits them. Direct grants
    /// count in constraints over permissions, also those that are not yet valid: they become active by themselves.
    ///
    /// # Errors
    /// [`ActivationError`]: the first role that the user is not authorized for, then the first constraint by name.
    pub fn choose_roles(
        &self,
        subject: &Subject,
        wanted: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let is_authorized =
            |role: &RoleId| self.role_position(*role).is_some_and(|role| self.is_authorized(subject, role, now));
        if let Some(&role) = wanted.iter().find(|&role| !is_authorized(role)) {
            return Err(ActivationError::NotAssigned(role));
        }
        self.without_conflict(subject, wanted, now)
    }

    /// The roles of `subject`'s session once `wanted` are active as well, by name (INCITS 359: AddActiveRole). Chosen
    /// roles that the user is no longer authorized for are left out.
    ///
    /// # Errors
    /// As [`choose_roles`](Self::choose_roles).
    pub fn activate_roles(
        &self,
        subject: &Subject,
        wanted: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let active = self.active(subject, now).filter_map(|role| self.role_id(role));
        let all: Vec<RoleId> = active.chain(wanted.iter().copied()).collect();
        self.choose_roles(subject, &all, now)
    }

    /// The roles of `subject`'s session without `unwanted`, by name (INCITS 359: DropActiveRole). Inactive roles are
    /// ignored.
    ///
    /// # Errors
    /// [`ActivationError::SeparationOfDuty`] when a role that stays active conflicts with a direct grant that is not yet
    /// valid: a session that chose it would violate the constraint once it is.
    pub fn deactivate_roles(
        &self,
        subject: &Subject,
        unwanted: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let active = self.active(subject, now).filter_map(|role| self.role_id(role));
        let left: Vec<RoleId> = active.filter(|role| !unwanted.contains(role)).collect();
        self.without_conflict(subject, &left, now)
    }

    /// The roles, by name, if a session of `subject` that chose them violates no constraint.
    fn without_conflict(
        &self,
        subject: &Subject,
        chosen: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let session = Subject { activation: Activation::Chosen(chosen.to_vec()), ..subject.clone() };
        match self.session_conflicts(&session, now).into_iter().next() {
            Some(conflict) => Err(ActivationError::SeparationOfDuty(conflict)),
            None => Ok(self.by_name(chosen.iter().copied())),
        }
    }

    /// Assigned roles, valid at `now`, that are not active in `subject`'s session, by name.
    #[must_use]
    pub fn inactive_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        let active = self.active_roles(subject, now);
        let assigned = self.assigned_roles(subject, now);
        assigned.into_iter().filter(|role| !active.contains(role)).collect()
    }

    /// Earliest end of the assignments and direct grants that the permissions of `subject`'s session at `now` depend
    /// on: its direct grants, and the assignments that an active role comes from. The start of a direct grant counts as
    /// well when a dynamic constraint names its permission, since it may deactivate a role. `None` when there is none.
    #[must_use]
    pub fn rights_valid_until(&self, subject: &Subject, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let active = self.active_set(subject, now);
        let carries = |role: usize| active.ones().any(|active| self.hierarchy.includes(role, active));
        let assigned = self.assigned(&subject.assignments).filter(|&(role, _)| carries(role));
        let granted = subject.grants.iter().map(|grant| grant.validity);
        let all = assigned.map(|(_, validity)| validity).chain(granted);
        let ends = all.filter(|validity| validity.is_valid_at(now)).filter_map(|validity| validity.until);
        let is_constrained = |permission| !self.constraints.direct_shares(permission).is_empty();
        let later = subject.grants.iter().filter(|grant| grant.validity.state(now) == ValidityState::NotYetValid);
        let later = later.filter(|grant| self.permission_position(grant.permission).is_some_and(is_constrained));
        ends.chain(later.filter_map(|grant| grant.validity.from)).min()
    }

    /// The active roles of `subject`'s session, whatever the status of the account; with duplicates. Allocates
    /// nothing, unless there are dynamic constraints and the session could have more than 8 roles.
    pub(crate) fn active<'a>(&'a self, subject: &'a Subject, now: DateTime<Utc>) -> impl Iterator<Item = usize> + 'a {
        match subject.activation == Activation::All || !self.constraints.has_dynamic() {
            true => ActiveRoles::All(self.candidates(subject, now).map(|candidate| candidate.role)),
            false => ActiveRoles::Admitted(self.admitted(subject, now)),
        }
    }

    /// Roles that the session would have active without dynamic separation of duty.
    fn candidates<'a>(&'a self, subject: &'a Subject, now: DateTime<Utc>) -> impl Iterator<Item = Candidate> + use<'a> {
        let is_user = subject.activation == Activation::All;
        let (assigned, chosen): (&[Assignment], &[RoleId]) = match &subject.activation {
            Activation::All | Activation::Default => (&subject.assignments, &[]),
            Activation::Chosen(chosen) => (&[], chosen),
        };
        let assigned = assigned.iter().enumerate().filter(move |(_, held)| held.validity.is_valid_at(now));
        let assigned =
            assigned.filter_map(|(source, held)| Some(Candidate { role: self.role_position(held.role)?, source }));
        let assigned = assigned.filter(move |candidate| is_user || !self.requires_activation(candidate.role));
        let chosen = chosen.iter().filter_map(|&role| self.role_position(role));
        let chosen = chosen.filter(move |&role| self.is_authorized(subject, role, now));
        assigned.chain(chosen.map(|role| Candidate { role, source: 0 }))
    }

    /// The candidates that dynamic separation of duty admits: in their order, each that violates no constraint together
    /// with the direct grants and with those admitted before it.
    fn admitted(&self, subject: &Subject, now: DateTime<Utc>) -> CandidateList {
        let mut candidates = CandidateList::default();
        self.candidates(subject, now).for_each(|candidate| candidates.push(candidate));
        let direct = self.direct_shares(subject, now);
        let is_constrained = |candidate: &&Candidate| self.constraints.is_constrained(candidate.role);
        // One role violates no constraint by itself.
        let constrained = candidates.as_slice().iter().filter(is_constrained).count();
        if constrained == 0 || constrained == 1 && direct.clone().next().is_none() {
            return candidates;
        }
        let effective_from = |candidate: &Candidate| match subject.activation {
            Activation::Default => subject.assignments.get(candidate.source).map(Assignment::effective_from),
            Activation::All | Activation::Chosen(_) => None,
        };
        candidates
            .as_mut_slice()
            .sort_unstable_by_key(|candidate| (effective_from(candidate), self.rank(candidate.role)));
        let mut admitted = CandidateList::default();
        for &candidate in candidates.as_slice() {
            let others = admitted.as_slice().iter().flat_map(|other| self.constraints.shares(other.role));
            if self.constraints.admits(candidate.role, &others.chain(direct.clone())) {
                admitted.push(candidate);
            }
        }
        admitted
    }

    /// Shares of the direct grants of a subject that are valid now in dynamic constraints.
    fn direct_shares<'a>(
        &'a self,
        subject: &'a Subject,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a DynamicShare> + Clone {
        let valid = subject.grants.iter().filter(move |grant| grant.validity.is_valid_at(now));
        let permissions = valid.filter_map(|grant| self.permission_position(grant.permission));
        permissions.flat_map(|permission| self.constraints.direct_shares(permission))
    }

    /// Roles sorted by name, without duplicates and unknown ids.
    fn by_name(&self, roles: impl Iterator<Item = RoleId>) -> Vec<RoleId> {
        let roles = roles.filter_map(|role| self.role_position(role));
        self.role_ids(roles)
    }
}

/// A role that a session may have active.
#[derive(Clone, Copy, Default)]
struct Candidate {
    role: usize,
    /// Position of the assignment that it comes from; irrelevant for chosen roles.
    source: usize,
}

/// Iterator over active roles: all candidates, or the admitted ones.
enum ActiveRoles<I> {
    All(I),
    Admitted(CandidateList),
}

impl<I: Iterator<Item = usize>> Iterator for ActiveRoles<I> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Self::All(roles) => roles.next(),
            Self::Admitted(candidates) => candidates.next().map(|candidate| candidate.role),
        }
    }
}

/// A list of candidates that allocates from the ninth on.
#[derive(Default)]
struct CandidateList {
    inline: [Candidate; 8],
    /// All of them, once there are more than fit inline.
    heap: Vec<Candidate>,
    len: usize,
    /// Position of the next one to yield.
    next: usize,
}

impl CandidateList {
    fn push(&mut self, candidate: Candidate) {
        match self.inline.get_mut(self.len) {
            Some(free) => *free = candidate,
            None if self.heap.is_empty() => self.heap.extend(self.inline.iter().copied().chain([candidate])),
            None => self.heap.push(candidate),
        }
        self.len += 1;
    }

    fn as_slice(&self) -> &[Candidate] {
        if self.heap.is_empty() { self.inline.get(..self.len).unwrap_or_default() } else { &self.heap }
    }

    fn as_mut_slice(&mut self) -> &mut [Candidate] {
        if self.heap.is_empty() { self.inline.get_mut(..self.len).unwrap_or_default() } else { &mut self.heap }
    }
}

impl Iterator for CandidateList {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        let candidate = self.as_slice().get(self.next).copied();
        self.next += 1;
        candidate
    }
}

#[cfg(test)]
mod tests;
