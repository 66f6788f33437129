//! Separation of duty (invariant R8), judged on what a change wrote: no user violates a static constraint, and no live
//! session with chosen roles a dynamic one.
//!
//! Only users that can be concerned are judged: those that the change touched, read unless it declared them, and, when it
//! touched inheritance, constraints or grants of their permissions, all that have at least two roles of constraints, or a
//! direct grant of a permission of one. Without constraints nothing is read.

use super::Change;
use super::settle::{CHUNK, user_of};
use crate::decisions::{AmongUsers, ChangedObject, assigned_several, chosen_several, granted_one, read_subjects};
use crate::{Error, Result};
use engine::{Activation, ConstraintKind, PermissionId, Policy, RoleId, Subject, UserId, Violation};
use rustc_hash::FxHashMap;

impl Change<'_> {
    /// Checks the users concerned against the policy after the change.
    ///
    /// # Errors
    /// `SOD_VIOLATION` about the oldest user who violates a constraint, of those whom the change declared if there is one.
    pub(super) async fn check_separation(&self, policy: &Policy) -> Result<()> {
        if policy.constraints().is_empty() {
            return Ok(());
        }
        self.judge(policy, self.effect.subjects())?;
        let users: Vec<UserId> = self.touched.iter().filter_map(user_of).map(UserId::new).collect();
        let undeclared: Vec<UserId> =
            users.iter().copied().filter(|&user| self.effect.subject(user).is_none()).collect();
        let concerns_all = self.concerns_all_users(policy);
        let roles = policy.separated_roles(ConstraintKind::Static);
        let among = if concerns_all { AmongUsers::All } else { AmongUsers::Users(&undeclared) };
        let mut concerned = assigned_several(&self.transaction, &roles, among, self.now).await?;
        // Direct grants of dynamic constraints are judged by themselves, since they are active in every session.
        let mut permissions = policy.separated_permissions(ConstraintKind::Static);
        permissions.extend(policy.separated_permissions(ConstraintKind::Dynamic));
        concerned.extend(granted_one(&self.transaction, &permissions, among, self.now).await?);
        concerned.sort_unstable();
        concerned.dedup();
        for users in concerned.chunks(CHUNK) {
            let mut subjects = read_subjects(&self.transaction, users).await?;
            subjects.retain(|subject| self.effect.subject(subject.user).is_none());
            subjects.sort_unstable_by_key(|subject| subject.user);
            self.judge(policy, &subjects)?;
        }
        let roles = policy.separated_roles(ConstraintKind::Dynamic);
        let among = if concerns_all { AmongUsers::All } else { AmongUsers::Users(&users) };
        let mut chosen = chosen_several(&self.transaction, &roles, among, 2, self.now).await?;
        // One role is enough beside a direct grant.
        let permissions = policy.separated_permissions(ConstraintKind::Dynamic);
        let mut granted = granted_one(&self.transaction, &permissions, among, self.now).await?;
        let is_granted = |user: &Subject| user.grants.iter().any(|grant| permissions.contains(&grant.permission));
        granted.extend(self.effect.subjects().into_iter().filter(|user| is_granted(user)).map(|user| user.user));
        chosen.extend(chosen_several(&self.transaction, &roles, AmongUsers::Users(&granted), 1, self.now).await?);
        for sessions in chosen.chunks(CHUNK) {
            self.judge(policy, &self.sessions(sessions).await?)?;
        }
        Ok(())
    }

    /// Whether the change can give conflicting roles to users that it did not touch.
    fn concerns_all_users(&self, after: &Policy) -> bool {
        let inherits_more = |role| {
            let before = self.policy.inherits_from(role);
            after.inherits_from(role).iter().any(|junior| !before.contains(junior))
        };
        let kinds = [ConstraintKind::Static, ConstraintKind::Dynamic];
        let separated: Vec<PermissionId> =
            kinds.into_iter().flat_map(|kind| after.separated_permissions(kind)).collect();
        let holds_more = |role| {
            let (held, held_before) = (after.permissions_of_role(role), self.policy.permissions_of_role(role));
            separated.iter().any(|&id| after.contains(&held, id) && !self.policy.contains(&held_before, id))
        };
        self.touched.iter().any(|touched| match *touched {
            ChangedObject::Role(role) => inherits_more(role) || !separated.is_empty() && holds_more(role),
            ChangedObject::Constraint(constraint) => self.policy.constraint(constraint) != after.constraint(constraint),
            ChangedObject::Everything => true,
            ChangedObject::User(_) | ChangedObject::Permission(_) => false,
        })
    }

    /// Users in sessions with these chosen roles.
    async fn sessions(&self, chosen: &[(UserId, Vec<RoleId>)]) -> Result<Vec<Subject>> {
        let mut users: Vec<UserId> = chosen.iter().map(|(user, _)| *user).collect();
        users.sort_unstable();
        users.dedup();
        let users = read_subjects(&self.transaction, &users).await?;
        let as_declared = |user: Subject| self.effect.subject(user.user).cloned().unwrap_or(user);
        let users = users.into_iter().map(as_declared);
        let users: FxHashMap<UserId, Subject> = users.map(|subject| (subject.user, subject)).collect();
        let session = |(user, roles): &(UserId, Vec<RoleId>)| {
            Some(Subject { activation: Activation::Chosen(roles.clone()), ..users.get(user)?.clone() })
        };
        Ok(chosen.iter().filter_map(session).collect())
    }

    fn judge<'a>(&self, policy: &Policy, subjects: impl IntoIterator<Item = &'a Subject>) -> Result<()> {
        engine::check_separation(policy, subjects, self.now).map_err(|violation| {
            let user = if let Violation::SeparationOfDuty { user, .. } = violation { user } else { None };
            self.with_separation_path(user, self.author.effect_refusal(policy, violation).into())
        })
    }

    /// Adds the argument at fault to a refusal, if the change set it.
    pub(super) fn with_separation_path(&self, user: Option<UserId>, error: Error) -> Error {
        let Error::Refused(mut refusals) = error else { return error };
        let path =
            user.and_then(|user| self.separation_paths.by_user.get(&user)).unwrap_or(&self.separation_paths.default);
        for refusal in &mut refusals {
            refusal.path.clone_from(path);
        }
        Error::Refused(refusals)
    }
}
