//! Health checks: liveness at `/healthz`, readiness at `/readyz`.

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use serde_json::{Value, json};
use service::{Degradation, Service};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Timeout of the readiness check.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether shutdown has begun. Clones share the state.
#[derive(Clone, Debug, Default)]
pub struct ShutdownState(Arc<AtomicBool>);

impl ShutdownState {
    /// From now on `/readyz` answers 503.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether shutdown has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// `/healthz`: 200 while the process runs, whatever the state of its dependencies.
#[derive(Debug)]
pub struct Liveness;

/// `/readyz`: 200 while decisions are answered and shutdown has not begun, else 503. The body is a JSON object with `status`
/// (`ready`, `unavailable` or `stopping`) and `degraded`, the parts that are impaired.
#[derive(Debug)]
pub struct Readiness {
    /// The service to check.
    pub service: Service,
    /// Whether shutdown has begun.
    pub shutdown: ShutdownState,
}

impl Endpoint for Liveness {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(respond(request.method(), StatusCode::OK, "text/plain; charset=utf-8", "alive\n".to_owned()))
    }
}

impl Endpoint for Readiness {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (http_status, status, degraded) = self.status().await;
        let part = |part: &Degradation| json!({ "part": part.part(), "effect": part.effect() });
        let degraded: Vec<Value> = degraded.iter().map(part).collect();
        let body = json!({ "status": status, "degraded": degraded }).to_string();
        Ok(respond(request.method(), http_status, "application/json; charset=utf-8", body))
    }
}

impl Readiness {
    /// The cause of 503 is in the log only, since everyone can read the response.
    async fn status(&self) -> (StatusCode, &'static str, Vec<Degradation>) {
        if self.shutdown.has_begun() {
            return (StatusCode::SERVICE_UNAVAILABLE, "stopping", Vec::new());
        }
        match tokio::time::timeout(CHECK_TIMEOUT, self.service.readiness()).await {
            Ok(Ok(degraded)) => return (StatusCode::OK, "ready", degraded),
            Ok(Err(error)) => tracing::warn!(error = &error as &dyn std::error::Error, "not ready"),
            Err(_) => {
                tracing::warn!(timeout = ?CHECK_TIMEOUT, "not ready: a dependency does not respond in time");
            }
        }
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable", Vec::new())
    }
}

fn respond(method: &Method, status: StatusCode, content_type: &'static str, body: String) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD").finish();
    }
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}
