//! What an import does or did, in words.

use super::super::output::{counted, grouped};
use chrono::SecondsFormat;
use service::impact::Impact;
use service::import::{LeftAsIs, MatchedUser, NewName, NewNames, Report, Summary};

/// Longest line of a list of names, in characters.
const WIDTH: usize = 100;
/// Most existing users in a list.
const MAX_LISTED: usize = 100;

/// The numbers of new records, after a verb such as `imported`.
pub(super) fn counts(verb: &str, summary: &Summary) -> String {
    let Summary { users, roles, permissions, user_roles, role_permissions, role_hierarchy, user_permissions } =
        *summary;
    let counts = [
        (users, "user", "users"),
        (roles, "role", "roles"),
        (permissions, "permission", "permissions"),
        (user_roles, "assignment", "assignments"),
        (role_permissions, "grant", "grants"),
        (role_hierarchy, "inheritance", "inheritances"),
        (user_permissions, "direct grant", "direct grants"),
    ];
    let new = counts.iter().filter(|(count, ..)| *count > 0);
    let new: Vec<String> = new.map(|(count, one, many)| counted(*count, one, many)).collect();
    if new.is_empty() {
        return "nothing to do: everything exists already".to_owned();
    }
    format!("{verb} {}", new.join(", "))
}

/// The new names of a report, and what differs from the files.
pub(super) fn details(report: &Report) -> Vec<String> {
    let kinds = [
        (&report.new_users, "new users"),
        (&report.new_roles, "new roles"),
        (&report.new_permissions, "new permissions"),
    ];
    let mut blocks: Vec<String> =
        kinds.into_iter().filter(|(names, _)| names.total > 0).map(|(names, title)| new_names(names, title)).collect();
    let LeftAsIs { descriptions, periods } = report.left;
    if descriptions > 0 {
        blocks.push(format!(
            "{} left as it is, where the files have another",
            counted(descriptions, "description", "descriptions")
        ));
    }
    if periods > 0 {
        blocks.push(format!("{} left as it is, where the files have none", counted(periods, "period", "periods")));
    }
    blocks
}

/// Who would gain what, in one sentence.
pub(super) fn impact(impact: &Impact) -> String {
    let count = |number: u64, one, many| counted(usize::try_from(number).unwrap_or(usize::MAX), one, many);
    let mut text = format!(
        "{} would gain {} and lose {}",
        count(impact.users_affected, "user", "users"),
        count(impact.permissions_gained, "permission", "permissions"),
        count(impact.permissions_lost, "permission", "permissions"),
    );
    if !impact.new_administrators.is_empty() {
        let number = impact.new_administrators.len() as u64;
        text.push_str(&format!("; {} would come to administer this service", count(number, "user", "users")));
    }
    text
}

/// The existing users who are given something, and those of them who signed up by themselves.
pub(super) fn matched(report: &Report) -> Vec<String> {
    let names = report.matched.iter().map(|user| user.username.clone()).take(MAX_LISTED).collect::<Vec<_>>();
    let own = report.self_registered().map(signed_up).take(MAX_LISTED).collect::<Vec<_>>();
    let (total, total_own) = (report.matched.len(), report.self_registered().count());
    let users = counted(total, "existing user is given", "existing users are given");
    let blocks = [
        (format!("{users} roles or permissions"), names, total),
        (format!("{} of them signed up by themselves", grouped(total_own)), own, total_own),
    ];
    let blocks = blocks.iter().filter(|(.., total)| *total > 0);
    blocks.map(|(title, names, total)| block(title, names, *total)).collect()
}

fn signed_up(user: &MatchedUser) -> String {
    let at = user.signed_up_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    format!("{} ({})", user.username, at.unwrap_or_default())
}

fn new_names(names: &NewNames, title: &str) -> String {
    let shown = |NewName { name, similar_to }: &NewName| match similar_to {
        Some(known) => format!("{name} (similar to the existing `{known}`)"),
        None => name.clone(),
    };
    let listed: Vec<String> = names.listed.iter().map(shown).collect();
    block(title, &listed, names.total)
}

/// A title and names below it, some of `total`, in lines of bounded length.
fn block(title: &str, names: &[String], total: usize) -> String {
    let mut text = format!("{title}:");
    let mut lines = vec![String::new()];
    let rest = total.saturating_sub(names.len());
    let more = (rest > 0).then(|| format!("… and {} more", grouped(rest)));
    let names: Vec<&String> = names.iter().chain(&more).collect();
    for (at, name) in names.iter().enumerate() {
        let end = if at + 1 < names.len() { "," } else { "" };
        let length = name.chars().count() + end.len() + 1;
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.chars().count() + length <= WIDTH => {
                line.push_str(if line.is_empty() { "  " } else { " " });
                line.push_str(name);
                line.push_str(end);
            }
            _ => lines.push(format!("  {name}{end}")),
        }
    }
    for line in lines {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_only_what_is_new() {
        let summary = Summary { users: 3485, roles: 1, role_permissions: 91_184, ..Summary::default() };
        assert_eq!(counts("imported", &summary), "imported 3,485 users, 1 role, 91,184 grants");
        assert_eq!(counts("imported", &Summary::default()), "nothing to do: everything exists already");
    }

    fn new(name: &str, similar_to: Option<&str>) -> NewName {
        NewName { name: name.to_owned(), similar_to: similar_to.map(str::to_owned) }
    }

    #[test]
    fn new_names_are_listed_and_similar_ones_pointed_out() {
        let names = NewNames { listed: vec![new("bne", Some("ben")), new("zoe", None)], total: 2_002 };
        let report = Report { new_users: names, ..Report::default() };
        assert_eq!(details(&report), ["new users:\n  bne (similar to the existing `ben`), zoe, … and 2,000 more"]);
        assert!(details(&Report::default()).is_empty());
    }

    #[test]
    fn long_lists_have_lines_of_bounded_length() {
        let listed: Vec<NewName> = (0..100).map(|number| new(&format!("name{number}"), None)).collect();
        let report = Report { new_roles: NewNames { total: listed.len(), listed }, ..Report::default() };
        let text = details(&report).remove(0);
        assert!(text.lines().count() > 5 && text.lines().all(|line| line.chars().count() <= WIDTH + 2), "{text}");
        assert_eq!(text.matches("name").count(), 100);
    }

    #[test]
    fn existing_users_are_counted_and_those_who_signed_up_named_with_the_time() {
        let user = |name: &str, second: Option<i64>| MatchedUser {
            user: uuid::Uuid::nil().into(),
            username: name.to_owned(),
            signed_up_at: second.and_then(|second| chrono::DateTime::from_timestamp(second, 0)),
        };
        let report = Report { matched: vec![user("ana", None), user("eve", Some(60))], ..Report::default() };
        let expected = [
            "2 existing users are given roles or permissions:\n  ana, eve",
            "1 of them signed up by themselves:\n  eve (1970-01-01T00:01:00Z)",
        ];
        assert_eq!(matched(&report), expected);
        assert!(matched(&Report::default()).is_empty());
    }
}
