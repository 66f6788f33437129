//! What an import does, for the operator: new names, those that resemble existing ones, and existing users who are given
//! something. The rules that depend on these.

use super::apply::View;
use super::plan::{ImportPlan, PlannedName};
use super::similar::similar;
use super::{ExistingUsers, MatchedUser, NameKind, NewName, NewNames, Problem, Problems, Report, Rules};
use crate::{Result, store};
use engine::{Policy, UserId};

/// Most new names of a kind in a report.
const MAX_LISTED: usize = 1_000;

/// An existing name.
struct KnownName {
    name: String,
    /// The name without regard to case.
    key: String,
}

/// Reports on a plan, and adds the rows that the rules reject to `problems`.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(super) async fn report(
    view: &View<'_>,
    plan: &ImportPlan,
    rules: &Rules,
    problems: &mut Problems,
) -> Result<Report> {
    let users = if plan.users.is_empty() { Vec::new() } else { known_users(view).await? };
    let mut new_names = |kind, known: Vec<KnownName>| {
        let new = plan.new_names(kind);
        let similar = resembling(&new, &known);
        if rules.existing_only.contains(&kind) {
            reject_new(kind, &new, &similar, problems);
        }
        listed(&new, &similar)
    };
    let new_users = new_names(NameKind::Users, users);
    let new_roles = new_names(NameKind::Roles, known_roles(view.policy));
    let new_permissions = new_names(NameKind::Permissions, known_permissions(view.policy));
    if rules.existing_users == ExistingUsers::Nobody {
        reject_existing_users(plan, problems);
    }
    let matched = matched(view, plan).await?;
    Ok(Report { summary: plan.summary(), new_users, new_roles, new_permissions, matched, left: plan.left })
}

async fn known_users(view: &View<'_>) -> Result<Vec<KnownName>> {
    let names = store::users::usernames(view.connection).await?;
    Ok(names.into_iter().map(|(key, name)| KnownName { name, key }).collect())
}

fn known_roles(policy: &Policy) -> Vec<KnownName> {
    let roles = policy.roles();
    roles.map(|role| KnownName { name: role.name.to_string(), key: role.name.key() }).collect()
}

fn known_permissions(policy: &Policy) -> Vec<KnownName> {
    let names = policy.permissions().map(|permission| permission.name.to_string());
    names.map(|name| KnownName { key: name.to_lowercase(), name }).collect()
}

/// For each new name an existing one that resembles it.
fn resembling<'a>(new: &[PlannedName<'_>], known: &'a [KnownName]) -> Vec<Option<&'a str>> {
    let new: Vec<&str> = new.iter().map(|name| name.key.as_str()).collect();
    let keys: Vec<&str> = known.iter().map(|name| name.key.as_str()).collect();
    let found = similar(&new, &keys).into_iter();
    found.map(|place| place.and_then(|place| known.get(place)).map(|known| known.name.as_str())).collect()
}

/// Rejects new names; each once, at the first row that has it.
fn reject_new(kind: NameKind, new: &[PlannedName<'_>], similar: &[Option<&str>], problems: &mut Problems) {
    let kind = match kind {
        NameKind::Users => "user",
        NameKind::Roles => "role",
        NameKind::Permissions => "permission",
    };
    for (PlannedName { name, place, .. }, similar) in new.iter().zip(similar) {
        let hint = similar.map(|known| format!(": `{known}` does")).unwrap_or_default();
        problems.push(Problem::at(*place, format!("{kind} `{name}` does not exist{hint}")));
    }
}

/// Rejects existing users who are given something; each once, at the first row that does so.
fn reject_existing_users(plan: &ImportPlan, problems: &mut Problems) {
    for user in &plan.touched {
        let message = format!("user `{}` exists already, and only new users may be given anything", user.username);
        problems.push(Problem::at(user.place, message));
    }
}

/// The new names for the report: those that resemble existing ones first.
fn listed(new: &[PlannedName<'_>], similar: &[Option<&str>]) -> NewNames {
    let names = new.iter().zip(similar).map(|(new, similar)| (new.name, *similar));
    let (near, others): (Vec<_>, Vec<_>) = names.partition(|(_, similar)| similar.is_some());
    let name = |(name, similar): (&str, Option<&str>)| NewName {
        name: name.to_owned(),
        similar_to: similar.map(str::to_owned),
    };
    NewNames { listed: near.into_iter().chain(others).take(MAX_LISTED).map(name).collect(), total: new.len() }
}

/// The existing users who are given something, with the times at which they signed up.
async fn matched(view: &View<'_>, plan: &ImportPlan) -> Result<Vec<MatchedUser>> {
    let users: Vec<UserId> = plan.touched.iter().map(|user| user.id).collect();
    let sign_ups = store::audit::sign_ups(view.connection, &users).await?;
    let matched = plan.touched.iter().map(|user| MatchedUser {
        user: user.id,
        username: user.username.clone(),
        signed_up_at: sign_ups.get(&user.id).copied(),
    });
    Ok(matched.collect())
}
