//! Authority compared with a plain reading of invariants R1, R4 and R5 on random worlds.

#[expect(dead_code, reason = "other properties use the rest")]
mod reference;
#[expect(dead_code, reason = "other properties use the rest")]
mod worlds;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Assignment, AssignmentId, Change, Facts, PermissionId, PermissionName, Policy, RoleId, SUPERADMIN, Subject, UserId,
    Validity, Violation,
};
use proptest::prelude::*;
use reference::Reference;
use std::collections::BTreeSet;
use uuid::Uuid;
use worlds::{PERMISSIONS, ROLES, World, now, permission, role, subjects, worlds};

/// The facts, in which the first permission may be the one that frees from R1.
fn with_escalation(mut facts: Facts, is_registered: bool) -> Facts {
    if is_registered {
        facts.permissions[0].name = PermissionName::parse(engine::ESCALATE).expect("a name");
    }
    facts
}

/// A plain reading of the invariants.
struct Rules<'a> {
    reference: Reference<'a>,
    actor: &'a Subject,
}

impl Rules<'_> {
    fn facts(&self) -> &Facts {
        self.reference.facts
    }

    fn escalates(&self) -> bool {
        let named = self.facts().permissions.iter().find(|known| known.name.as_str() == engine::ESCALATE);
        named.is_some_and(|known| self.reference.permissions_of(self.actor).contains(&known.id))
    }

    /// Is `superadmin` among the roles, or below one of them?
    fn is_superadmin(&self, roles: &BTreeSet<RoleId>) -> bool {
        let built_in = self.facts().roles.iter().find(|role| role.is_system && role.name.as_str() == SUPERADMIN);
        built_in.is_some_and(|role| self.reference.below(roles).contains(&role.id))
    }

    fn held_by(&self, roles: &[RoleId]) -> BTreeSet<PermissionId> {
        roles.iter().flat_map(|&role| self.reference.role_permissions(role)).map(|(permission, _)| permission).collect()
    }

    /// R1, R5.
    fn may_confer(&self, roles: &[RoleId], permissions: &[PermissionId], until: Option<DateTime<Utc>>) -> bool {
        let power = self.reference.power_until(self.actor, until);
        let mut conferred = self.held_by(roles);
        conferred.extend(permissions);
        self.escalates()
            || conferred.is_subset(&power)
                && (!self.is_superadmin(&roles.iter().copied().collect()) || self.rules_until(until))
    }

    /// Has the actor `superadmin` active until then?
    fn rules_until(&self, until: Option<DateTime<Utc>>) -> bool {
        let mut lasting = self.actor.clone();
        lasting.assignments.retain(|held| match (held.validity.until, until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(end), Some(until)) => end >= until,
        });
        let authorised = self.reference.authorized_roles(&lasting);
        let active = self.reference.active_roles(self.actor);
        self.is_superadmin(&active.intersection(&authorised).copied().collect())
    }

    /// R4, users.
    fn may_manage_user(&self, user: &Subject) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let is_within = self.reference.reach(user).is_subset(&self.reference.permissions_of(self.actor));
        user.user == self.actor.user || is_within && (rules || !self.is_superadmin(&self.reference.lasting_roles(user)))
    }

    /// R4, roles.
    fn may_manage_role(&self, role: RoleId) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let is_within = self.held_by(&[role]).is_subset(&self.reference.permissions_of(self.actor));
        is_within && (rules || !self.is_superadmin(&BTreeSet::from([role])))
    }
}

fn ends() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    proptest::option::of((1_i64..4).prop_map(|minutes| now() + TimeDelta::minutes(minutes)))
}

fn target() -> impl Strategy<Value = Subject> {
    subjects().prop_map(|subject| Subject { user: UserId::new(Uuid::from_u128(1)), ..subject })
}

/// Was the change refused for want of authority? What breaks a rule of shape is no matter here.
fn verdict(outcome: Result<engine::Permit, Violation>) -> Option<bool> {
    match outcome {
        Ok(_permit) => Some(true),
        Err(Violation::BeyondAuthority { .. }) => Some(false),
        Err(_) => None,
    }
}

