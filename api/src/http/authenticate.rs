//! Who sends a request: from the `Authorization` header to an actor.

use super::limits;
use crate::graphql::context::Credential;
use poem::Request;
use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use service::{Actor, Context, Error, RequestInfo, Result, Service, UnauthenticatedReason, auth};

/// Asks for an answer no older than a revision of the policy.
pub(super) const POLICY_REVISION: &str = "policy-revision";

/// Who sends a request, and what it showed at the door.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) context: Context,
    pub(super) credential: Credential,
}

/// What a request says of itself. The client's address is that of its connection: headers that claim
/// another one are anybody's to write.
pub(super) fn request_info(service: &Service, request: &Request) -> RequestInfo {
    let user_agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    RequestInfo {
        id: service.request_id(),
        ip_address: request.remote_addr().as_socket_addr().map(|address| address.ip().to_canonical()),
        user_agent: user_agent.map(|name| String::from_utf8_lossy(name).chars().take(limits::USER_AGENT).collect()),
    }
}

/// Finds out who sends a request. A credential that is not good does not fail the request: fields
/// that do not depend on who asks answer all the same.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be told, or not as freshly as asked for;
/// [`Error::BadInput`] for a revision that is no number.
pub(super) async fn authenticate(service: &Service, headers: &HeaderMap, request: RequestInfo) -> Result<Identity> {
    let identity = |actor, credential| Identity { context: Context { actor, request }, credential };
    let token = match bearer(headers) {
        Ok(None) => return Ok(identity(Actor::Anonymous, Credential::None)),
        Ok(Some(token)) => token,
        Err(token) => {
            let reason = UnauthenticatedReason::Invalid;
            return Ok(identity(Actor::Anonymous, Credential::Unusable { token, reason }));
        }
    };
    service.ensure_fresh(None).await?;
    match signed_in(service, headers, &token).await {
        Ok(caller) => Ok(identity(Actor::User(caller), Credential::Bearer(token))),
        Err(Error::Unauthenticated(reason)) => Ok(identity(Actor::Anonymous, Credential::Unusable { token, reason })),
        Err(error) => Err(error),
    }
}

/// The caller as of now, and by a policy no older than it asks for.
async fn signed_in(service: &Service, headers: &HeaderMap, token: &SecretString) -> Result<service::Caller> {
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
    let text = first.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    let token = token.trim_matches(' ');
    let is_good = shown.next().is_none() && scheme.eq_ignore_ascii_case("bearer") && is_token68(token);
    if is_good { Ok(Some(token.into())) } else { Err(SecretString::default()) }
}

/// RFC 9110, 11.2.
fn is_token68(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && token.len() <= limits::CREDENTIAL && body.bytes().all(known)
}

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
