//! Authentication of a request: from its `Authorization` header or session cookies to an actor.

use super::client_address;
use super::cookies::SessionCookies;
use super::csrf::{self, CsrfError};
use super::{HttpSettings, limits};
use crate::graphql::auth::CookieJar;
use crate::graphql::context::Credential;
use crate::graphql::schema::{CookieUse, PreparedOperation};
use async_graphql::parser::types::OperationType;
use poem::Request;
use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use service::{Actor, Caller, Context, Error, RequestInfo, Result, Service, UnauthenticatedReason, auth};
use std::sync::Arc;

/// Requires a response that is no older than a revision of the policy.
pub(super) const POLICY_REVISION: &str = "policy-revision";

/// The authenticated caller of a request and its credential.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) context: Context,
    pub(super) credential: Credential,
    /// The browser's cookies, where the response may set them.
    pub(super) cookies: Option<Arc<CookieJar>>,
}

/// A request to authenticate, with its prepared operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthRequest<'a> {
    pub(super) service: &'a Service,
    pub(super) http: &'a HttpSettings,
    pub(super) headers: &'a HeaderMap,
    pub(super) operation: &'a PreparedOperation,
}

/// Why authentication refuses a whole request.
#[derive(Debug)]
pub(super) enum AuthError {
    /// The request sends or requests cookies, and fails CSRF protection.
    Csrf(CsrfError),
    /// The caller cannot be determined, or not as freshly as requested.
    Service(Error),
}

impl From<CsrfError> for AuthError {
    fn from(error: CsrfError) -> Self {
        Self::Csrf(error)
    }
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

/// The request id, the client address and the user agent.
pub(super) fn request_info(service: &Service, http: &HttpSettings, request: &Request) -> RequestInfo {
    let peer = request.remote_addr().as_socket_addr().map(|peer| peer.ip());
    let user_agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    RequestInfo {
        id: service.request_id(),
        ip_address: peer.map(|peer| client_address::resolve(peer, request.headers(), &http.proxies)),
        user_agent: user_agent.map(|name| String::from_utf8_lossy(name).chars().take(limits::USER_AGENT).collect()),
    }
}

/// Authenticates a request. An invalid credential does not fail it: public fields are executed all the same. Cookies
/// are used only without an `Authorization` header.
///
/// # Errors
/// [`AuthError::Csrf`] for cookies without CSRF protection; [`Error::Unavailable`] when the caller cannot be determined,
/// or not as freshly as requested; [`Error::BadInput`] for a `Policy-Revision` that is not a number.
pub(super) async fn authenticate(request: AuthRequest<'_>, info: RequestInfo) -> Result<Identity, AuthError> {
    let jar = cookie_jar(request)?;
    let cookies = SessionCookies::read(request.headers, &request.http.cookie);
    let Authentication { actor, credential, jar } = match (BearerToken::read(request.headers), cookies) {
        (BearerToken::Absent, None) => Authentication::anonymous(jar),
        (BearerToken::Absent, Some(cookies)) => by_cookies(request, cookies, jar).await?,
        (BearerToken::Present(token), cookies) => by_bearer(request, token, cookies, jar).await?,
        (BearerToken::Malformed, _) => Authentication::invalid(jar),
    };
    Ok(Identity { context: Context::new(actor, info), credential, cookies: jar.map(Arc::new) })
}

/// The result of authentication, before the context of the request is made of it.
struct Authentication {
    actor: Actor,
    credential: Credential,
    jar: Option<CookieJar>,
}

impl Authentication {
    fn anonymous(jar: Option<CookieJar>) -> Self {
        Self { actor: Actor::Anonymous, credential: Credential::None, jar }
    }

    fn invalid(jar: Option<CookieJar>) -> Self {
        Self::unusable(SecretString::default(), UnauthenticatedReason::Invalid, jar)
    }

