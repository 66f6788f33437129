//! `/.well-known/jwks.json`: the public keys of access tokens (RFC 7517), for services that verify tokens themselves.

use super::assets::{is_cached, is_read, method_not_allowed};
use poem::http::{Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response};
use service::{Service, keys};

/// Bounds how long verifiers accept a revoked key.
const CACHE_CONTROL: &str = "public, max-age=60";

/// The JSON Web Key Set.
#[derive(Debug)]
pub struct Jwks {
    /// The service that holds the keys.
    pub service: Service,
}

impl Endpoint for Jwks {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !is_read(request.method()) {
            return Ok(method_not_allowed());
        }
        let published = match keys::published(&self.service) {
            Ok(published) => published,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the keys cannot be published");
                return Ok(StatusCode::INTERNAL_SERVER_ERROR.into());
            }
        };
        let tag = format!("\"{}\"", published.tag);
        let response = Response::builder()
            .header(header::CACHE_CONTROL, CACHE_CONTROL)
            .header(header::ETAG, &tag)
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if is_cached(request.headers(), &tag) {
            return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
        }
        let response = response.header(header::CONTENT_TYPE, "application/jwk-set+json");
        Ok(if request.method() == Method::HEAD {
            response.header(header::CONTENT_LENGTH, published.json.len()).body(Body::empty())
        } else {
            response.body(published.json)
        })
    }
}
