//! A plan in words and as JSON.

use super::source::Source;
use crate::cli::output::{counted, grouped};
use crate::startup::{describe, flat};
use anyhow::Result;
use engine::UserId;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use service::impact::{AccessDelta, Impact};
use service::policies::PolicyPlan;
use service::policy_document::{PlannedAction, PlannedChange};
use service::{Refusal, Service};
use std::fmt::Write;
use std::process::ExitCode;

/// Most users in words; JSON has more.
const MAX_USERS: usize = 20;
/// Most permissions of a user in words.
const MAX_PERMISSIONS: usize = 5;

/// What is said when nothing would change.
pub(super) const NO_CHANGES: &str = "nothing to do: the policy is as the document says";

/// Usernames of an impact.
#[derive(Debug, Default)]
pub(super) struct Names(FxHashMap<UserId, String>);

impl Names {
    /// Reads the names of all users that an impact lists.
    pub(super) async fn read(service: &Service, impact: &Impact) -> Result<Self> {
        let listed = impact.deltas.iter().map(|delta| delta.user).chain(impact.new_administrators.iter().copied());
        let users = service::users::by_ids(service, &listed.collect::<Vec<_>>()).await;
        let users = users.map_err(|error| describe(&error))?;
        Ok(Self(users.into_iter().map(|(id, user)| (id, user.username)).collect()))
    }

    fn of(&self, user: UserId) -> &str {
        self.0.get(&user).map_or("", String::as_str)
    }

    fn of_all(&self, users: &[UserId]) -> Vec<&str> {
        let mut names: Vec<&str> = users.iter().map(|user| self.of(*user)).collect();
        names.sort_unstable();
        names
    }

    /// What users gain and lose, by username.
    fn deltas<'a>(&'a self, impact: &'a Impact) -> Vec<(&'a str, &'a AccessDelta)> {
        let mut deltas: Vec<_> = impact.deltas.iter().map(|delta| (self.of(delta.user), delta)).collect();
        deltas.sort_unstable_by_key(|(username, _)| *username);
        deltas
    }
}

/// A plan in words: its changes, its impact, the diff and the hash.
pub(super) fn words(plan: &PolicyPlan, names: &Names) -> String {
    if plan.is_empty() {
        return NO_CHANGES.to_owned();
    }
    let count = counted(plan.changes.len(), "change", "changes");
    let mut text = format!("{count} of the policy at revision {}:\n", plan.base_revision);
    for PlannedChange { action, summary, .. } in &plan.changes {
        let sign = match action {
            PlannedAction::Create => '+',
            PlannedAction::Update => '~',
            PlannedAction::Delete => '-',
        };
        let _ = writeln!(text, "  {sign} {}", flat(summary));
    }
    if plan.is_applicable() {
        text.push_str(&impact_in_words(&plan.impact, names));
    }
    let _ = write!(text, "\n{}", plan.diff);
    if plan.is_applicable() {
        let _ = write!(text, "\nplan hash: {}", plan.hash);
    }
    text.truncate(text.trim_end().len());
    text
}

fn impact_in_words(impact: &Impact, names: &Names) -> String {
    let Impact { users_affected, sessions_affected, permissions_gained, permissions_lost, .. } = *impact;
    if users_affected == 0 {
        return "\nno user gains or loses a permission\n".to_owned();
    }
    let mut text = format!(
        "\n{} affected ({}): {} gained, {} lost\n",
        counted(number(users_affected), "user", "users"),
        counted(number(sessions_affected), "live session", "live sessions"),
        counted(number(permissions_gained), "permission", "permissions"),
        grouped(number(permissions_lost)),
    );
    if !impact.new_administrators.is_empty() {
        let new = names.of_all(&impact.new_administrators).join(", ");
        let _ = writeln!(text, "  new administrators: {}", flat(&new));
    }
    let deltas = names.deltas(impact);
    for (username, delta) in deltas.iter().take(MAX_USERS) {
        let gained = listed("gains", &delta.gained, delta.gained_count);
        let lost = listed("loses", &delta.lost, delta.lost_count);
        let parts: Vec<String> = gained.into_iter().chain(lost).collect();
        let _ = writeln!(text, "  {}: {}", flat(username), flat(&parts.join("; ")));
    }
    let rest = number(users_affected).saturating_sub(deltas.len().min(MAX_USERS));
    if rest > 0 {
        let _ = writeln!(text, "  … and {}", counted(rest, "more user", "more users"));
    }
    text
}