    fn unusable(token: SecretString, reason: UnauthenticatedReason, jar: Option<CookieJar>) -> Self {
        Self { actor: Actor::Anonymous, credential: Credential::Unusable { token, reason }, jar }
    }
}

/// A jar for the cookies that a mutation may set, for requests from an allowed origin.
fn cookie_jar(request: AuthRequest<'_>) -> Result<Option<CookieJar>, CsrfError> {
    if request.operation.kind() != OperationType::Mutation {
        return Ok(None);
    }
    match csrf::is_allowed_origin(request.headers, &request.http.origins) {
        true => Ok(Some(CookieJar::default())),
        false if request.operation.wants_cookies() => Err(CsrfError::DisallowedOrigin),
        false => Ok(None),
    }
}

/// Authenticates a bearer token. With cookies of another session the caller is ambiguous: neither is used.
async fn by_bearer(
    request: AuthRequest<'_>,
    token: SecretString,
    cookies: Option<SessionCookies>,
    jar: Option<CookieJar>,
) -> Result<Authentication> {
    request.service.ensure_fresh(None).await?;
    let caller = match verify(request, &token).await {
        Ok(caller) => caller,
        Err(Error::Unauthenticated(reason)) => return Ok(Authentication::unusable(token, reason, jar)),
        Err(error) => return Err(error),
    };
    if let Some(cookies) = cookies
        && auth::session_of_tokens(request.service, &cookies.presented()).await? != Some(caller.session)
    {
        return Ok(Authentication::invalid(jar));
    }
    Ok(Authentication { actor: Actor::User(caller), credential: Credential::Bearer(token), jar })
}

/// Authenticates session cookies, after CSRF protection where the operation relies on them.
async fn by_cookies(
    request: AuthRequest<'_>,
    cookies: SessionCookies,
    jar: Option<CookieJar>,
) -> Result<Authentication, AuthError> {
    let cookie_use = request.operation.cookie_use();
    if cookie_use == CookieUse::Nothing {
        return Ok(Authentication::anonymous(jar));
    }
    csrf::check(request, &cookies, cookie_use).await?;
    let jar = CookieJar::accepted(cookies.refresh_token);
    let Some(token) = cookies.access_token else {
        // Browsers drop the access token's cookie when it expires, and keep the refresh token's.
        let (token, reason) = (SecretString::default(), UnauthenticatedReason::Expired);
        return Ok(Authentication::unusable(token, reason, Some(jar)));
    };
    request.service.ensure_fresh(None).await?;
    match verify(request, &token).await {
        Ok(caller) => {
            let (actor, credential) = (Actor::User(caller), Credential::Cookie(token));
            Ok(Authentication { actor, credential, jar: Some(jar) })
        }
        Err(Error::Unauthenticated(reason)) => {
            if reason == UnauthenticatedReason::Revoked {
                jar.clear();
            }
            Ok(Authentication::unusable(token, reason, Some(jar)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Verifies an access token, by a policy no older than `Policy-Revision`.
///
/// # Errors
/// [`Error::Unauthenticated`] for an invalid token, and others as [`authenticate`].
async fn verify(request: AuthRequest<'_>, token: &SecretString) -> Result<Caller> {
    let AuthRequest { service, headers, .. } = request;
    let caller = auth::authenticate(service, token.expose_secret()).await?;
    match policy_revision(headers)? {
        Some(revision) if revision > caller.policy.revision() => {
            service.ensure_fresh(Some(revision)).await?;
            auth::authenticate(service, token.expose_secret()).await
        }
        _ => Ok(caller),
    }
}

fn policy_revision(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(text) = headers.get(POLICY_REVISION) else { return Ok(None) };
    let revision = text.to_str().ok().and_then(|text| text.trim().parse().ok());
    revision.map(Some).ok_or_else(|| Error::BadInput("`Policy-Revision` must be a whole number".to_owned()))
}

/// The bearer token of a request (RFC 6750, 2.1).
#[derive(Debug)]
enum BearerToken {
    /// There is no `Authorization` header.
    Absent,
    /// One header with the scheme `Bearer` and one token.
    Present(SecretString),
    /// Any other header.
    Malformed,
}

impl BearerToken {
    fn read(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let Some(first) = values.next() else { return Self::Absent };
        let (scheme, token) = first.as_bytes().split_at_checked(BEARER.len()).unwrap_or_default();
        let is_single = values.next().is_none() && scheme.eq_ignore_ascii_case(BEARER);
        match std::str::from_utf8(token).map(|token| token.trim_matches(' ')) {
            Ok(token) if is_single && is_token68(token.as_bytes()) => Self::Present(token.into()),
            _ => Self::Malformed,
        }
    }
}

/// The scheme and the blank after it.
const BEARER: &[u8] = b"bearer ";

/// RFC 9110, 11.2.
fn is_token68(token: &[u8]) -> bool {
    let is_allowed =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = token.len() - padding;
    body > 0 && token.len() <= limits::CREDENTIAL && token.iter().take(body).all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token of these `Authorization` headers; `Err` when they are malformed.
    fn token(values: &[&str]) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        match BearerToken::read(&headers) {
            BearerToken::Absent => Ok(None),
            BearerToken::Present(token) => Ok(Some(token.expose_secret().to_owned())),
            BearerToken::Malformed => Err(()),
        }
    }

    #[test]
    fn without_a_header_there_is_no_token() {
        assert_eq!(token(&[]), Ok(None));
    }

    #[test]
    fn the_scheme_is_case_insensitive() {
        for text in ["Bearer a.b-c_d", "bearer a.b-c_d", "BEARER  a.b-c_d "] {
            assert_eq!(token(&[text]), Ok(Some("a.b-c_d".to_owned())), "{text}");
        }
    }

    #[test]
    fn a_header_that_is_not_one_bearer_token_is_malformed() {
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
            assert_eq!(token(&[text]), Err(()), "{text}");
        }
        assert_eq!(token(&["Bearer é"]), Err(()));
        assert_eq!(token(&["Bearer a", "Bearer a"]), Err(()));
        assert_eq!(token(&["Bearer a", "Basic b"]), Err(()));
    }
}
