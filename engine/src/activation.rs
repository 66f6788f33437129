//! Which roles a session has active, and how it changes that: AddActiveRole, DropActiveRole and the
//! default of sessions opened without a choice, under dynamic separation of duty.

use crate::{Activation, Assignment, Conflict, Policy, RoleId, Subject, Validity};
use chrono::{DateTime, Utc};

/// Why roles cannot be activated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// The user is not authorised for this role now.
    #[error("the user is not authorised for the role")]
    NotAssigned(RoleId),
    /// The session would break dynamic separation of duty.
    #[error("roles would be active together that are to be kept apart")]
    SeparationOfDuty(Conflict),
}

/// Activation.
impl Policy {
    /// The roles of a session that has exactly `wanted` active, by name: to be kept as
    /// [`Activation::Chosen`] (INCITS 359: CreateSession, hierarchical). The choice may be empty; an
    /// active role brings what it inherits, which need not be named.
    ///
    /// # Errors
    /// [`ActivationError`]: the first role not authorised, then the first constraint by name.
    pub fn choose_roles(
        &self,
        subject: &Subject,
        wanted: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let authorised = |role| self.role_place(role).is_some_and(|role| self.is_authorized(subject, role, now));
        if let Some(&role) = wanted.iter().find(|&&role| !authorised(role)) {
            return Err(ActivationError::NotAssigned(role));
        }
        match self.dynamic_conflicts(wanted).into_iter().next() {
            Some(conflict) => Err(ActivationError::SeparationOfDuty(conflict)),
            None => Ok(self.by_name(wanted.iter().copied())),
        }
    }

    /// The roles of `subject`'s session once `wanted` are active as well (AddActiveRole), as
    /// [`choose_roles`](Self::choose_roles) gives them. Chosen roles that the user is not authorised
    /// for at present are no longer part of the choice.
    ///
    /// # Errors
    /// As [`choose_roles`](Self::choose_roles).
    pub fn activate_roles(
        &self,
        subject: &Subject,
        wanted: &[RoleId],
        now: DateTime<Utc>,
    ) -> Result<Vec<RoleId>, ActivationError> {
        let active = self.active(subject, now).map(|role| self.role_id(role));
        let all: Vec<RoleId> = active.chain(wanted.iter().copied()).collect();
        self.choose_roles(subject, &all, now)
    }

    /// The roles of `subject`'s session once `unwanted` are set aside (DropActiveRole), by name; those
    /// not active are ignored.
    #[must_use]
    pub fn deactivate_roles(&self, subject: &Subject, unwanted: &[RoleId], now: DateTime<Utc>) -> Vec<RoleId> {
        let active = self.active(subject, now).map(|role| self.role_id(role));
        self.by_name(active.filter(|role| !unwanted.contains(role)))
    }