fn listed(verb: &str, names: &[String], count: u64) -> Option<String> {
    let shown = names.iter().take(MAX_PERMISSIONS).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let rest = number(count).saturating_sub(names.len().min(MAX_PERMISSIONS));
    match (count, rest) {
        (0, _) => None,
        (_, 0) => Some(format!("{verb} {shown}")),
        (_, rest) => Some(format!("{verb} {shown} and {} more", grouped(rest))),
    }
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A plan as JSON, with the keys of the API and usernames in place of ids.
pub(super) fn json(plan: &PolicyPlan, names: &Names) -> Value {
    let action = |action: PlannedAction| match action {
        PlannedAction::Create => "CREATE",
        PlannedAction::Update => "UPDATE",
        PlannedAction::Delete => "DELETE",
    };
    let change = |change: &PlannedChange| {
        json!({ "action": action(change.action), "objectType": change.object_type.as_str(), "key": change.key,
            "summary": change.summary, "before": change.before, "after": change.after })
    };
    let delta = |(username, delta): (&str, &AccessDelta)| {
        json!({ "user": username, "gainedCount": delta.gained_count, "lostCount": delta.lost_count,
            "gained": delta.gained, "lost": delta.lost })
    };
    let impact = &plan.impact;
    json!({
        "hash": plan.hash,
        "baseRevision": plan.base_revision,
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "impact": {
            "usersAffected": impact.users_affected,
            "sessionsAffected": impact.sessions_affected,
            "permissionsGained": impact.permissions_gained,
            "permissionsLost": impact.permissions_lost,
            "newAdministrators": names.of_all(&impact.new_administrators),
            "deltas": names.deltas(impact).into_iter().map(delta).collect::<Vec<_>>(),
        },
        "blockers": plan.blockers.iter().map(|blocker| json!({ "code": blocker.code.as_str(),
            "message": blocker.message })).collect::<Vec<_>>(),
        "diff": plan.diff,
    })
}

/// Prints all problems of a document on standard error, and what follows from them.
pub(super) fn refuse(source: &Source, refusals: &[Refusal], consequence: &str) -> ExitCode {
    for refusal in refusals {
        eprintln!("{}", source.at(None, &refusal.message));
    }
    let count = counted(refusals.len(), "problem", "problems");
    eprintln!("error: {consequence} because of {count}: correct {} and plan it again", source.name);
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(number: u128) -> UserId {
        UserId::new(Uuid::from_u128(number))
    }

    fn names(count: u128) -> Names {
        Names((0..count).map(|number| (user(number), format!("user{number:02}"))).collect())
    }

    fn impact(users: u128, permissions: usize) -> Impact {
        let gained: Vec<String> = (0..permissions).map(|number| format!("x:{number}")).collect();
        let delta = |number| AccessDelta {
            user: user(number),
            gained_count: permissions as u64,
            lost_count: 0,
            gained: gained.clone(),
            lost: Vec::new(),
        };
        Impact {
            users_affected: u64::try_from(users).expect("a small number"),
            deltas: (0..users).rev().map(delta).collect(),
            ..Impact::default()
        }
    }

    #[test]
    fn users_are_listed_by_name_up_to_a_limit() {
        let text = impact_in_words(&impact(20, 5), &names(20));
        assert_eq!(text.lines().count(), 22, "{text}");
        assert_eq!(text.lines().nth(2), Some("  user00: gains `x:0`, `x:1`, `x:2`, `x:3`, `x:4`"));
        let text = impact_in_words(&impact(22, 6), &names(22));
        assert_eq!(text.lines().nth(2), Some("  user00: gains `x:0`, `x:1`, `x:2`, `x:3`, `x:4` and 1 more"));
        assert_eq!(text.lines().last(), Some("  … and 2 more users"));
    }

    #[test]
    fn no_impact_is_said() {
        assert_eq!(impact_in_words(&Impact::default(), &Names::default()), "\nno user gains or loses a permission\n");
    }
}
