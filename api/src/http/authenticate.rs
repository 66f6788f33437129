//! Who sends a request: from the `Authorization` header, or a cookie that counts, to an actor.

use super::address;
use super::cookies::Shown;
use super::csrf::{self, Distrust};
use super::limits;
use crate::graphql::auth::CookieJar;
use crate::graphql::context::Credential;
use crate::graphql::schema::{Prepared, Reliance};
use crate::startup::HttpSettings;
use async_graphql::parser::types::OperationType;
use poem::Request;
use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use service::{Actor, Caller, Context, Error, RequestInfo, Result, Service, UnauthenticatedReason, auth};
use std::sync::Arc;

/// Asks for an answer no older than a revision of the policy.
pub(super) const POLICY_REVISION: &str = "policy-revision";

/// Who sends a request, and what it showed at the door.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) context: Context,
    pub(super) credential: Credential,
    /// The browser's cookies, where they may be set.
    pub(super) cookies: Option<Arc<CookieJar>>,
}

/// What there is to tell it by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door<'a> {
    pub(super) service: &'a Service,
    pub(super) http: &'a HttpSettings,
    pub(super) headers: &'a HeaderMap,
    pub(super) operation: &'a Prepared,
}

/// Why a request is refused as a whole.
#[derive(Debug)]
pub(super) enum TurnedAway {
    /// It shows, or wants, a cookie that does not count.
    Distrusted(Distrust),
    /// Who sends it cannot be told, or not as freshly as asked for.
    Failed(Error),
}

impl From<Error> for TurnedAway {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a request says of itself, and where it comes from.
pub(super) fn request_info(service: &Service, http: &HttpSettings, request: &Request) -> RequestInfo {
    let peer = request.remote_addr().as_socket_addr().map(|peer| peer.ip());
    let user_agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    RequestInfo {
        id: service.request_id(),
        ip_address: peer.map(|peer| address::client(peer, request.headers(), &http.proxies)),
        user_agent: user_agent.map(|name| String::from_utf8_lossy(name).chars().take(limits::USER_AGENT).collect()),
    }
}

/// Finds out who sends a request. A credential that is not good does not fail the request: fields
/// that do not depend on who asks answer all the same. Cookies count only where no header is shown, and
/// only for a page that is trusted; else the request is refused.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be told, or not as freshly as asked for;
/// [`Error::BadInput`] for a revision that is no number; [`Distrust`].
pub(super) async fn authenticate(door: Door<'_>, request: RequestInfo) -> Result<Identity, TurnedAway> {
    let jar = jar(door).map_err(TurnedAway::Distrusted)?;
    let shown = Shown::read(door.headers, &door.http.cookie);
    let (actor, credential, jar) = match (bearer(door.headers), shown) {
        (Ok(None), None) => (Actor::Anonymous, Credential::None, jar),
        (Ok(None), Some(shown)) => by_cookie(door, shown, jar).await?,
        (Ok(Some(token)), shown) => {
            let (actor, credential) = by_bearer(door, token, shown).await?;
            (actor, credential, jar)
        }
        (Err(token), _) => {
            (Actor::Anonymous, Credential::Unusable { token, reason: UnauthenticatedReason::Invalid }, jar)
        }
    };
    Ok(Identity { context: Context::new(actor, request), credential, cookies: jar.map(Arc::new) })
}

/// A jar for tokens to be put into: for operations that may have some, from pages that are trusted.
fn jar(door: Door<'_>) -> Result<Option<CookieJar>, Distrust> {
    if door.operation.kind() != OperationType::Mutation {
        return Ok(None);
    }
    match csrf::is_trusted_page(door.headers, &door.http.origins) {
        true => Ok(Some(CookieJar::default())),
        false if door.operation.wants_cookies() => Err(Distrust::ForeignPage),
        false => Ok(None),
    }
}

/// Who shows a bearer token. A cookie that comes along and names another session makes it unclear who
/// asks: neither is taken.
async fn by_bearer(door: Door<'_>, token: SecretString, shown: Option<Shown>) -> Result<(Actor, Credential)> {
    door.service.ensure_fresh(None).await?;
    let (actor, token) = match signed_in(door, &token).await? {
        Ok(caller) => (caller, token),
        Err(reason) => return Ok((Actor::Anonymous, Credential::Unusable { token, reason })),
    };
    if let Some(shown) = shown
        && auth::session_named(door.service, &shown.presented()).await? != Some(actor.session)
    {
        let (token, reason) = (SecretString::default(), UnauthenticatedReason::Invalid);
        return Ok((Actor::Anonymous, Credential::Unusable { token, reason }));
    }
    Ok((Actor::User(actor), Credential::Bearer(token)))
}

/// Who shows cookies, if they count for what is asked.
async fn by_cookie(
    door: Door<'_>,
    shown: Shown,
    jar: Option<CookieJar>,
) -> Result<(Actor, Credential, Option<CookieJar>), TurnedAway> {
    let reliance = door.operation.reliance();
    if reliance == Reliance::Nothing {
        return Ok((Actor::Anonymous, Credential::None, jar));
    }
    csrf::judge(door, &shown, reliance).await?.map_err(TurnedAway::Distrusted)?;
    let jar = CookieJar::holding(shown.refresh_token);
    let Some(token) = shown.access_token else {
        // Browsers drop the cookie when the token runs out, and keep the other: to be renewed by it.
        let (token, reason) = (SecretString::default(), UnauthenticatedReason::Expired);
        return Ok((Actor::Anonymous, Credential::Unusable { token, reason }, Some(jar)));
    };
    door.service.ensure_fresh(None).await?;
    Ok(match signed_in(door, &token).await? {
        Ok(caller) => (Actor::User(caller), Credential::Cookie(token), Some(jar)),
        Err(reason) => {
            if reason == UnauthenticatedReason::Revoked {
                jar.clear();
            }
            (Actor::Anonymous, Credential::Unusable { token, reason }, Some(jar))
        }
    })
}

/// The caller as of now, and by a policy no older than it asks for; or what is wrong with the token.
async fn signed_in(door: Door<'_>, token: &SecretString) -> Result<Result<Caller, UnauthenticatedReason>> {
    match current(door.service, door.headers, token).await {
        Ok(caller) => Ok(Ok(caller)),
        Err(Error::Unauthenticated(reason)) => Ok(Err(reason)),
        Err(error) => Err(error),
    }
}

async fn current(service: &Service, headers: &HeaderMap, token: &SecretString) -> Result<Caller> {
    let caller = auth::authenticate(service, token.expose_secret()).await?;
    match revision(headers)? {
        Some(revision) if revision > caller.policy.revision() => {
            service.ensure_fresh(Some(revision)).await?;
            auth::authenticate(service, token.expose_secret()).await
        }
        _ => Ok(caller),
    }
}

fn revision(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(text) = headers.get(POLICY_REVISION) else { return Ok(None) };
    let revision = text.to_str().ok().and_then(|text| text.trim().parse().ok());
    revision.map(Some).ok_or_else(|| Error::BadInput("`Policy-Revision` is a whole number".to_owned()))
}

/// The bearer token of a request (RFC 6750, 2.1): one header, one scheme, one token. `Err` holds what
/// was shown instead.
fn bearer(headers: &HeaderMap) -> Result<Option<SecretString>, SecretString> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = shown.next() else { return Ok(None) };
    let (scheme, token) = first.as_bytes().split_at_checked(BEARER.len()).unwrap_or_default();
    let is_alone = shown.next().is_none() && scheme.eq_ignore_ascii_case(BEARER);
    match std::str::from_utf8(token).map(|token| token.trim_matches(' ')) {
        Ok(token) if is_alone && is_token68(token.as_bytes()) => Ok(Some(token.into())),
        _ => Err(SecretString::default()),
    }
}

