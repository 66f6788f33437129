//! `/healthz`: the process is alive. `/readyz`: it can answer requests now.

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use service::Service;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longer than this, and a balancer had better ask another replica.
const PATIENCE: Duration = Duration::from_secs(1);

/// Set once, when the service is told to stop.
#[derive(Clone, Debug, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on `/readyz` answers 503.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Has it begun?
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// `/healthz`: 200 as long as the process runs, whatever it depends on.
#[derive(Debug)]
pub struct Alive;

/// `/readyz`: 200 only when the database and the denylist answer in time and the service is not
/// stopping, else 503.
#[derive(Debug)]
pub struct Ready {
    /// Who is asked.
    pub service: Service,
    /// Whether it is stopping.
    pub stopping: Stopping,
}

impl Endpoint for Alive {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(answer(request.method(), StatusCode::OK, "alive\n"))
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (status, text) = match self.reason_against().await {
            None => (StatusCode::OK, "ready\n"),
            Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason),
        };
        Ok(answer(request.method(), status, text))
    }
}

impl Ready {
    /// Why requests had better go elsewhere. What broke is in the log, not for everyone to read.
    async fn reason_against(&self) -> Option<&'static str> {
        if self.stopping.has_begun() {
            return Some("stopping\n");
        }
        match tokio::time::timeout(PATIENCE, self.service.ready()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
                Some("not ready\n")
            }
            Err(_) => {
                tracing::warn!(patience = ?PATIENCE, "not ready: a dependency does not answer in time");
                Some("not ready\n")
            }
        }
    }
}

fn answer(method: &Method, status: StatusCode, text: &'static str) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD").finish();
    }
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(text)
}
