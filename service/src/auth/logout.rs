//! Signing out (DeleteSession).

use super::authenticate::{active_subject, check_signature};
use super::issue;
use super::refresh_token::RefreshToken;
use super::store;
use crate::audit::Entry;
use crate::keys::Trust;
use crate::sessions::{self, EndReason, StoredSession, Whose};
use crate::{Caller, Context, Error, Result, Service, audit, boxed};
use engine::SessionId;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Which sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The one that asks.
    ThisSession,
    /// All of its user.
    Everywhere,
}

/// What names the session: whatever of it there is.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    /// An access token, good or expired.
    pub access_token: Option<SecretString>,
    /// A refresh token.
    pub refresh_token: Option<SecretString>,
}

/// Ends sessions; gives how many, 0 when there was none to end. An expired access token still names
/// its session; a forged one names none. A session that has ended already, or run out, ends no others.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the end cannot be written.
#[boxed]
pub async fn logout(service: &Service, ctx: &Context, presented: Presented, reach: Reach) -> Result<u32> {
    let mut ended = 0;
    for session in named(service, &presented).await? {
        let stored = sessions::find(service.database.connection(), session).await?;
        if let Some(stored) = stored.filter(|stored| is_open(service, stored)) {
            ended += end(service, ctx, &stored, reach).await?;
        }
    }
    Ok(ended)
}

/// Is there something to end? A use that is not written yet may have kept the session alive.
fn is_open(service: &Service, stored: &StoredSession) -> bool {
    let (now, session) = (service.now(), &stored.session);
    session.revoked_at.is_none() && now < stored.ends_at && now < session.expires_at + sessions::UNWRITTEN
}

/// The sessions that the tokens name: one, unless somebody mixes tokens of two.
async fn named(service: &Service, presented: &Presented) -> Result<Vec<SessionId>> {
    let mut named = Vec::new();
    if let Some(token) = &presented.access_token {
        match check_signature(service, token.expose_secret(), service.now()).await {
            Ok(signed) if signed.trust != Trust::Never => named.push(signed.verified.session),
            // Anybody may have signed it.
            Ok(_) => {}
            Err(Error::Unauthenticated(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if let Some(token) = presented.refresh_token.as_ref().and_then(RefreshToken::parse) {
        let stored = store::token(service.database.connection(), token.hash()).await?;
        named.extend(stored.map(|stored| stored.session));
    }
    named.dedup();
    Ok(named)
}

async fn end(service: &Service, ctx: &Context, stored: &StoredSession, reach: Reach) -> Result<u32> {
    let session = &stored.session;
    let (whose, summary) = match reach {
        Reach::ThisSession => (Whose::This(session.id), "signed out"),
        Reach::Everywhere => (Whose::AllOf(session.user), "signed out everywhere"),
    };
    let ctx = match caller(service, stored).await? {
        Some(caller) => issue::by(ctx, &caller),
        None => ctx.clone(),
    };
    let transaction = service.database.begin().await?;
    let ended = sessions::end_rows(&transaction, whose, (EndReason::Logout, service.now())).await?;
    if !ended.is_empty() {
        let others = ended.iter().map(|session| session.id.uuid());
        let entry = Entry::done(summary).concerning(others.chain([session.user.uuid()]));
        audit::write(service, &ctx, &sessions::act("session.logout", session), &[entry], &transaction).await?;
    }
    transaction.commit().await?;
    sessions::end(service, &sessions::ids(&ended)).await?;
    Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
}

/// Whoever signs out, for the audit log; `None` when the account may not be used any more.
async fn caller(service: &Service, stored: &StoredSession) -> Result<Option<Caller>> {
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
