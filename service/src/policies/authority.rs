//! Authority over a document: it grants at most what its author holds, and changes nothing beyond that (invariants R1, R3
//! and R4). Each kind of change also requires the permission of the mutation that makes it.

use super::current::CurrentRecords;
use crate::change::Change;
use crate::permissions::names::{PERMISSION_GRANT, PERMISSION_WRITE, ROLE_ASSIGN, ROLE_DELETE, ROLE_WRITE, SOD_WRITE};
use crate::policy_document::{Outcome, UserLinks};
use crate::{Error, Refusal, Result};
use engine::{Authority, PermitKind, Policy, Proposal, RoleFacts, Subject, UserId, Violation};
use rustc_hash::FxHashMap;

/// All refusals of what a document changes. The operator is exempt from the limits of authority.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(super) async fn check(
    change: &Change<'_>,
    outcome: &Outcome,
    records: &CurrentRecords,
    subjects: &FxHashMap<UserId, Subject>,
) -> Result<Vec<Refusal>> {
    let mut refused = Vec::new();
    for permission in required(change.policy(), outcome, records) {
        refused.extend(change.author().require(permission).err());
    }
    let mut judge = |outcome: Result<()>| match outcome {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusals)) => {
            refused.extend(refusals);
            Ok(())
        }
        Err(error) => Err(error),
    };
    for proposal in proposals(change.policy(), outcome) {
        judge(permitted(change, proposal))?;
    }
    for &permission in &outcome.changes.deleted_permissions {
        let grantees = crate::permissions::grantees(change, permission).await?;
        judge(permitted(change, Proposal::ManageUser(&grantees)))?;
    }
    if let Some(author) = change.author().session() {
        let after = &outcome.policy;
        let refusal = |violation| Error::from(change.author().effect_refusal(after, violation));
        judge(change.author().authority().may_change_policy_to(after).map_err(refusal))?;
        // Only the policy after the change has the new roles and permissions.
        let authority = after.authority(&author.subject, change.now());
        for constraint in &outcome.changes.changed.constraints {
            let allowed = authority.permit(Proposal::SetConstraint(constraint)).map(drop);
            judge(ignoring_separation(allowed).map_err(refusal))?;
        }
        for user in &outcome.users {
            let Some(subject) = subjects.get(&user.user) else { continue };
            judge(may_change_user(&authority, user, subject, records).map_err(refusal))?;
        }
    }
    refused.dedup();
    Ok(refused)
}

/// The permissions of the mutations that would make the same changes.
fn required(policy: &Policy, outcome: &Outcome, records: &CurrentRecords) -> Vec<&'static str> {
    let changes = &outcome.changes;
    let known = |role: &RoleFacts| policy.role_facts(role.id);
    let roles = &changes.changed.roles;
    let grants = |role: &RoleFacts| known(role).map_or_else(Vec::new, |known| known.grants);
    let is_regranted = |role: &RoleFacts| differ(&role.grants, &grants(role));
    let is_default_changed = |role: &RoleFacts| role.is_default != known(role).is_some_and(|known| known.is_default);
    let is_other = |role: &RoleFacts| {
        known(role).is_none_or(|known| {
            known.requires_activation != role.requires_activation || differ(&known.inherits_from, &role.inherits_from)
        })
    };
    let links = |user: &UserLinks| records.user(user.user);
    let is_reassigned = |user: &UserLinks| links(user).is_none_or(|known| differ_by(&known.roles, &user.roles));
    let is_granted =
        |user: &UserLinks| links(user).is_none_or(|known| differ_by(&known.permissions, &user.permissions));
    let described = &outcome.descriptions;
    let needs = [
        (PERMISSION_GRANT, roles.iter().any(is_regranted) || outcome.users.iter().any(is_granted)),
        (ROLE_ASSIGN, roles.iter().any(is_default_changed) || outcome.users.iter().any(is_reassigned)),
        (ROLE_WRITE, roles.iter().any(is_other) || !described.roles.is_empty()),
        (ROLE_DELETE, !changes.deleted_roles.is_empty()),
        (
            PERMISSION_WRITE,
            !changes.changed.permissions.is_empty()
                || !changes.deleted_permissions.is_empty()
                || !described.permissions.is_empty(),
        ),
        (
            SOD_WRITE,
            !changes.changed.constraints.is_empty()
                || !changes.deleted_constraints.is_empty()
                || !described.constraints.is_empty(),
        ),
    ];
    needs.into_iter().filter(|(_, is_needed)| *is_needed).map(|(permission, _)| permission).collect()
}

