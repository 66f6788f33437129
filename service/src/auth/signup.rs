//! Signing up.

use super::SignedIn;
use super::issue;
use super::limits::Counted;
use super::password::MAX_LEN;
use super::password_policy::choose;
use super::store;
use crate::audit::{Entry, Target, TargetType};
use crate::change::Act;
use crate::users::{self, Account, Texts};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use secrecy::SecretString;

/// A new account, made by its owner.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Name to sign in with.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// E-mail address.
    pub email: Option<String>,
    /// Name to show.
    pub display_name: Option<String>,
}

/// Creates an account with the default roles and signs it in.
///
/// # Errors
/// `SIGNUP_DISABLED`, `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `WEAK_PASSWORD`;
/// [`crate::Error::RateLimited`] before any hashing.
#[boxed]
pub async fn sign_up(service: &Service, ctx: &Context, new: SignUp) -> Result<SignedIn> {
    if !service.config.signup_enabled {
        return Err(Refusal::new(RefusalCode::SignupDisabled, "this service takes no sign-ups").into());
    }
    if let Some(address) = ctx.request.ip_address {
        service.limits.take(Counted::SignupAddress(address), service.now()).await?;
    }
    let account = check(service, &new).await?;
    let act = act("user.signup", &account);
    let opened = service
        .change(ctx, act, |mut change| async move {
            let (username, email) = (account.username.clone(), account.email.clone());
            let password_hash = account.password_hash.clone().unwrap_or_default();
            let (id, entry) = users::register((service, ctx), &mut change, account).await?;
            let names = (username.as_str(), email.as_ref().map(users::EmailAddress::as_str));
            let opened = issue::draw_up(service, id, names);
            let permit = change.permit(engine::Change::Other, &[])?;
            issue::write(service, ctx, &opened, change.write(&permit)).await?;
            store::note_login(change.write(&permit), (id, &password_hash), opened.authenticated_at).await?;
            change.record(Entry { summary: format!("signed up as {}", username.as_str()), ..entry });
            Ok((change, opened))
        })
        .await?;
    let caller = issue::caller(service, &opened).await?;
    issue::hand_out(service, caller, (Some(opened.refresh_token), opened.ends_at))
}

/// Looks at all that is given and says all that is wrong with it; hashes the password when nothing is.
pub(super) async fn check(service: &Service, new: &SignUp) -> Result<Account> {
    let texts =
        Texts { username: &new.username, email: new.email.as_deref(), display_name: new.display_name.as_deref() };
    let account = Account::check(texts, &[]);
    // What is too long for a name need not be looked for in a password.
    let words = [Some(texts.username), texts.email, Some(service.config.service_name.as_str())];
    let words = words.into_iter().flatten().filter(|word| word.len() <= MAX_LEN);
    let password = choose(&new.password, &service.config.password, words);
    match (account, password.map_err(|refusal| refusal.at(["password"]))) {
        (Ok(account), Ok(password)) => {
            Ok(Account { password_hash: Some(service.hasher.hash(password).await?), ..account })
        }
        (Err(Error::Refused(mut refusals)), Err(weak)) => {
            refusals.push(weak);
            Err(Error::Refused(refusals))
        }
        (Err(error), _) => Err(error),
        (_, Err(weak)) => Err(weak.into()),
    }
}

/// An act upon an account to be, for the audit log.
pub(super) fn act(action: &'static str, account: &Account) -> Act {
    Act::new(action, Target::new(TargetType::User, None, account.username.as_str().to_owned()))
}
