//! The index against its naive twin: every user looked at one by one.

mod pages;

use super::holders::Holders;
use super::index::{Facts, Index};
use crate::store::assignments::Held;
use crate::store::users::ReviewedUser;
use crate::users::UserFilter;
use chrono::{DateTime, Utc};
use engine::{
    AccountStatus, Activation, Assignment, DirectGrant, Facts as PolicyFacts, PermissionFacts, PermissionId,
    PermissionName, Policy, RoleFacts, RoleId, RoleName, Subject, UserId, Validity,
};
use pages::check_pages;
use uuid::Uuid;

const ROLES: u128 = 12;
const PERMISSIONS: u128 = 6;
const USERS: u128 = 150;
const STATES: [AccountStatus; 3] = [AccountStatus::Active, AccountStatus::Suspended, AccountStatus::Deleted];

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u128) -> u128 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u128::from(self.0 >> 33) % sides
    }

    fn is_one_of(&mut self, sides: u128) -> bool {
        self.roll(sides) == 0
    }

    /// Half of them permanent; the others begin and end within a few seconds.
    fn validity(&mut self) -> Validity {
        if self.is_one_of(2) {
            return Validity::default();
        }
        let from = (!self.is_one_of(3)).then(|| at(self.roll(10)));
        let until = (!self.is_one_of(3)).then(|| at(10 + self.roll(10)));
        Validity { from, until }
    }
}

fn at(second: u128) -> DateTime<Utc> {
    DateTime::from_timestamp(i64::try_from(second).expect("a small number"), 0).expect("a small number")
}

fn role(number: u128) -> RoleId {
    RoleId::new(Uuid::from_u128(1_000 + number))
}

fn permission(number: u128) -> PermissionId {
    PermissionId::new(Uuid::from_u128(2_000 + number))
}

/// Roles that inherit from roles with lower numbers, and are granted a few permissions.
fn policy(dice: &mut Dice) -> Policy {
    let roles = (0..ROLES).map(|number| RoleFacts {
        id: role(number),
        name: RoleName::parse(&format!("role{number}")).expect("a name"),
        is_system: false,
        is_default: false,
        requires_activation: false,
        revision: 1,
        patterns: Vec::new(),
        grants: (0..PERMISSIONS).filter(|_| dice.is_one_of(6)).map(permission).collect(),
        inherits_from: (0..number).filter(|_| dice.is_one_of(5)).map(role).collect(),
    });
    let roles = roles.collect();
    let permissions = (0..PERMISSIONS).map(|number| PermissionFacts {
        id: permission(number),
        name: PermissionName::parse(&format!("thing:do{number}")).expect("a name"),
        is_system: false,
    });
    let permissions = permissions.collect();
    Policy::build(PolicyFacts { revision: 1, roles, permissions, constraints: Vec::new() }).expect("facts that agree")
}

/// A user as the database has it.
#[derive(Clone, Debug)]
struct Person {
    row: ReviewedUser,
    subject: Subject,
}

fn person(number: u128, dice: &mut Dice) -> Person {
    let id = UserId::new(Uuid::from_u128(number));
    let status = if dice.is_one_of(4) { STATES[usize::from(dice.is_one_of(2)) + 1] } else { STATES[0] };
    let assignment =
        |role| Assignment { id: Uuid::nil().into(), role, assigned_at: at(0), validity: Validity::default() };
    let mut assignments: Vec<_> = (0..ROLES).filter(|_| dice.is_one_of(6)).map(role).map(assignment).collect();
    assignments.iter_mut().for_each(|assignment| assignment.validity = dice.validity());
    let granted: Vec<_> = (0..PERMISSIONS).filter(|_| dice.is_one_of(8)).map(permission).collect();
    let grants = granted.into_iter().map(|permission| DirectGrant { permission, validity: dice.validity() }).collect();
    Person {
        row: ReviewedUser {
            id,
            status,
            created_at: at(dice.roll(20)),
            username_key: format!("u{}", dice.roll(30)),
            display_key: format!("d{}", dice.roll(10)),
            email: dice.is_one_of(2).then(|| format!("A{}@x.example", dice.roll(30))),
        },
        subject: Subject { user: id, status, revision: 1, assignments, grants, activation: Activation::All },
    }
}

fn facts(people: &[Person]) -> Facts {
    let mut facts = Facts::default();
    for Person { row, subject } in people {
        facts.users.push(row.clone());
        let held = |held: &Assignment| Held { user: row.id, object: held.role, validity: held.validity };
        facts.assignments.extend(subject.assignments.iter().map(held));
        let held = |held: &DirectGrant| Held { user: row.id, object: held.permission, validity: held.validity };
        facts.grants.extend(subject.grants.iter().map(held));
    }
    facts
}

fn index(people: &[Person]) -> Index {
    let facts = facts(people);
    let mut index = Index::new(1, facts.users);
    index.add_assignments(&facts.assignments);
    index.add_grants(&facts.grants);
    index
}

