//! Authority over a document: it grants at most what its author holds, and changes nothing beyond that (invariants R1, R3
//! and R4). Each kind of change also requires the permission of the mutation that makes it.

use super::current::CurrentRecords;
use crate::change::Change;
use crate::permissions::names::{PERMISSION_GRANT, PERMISSION_WRITE, ROLE_ASSIGN, ROLE_DELETE, ROLE_WRITE, SOD_WRITE};
use crate::policy_document::{Outcome, UserLinks};
use crate::{Error, Refusal, Result};
use engine::{Authority, Policy, PolicyChanges, Proposal, RoleFacts, RoleId, Subject, UserId, Violation};
use rustc_hash::{FxHashMap, FxHashSet};

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
        refused.extend(change.require_permission(permission).err());
    }
    let mut judge = |outcome: Result<()>| match outcome {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusals)) => {
            refused.extend(refusals);
            Ok(())
        }
        Err(error) => Err(error),
    };
    let inherited = inherited(change.policy(), &outcome.changes);
    for proposal in proposals(change.policy(), outcome, &inherited) {
        judge(permitted(change, proposal))?;
    }
    let deleted = &outcome.changes.deleted_permissions;
    if !deleted.is_empty() {
        let grantees = crate::permissions::grantees(change, deleted).await?;
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
    if refused.is_empty() {
        // Several changes together may do what none of them does.
        let extended = change.author().authority().may_extend_constraints_to(&outcome.policy);
        refused.extend(extended.err().map(|violation| change.author().effect_refusal(&outcome.policy, violation)));
    }
    refused.dedup();
    Ok(refused)
}

/// The permissions of the mutations that would make the same changes.
fn required(policy: &Policy, outcome: &Outcome, records: &CurrentRecords) -> Vec<&'static str> {
    let changes = &outcome.changes;
    let known = |role: &RoleFacts| policy.role_facts(role.id);
    let roles = &changes.changed.roles;
    let is_regranted = |role: &RoleFacts| match known(role) {
        Some(known) => differ(&role.grants, &known.grants) || differ_by(&role.patterns, &known.patterns),
        None => !role.grants.is_empty() || !role.patterns.is_empty(),
    };
    let is_default_changed = |role: &RoleFacts| role.is_default != known(role).is_some_and(|known| known.is_default);
    let is_other = |role: &RoleFacts| {
        known(role).is_none_or(|known| {
            known.name != role.name
                || known.requires_activation != role.requires_activation
                || differ(&known.inherits_from, &role.inherits_from)
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

/// What a role that exists already comes to inherit from.
#[derive(Debug, PartialEq, Eq)]
struct Inherited {
    senior: RoleId,
    juniors: Vec<RoleId>,
}

/// New inheritance between roles that exist already, also by way of new roles: on the way, these could take constraints
/// to a role and its seniors that the author has no authority over.
fn inherited(policy: &Policy, changes: &PolicyChanges) -> Vec<Inherited> {
    let is_known = |role: RoleId| policy.role(role).is_some();
    let new: FxHashMap<RoleId, &RoleFacts> =
        changes.changed.roles.iter().filter(|role| !is_known(role.id)).map(|role| (role.id, role)).collect();
    let of_role = |role: &RoleFacts| {
        let before = policy.role_facts(role.id)?.inherits_from;
        let mut open: Vec<RoleId> = role.inherits_from.iter().copied().filter(|role| !before.contains(role)).collect();
        let mut seen: FxHashSet<RoleId> = open.iter().copied().collect();
        let mut juniors = Vec::new();
        while let Some(junior) = open.pop() {
            match new.get(&junior) {
                Some(new) => open.extend(new.inherits_from.iter().copied().filter(|&role| seen.insert(role))),
                None => juniors.push(junior),
            }
        }
        juniors.sort_unstable();
        (!juniors.is_empty()).then_some(Inherited { senior: role.id, juniors })
    };
    changes.changed.roles.iter().filter_map(of_role).collect()
}

/// The proposals about objects that exist already.
fn proposals<'a>(policy: &'a Policy, outcome: &'a Outcome, inherited: &'a [Inherited]) -> Vec<Proposal<'a>> {
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
        if role.name != known.name {
            proposals.push(Proposal::RenameRole(role.id));
        }
        if role.is_default && !known.is_default {
            proposals.push(Proposal::MakeDefault(role.id));
        }
        if role.requires_activation && !known.requires_activation {
            proposals.push(Proposal::RequireActivation(role.id));
        }
    }
    let inherit = |new: &'a Inherited| Proposal::AddInheritance { senior: new.senior, juniors: &new.juniors };
    proposals.extend(inherited.iter().map(inherit));
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
        Ok(_) => Ok(()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Facts, RoleName};
    use uuid::Uuid;

    fn id(number: u128) -> RoleId {
        RoleId::new(Uuid::from_u128(number))
    }

    fn role(number: u128, juniors: &[u128]) -> RoleFacts {
        let name = RoleName::parse(&format!("role{number}")).unwrap();
        RoleFacts { inherits_from: juniors.iter().copied().map(id).collect(), ..RoleFacts::new(id(number), name) }
    }

    fn inherited_after(changed: Vec<RoleFacts>) -> Vec<Inherited> {
        let roles = vec![role(1, &[2]), role(2, &[]), role(3, &[]), role(4, &[])];
        let policy = Policy::build(Facts { roles, ..Facts::default() }).unwrap();
        let changed = Facts { roles: changed, ..Facts::default() };
        inherited(&policy, &PolicyChanges { changed, ..PolicyChanges::default() })
    }

    #[test]
    fn only_new_inheritance_is_proposed() {
        assert_eq!(inherited_after(vec![role(1, &[2]), role(2, &[])]), []);
        assert_eq!(inherited_after(vec![role(1, &[])]), []);
        let expected = [Inherited { senior: id(1), juniors: vec![id(3), id(4)] }];
        assert_eq!(inherited_after(vec![role(1, &[4, 2, 3])]), expected);
    }

    #[test]
    fn inheritance_by_way_of_new_roles_is_that_of_the_roles_below_them() {
        let new = [role(10, &[11, 3]), role(11, &[10, 4])];
        let expected = [Inherited { senior: id(1), juniors: vec![id(3), id(4)] }];
        assert_eq!(inherited_after([vec![role(1, &[2, 10])], new.to_vec()].concat()), expected);
        assert_eq!(inherited_after(new.to_vec()), [], "a new role is granted what the whole policy is judged by");
    }
}
