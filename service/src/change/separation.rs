//! Invariant R8, judged on what a change wrote: nobody has roles together that a static constraint keeps
//! apart, and no live session that chose its roles has those that a dynamic one does.
//!
//! Only those are read who can be concerned: users that the change names, and, when it touched
//! inheritance or constraints, whoever has at least two of the roles that constraints speak of. Without
//! constraints nothing is read at all.

use super::settle::{CHUNK, user_of};
use super::{Change, refusal};
use crate::decisions::{Among, Touched, assigned_several, chosen_several, stored_subjects};
use crate::{Error, Result};
use engine::{Activation, ConstraintKind, Policy, RoleId, Subject, UserId, Violation};
use rustc_hash::FxHashMap;

impl Change {
    /// Holds those concerned against the policy as it is after the change.
    ///
    /// # Errors
    /// `SOD_VIOLATION` about the first, by age, who breaks a constraint.
    pub(super) async fn keeps_apart(&self, policy: &Policy) -> Result<()> {
        if policy.facts().constraints.is_empty() {
            return Ok(());
        }
        let users: Vec<UserId> = self.touched.iter().filter_map(user_of).map(UserId::new).collect();
        let among = if self.concerns_everybody(policy) { Among::Everybody } else { Among::Users(&users) };
        let roles = policy.separated_roles(ConstraintKind::Static);
        let assigned = assigned_several(&self.transaction, &roles, among, self.now).await?;
        for users in assigned.chunks(CHUNK) {
            let mut subjects = stored_subjects(&self.transaction, users).await?;
            subjects.sort_unstable_by_key(|subject| subject.user);
            self.judge(policy, &subjects)?;
        }
        let roles = policy.separated_roles(ConstraintKind::Dynamic);
        let chosen = chosen_several(&self.transaction, &roles, among, self.now).await?;
        for sessions in chosen.chunks(CHUNK) {
            self.judge(policy, &self.sessions(sessions).await?)?;
        }
        Ok(())
    }

    /// Can the change bring roles together for people that it does not name?
    fn concerns_everybody(&self, after: &Policy) -> bool {
        let before = |role| self.policy.role(role).map_or(&[][..], |known| &known.inherits_from);
        let inherits_more = |role| {
            let juniors = after.role(role).map_or(&[][..], |known| &known.inherits_from);
            juniors.iter().any(|junior| !before(role).contains(junior))
        };
        self.touched.iter().any(|touched| match *touched {
            Touched::Role(role) => inherits_more(role),
            Touched::Constraint(_) | Touched::Everything => true,
            Touched::User(_) | Touched::Permission(_) => false,
        })
    }

    /// Users in sessions that chose these roles.
    async fn sessions(&self, chosen: &[(UserId, Vec<RoleId>)]) -> Result<Vec<Subject>> {
        let mut users: Vec<UserId> = chosen.iter().map(|(user, _)| *user).collect();
        users.sort_unstable();
        users.dedup();
        let users = stored_subjects(&self.transaction, &users).await?;
        let users: FxHashMap<UserId, Subject> = users.into_iter().map(|subject| (subject.user, subject)).collect();
        let session = |(user, roles): &(UserId, Vec<RoleId>)| {
            Some(Subject { activation: Activation::Chosen(roles.clone()), ..users.get(user)?.clone() })
        };
        Ok(chosen.iter().filter_map(session).collect())
    }

    fn judge(&self, policy: &Policy, subjects: &[Subject]) -> Result<()> {
        engine::keeps_apart(policy, subjects, self.now).map_err(|violation| match violation {
            Violation::SeparationOfDuty { conflict, user } => {
                self.at_fault(user, refusal::separation(policy, conflict, user).into())
            }
            other => Error::from(crate::Refusal::from(other)),
        })
    }

    /// The same refusal, with the argument that is at fault, if the change said which.
    pub(super) fn at_fault(&self, user: Option<UserId>, error: Error) -> Error {
        let Error::Refused(mut refusals) = error else { return error };
        let path = user.and_then(|user| self.blame.users.get(&user)).unwrap_or(&self.blame.path);
        for refusal in &mut refusals {
            refusal.path.clone_from(path);
        }
        Error::Refused(refusals)
    }
}