/// Whether the filter selects the user, by the rules of the engine.
fn is_selected(person: &Person, filter: &UserFilter, policy: &Policy, now: DateTime<Utc>) -> bool {
    let Person { row, subject } = person;
    let states = filter.status.clone().unwrap_or_else(|| STATES[..2].to_vec());
    let texts = [&row.username_key, &row.display_key, &row.email.clone().unwrap_or_default().to_lowercase()];
    let direct = |permission: Option<PermissionId>| {
        let valid = subject.grants.iter().filter(|grant| grant.validity.is_valid_at(now));
        valid.filter(|grant| permission.is_none_or(|permission| grant.permission == permission)).count() > 0
    };
    let holds = |id: PermissionId| {
        let name = policy.permission(id).map_or("", |permission| permission.name.as_str());
        policy.check(subject, name, now).allowed
    };
    let is_one = |roles: Vec<RoleId>, role: Option<RoleId>| role.is_some_and(|role| roles.contains(&role));
    states.contains(&row.status)
        && (filter.search.is_none() && filter.id.is_none()
            || filter.search.as_ref().is_some_and(|text| texts.iter().any(|own| own.contains(&text.to_lowercase())))
            || filter.id == Some(row.id))
        && filter.assigned_role.is_none_or(|role| is_one(policy.assigned_roles(subject, now), role))
        && filter.authorized_role.is_none_or(|role| is_one(policy.authorized_roles(subject, now), role))
        && filter.permission.is_none_or(|permission| permission.is_some_and(holds))
        && filter.direct_permission.is_none_or(|permission| direct(Some(permission)))
        && filter.has_direct_permissions.is_none_or(|has| direct(None) == has)
}

fn filters(dice: &mut Dice) -> Vec<UserFilter> {
    let all = UserFilter::default;
    let mut filters = vec![
        all(),
        UserFilter { status: Some(Vec::new()), ..all() },
        UserFilter { status: Some(STATES.to_vec()), ..all() },
        UserFilter { assigned_role: Some(None), ..all() },
        UserFilter { permission: Some(None), ..all() },
        UserFilter { permission: Some(Some(permission(PERMISSIONS))), ..all() },
        UserFilter { authorized_role: Some(Some(role(ROLES))), ..all() },
        UserFilter { has_direct_permissions: Some(true), ..all() },
        UserFilter { has_direct_permissions: Some(false), ..all() },
        UserFilter { search: Some("A1".to_owned()), ..all() },
        UserFilter { search: Some("u2".to_owned()), id: Some(UserId::new(Uuid::from_u128(7))), ..all() },
        UserFilter { id: Some(UserId::new(Uuid::from_u128(USERS + 1_000))), ..all() },
    ];
    for number in 0..ROLES {
        filters.push(UserFilter { assigned_role: Some(Some(role(number))), ..all() });
        filters.push(UserFilter { authorized_role: Some(Some(role(number))), ..all() });
    }
    for number in 0..PERMISSIONS {
        let wanted = permission(number);
        filters.push(UserFilter { permission: Some(Some(wanted)), ..all() });
        filters.push(UserFilter { direct_permission: Some(wanted), ..all() });
        let status = Some(vec![STATES[1], STATES[2]]);
        let assigned_role = Some(Some(role(dice.roll(ROLES))));
        filters.push(UserFilter { direct_permission: Some(wanted), status, assigned_role, ..all() });
    }
    filters
}

/// Compares every filter, at instants before, within and after the periods.
fn compare(index: &Index, people: &[Person], policy: &Policy, dice: &mut Dice) {
    for filter in filters(dice) {
        for now in (0..21).map(at) {
            let found = index.select(&filter, policy, now).into_iter().map(|number| index.id(number));
            let mut found: Vec<UserId> = found.collect();
            found.sort_unstable();
            let mut expected: Vec<UserId> = people
                .iter()
                .filter(|person| is_selected(person, &filter, policy, now))
                .map(|person| person.row.id)
                .collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{filter:?} at {now}");
        }
    }
}

#[test]
fn every_filter_selects_the_users_whom_the_engine_would() {
    for seed in 0..5 {
        let mut dice = Dice(seed);
        let policy = policy(&mut dice);
        let people: Vec<_> = (0..USERS).map(|number| person(number, &mut dice)).collect();
        compare(&index(&people), &people, &policy, &mut dice);
    }
}

#[test]
fn an_updated_index_equals_a_new_one() {
    let mut dice = Dice(99);
    let policy = policy(&mut dice);
    let mut people: Vec<_> = (0..USERS).map(|number| person(number, &mut dice)).collect();
    let mut updated = index(&people);
    for (revision, batch) in [(2, 1), (3, 0), (4, 3), (5, 100), (6, 1), (7, 40)] {
        let mut changed = Vec::new();
        for _ in 0..batch {
            let number = dice.roll(USERS + 60);
            if changed.iter().any(|known: &Person| known.row.id.uuid() == Uuid::from_u128(number)) {
                continue;
            }
            let mut new = person(number, &mut dice);
            match people.iter_mut().find(|known| known.row.id == new.row.id) {
                Some(known) => {
                    new.row.created_at = known.row.created_at;
                    *known = new.clone();
                }
                None => people.push(new.clone()),
            }
            changed.push(new);
        }
        updated.update(revision, &facts(&changed));
        assert_eq!(updated.revision, revision);
        compare(&updated, &people, &policy, &mut dice);
        check_pages(&updated, &people, &policy, &mut dice);
    }
}

#[test]
fn holders_of_what_was_deleted_are_forgotten() {
    let mut holders = Holders::default();
    let held = |object| Held { user: UserId::new(Uuid::nil()), object, validity: Validity::default() };
    holders.add(&[held(1), held(2)], |_| Some(0));
    holders.retain(|object| object == 2);
    assert_eq!(holders.objects().collect::<Vec<_>>(), [2]);
    assert_eq!(holders.of([1].into_iter(), at(0)).len(), 0);
}
