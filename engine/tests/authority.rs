//! Authority compared with a plain reading of invariants R1, R4 and R5 on random worlds.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other properties use the rest")]
mod reference;
#[expect(dead_code, reason = "other properties use the rest")]
mod worlds;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Assignment, AssignmentId, ConstraintKind, Facts, PermissionFacts, PermissionId, PermissionName, PermissionPattern,
    Policy, Proposal, RoleId, SUPERADMIN, Subject, UserId, Validity, Violation,
};
use proptest::prelude::*;
use proptest::sample::subsequence;
use reference::Reference;
use std::collections::BTreeSet;
use uuid::Uuid;
use worlds::{PERMISSIONS, ROLES, World, all_patterns, now, permission, permission_name, role, subjects, worlds};

/// The facts, whose first permission may be `rbac:escalate`, which lifts R1.
fn with_escalation(mut facts: Facts, is_registered: bool) -> Facts {
    if is_registered {
        facts.permissions[0].name = PermissionName::parse(engine::ESCALATE).expect("a name");
    }
    facts
}

/// What constraints name, without regard to their kinds and limits.
struct ConstraintKindless<'a> {
    reference: &'a Reference<'a>,
}

impl ConstraintKindless<'_> {
    /// The named roles and permissions that some roles and direct grants bring.
    fn met(&self, roles: &BTreeSet<RoleId>, direct: &BTreeSet<PermissionId>) -> BTreeSet<Uuid> {
        let mut facts = self.reference.facts.clone();
        facts.constraints.iter_mut().for_each(|known| known.limit = 0);
        let reference = Reference { facts: &facts, now: now() };
        let kinds = [ConstraintKind::Static, ConstraintKind::Dynamic];
        let met = kinds.into_iter().flat_map(|kind| reference.broken(kind, roles, direct));
        // Ids of roles and of permissions are numbered alike.
        let apart = |permission: &PermissionId| Uuid::from_u128(permission.uuid().as_u128() + 1_000);
        met.flat_map(|met| {
            met.roles.iter().map(|role| role.uuid()).chain(met.permissions.iter().map(apart)).collect::<Vec<_>>()
        })
        .collect()
    }
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

    /// Does the actor have patterns, active and lasting until then, that cover all of these, or `superadmin`?
    fn covers(&self, patterns: &BTreeSet<PermissionPattern>, until: Option<DateTime<Utc>>) -> bool {
        let held = self.reference.patterns_of(&self.active_until(until));
        let parts = |pattern: &PermissionPattern| (pattern.resource().to_owned(), pattern.action().to_owned());
        let covers = |held: &PermissionPattern, wanted: &PermissionPattern| {
            let ((resource, action), (wanted_resource, wanted_action)) = (parts(held), parts(wanted));
            let is_of_one_kind = held.as_str().contains(':') == wanted.as_str().contains(':');
            is_of_one_kind
                && (resource == "*" || resource == wanted_resource)
                && (action == "*" || action == wanted_action)
        };
        self.rules_until(until) || patterns.iter().all(|wanted| held.iter().any(|held| covers(held, wanted)))
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
    fn may_grant(&self, roles: &[RoleId], permissions: &[PermissionId], until: Option<DateTime<Utc>>) -> bool {
        let scope = self.reference.power_until(self.actor, until);
        let mut conferred = self.held_by(roles);
        conferred.extend(permissions);
        let patterns = self.reference.patterns_of(&roles.iter().copied().collect());
        self.escalates()
            || conferred.is_subset(&scope)
                && self.covers(&patterns, until)
                && (!self.is_superadmin(&roles.iter().copied().collect()) || self.rules_until(until))
    }

    /// Has the actor `superadmin` active until then?
    fn rules_until(&self, until: Option<DateTime<Utc>>) -> bool {
        self.is_superadmin(&self.active_until(until))
    }

    /// Roles that the actor has active, and keeps until then.
    fn active_until(&self, until: Option<DateTime<Utc>>) -> BTreeSet<RoleId> {
        let mut lasting = self.actor.clone();
        lasting.assignments.retain(|held| match (held.validity.until, until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(end), Some(until)) => end >= until,
        });
        let authorized = self.reference.authorized_roles(&lasting);
        let active = self.reference.active_roles(self.actor);
        active.intersection(&authorized).copied().collect()
    }

    /// R4, users.
    fn may_manage_user(&self, user: &Subject) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let patterns = self.reference.patterns_of(&self.reference.lasting_roles(user));
        let is_within = self.reference.attainable(user).is_subset(&self.reference.permissions_of(self.actor))
            && self.covers(&patterns, Some(now()));
        user.user == self.actor.user || is_within && (rules || !self.is_superadmin(&self.reference.lasting_roles(user)))
    }

    /// R4, roles.
    fn may_manage_role(&self, role: RoleId) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let is_within = self.held_by(&[role]).is_subset(&self.reference.permissions_of(self.actor))
            && self.covers(&self.reference.patterns_of(&BTreeSet::from([role])), Some(now()));
        is_within && (rules || !self.is_superadmin(&BTreeSet::from([role])))
    }

    /// R4: every role that would include further roles or permissions of a constraint if `senior` inherited from
    /// `juniors` and was granted `permissions`.
    fn may_gain_constraints(&self, senior: RoleId, juniors: &[RoleId], permissions: &BTreeSet<PermissionId>) -> bool {
        let everything = ConstraintKindless { reference: &self.reference };
        let gained = everything.met(&self.reference.below(&juniors.iter().copied().collect()), permissions);
        let above = self.facts().roles.iter().map(|role| role.id).filter(|&role| self.reference.inherits(role, senior));
        let mut concerned = above.filter(|&role| {
            let own = everything.met(&self.reference.below(&BTreeSet::from([role])), &BTreeSet::new());
            !gained.is_subset(&own)
        });
        concerned.all(|role| self.may_manage_role(role))
    }
}

