//! New accounts, whoever makes them: an administrator, the operator, or their owner signing up.

use super::{EmailAddress, Username, store};
use crate::audit::{Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::Change;
use crate::{Context, Refusal, RefusalCode, Result, Service, assignments, text};
use engine::{AssignmentId, Policy, RoleId, Subject, UserId};
use serde_json::json;
use std::slice;

/// An account about to be made; its names and texts were found good, except that they may be taken.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) username: Username,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) display_name: Option<String>,
    /// PHC string; `None` for an account without a password.
    pub(crate) password_hash: Option<String>,
    /// Roles to assign beside the default ones: whoever makes the account hands them out.
    pub(crate) roles: Batch<RoleId>,
    /// Where the names were given: `["input"]`, or nothing when they are arguments themselves.
    pub(crate) within: &'static [&'static str],
}

/// Names and texts as a client gave them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) display_name: Option<&'a str>,
}

impl Account {
    /// Checks names and texts given `within` an argument, or as arguments themselves. The account has
    /// no password and no roles yet.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID` or `TOO_LONG`, all there are at once.
    pub(crate) fn check(texts: Texts<'_>, within: &'static [&'static str]) -> Result<Self> {
        let username = Username::parse(texts.username).map_err(|refusal| at(refusal, within, "username"));
        let email = texts.email.map(EmailAddress::parse).transpose();
        let email = email.map_err(|refusal| at(refusal, within, "email"));
        let display_name = text::check_display_name(texts.display_name);
        let display_name = display_name.map_err(|refusal| at(refusal, within, "displayName"));
        match (username, email, display_name) {
            (Ok(username), Ok(email), Ok(())) => Ok(Self {
                username,
                email,
                display_name: texts.display_name.map(str::to_owned),
                password_hash: None,
                roles: Batch::none(),
                within,
            }),
            (username, email, display_name) => {
                let refusals = [username.err(), email.err(), display_name.err()];
                Err(crate::Error::Refused(refusals.into_iter().flatten().collect()))
            }
        }
    }
}

/// The roles that every new account gets, and its own.
fn all_roles(policy: &Policy, account: &Account) -> Vec<RoleId> {
    let mut roles = account.roles.distinct();
    let default = policy.facts().roles.iter().filter(|role| role.is_default).map(|role| role.id);
    let default: Vec<RoleId> = default.filter(|role| !roles.contains(role)).collect();
    roles.extend(default);
    roles
}

/// Makes an account within a change, with the default roles and its own assigned for good. Gives its id
/// and the audit entry, which is still to be recorded.
///
/// # Errors
/// `TAKEN` at the username or the address; `BEYOND_AUTHORITY` at a role.
pub(crate) async fn register(
    (service, ctx): (&Service, &Context),
    change: &mut Change,
    account: Account,
) -> Result<(UserId, Entry)> {
    refuse_taken(change, (Some(&account.username), account.email.as_ref()), None, account.within).await?;
    let now = change.now();
    let id = UserId::new(service.ids.next(now));
    let nobody = Subject::new(id);
    let assign = |roles| engine::Change::AssignRoles { user: &nobody, roles, until: None };
    change.permit_each(&account.roles, |role| assign(slice::from_ref(role)))?;
    let permit = change.permit(assign(&account.roles.distinct()), account.within)?;
    let label = account.username.as_str().to_owned();
    let policy = change.policy().clone();
    let given = all_roles(&policy, &account);
    let roles = given.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str());
    let entry = Entry::done(format!("created user {label}"))
        .after(json!({
            "username": label,
            "email": account.email.as_ref().map(EmailAddress::as_str),
            "displayName": account.display_name,
            "roles": roles.collect::<Vec<_>>(),
        }))
        .target(Target::new(TargetType::User, id.uuid(), label))
        .concerning(given.iter().map(|role| role.uuid()));
    let assignments: Vec<assignments::NewRow> = given
        .iter()
        .map(|&role| assignments::NewRow {
            id: AssignmentId::new(service.ids.next(now)),
            user: id,
            role,
            terms: assignments::Terms::default(),
        })
        .collect();
    let Account { username, email, display_name, password_hash, .. } = account;
    let row = store::NewRow { id, username, email, display_name, password_hash };
    store::insert(change.write(&permit), &[row], now).await?;
    let made = assignments::Made { at: now, by: ctx.user_id() };
    assignments::insert(change.write(&permit), &assignments, made).await?;
    change.touch_user(id);
    Ok((id, entry))
}

/// Refuses names that are another user's than `own`, be it as username or as address.
pub(super) async fn refuse_taken(
    change: &Change,
    (username, email): (Option<&Username>, Option<&EmailAddress>),
    own: Option<UserId>,
    within: &[&str],
) -> Result<()> {
    let mut refusals = Vec::new();
    if let Some(username) = username
        && store::is_taken(change.read(), username.key(), own).await?
    {
        let refusal = Refusal::new(RefusalCode::Taken, "this username is in use already");
        refusals.push(at(refusal, within, "username"));
    }
    if let Some(email) = email
        && store::is_taken(change.read(), email.key(), own).await?
    {
        let refusal = Refusal::new(RefusalCode::Taken, "this e-mail address is in use already");
        refusals.push(at(refusal, within, "email"));
    }
    if refusals.is_empty() { Ok(()) } else { Err(crate::Error::Refused(refusals)) }
}

fn at(refusal: Refusal, within: &[&str], field: &str) -> Refusal {
    refusal.at(within.iter().copied().chain([field]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_told_at_once_and_where() {
        let texts = Texts { username: "", email: Some("nobody"), display_name: Some(" ") };
        let Err(crate::Error::Refused(refusals)) = Account::check(texts, &["input"]) else {
            panic!("three texts are wrong");
        };
        let told: Vec<_> = refusals.iter().map(|refusal| (refusal.code, refusal.path.join("."))).collect();
        assert_eq!(
            told,
            [
                (RefusalCode::Required, "input.username".to_owned()),
                (RefusalCode::Invalid, "input.email".to_owned()),
                (RefusalCode::Required, "input.displayName".to_owned()),
            ]
        );
    }

    #[test]
    fn texts_are_kept_as_they_came() {
        let texts = Texts { username: "Ana", email: None, display_name: Some(" Ana  García ") };
        let account = Account::check(texts, &[]).expect("good texts");
        assert_eq!(account.username.as_str(), "Ana");
        assert_eq!(account.display_name.as_deref(), Some(" Ana  García "));
    }
}
