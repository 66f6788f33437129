use crate::sample::*;
use crate::{AccountStatus, Path, PathKind, Policy, Subject, Validity};

/// Paths as text: `a > b` through roles, `direct`; `-` before one that is not active.
fn texts(policy: &Policy, paths: &[Path]) -> Vec<String> {
    let name = |id| policy.role(id).expect("a role of the policy").name.as_str();
    let text = |path: &Path| match &path.kind {
        PathKind::Direct => "direct".to_owned(),
        PathKind::Role(roles) => roles.iter().map(|&id| name(id)).collect::<Vec<_>>().join(" > "),
    };
    paths.iter().map(|path| format!("{}{}", if path.is_active { "" } else { "-" }, text(path))).collect()
}

fn all_paths(policy: &Policy, subject: &Subject, name: &str) -> Vec<String> {
    let found = policy.paths(subject, permission(name), now(), 1_000);
    assert!(!found.has_more);
    texts(policy, &found.paths)
}

#[test]
fn paths_are_sorted_by_length_and_then_by_name() {
    let policy = policy(
        "top > m1 m2 long \n m1 > base \n m2 > base \n long > longer \n longer > base \n base = p:1 \n Amy > base",
    );
    let subject = with_grant(holder_of(&["top", "base", "Amy"]), "p:1", PERMANENT);
    assert_eq!(
        all_paths(&policy, &subject, "p:1"),
        ["direct", "base", "Amy > base", "top > m1 > base", "top > m2 > base", "top > long > longer > base"]
    );
}

#[test]
fn paths_of_one_length_that_part_early_and_late_are_sorted_by_name() {
    // The first parts from a short path, the second begins with a later name; both have length 4.
    let policy = policy("b > b1 b9 \n b1 = p:1 \n b9 > x \n x > y \n y = p:1 \n a > a1 \n a1 > a2 \n a2 > y");
    let subject = holder_of(&["b", "a"]);
    assert_eq!(all_paths(&policy, &subject, "p:1"), ["b > b1", "a > a1 > a2 > y", "b > b9 > x > y"]);
}

#[test]
fn a_role_that_holds_and_inherits_the_grant_yields_both_paths() {
    let policy = policy("senior > junior = p:1 \n junior = p:1");
    assert_eq!(all_paths(&policy, &holder_of(&["senior"]), "p:1"), ["senior", "senior > junior"]);
}

#[test]
fn roles_that_do_not_lead_to_the_permission_are_not_on_a_path() {
    let policy = policy("top > left right \n left = p:1 \n right = q:1 \n other = p:1");
    assert_eq!(all_paths(&policy, &holder_of(&["top"]), "p:1"), ["top > left"]);
    assert!(all_paths(&policy, &new_user(), "p:1").is_empty());
    assert!(all_paths(&policy, &holder_of(&["top"]), "unknown").is_empty());
}

#[test]
fn superadmin_ends_the_path_by_rule() {
    let policy = policy("root > superadmin \n superadmin \n = p:1");
    assert_eq!(all_paths(&policy, &holder_of(&["root"]), "p:1"), ["root > superadmin"]);
}

#[test]
fn inactive_paths_are_marked_and_have_start_and_end() {
    let policy = policy("a = p:1 \n b = p:1 \n c = p:1");
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let subject = with_role(with_role(with_role(new_user(), "a", ended()), "b", not_yet()), "c", hour);
    let subject = with_grant(subject, "p:1", ended());
    let found = policy.paths(&subject, permission("p:1"), now(), 10).paths;
    assert_eq!(texts(&policy, &found), ["-direct", "-a", "-b", "c"]);
    let ends: Vec<_> = found.iter().map(|path| path.expires_at).collect();
    assert_eq!(ends, [Some(minutes(-60)), Some(minutes(-60)), None, Some(minutes(60))]);
    let beginnings: Vec<_> = found.iter().map(|path| path.valid_from).collect();
    assert_eq!(beginnings, [ended().from, ended().from, Some(minutes(60)), None]);
}

#[test]
fn a_role_assigned_twice_yields_two_paths_the_earlier_end_first() {
    let policy = policy("a = p:1");
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let one = with_role(with_role(new_user(), "a", hour), "a", ended());
    let other = with_role(with_role(new_user(), "a", ended()), "a", hour);
    assert_eq!(all_paths(&policy, &one, "p:1"), ["-a", "a"]);
    assert_eq!(all_paths(&policy, &other, "p:1"), ["-a", "a"]);
}

#[test]
fn a_chosen_role_opens_the_paths_that_pass_through_it() {
    let policy = policy("top > left right \n left > base \n right > base \n base = p:1");
    let subject = choosing(holder_of(&["top"]), &["right"]);
    assert_eq!(all_paths(&policy, &subject, "p:1"), ["-top > left > base", "top > right > base"]);
}

#[test]
fn nothing_counts_for_an_account_that_is_not_active() {
    let policy = policy("a = p:1");
    let subject = with_grant(holder_of(&["a"]), "p:1", PERMANENT);
    let subject = Subject { status: AccountStatus::Suspended, ..subject };
    assert_eq!(all_paths(&policy, &subject, "p:1"), ["-direct", "-a"]);
}

#[test]
fn no_more_paths_are_found_than_the_limit_allows() {
    let policy = policy("top > m1 m2 \n m1 > base \n m2 > base \n base = p:1");
    let subject = with_grant(holder_of(&["top"]), "p:1", PERMANENT);
    for (limit, has_more) in [(0, true), (1, true), (2, true), (3, false), (4, false)] {
        let found = policy.paths(&subject, permission("p:1"), now(), limit);
        assert_eq!((found.paths.len(), found.has_more), (limit.min(3), has_more));
    }
}

#[test]
fn an_explanation_of_an_unknown_permission_has_no_paths() {
    let policy = policy("a = p:1");
    let explanation = policy.explain(&holder_of(&["a"]), "p:2", now(), 10);
    assert_eq!(explanation.decision, policy.check(&holder_of(&["a"]), "p:2", now()));
    assert!(explanation.paths.paths.is_empty() && !explanation.paths.has_more);
}

/// `levels` diamonds on top of each other: 2^levels paths of the same length.
fn ladder(levels: usize) -> Policy {
    let mut text = format!("r{levels} = p:1\n");
    for level in 0..levels {
        text += &format!("r{level} > a{level} b{level}\n a{level} > r{next}\n b{level} > r{next}\n", next = level + 1);
    }
    policy(&text)
}

#[test]
fn the_search_in_a_ladder_of_diamonds_ends_at_the_limit() {
    let policy = ladder(30);
    let found = policy.paths(&holder_of(&["r0"]), permission("p:1"), now(), 20);
    assert!(found.has_more);
    let texts = texts(&policy, &found.paths);
    assert_eq!(texts.len(), 20);
    assert!(texts.is_sorted());
    assert!(texts[1].ends_with("r28 > a28 > r29 > b29 > r30"));
}

#[test]
fn a_small_ladder_is_searched_completely() {
    let policy = ladder(5);
    let texts = all_paths(&policy, &holder_of(&["r0", "r3"]), "p:1");
    assert_eq!(texts.len(), 32 + 4);
    assert!(texts[..4].is_sorted() && texts[4..].is_sorted());
}
