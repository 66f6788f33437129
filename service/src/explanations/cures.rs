//! Cures for a denial: what each would add, and whether the caller can apply it.

use super::DecisionFacts;
use crate::decisions::{AmongUsers, chosen_several};
use crate::permissions::names::{PERMISSION_GRANT, PERMISSION_READ, ROLE_ASSIGN};
use crate::review::Prospects;
use crate::{Actor, Context, Result, Service, boxed};
use engine::{Activation, ConstraintId, ConstraintKind, CureKind, Cures, PermissionName, Policy, RoleId, SessionId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Most cures of a denial.
const MAX_CURES: usize = 10;

/// A change that would allow an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cure {
    /// Kind of the change.
    pub kind: CureKind,
    /// The role to assign, to grant to or to activate; `None` for a direct grant.
    pub role: Option<RoleId>,
    /// Number of permissions that the user would gain, in the session that the question is about.
    pub permissions_added: usize,
    /// Number of users who would gain something.
    pub users_affected: u64,
    /// Whether the caller may make the change.
    pub viewer_can_apply: bool,
    /// The constraint that forbids it.
    pub blocked_by: Option<ConstraintId>,
}

/// A denied access, to be cured.
#[derive(Clone, Debug)]
pub struct Denial {
    pub(super) facts: DecisionFacts,
    pub(super) permission: PermissionName,
    /// The session that the question is about; `None` for a new one.
    pub(super) session: Option<SessionId>,
}

impl Denial {
    /// The policy that the denial is based on, and its cures.
    #[must_use]
    pub fn policy(&self) -> &Arc<Policy> {
        &self.facts.policy
    }

    /// Changes that would allow the access, at most ten: by the number of permissions added, then of users affected, then by
    /// kind and name of the role. None when the account is not active or the permission unknown, and for callers without
    /// `permission:read`, who do not learn which permissions exist.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when users or sessions cannot be read.
    #[boxed]
    pub async fn cures(&self, service: &Service, ctx: &Context) -> Result<Vec<Cure>> {
        let DecisionFacts { policy, subject, now } = &self.facts;
        let known = policy.permission_named(self.permission.as_str()).filter(|_| self.holds(ctx, PERMISSION_READ));
        let found = policy.cures(subject, self.permission.as_str(), *now);
        let Some((known, found)) = known.zip(found) else { return Ok(Vec::new()) };

        let for_one = |cure| Candidate { cure, users: 1 };
        let mut candidates: Vec<Candidate> = found.assignments().into_iter().take(MAX_CURES).map(for_one).collect();
        candidates.push(for_one(found.direct_grant()));
        let prospects = Prospects::read(service, policy, known.id, *now).await?;
        candidates.extend(self.grants(&found, &prospects));
        if self.session.is_some() {
            candidates.extend(found.activations().into_iter().take(MAX_CURES).map(for_one));
        }
        // Stable: those of one kind are sorted by name where they add the same.
        candidates.sort_by_key(|of| (of.cure.permissions_added, of.users, of.cure.kind));
        candidates.truncate(MAX_CURES);
        let sessions = self.sessions_with_choice(service).await?;
        let judged = candidates.iter().map(|candidate| {
            let of_user = found.blocked_by(&candidate.cure, &sessions);
            // The other users of the role gain the permission as well.
            let role = candidate.cure.role.filter(|_| candidate.cure.kind == CureKind::GrantToRole);
            let blocked_by = of_user.or_else(|| prospects.violated_by_grant_to(role?));
            self.judge(ctx, &found, candidate, blocked_by)
        });
        Ok(judged.collect())
    }

    /// Grants to active roles, those with the fewest users first, then by name. A junior has all users of its seniors, so
    /// that juniors are counted only once their seniors are among the first.
    fn grants(&self, found: &Cures<'_>, prospects: &Prospects<'_>) -> Vec<Candidate> {
        let DecisionFacts { policy, subject, now } = &self.facts;
        let mut seen: FxHashSet<RoleId> = FxHashSet::default();
        let mut open = BinaryHeap::new();
        let mut counted: Vec<Candidate> = Vec::new();
        let mut next = policy.active_roles(subject, *now);
        loop {
            let new = next.into_iter().filter(|&role| seen.insert(role));
            open.extend(new.map(|role| Reverse((prospects.of_role(role, subject.user), role))));
            let Some(Reverse((users, role))) = open.pop() else { break };
            if counted.len() >= MAX_CURES && counted.last().is_some_and(|last| last.users < users) {
                break;
            }
            counted.push(Candidate { cure: found.grant_to(role), users });
            next = policy.inherits_from(role);
        }
        let by_name = found.active_roles().into_iter().enumerate().map(|(place, role)| (role, place));
        let by_name: FxHashMap<RoleId, usize> = by_name.collect();
        counted.sort_by_key(|of| (of.users, of.cure.role.and_then(|role| by_name.get(&role))));
        counted.truncate(MAX_CURES);
        counted
    }

    /// Activations of the user's live sessions that could violate a dynamic constraint by what they chose.
    async fn sessions_with_choice(&self, service: &Service) -> Result<Vec<Activation>> {
        let DecisionFacts { policy, subject, now } = &self.facts;
        let roles = policy.separated_roles(ConstraintKind::Dynamic);
        let among = AmongUsers::Users(&[subject.user]);
        // One role is enough beside a direct grant.
        let at_least = if policy.separated_permissions(ConstraintKind::Dynamic).is_empty() { 2 } else { 1 };
        let chosen = chosen_several(service.database.connection(), &roles, among, at_least, *now).await?;
        Ok(chosen.into_iter().map(|(_, roles)| Activation::Chosen(roles)).collect())
    }

    fn judge(&self, ctx: &Context, found: &Cures<'_>, candidate: &Candidate, blocked_by: Option<ConstraintId>) -> Cure {
        let Candidate { cure, users } = *candidate;
        Cure {
            kind: cure.kind,
            role: cure.role,
            permissions_added: cure.permissions_added,
            users_affected: users,
            viewer_can_apply: blocked_by.is_none() && self.may_apply(ctx, found, &cure),
            blocked_by,
        }
    }

    /// Whether the caller has the permission and the authority for a change. Roles are activated in one's own session.
    fn may_apply(&self, ctx: &Context, found: &Cures<'_>, cure: &engine::Cure) -> bool {
        let DecisionFacts { policy, now, .. } = &self.facts;
        let authority = match &ctx.actor {
            Actor::User(caller) => policy.authority(&caller.subject, *now),
            Actor::Operator | Actor::System => policy.operator(*now),
            Actor::Anonymous => return false,
        };
        let is_admitted = match cure.kind {
            CureKind::AssignRole => self.holds(ctx, ROLE_ASSIGN),
            CureKind::GrantDirectly | CureKind::GrantToRole => self.holds(ctx, PERMISSION_GRANT),
            CureKind::ActivateRole => {
                self.session.is_some() && self.session == ctx.caller().map(|caller| caller.session)
            }
        };
        is_admitted && found.is_within(&authority, cure)
    }

    fn holds(&self, ctx: &Context, permission: &str) -> bool {
        match &ctx.actor {
            Actor::User(caller) => self.facts.policy.check(&caller.subject, permission, self.facts.now).allowed,
            Actor::Operator | Actor::System => true,
            Actor::Anonymous => false,
        }
    }
}

/// A cure of the engine, with the users who would gain something.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    cure: engine::Cure,
    users: u64,
}