    /// Roles assigned that count at `now` but are not active in `subject`'s session, by name.
    #[must_use]
    pub fn inactive_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        let active = self.active_roles(subject, now);
        let assigned = self.assigned_roles(subject, now);
        assigned.into_iter().filter(|role| !active.contains(role)).collect()
    }

    /// When the first of those grants ends that what `subject`'s session holds at `now` rests on: its
    /// direct grants and the assignments that an active role comes from. `None` when all are for good.
    #[must_use]
    pub fn relies_until(&self, subject: &Subject, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let active = self.active_set(subject, now);
        let carries =
            |&(role, _): &(usize, Validity)| active.ones().any(|active| self.hierarchy.includes(role, active));
        let assigned = self.assigned(&subject.assignments).filter(carries).map(|(_, validity)| validity);
        let counting = assigned.chain(subject.grants.iter().map(|grant| grant.validity)).filter(|held| held.holds(now));
        counting.filter_map(|held| held.until).min()
    }

    /// The roles that a session of `subject` has active, whatever the account's status; one role may
    /// come more than once. Allocates nothing, unless there are dynamic constraints and the session
    /// could have more than 8 roles.
    pub(crate) fn active<'a>(&'a self, subject: &'a Subject, now: DateTime<Utc>) -> impl Iterator<Item = usize> + 'a {
        match subject.activation == Activation::All || !self.constraints.has_dynamic() {
            true => Active::Everyone(self.candidates(subject, now).map(|candidate| candidate.role)),
            false => Active::Some(self.roster(subject, now)),
        }
    }

    /// Roles that the session would have active were it not for dynamic separation of duty.
    fn candidates<'a>(&'a self, subject: &'a Subject, now: DateTime<Utc>) -> impl Iterator<Item = Candidate> + use<'a> {
        let takes_flagged = subject.activation == Activation::All;
        let (assigned, chosen): (&[Assignment], &[RoleId]) = match &subject.activation {
            Activation::All | Activation::Default => (&subject.assignments, &[]),
            Activation::Chosen(chosen) => (&[], chosen),
        };
        let assigned = assigned.iter().enumerate().filter(move |(_, held)| held.validity.holds(now));
        let assigned =
            assigned.filter_map(|(source, held)| Some(Candidate { role: self.role_place(held.role)?, source }));
        let assigned = assigned.filter(move |candidate| takes_flagged || !self.requires_activation(candidate.role));
        let chosen = chosen.iter().filter_map(|&role| self.role_place(role));
        let chosen = chosen.filter(move |&role| self.is_authorized(subject, role, now));
        assigned.chain(chosen.map(|role| Candidate { role, source: 0 }))
    }

    /// The candidates that dynamic separation of duty lets in: in their order, each that breaks no
    /// constraint together with those let in before it.
    fn roster(&self, subject: &Subject, now: DateTime<Utc>) -> Roster {
        let mut roster = Roster::default();
        self.candidates(subject, now).for_each(|candidate| roster.push(candidate));
        let candidates = roster.as_mut_slice();
        let contested = candidates.iter().filter(|candidate| self.constraints.is_contested(candidate.role)).count();
        // One role breaks nothing by itself.
        if contested < 2 {
            return roster;
        }
        match &subject.activation {
            Activation::Default => candidates.sort_unstable_by_key(|candidate| {
                (subject.assignments[candidate.source].counts_from(), candidate.role)
            }),
            Activation::All | Activation::Chosen(_) => candidates.sort_unstable_by_key(|candidate| candidate.role),
        }
        // The first one is in: no role breaks a constraint by itself.
        let mut admitted = 1;
        for next in 1..candidates.len() {
            let before = candidates[..admitted].iter().map(|candidate| candidate.role);
            if self.constraints.lets_in(candidates[next].role, &before) {
                candidates[admitted] = candidates[next];
                admitted += 1;
            }
        }
        roster.count = admitted;
        roster
    }

    /// Roles in the order of names, each once.
    fn by_name(&self, roles: impl Iterator<Item = RoleId>) -> Vec<RoleId> {
        let mut places: Vec<usize> = roles.filter_map(|role| self.role_place(role)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|role| self.role_id(role)).collect()
    }
}

/// A role that a session may have active.
#[derive(Clone, Copy, Default)]
struct Candidate {
    role: usize,
    /// Which of the subject's assignments it comes from; of no matter where roles were chosen.
    source: usize,
}

/// Active roles: all candidates as they come, or those on a list.
enum Active<I> {
    Everyone(I),
    Some(Roster),
}

impl<I: Iterator<Item = usize>> Iterator for Active<I> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Self::Everyone(roles) => roles.next(),
            Self::Some(roster) => roster.next().map(|candidate| candidate.role),
        }
    }
}

/// A list of candidates, of which 8 need no allocation.
#[derive(Default)]
struct Roster {
    few: [Candidate; 8],
    /// All, once there are more than a few.
    many: Vec<Candidate>,
    /// How many there are.
    count: usize,
    /// How many have been taken out again.
    taken: usize,
}

impl Roster {
    fn push(&mut self, candidate: Candidate) {
        match self.few.get_mut(self.count) {
            Some(free) => *free = candidate,
            None if self.many.is_empty() => self.many.extend(self.few.iter().copied().chain([candidate])),
            None => self.many.push(candidate),
        }
        self.count += 1;
    }

    fn as_mut_slice(&mut self) -> &mut [Candidate] {
        let all = if self.many.is_empty() { &mut self.few[..] } else { &mut self.many[..] };
        &mut all[..self.count]
    }
}

impl Iterator for Roster {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        let taken = self.taken;
        self.taken += 1;
        self.as_mut_slice().get(taken).copied()
    }
}

#[cfg(test)]
mod tests;
