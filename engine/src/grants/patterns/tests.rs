use super::*;
use crate::PermissionId;
use uuid::Uuid;

fn id(number: u128) -> PermissionId {
    PermissionId::new(Uuid::from_u128(number))
}

fn permission(number: u128, name: &str) -> PermissionFacts {
    PermissionFacts::new(id(number), PermissionName::parse(name).expect("a name"))
}

fn patterns(texts: &[&str]) -> Vec<PermissionPattern> {
    texts.iter().map(|text| PermissionPattern::parse(text).expect("a pattern")).collect()
}

fn texts(grants: &PatternGrants, role: usize) -> Vec<String> {
    grants.of_role_by_text(role).iter().map(ToString::to_string).collect()
}

/// Names of the permissions that a role holds by patterns.
fn held(grants: &PatternGrants, role: usize, permissions: &Table<PermissionFacts>) -> Vec<String> {
    let mut held = FixedBitSet::new();
    grants.of_role(role).for_each(|pattern| held.union_with(grants.matched(pattern)));
    let names = permissions.by_name(held.ones()).into_iter().filter_map(|slot| permissions.get(slot));
    names.map(|known| known.name.to_string()).collect()
}

#[test]
fn later_permissions_are_matched_and_deleted_ones_are_not() {
    let before = Table::new(vec![permission(1, "a:read"), permission(2, "b:read")]).expect("no duplicates");
    let mut grants = PatternGrants::default();
    let (all, reads) = (patterns(&["a:*", "*:read", "a:*"]), patterns(&["*:read"]));
    grants.update(&[(7, &all), (9, &reads)], 10, &before);
    assert_eq!(texts(&grants, 7), ["*:read", "a:*"]);
    assert_eq!(held(&grants, 7, &before), ["a:read", "b:read"]);

    let mut after = before.clone();
    let slots = after.update(vec![permission(3, "a:pay"), permission(2, "b:see")], &[id(1)]).expect("no duplicates");
    let earlier = grants.clone();
    grants.update_permissions(slots.changed.iter().chain(&slots.deleted).copied(), &before, &after);
    assert_eq!(held(&grants, 7, &after), ["a:pay"]);
    assert!(held(&grants, 9, &after).is_empty());
    assert_eq!(held(&earlier, 9, &before), ["a:read", "b:read"]);
}

#[test]
fn a_pattern_that_no_role_has_is_forgotten() {
    let table = Table::new(vec![permission(1, "a:read")]).expect("no duplicates");
    let mut grants = PatternGrants::default();
    let (one, other) = (patterns(&["a:*"]), patterns(&["*:*"]));
    grants.update(&[(0, &one), (1, &one)], 2, &table);
    grants.update(&[(0, &[])], 2, &table);
    assert!(grants.covering(&one[0]).next().is_some());
    grants.update(&[(1, &other)], 2, &table);
    assert_eq!(grants.covering(&one[0]).next(), grants.of_role(1).next());
    assert_eq!(held(&grants, 1, &table), ["a:read"]);
    grants.update(&[(1, &[]), (0, &one)], 2, &table);
    assert_eq!(grants.covering(&other[0]).next(), None);
    assert_eq!((texts(&grants, 0), texts(&grants, 1)), (vec!["a:*".to_owned()], Vec::new()));
    grants.update(&[(0, &[])], 2, &table);
    assert!(grants.is_empty());
    assert_eq!(grants.matching(&PermissionName::parse("a:read").expect("a name")), [None; 3]);
}

#[test]
fn a_pattern_matches_as_if_its_matches_were_looked_up_one_by_one() {
    let names = ["a:read", "a.b:read", "a.b.read", "p1", "a:pay"];
    let facts = (1..).zip(names).map(|(number, name)| permission(number, name)).collect();
    let table = Table::new(facts).expect("no duplicates");
    let all = patterns(&["a:*", "*:read", "*:*", "*.*", "a.b.*", "a.b:*"]);
    let mut grants = PatternGrants::default();
    grants.update(&[(0, &all)], 1, &table);
    for slot in grants.of_role(0) {
        let pattern = grants.pattern(slot).expect("known");
        assert_eq!(
            grants.matched(slot).ones().collect::<Vec<_>>(),
            matches_of(pattern, &table).ones().collect::<Vec<_>>()
        );
    }
}
