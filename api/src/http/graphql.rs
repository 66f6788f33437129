//! `/graphql`: the endpoint, in the order of GraphQL over HTTP. Requests that a form of another site can send (other content
//! types, mutations by GET, multipart) and batches are refused.

use super::authenticate::{AuthError, AuthRequest, Identity, POLICY_REVISION, authenticate, request_info};
use super::body::{self, BodyRoom};
use super::cookies::set_cookie_headers;
use super::cors::AllowedOrigin;
use super::media::ResponseMedia;
use super::parameters::{Parameters, ParametersError, persisted_query_not_supported};
use super::turns::{TurnCaller, Turns};
use super::{HttpSettings, limits, pages};
use crate::graphql::error::{ErrorCode, to_graphql};
use crate::graphql::response::is_request_error;
use crate::graphql::schema::{GraphqlRequest, PreparedOperation, PublicSchema};
use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use futures_util::FutureExt as _;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use service::{RequestInfo, Service};
use std::net::{IpAddr, Ipv6Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument as _;

/// Identifies the request in logs, audit events and the response.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// No response of this endpoint is a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

const VARY: &str = "Accept, Authorization, Cookie";
const VARY_BY_ORIGIN: &str = "Accept, Authorization, Cookie, Origin";

/// `/graphql`.
#[derive(Clone, Debug)]
pub struct GraphQl {
    service: Service,
    schemas: Arc<PublicSchema>,
    http: Arc<HttpSettings>,
    bodies: BodyRoom,
    turns: Turns,
}

/// An error of the HTTP request, before execution.
#[derive(Debug)]
pub(super) struct HttpError {
    status: StatusCode,
    error: async_graphql::Error,
    /// `Allow`: the methods to use instead.
    allow: Option<&'static str>,
}

impl GraphQl {
    /// The endpoint for these schemas.
    #[must_use]
    pub fn new(service: Service, schemas: Arc<PublicSchema>, http: Arc<HttpSettings>) -> Self {
        let turns = Turns::new(service.concurrent_lists());
        Self { service, schemas, http, bodies: BodyRoom::default(), turns }
    }

    async fn respond(&self, request: Request, info: RequestInfo) -> Response {
        if self.http.playground && pages::is_opened(&request) {
            return pages::to_playground();
        }
        let Some(media) = ResponseMedia::negotiate(request.headers()) else {
            let message = "not acceptable: accept application/json or application/graphql-response+json";
            return HttpError::new(StatusCode::NOT_ACCEPTABLE, message).into_response(ResponseMedia::Json);
        };
        match self.process(request, info, media).await {
            Ok(response) => response,
            Err(error) => error.into_response(media),
        }
    }

    async fn process(
        &self,
        mut request: Request,
        info: RequestInfo,
        media: ResponseMedia,
    ) -> Result<Response, HttpError> {
        let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
        // Takes room until the response: parameters can be larger than the body.
        let mut body = self.bodies.body_of(info.ip_address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        let parameters = match *request.method() {
            Method::GET | Method::HEAD => Parameters::from_query_string(&request),
            Method::POST => {
                body = body::read(&mut request, body, self.http.connections.read_timeout).await?;
                Parameters::from_json(&body.bytes)
            }
            _ => return Err(HttpError::method("GET, HEAD, POST", "method not allowed: use POST, or GET for queries")),
        };
        let parameters = match parameters {
            Ok(parameters) => parameters,
            Err(ParametersError::Malformed(message)) => return Err(HttpError::new(StatusCode::BAD_REQUEST, message)),
            Err(ParametersError::PersistedQuery) => return Ok(response(media, &persisted_query_not_supported())),
        };
        let prepared = self.schemas.prepare(parameters.query, parameters.operation.as_deref(), parameters.variables);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(errors) => return Ok(response(media, &async_graphql::Response::from_errors(errors))),
        };
        if is_get {
            check_get(&prepared)?;
        }
        let deadline = Instant::now() + self.http.response_time;
        let (service, http, headers) = (&self.service, &*self.http, request.headers());
        let authentication = authenticate(AuthRequest { service, http, headers, operation: &prepared }, info);
        let identity = limits::by(deadline, authentication).await??;
        // Held while it runs.
        let _turn = match prepared.reads_lists() {
            true => Some(self.turns.take(TurnCaller::of(&identity.context), deadline).await?),
            false => None,
        };
        // Boxed, since each of these holds the future twice: as what it is made of, and as what it awaits.
        let execution = Box::pin(self.execute(&prepared, identity, media, deadline));
        let execution = self.service.interruptible(execution);
        if prepared.kind() == OperationType::Mutation {
            // Its root fields keep to the deadline one by one: what was committed is always reported.
            return execution.await;
        }
        limits::by(deadline, execution).await?
    }

    async fn execute(
        &self,
        prepared: &PreparedOperation,
        identity: Identity,
        media: ResponseMedia,
        deadline: Instant,
    ) -> Result<Response, HttpError> {
        let Identity { context, credential, cookies } = identity;
        let introspection = self.http.introspection.into();
        let sender = GraphqlRequest::new(self.service.clone(), context, credential, cookies, introspection);
        let sender = sender.with_setup_command(Arc::clone(&self.http.setup_command));
        let sender = Arc::new(sender.with_deadline(deadline));
        let mut response = response(media, &self.schemas.execute(prepared, &sender).await);
        if sender.caller().is_some() {
            response.headers_mut().insert(POLICY_REVISION, self.service.policy().revision().into());
        }
        if let Some(change) = sender.cookies.as_ref().and_then(|jar| jar.take_change()) {
            let cookies = set_cookie_headers(&self.http.cookie, &change, self.service.now());
            for cookie in cookies.map_err(|error| service::Error::Internal(error.into()))? {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        Ok(response)
    }
}

impl GraphQl {
    /// Sets the headers of every response, and the CORS headers for an allowed origin.
    fn set_headers(&self, headers: &mut HeaderMap, origin: Option<AllowedOrigin>) {
        let vary = if self.http.origins.is_empty() { VARY } else { VARY_BY_ORIGIN };
        let fixed = [
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, vary),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Some(origin) = origin {
            origin.set_headers(headers);
        }
    }
}

impl Endpoint for GraphQl {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let info = request_info(&self.service, &self.http, &request);
        let id = info.id.uuid().to_string();
        let origin = AllowedOrigin::find(request.headers(), &self.http.origins);
        if let Some(mut response) = origin.as_ref().and_then(|origin| origin.preflight(&request)) {
            self.set_headers(response.headers_mut(), origin);
            return Ok(response);
        }
        // Boxed, since routes move this future several times.
        let response = Box::pin(self.respond(request, info));
        // A panic is a bug, and ends this request alone.
        let span = tracing::info_span!("request", id);
        let outcome = AssertUnwindSafe(response).catch_unwind().instrument(span).await;
        let mut response = outcome.unwrap_or_else(|_| {
            tracing::error!(request = id, "a request ended in a panic");
            let error = async_graphql::ErrorExtensions::extend_with(
                ErrorCode::Internal.error("internal error: report the request id to the operator"),
                |_, extensions| extensions.set("requestId", id.as_str()),
            );
            HttpError { status: StatusCode::INTERNAL_SERVER_ERROR, error, allow: None }
                .into_response(ResponseMedia::Json)
        });
        let headers = response.headers_mut();
        self.set_headers(headers, origin);
        if let Ok(id) = id.try_into() {
            headers.insert(REQUEST_ID, id);
        }
        Ok(response)
    }
}

/// Refuses an operation that must not be sent by GET: URLs are logged, and any page can send them.
fn check_get(prepared: &PreparedOperation) -> Result<(), HttpError> {
    if prepared.kind() != OperationType::Query {
        return Err(HttpError::method("POST", "only queries are allowed by GET: use POST"));
    }
    if prepared.carries_secrets() {
        return Err(HttpError::method("POST", "secrets are not allowed by GET: use POST"));
    }
    Ok(())
}

/// A GraphQL response in its media type. A request error has no `data`, and status 400 with
/// `application/graphql-response+json`.
fn response(media: ResponseMedia, response: &async_graphql::Response) -> Response {
    if !is_request_error(response) {
        return json(media, StatusCode::OK, response);
    }
    let status = match media {
        ResponseMedia::Json => StatusCode::OK,
        ResponseMedia::GraphQlResponse => StatusCode::BAD_REQUEST,
    };
    json(media, status, &ErrorBody { errors: &response.errors })
}

/// The body of a request error.
#[derive(serde::Serialize)]
struct ErrorBody<'a> {
    errors: &'a [ServerError],
}

fn json(media: ResponseMedia, status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => Response::builder().status(status).content_type(media.content_type()).body(body),
        Err(error) => {
            tracing::error!(%error, "cannot serialize a response");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

impl HttpError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: ErrorCode::BadUserInput.error(message), allow: None }
    }

    pub(super) fn unavailable(message: &str) -> Self {
        let error = ErrorCode::ServiceUnavailable.error(message);
        Self { status: StatusCode::SERVICE_UNAVAILABLE, error, allow: None }
    }

    pub(super) fn too_many_lists() -> Self {
        let error =
            ErrorCode::RateLimited.error("too many queries of lists at the same time: wait for the earlier ones");
        let error = async_graphql::ErrorExtensions::extend_with(error, |_, extensions| {
            extensions.set("retryAfterSeconds", 1);
        });
        Self { status: StatusCode::TOO_MANY_REQUESTS, error, allow: None }
    }

    fn method(allow: &'static str, message: &str) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    fn into_response(self, media: ResponseMedia) -> Response {
        let error = ServerError { extensions: self.error.extensions, ..ServerError::new(self.error.message, None) };
        let mut response = json(media, self.status, &ErrorBody { errors: &[error] });
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

impl From<AuthError> for HttpError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Service(error) => error.into(),
            AuthError::Csrf(reason) => {
                tracing::debug!(?reason, "CSRF protection rejected a request");
                Self { status: StatusCode::FORBIDDEN, error: reason.to_graphql(), allow: None }
            }
        }
    }
}

impl From<service::Error> for HttpError {
    fn from(error: service::Error) -> Self {
        let status = match &error {
            service::Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            service::Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, error: to_graphql(error), allow: None }
    }
}
