//! Logout (DeleteSession).

use super::authenticate::check_signature;
use super::issue;
use super::present::active_subject;
use super::refresh_token::{self, RefreshToken};
use crate::audit::Entry;
use crate::database::commit;
use crate::keys::KeyTrust;
use crate::sessions::{self, EndReason, SessionRecord, SessionSelection};
use crate::{Caller, Context, Error, Result, Service, audit, boxed};
use engine::SessionId;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutScope {
    /// The present session.
    ThisSession,
    /// All sessions of the user.
    Everywhere,
}

/// Tokens of a session that a request carries.
#[derive(Clone, Debug, Default)]
pub struct SessionTokens {
    /// Access token, valid or expired.
    pub access_token: Option<SecretString>,
    /// Refresh token.
    pub refresh_token: Option<SecretString>,
}

/// Ends sessions. Returns their number, 0 when none was live. An expired access token still names its session; a forged
/// one names none. A session that is not live ends no others.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the end cannot be written.
#[boxed]
pub async fn logout(service: &Service, ctx: &Context, tokens: SessionTokens, scope: LogoutScope) -> Result<u32> {
    let mut ended = 0;
    for session in named_sessions(service, &tokens).await? {
        let stored = sessions::find(service.database.connection(), session).await?;
        if let Some(stored) = stored.filter(|stored| is_open(service, stored)) {
            ended += end(service, ctx, &stored, scope).await?;
        }
    }
    Ok(ended)
}

/// Returns true when the session may be live: a use that is not written yet may have moved its idle timeout.
fn is_open(service: &Service, stored: &SessionRecord) -> bool {
    let now = service.now();
    stored.is_open(now) && now < stored.session.expires_at + sessions::UNWRITTEN
}

/// Sessions that the tokens name: one, unless a client mixes the tokens of two.
async fn named_sessions(service: &Service, tokens: &SessionTokens) -> Result<Vec<SessionId>> {
    let mut named = Vec::new();
    if let Some(token) = &tokens.access_token {
        match check_signature(service, token.expose_secret(), service.now()).await {
            Ok(signed) if signed.trust != KeyTrust::Revoked => named.push(signed.claims.session),
            // Anyone may have signed it.
            Ok(_) => {}
            Err(Error::Unauthenticated(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if let Some(token) = tokens.refresh_token.as_ref().and_then(RefreshToken::parse) {
        named.extend(refresh_token::find(service, &token).await?.map(|stored| stored.session));
    }
    named.dedup();
    Ok(named)
}

async fn end(service: &Service, ctx: &Context, stored: &SessionRecord, scope: LogoutScope) -> Result<u32> {
    let session = &stored.session;
    let (whose, summary) = match scope {
        LogoutScope::ThisSession => (SessionSelection::This(session.id), "logged out"),
        LogoutScope::Everywhere => (SessionSelection::AllOf(session.user), "logged out everywhere"),
    };
    let ctx = match caller(service, stored).await? {
        Some(caller) => issue::as_caller(ctx, &caller),
        None => ctx.clone(),
    };
    let (transaction, now) = (service.database.begin().await?, service.now());
    if !sessions::lock_open(&transaction, session.id, whose, now).await? {
        // Ended meanwhile.
        return Ok(0);
    }
    let ended = sessions::end(&transaction, whose, EndReason::Logout, now).await?;
    if !ended.is_empty() {
        let others = ended.iter().map(|session| session.id.uuid());
        let entry = Entry::done(summary).concerning(others.chain([session.user.uuid()]));
        audit::write(service, &ctx, &sessions::act("session.logout", session), vec![entry], &transaction).await?;
    }
    commit(transaction, &ctx.progress).await?;
    sessions::deny(service, &sessions::ids(&ended)).await;
    Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
}

/// Actor of the logout, for the audit log; `None` when the account is not active.
async fn caller(service: &Service, stored: &SessionRecord) -> Result<Option<Caller>> {
    match active_subject(service, stored.session.user, stored.session.activation.clone()).await {
        Ok((subject, policy)) => Ok(Some(Caller {
            user: stored.session.user,
            username: Arc::from(stored.username.as_str()),
            email: stored.email.as_deref().map(Arc::from),
            session: stored.session.id,
            authenticated_at: stored.session.authenticated_at,
            subject,
            policy,
            token_stale: false,
        })),
        Err(Error::Unauthenticated(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