/// The proposals about objects that exist already.
fn proposals<'a>(policy: &'a Policy, outcome: &'a Outcome) -> Vec<Proposal<'a>> {
    let changes = &outcome.changes;
    let mut proposals: Vec<Proposal<'a>> =
        changes.deleted_roles.iter().map(|&role| Proposal::DeleteRole(role)).collect();
    proposals.extend(changes.deleted_permissions.iter().map(|&permission| Proposal::DeletePermission(permission)));
    proposals.extend(changes.deleted_constraints.iter().map(|&constraint| Proposal::ChangeConstraint(constraint)));
    let changed = changes.changed.constraints.iter().map(|constraint| constraint.id);
    proposals.extend(changed.filter(|&id| policy.constraint(id).is_some()).map(Proposal::ChangeConstraint));
    for role in &changes.changed.roles {
        let Some(known) = policy.role(role.id) else { continue };
        proposals.push(Proposal::DescribeRole(role.id));
        if role.is_default && !known.is_default {
            proposals.push(Proposal::MakeDefault(role.id));
        }
        if role.requires_activation && !known.requires_activation {
            proposals.push(Proposal::RequireActivation(role.id));
        }
        if !role.inherits_from.is_empty() {
            proposals.push(Proposal::AddInheritance { senior: role.id, juniors: &role.inherits_from });
        }
    }
    proposals
}

/// Judges a proposal. Cycles and conflicts are those of the whole document, which are judged on the policy after it.
fn permitted(change: &Change<'_>, proposal: Proposal<'_>) -> Result<()> {
    match change.author().authority().permit(proposal) {
        Err(Violation::Cycle(_) | Violation::SeparationOfDuty { .. }) => match proposal {
            // The authority over the constraints of an inheritance was not judged.
            Proposal::AddInheritance { senior, juniors } => {
                let roles = std::iter::once(senior).chain(juniors.iter().copied());
                roles.into_iter().try_for_each(|role| permitted(change, Proposal::ConstrainRole(role)))
            }
            _ => Ok(()),
        },
        Err(violation) => Err(change.author().refusal(proposal, violation).into()),
        Ok(permit) => {
            debug_assert!(permit.covers(proposal.kind()) || permit.covers(PermitKind::Unrestricted));
            Ok(())
        }
    }
}

/// Conflicts are judged on the policy after the change, by what it does to users.
fn ignoring_separation(outcome: std::result::Result<(), Violation>) -> std::result::Result<(), Violation> {
    match outcome {
        Err(Violation::SeparationOfDuty { .. }) => Ok(()),
        outcome => outcome,
    }
}

/// A user is managed, and gains at most what the author holds for as long.
fn may_change_user(
    authority: &Authority<'_>,
    user: &UserLinks,
    subject: &Subject,
    records: &CurrentRecords,
) -> std::result::Result<(), Violation> {
    authority.may_manage_user(subject)?;
    let known = records.user(user.user);
    for link in &user.roles {
        if known.is_none_or(|known| !known.roles.contains(link)) {
            authority.may_grant(&[link.id], &[], link.terms.expires_at)?;
        }
    }
    for link in &user.permissions {
        if known.is_none_or(|known| !known.permissions.contains(link)) {
            authority.may_grant(&[], &[link.id], link.terms.expires_at)?;
        }
    }
    Ok(())
}

fn differ<Id: Ord + Copy>(one: &[Id], other: &[Id]) -> bool {
    let sorted = |ids: &[Id]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    sorted(one) != sorted(other)
}

fn differ_by<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.len() != other.len() || one.iter().any(|item| !other.contains(item))
}
