//! `/graphql`: our own endpoint, in the order of GraphQL over HTTP. What could be sent by a form of
//! another site (other content types, mutations by GET, multipart, batches) is refused.

use super::authenticate::{Door, Identity, POLICY_REVISION, TurnedAway, authenticate, request_info};
use super::cookies;
use super::cors::LetIn;
use super::limits;
use super::media::{Media, is_json, is_plain};
use super::parameters::Parameters;
use crate::graphql::answer::is_request_error;
use crate::graphql::error::{Code, to_graphql};
use crate::graphql::schema::{Prepared, Schemas, Sender};
use crate::startup::HttpSettings;
use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use futures_util::{FutureExt as _, StreamExt as _};
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use service::{RequestInfo, Service};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tracing::Instrument as _;

/// Names the request in logs, audit events and here.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Nothing that is answered here is a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What answers depend on.
const VARY: &str = "Accept, Authorization, Cookie";
const VARY_BY_ORIGIN: &str = "Accept, Authorization, Cookie, Origin";

/// `/graphql`.
#[derive(Clone, Debug)]
pub struct GraphQl {
    service: Service,
    schemas: Arc<Schemas>,
    http: Arc<HttpSettings>,
}

/// A refusal of a request as such, before any GraphQL.
struct Refusal {
    status: StatusCode,
    error: async_graphql::Error,
    /// Methods to use instead.
    allow: Option<&'static str>,
}

type Refused<T> = Result<T, Refusal>;

impl GraphQl {
    /// The endpoint of a schema.
    #[must_use]
    pub fn new(service: Service, schemas: Arc<Schemas>, http: Arc<HttpSettings>) -> Self {
        Self { service, schemas, http }
    }

    async fn answer(&self, request: Request, info: RequestInfo) -> Response {
        let Some(media) = Media::negotiate(request.headers()) else {
            let message = "this service answers application/json and application/graphql-response+json";
            return Refusal::new(StatusCode::NOT_ACCEPTABLE, message).into_response(Media::Json);
        };
        match self.try_answer(request, info, media).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(media),
        }
    }

    async fn try_answer(&self, mut request: Request, info: RequestInfo, media: Media) -> Refused<Response> {
        let is_read = request.method() == Method::GET;
        let parameters = match *request.method() {
            Method::GET => Parameters::from_query_string(&request),
            Method::POST => Parameters::from_json(&body(&mut request).await?),
            _ => return Err(Refusal::method("GET, POST", "send operations by POST, or queries by GET")),
        };
        let parameters = parameters.map_err(|message| Refusal::new(StatusCode::BAD_REQUEST, message))?;
        let prepared = self.schemas.prepare(parameters.query, parameters.operation.as_deref(), parameters.variables);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Ok(respond(media, &async_graphql::Response::from_errors(vec![error]))),
        };
        if is_read {
            fit_for_reading(&prepared)?;
        }
        let answer = async {
            let (service, http, headers) = (&self.service, &*self.http, request.headers());
            let identity = authenticate(Door { service, http, headers, operation: &prepared }, info).await?;
            Ok::<_, TurnedAway>(self.run(&prepared, identity, media).await)
        };
        let answer = tokio::time::timeout(limits::ANSWER_TIME, answer).await;
        answer.unwrap_or_else(|late| Err(service::Error::Unavailable(late.into()).into())).map_err(Refusal::from)
    }

    async fn run(&self, prepared: &Prepared, identity: Identity, media: Media) -> Response {
        let Identity { context, credential, cookies } = identity;
        let introspection = self.http.introspection.into();
        let sender = Arc::new(Sender { service: self.service.clone(), context, credential, cookies, introspection });
        let mut response = respond(media, &self.schemas.execute(prepared, &sender).await);
        if sender.context.caller().is_some() {
            response.headers_mut().insert(POLICY_REVISION, self.service.policy().revision().into());
        }
        if let Some(change) = sender.cookies.as_ref().and_then(|jar| jar.take_change()) {
            for line in cookies::lines(&self.http.cookie, &change, self.service.now()) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
        }
        response
    }
}

impl GraphQl {
    /// Gives an answer the headers that all of them have, and those for pages that are let in.
    fn dress(&self, headers: &mut HeaderMap, let_in: Option<LetIn>) {
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
        if let Some(let_in) = let_in {
            let_in.write(headers);
        }
    }
}