proptest! {
    #[test]
    fn authority_is_that_of_the_invariants(
        World { facts, subject: actor } in worlds(), target in target(), escalation in any::<bool>(), until in ends()
    ) {
        let facts = with_escalation(facts, escalation);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let rules = Rules { reference: Reference { facts: &facts, now: now() }, actor: &actor };
        prop_assert_eq!(authority.may_manage_user(&target).is_ok(), rules.may_manage_user(&target));
        prop_assert!(authority.may_manage_user(&actor).is_ok());
        let reach: BTreeSet<PermissionId> = policy.ids_in(&policy.reach(&target, now())).collect();
        prop_assert_eq!(reach, rules.reference.reach(&target));
        for number in 0..ROLES {
            let id = role(number);
            prop_assert_eq!(authority.may_manage_role(id).is_ok(), rules.may_manage_role(id));
            prop_assert_eq!(authority.may_confer(&[id], &[], until).is_ok(), rules.may_confer(&[id], &[], until));
            // To hand out for an instant is to hold it now.
            prop_assert_eq!(authority.may_assign(id).is_ok(), rules.may_confer(&[id], &[], Some(now())));
            prop_assert_eq!(authority.may_assign(id).is_ok(), authority.assignable_roles().contains(&id));
            let assign = Change::AssignRoles { user: &target, roles: &[id], until };
            let expected = rules.may_manage_user(&target) && rules.may_confer(&[id], &[], until);
            prop_assert_eq!(authority.permit(assign).is_ok(), expected);
        }
        for number in 0..PERMISSIONS {
            let granted = [permission(number)];
            let grant = Change::GrantDirectly { user: &target, permissions: &granted, until };
            let expected = rules.may_manage_user(&target) && rules.may_confer(&[], &granted, until);
            prop_assert_eq!(authority.permit(grant).is_ok(), expected);
        }
    }

    #[test]
    fn roles_change_within_authority(
        World { facts, subject: actor } in worlds(), at in 0..ROLES, below in 0..ROLES, granted in 0..PERMISSIONS,
        escalation in any::<bool>()
    ) {
        let facts = with_escalation(facts, escalation);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let rules = Rules { reference: Reference { facts: &facts, now: now() }, actor: &actor };
        let (at, below, granted) = (role(at), [role(below)], [permission(granted)]);
        let manages = rules.may_manage_role(at);
        let judged = [
            (Change::ChangeGrants { role: at, added: &granted }, rules.may_confer(&[], &granted, None)),
            (Change::AddInheritance { senior: at, juniors: &below }, rules.may_confer(&below, &[], None)),
            (Change::CreateRole { juniors: &below, seniors: &[at], grants: &granted }, rules.may_confer(&below, &granted, None)),
            (Change::MakeDefault(at), rules.may_confer(&[at], &[], None)),
            (Change::RemoveInheritance { senior: at }, true),
            (Change::DeleteRole(at), true),
        ];
        for (change, confers) in judged {
            let verdict = verdict(authority.permit(change));
            prop_assert!(verdict.is_none_or(|verdict| verdict == (manages && confers)), "{:?}", change);
        }
    }

    /// R1 from outside: whatever is assigned with leave, the user's reach grows by what the actor holds only.
    #[test]
    fn what_is_permitted_grows_nobodys_reach_beyond_the_actors_power(
        World { mut facts, subject: actor } in worlds(), target in target(), assigned in 0..ROLES, at in 0..ROLES,
        granted in 0..PERMISSIONS, until in ends()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let power: BTreeSet<PermissionId> = policy.ids_in(&policy.permissions_of(&actor, now())).collect();
        let reach = |policy: &Policy, user: &Subject| -> BTreeSet<PermissionId> {
            policy.ids_in(&policy.reach(user, now())).collect()
        };
        let before = reach(&policy, &target);
        if authority.permit(Change::AssignRoles { user: &target, roles: &[role(assigned)], until }).is_ok() {
            let mut after = target.clone();
            after.assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: role(assigned),
                assigned_at: now(),
                validity: Validity { from: None, until },
            });
            prop_assert!(reach(&policy, &after).difference(&before).all(|gained| power.contains(gained)));
        }
        let change = Change::ChangeGrants { role: role(at), added: &[permission(granted)] };
        let verdict = authority.permit(change);
        facts.roles[at].grants.push(permission(granted));
        let after = Policy::build(facts).expect("no contradictions");
        if verdict.is_ok() {
            prop_assert!(reach(&after, &target).difference(&before).all(|gained| power.contains(gained)));
            prop_assert!(authority.may_grow_into(&after).is_ok());
        }
    }

    #[test]
    fn a_remedy_is_assignable_and_grants_what_is_missing(
        World { facts, subject: actor } in worlds(), target in target(), asked in 0..PERMISSIONS
    ) {
        let policy = Policy::build(facts).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let name = format!("p:{asked}");
        let remedies = authority.would_be_granted_by(&target, &name);
        let power = |id: &RoleId| policy.permissions_of_role(*id).len();
        prop_assert!(remedies.roles.is_sorted_by_key(power));
        for &id in &remedies.roles {
            let assign = Change::AssignRoles { user: &target, roles: &[id], until: Some(now()) };
            prop_assert!(authority.permit(assign).is_ok());
            let mut helped = target.clone();
            helped.activation = engine::Activation::All;
            helped.assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: id,
                assigned_at: now(),
                validity: Validity::default(),
            });
            prop_assert!(policy.check(&helped, &name, now()).allowed);
            let broken = policy.static_conflicts(&helped, now());
            prop_assert!(broken.iter().all(|conflict| remedies.conflicts.contains(&conflict.constraint)));
        }
        prop_assert!(remedies.conflicts.is_empty() || !remedies.roles.is_empty());
    }
}
