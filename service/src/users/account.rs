//! New accounts, created by an administrator, by the operator or at sign-up.

use super::{EmailAddress, User, Username, store};
use crate::audit::{Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::{Change, Links};
use crate::{Refusal, RefusalCode, Result, assignments, text};
use engine::{AccountStatus, PermitKind, Policy, Proposal, RoleId, Subject, UserId};
use serde_json::json;
use std::slice;

/// A new account with checked texts. Its names may still be taken.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) username: Username,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) display_name: Option<String>,
    /// PHC string; `None` for an account without a password.
    pub(crate) password_hash: Option<String>,
    /// Roles to assign besides the default roles, within the author's authority.
    pub(crate) roles: Batch<RoleId>,
    /// Path of the input object, `["input"]`, or empty when the names are arguments themselves.
    pub(crate) within: &'static [&'static str],
}

/// A registered account, with its audit entry, which the caller records.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) user: User,
    pub(crate) entry: Entry,
}

/// Unchecked names and texts of an account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) display_name: Option<&'a str>,
}

impl Account {
    /// Checks names and texts; `within` is the path of their input object. The account gets no password and no roles.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID` or `TOO_LONG`, all refusals together.
    pub(crate) fn check(texts: Texts<'_>, within: &'static [&'static str]) -> Result<Self> {
        let username = Username::parse_new(texts.username).map_err(|refusal| at(refusal, within, "username"));
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

/// The roles of the account and the default roles.
fn all_roles(policy: &Policy, account: &Account) -> Vec<RoleId> {
    let mut roles = account.roles.distinct();
    let default = policy.roles().filter(|role| role.is_default).map(|role| role.id);
    let default: Vec<RoleId> = default.filter(|role| !roles.contains(role)).collect();
    roles.extend(default);
    roles
}

/// Creates an account within a change, with the default roles and its own assigned permanently.
///
/// # Errors
/// `TAKEN` at the username or the address; `BEYOND_AUTHORITY` at a role.
pub(crate) async fn register(change: &mut Change<'_>, account: Account) -> Result<Registration> {
    refuse_taken(change, Some(&account.username), account.email.as_ref(), None, account.within).await?;
    let (id, stamp): (UserId, _) = (change.next_id(), change.stamp());
    let subject = Subject::new(id);
    let assign = |roles| Proposal::AssignRoles { user: &subject, roles, until: None };
    change.require_authority(&account.roles, |role| assign(slice::from_ref(role)))?;
    let permit = change.permit(assign(&account.roles.distinct()), account.within)?;
    let policy = change.policy().clone();
    let roles = Links::new(all_roles(&policy, &account), &*policy);
    let Account { username, email, display_name, password_hash, .. } = account;
    let row = store::UserInsert { id, username, email, display_name, password_hash };
    let user = store::inserted(&row, stamp.at);
    let entry = roles
        .entry(format!("created user {}", user.username))
        .after(json!({
            "username": user.username,
            "email": user.email,
            "displayName": row.display_name,
            "roles": roles.names(),
        }))
        .target(Target::new(TargetType::User, id.uuid(), user.username.clone()));
    let assignment = |&role: &RoleId| assignments::AssignmentInsert {
        id: change.next_id(),
        user: id,
        role,
        terms: assignments::Terms::default(),
    };
    let assigned: Vec<_> = roles.ids().iter().map(assignment).collect();
    let mut registered = subject.clone();
    assigned.iter().for_each(|new| assignments::assign(&mut registered, new, stamp.at));
    change.set_user(Subject { status: AccountStatus::Deleted, ..subject }, registered);
    let connection = change.write(&permit, PermitKind::AssignRoles)?;
    store::insert(connection, &[row], stamp.at).await?;
    assignments::insert(connection, &assigned, stamp).await?;
    Ok(Registration { user: user.touched(stamp.at), entry })
}

/// Refuses a username or an address that another user than `own` has, as either of the two.
pub(super) async fn refuse_taken(
    change: &Change<'_>,
    username: Option<&Username>,
    email: Option<&EmailAddress>,
    own: Option<UserId>,
    within: &[&str],
) -> Result<()> {
    let mut refusals = Vec::new();
    if let Some(username) = username
        && store::is_taken(change.read(), username.login_name(), own).await?
    {
        let refusal = Refusal::new(RefusalCode::Taken, "this username is already taken");
        refusals.push(at(refusal, within, "username"));
    }
    if let Some(email) = email
        && store::is_taken(change.read(), email.login_name(), own).await?
    {
        let refusal = Refusal::new(RefusalCode::Taken, "this e-mail address is already taken");
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
    fn all_refusals_are_reported_together_with_their_paths() {
        let texts = Texts { username: "", email: Some("nobody"), display_name: Some(" ") };
        let Err(crate::Error::Refused(refusals)) = Account::check(texts, &["input"]) else {
            panic!("three texts are wrong");
        };
        let reported: Vec<_> = refusals.iter().map(|refusal| (refusal.code, refusal.path.join("."))).collect();
        assert_eq!(
            reported,
            [
                (RefusalCode::Required, "input.username".to_owned()),
                (RefusalCode::Invalid, "input.email".to_owned()),
                (RefusalCode::Required, "input.displayName".to_owned()),
            ]
        );
    }

    #[test]
    fn texts_are_stored_as_entered() {
        let texts = Texts { username: "Ana", email: None, display_name: Some(" Ana  García ") };
        let account = Account::check(texts, &[]).expect("good texts");
        assert_eq!(account.username.as_str(), "Ana");
        assert_eq!(account.display_name.as_deref(), Some(" Ana  García "));
    }
}