fn ends() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    proptest::option::of((1_i64..4).prop_map(|minutes| now() + TimeDelta::minutes(minutes)))
}

fn target() -> impl Strategy<Value = Subject> {
    subjects().prop_map(|subject| Subject { user: UserId::new(Uuid::from_u128(1)), ..subject })
}

/// Whether authority suffices; `None` when another rule refuses the change.
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
        let attainable: BTreeSet<PermissionId> = policy.ids_in(&policy.attainable_permissions(&target, now())).collect();
        prop_assert_eq!(attainable, rules.reference.attainable(&target));
        for number in 0..ROLES {
            let id = role(number);
            prop_assert_eq!(authority.may_manage_role(id).is_ok(), rules.may_manage_role(id));
            prop_assert_eq!(authority.may_grant(&[id], &[], until).is_ok(), rules.may_grant(&[id], &[], until));
            // Assigning for an instant only requires to hold the role now.
            prop_assert_eq!(authority.may_assign(id).is_ok(), rules.may_grant(&[id], &[], Some(now())));
            prop_assert_eq!(authority.may_assign(id).is_ok(), authority.assignable_roles().contains(&id));
            let assign = Proposal::AssignRoles { user: &target, roles: &[id], until };
            let expected = rules.may_manage_user(&target) && rules.may_grant(&[id], &[], until);
            prop_assert_eq!(authority.permit(assign).is_ok(), expected);
        }
        for number in 0..PERMISSIONS {
            let granted = [permission(number)];
            let grant = Proposal::GrantDirectly { user: &target, permissions: &granted, until };
            let expected = rules.may_manage_user(&target) && rules.may_grant(&[], &granted, until);
            prop_assert_eq!(authority.permit(grant).is_ok(), expected);
        }
    }

    #[test]
    fn roles_change_within_authority(
        World { facts, subject: actor } in worlds(), at in 0..ROLES, below in 0..ROLES, granted in 0..PERMISSIONS,
        patterns in subsequence(all_patterns(), 1), escalation in any::<bool>()
    ) {
        let facts = with_escalation(facts, escalation);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let rules = Rules { reference: Reference { facts: &facts, now: now() }, actor: &actor };
        let (at, below, granted) = (role(at), [role(below)], [permission(granted)]);
        let manages = rules.may_manage_role(at);
        let granted_set = BTreeSet::from(granted);
        let gains = |juniors: &[RoleId], granted: &BTreeSet<PermissionId>| rules.may_gain_constraints(at, juniors, granted);
        let nothing = BTreeSet::new();
        let [pattern] = &patterns[..] else { unreachable!("one pattern") };
        let matched: BTreeSet<PermissionId> =
            facts.permissions.iter().filter(|known| pattern.matches(&known.name)).map(|known| known.id).collect();
        let may_grant_pattern = rules.escalates() || rules.covers(&patterns.iter().cloned().collect(), None);
        let judged = [
            (Proposal::ChangeGrants { role: at, added: &granted }, gains(&[], &granted_set) && rules.may_grant(&[], &granted, None)),
            (Proposal::ChangePatterns { role: at, added: &patterns }, gains(&[], &matched) && may_grant_pattern),
            (Proposal::AddInheritance { senior: at, juniors: &below }, gains(&below, &nothing) && rules.may_grant(&below, &[], None)),
            (Proposal::CreateRole { juniors: &below, seniors: &[at], grants: &granted }, gains(&below, &granted_set) && rules.may_grant(&below, &granted, None)),
            (Proposal::MakeDefault(at), rules.may_grant(&[at], &[], None)),
            (Proposal::RemoveInheritance { senior: at }, true),
            (Proposal::DeleteRole(at), true),
        ];
        for (change, confers) in judged {
            let verdict = verdict(authority.permit(change));
            prop_assert!(verdict.is_none_or(|verdict| verdict == (manages && confers)), "{:?}", change);
        }
    }

    /// R1 by its effect: a permitted change adds only permissions that the actor holds to those a user can attain.
    #[test]
    fn a_permitted_change_adds_nothing_beyond_the_authority_of_the_actor(
        World { mut facts, subject: actor } in worlds(), target in target(), assigned in 0..ROLES, at in 0..ROLES,
        granted in 0..PERMISSIONS, until in ends()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let scope: BTreeSet<PermissionId> = policy.ids_in(&policy.permissions_of(&actor, now())).collect();
        let attainable = |policy: &Policy, user: &Subject| -> BTreeSet<PermissionId> {
            policy.ids_in(&policy.attainable_permissions(user, now())).collect()
        };
        let before = attainable(&policy, &target);
        if authority.permit(Proposal::AssignRoles { user: &target, roles: &[role(assigned)], until }).is_ok() {
            let mut after = target.clone();
            after.assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: role(assigned),
                assigned_at: now(),
                validity: Validity { from: None, until },
            });
            prop_assert!(attainable(&policy, &after).difference(&before).all(|gained| scope.contains(gained)));
        }
        let change = Proposal::ChangeGrants { role: role(at), added: &[permission(granted)] };
        let verdict = authority.permit(change);
        facts.roles[at].grants.push(permission(granted));
        if verdict.is_ok() {
            let after = Policy::build(facts).expect("no contradictions");
            prop_assert!(attainable(&after, &target).difference(&before).all(|gained| scope.contains(gained)));
            prop_assert!(authority.may_change_policy_to(&after).is_ok());
        }
    }

    /// R1 in time: after a permitted change, whatever is registered later reaches nobody but through what the actor holds.
    #[test]
    fn what_is_registered_later_is_within_authority_as_well(
        World { facts, subject: actor } in worlds(), target in target(), assigned in 0..ROLES, at in 0..ROLES,
        patterns in subsequence(all_patterns(), 1), until in ends()
    ) {
        let later = |facts: &Facts| {
            let mut facts = facts.clone();
            let new = |number| PermissionFacts::new(permission(number), PermissionName::parse(&permission_name(number)).expect("a name"));
            facts.permissions.extend((PERMISSIONS..3 * PERMISSIONS).map(new));
            Policy::build(facts).expect("no contradictions")
        };
        let attainable = |policy: &Policy, user: &Subject| -> BTreeSet<PermissionId> {
            policy.ids_in(&policy.attainable_permissions(user, now())).collect()
        };
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let unchanged = later(&facts);
        let scope: BTreeSet<PermissionId> = unchanged.ids_in(&unchanged.permissions_of(&actor, now())).collect();
        let before = attainable(&unchanged, &target);
        if authority.permit(Proposal::AssignRoles { user: &target, roles: &[role(assigned)], until }).is_ok() {
            let mut after = target.clone();
            after.assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: role(assigned),
                assigned_at: now(),
                validity: Validity { from: None, until },
            });
            prop_assert!(attainable(&unchanged, &after).difference(&before).all(|gained| scope.contains(gained)));
        }
        if authority.permit(Proposal::ChangePatterns { role: role(at), added: &patterns }).is_ok() {
            let mut changed = facts.clone();
            changed.roles[at].patterns.extend(patterns);
            let after = later(&changed);
            prop_assert!(attainable(&after, &target).difference(&before).all(|gained| scope.contains(gained)));
            prop_assert!(authority.may_change_policy_to(&after).is_ok());
        }
    }

    #[test]
    fn a_remedy_is_assignable_and_grants_what_is_missing(
        World { facts, subject: actor } in worlds(), target in target(), asked in 0..PERMISSIONS
    ) {
        let policy = Policy::build(facts).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let name = permission_name(asked);
        let remedies = authority.remedies_for(&target, &name);
        let scope = |id: &RoleId| policy.permissions_of_role(*id).len();
        prop_assert!(remedies.roles.is_sorted_by_key(scope));
        for &id in &remedies.roles {
            let assign = Proposal::AssignRoles { user: &target, roles: &[id], until: Some(now()) };
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