impl Endpoint for GraphQl {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let info = request_info(&self.service, &self.http, &request);
        let id = info.id.uuid().to_string();
        let let_in = LetIn::find(request.headers(), &self.http.origins);
        if let Some(mut response) = let_in.as_ref().and_then(|let_in| let_in.preflight(&request)) {
            self.dress(response.headers_mut(), let_in);
            return Ok(response);
        }
        // In a box: routes move the future of this function from one to the next.
        let answer = Box::pin(self.answer(request, info));
        // A panic is our mistake, and one request's end only.
        let span = tracing::info_span!("request", id);
        let answered = AssertUnwindSafe(answer).catch_unwind().instrument(span).await;
        let mut response = answered.unwrap_or_else(|_| {
            tracing::error!(request = id, "a request ended in a panic");
            let error = async_graphql::ErrorExtensions::extend_with(
                Code::Internal.error("something went wrong inside the service"),
                |_, extensions| extensions.set("requestId", id.as_str()),
            );
            Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, error, allow: None }.into_response(Media::Json)
        });
        let headers = response.headers_mut();
        self.dress(headers, let_in);
        if let Ok(id) = id.try_into() {
            headers.insert(REQUEST_ID, id);
        }
        Ok(response)
    }
}

/// Is an operation fit to be sent by GET, where addresses end up in logs and any page can send it?
fn fit_for_reading(prepared: &Prepared) -> Refused<()> {
    if prepared.kind() != OperationType::Query {
        return Err(Refusal::method("POST", "only queries are taken by GET"));
    }
    if prepared.carries_secrets() {
        return Err(Refusal::method("POST", "secrets are not taken by GET"));
    }
    Ok(())
}

/// The body, up to its limit. What is refused is read all the same, within reason, so that the client
/// gets to read the answer.
async fn body(request: &mut Request) -> Refused<Vec<u8>> {
    let is_taken = is_json(request.headers()) && is_plain(request.headers());
    let kept = if is_taken { limits::BODY } else { 0 };
    let stream = request.take_body().into_bytes_stream();
    let reading = async move {
        futures_util::pin_mut!(stream);
        let (mut body, mut length) = (Vec::new(), 0_usize);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "the body was cut off"))?;
            length = length.saturating_add(chunk.len());
            if length > limits::DRAINED {
                break;
            }
            if length <= kept {
                body.extend_from_slice(&chunk);
            }
        }
        Ok::<_, Refusal>((body, length))
    };
    let (body, length) = match tokio::time::timeout(limits::BODY_TIME, reading).await {
        Ok(read) => read?,
        Err(_) => return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body took too long")),
    };
    if !is_taken {
        let message = "send the operation as application/json in utf-8, not compressed";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    if length > limits::BODY {
        let message = format!("the body is too large: at most {} bytes", limits::BODY);
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    Ok(body)
}

/// An answer in its media type. Where nothing ran there is no `data`, and the newer media type has a
/// status of its own for that.
fn respond(media: Media, response: &async_graphql::Response) -> Response {
    if !is_request_error(response) {
        return json(media, StatusCode::OK, response);
    }
    let status = match media {
        Media::Json => StatusCode::OK,
        Media::GraphQlResponse => StatusCode::BAD_REQUEST,
    };
    json(media, status, &WithoutData { errors: &response.errors })
}

/// An answer to a request that could not be executed.
#[derive(serde::Serialize)]
struct WithoutData<'a> {
    errors: &'a [ServerError],
}

fn json(media: Media, status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => Response::builder().status(status).content_type(media.content_type()).body(body),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: Code::BadUserInput.error(message), allow: None }
    }

    fn method(allow: &'static str, message: &str) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    fn into_response(self, media: Media) -> Response {
        let error = ServerError { extensions: self.error.extensions, ..ServerError::new(self.error.message, None) };
        let mut response = json(media, self.status, &WithoutData { errors: &[error] });
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

impl From<TurnedAway> for Refusal {
    fn from(why: TurnedAway) -> Self {
        match why {
            TurnedAway::Failed(error) => error.into(),
            TurnedAway::Distrusted(distrust) => {
                tracing::debug!(?distrust, "a cookie does not count");
                Self { status: StatusCode::FORBIDDEN, error: distrust.error(), allow: None }
            }
        }
    }
}

/// Who asks cannot be told.
impl From<service::Error> for Refusal {
    fn from(error: service::Error) -> Self {
        let status = match &error {
            service::Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            service::Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, error: to_graphql(error), allow: None }
    }
}