/// The scheme, and the blank after it.
const BEARER: &[u8] = b"bearer ";

/// RFC 9110, 11.2.
fn is_token68(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &token[..token.len() - padding];
    !body.is_empty() && token.len() <= limits::CREDENTIAL && body.iter().all(|byte| TOKEN68[usize::from(*byte)])
}

/// Bytes of a token, by their number: every request's token is looked at.
const TOKEN68: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        known[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        byte += 1;
    }
    known
};

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[&str]) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        bearer(&headers).map(|token| token.map(|token| token.expose_secret().to_owned())).map_err(drop)
    }

    #[test]
    fn without_a_header_nobody_is_there() {
        assert_eq!(shown(&[]), Ok(None));
    }

    #[test]
    fn the_scheme_is_known_in_any_case() {
        for text in ["Bearer a.b-c_d", "bearer a.b-c_d", "BEARER  a.b-c_d "] {
            assert_eq!(shown(&[text]), Ok(Some("a.b-c_d".to_owned())), "{text}");
        }
    }

    #[test]
    fn whatever_is_not_one_bearer_token_is_unusable() {
        let long = format!("Bearer {}", "a".repeat(9_000));
        let texts = [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer a b",
            "Bearer a,b",
            "Bearer \"a\"",
            "a.b.c",
            "Bearer\ta",
            &long,
        ];
        for text in texts {
            assert_eq!(shown(&[text]), Err(()), "{text}");
        }
        assert_eq!(shown(&["Bearer é"]), Err(()));
        assert_eq!(shown(&["Bearer a", "Bearer a"]), Err(()));
        assert_eq!(shown(&["Bearer a", "Basic b"]), Err(()));
    }
}
