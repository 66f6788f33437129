//! The web pages: the console at `/`, the playground at `/playground`.

use super::assets::{Asset, ConsoleFiles, HASHED, INDEX, PlaygroundFiles, accepts, is_read, serve};
use super::assets::{method_not_allowed, not_found};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response};
use rust_embed::Embed;
use std::marker::PhantomData;

/// `/playground` and everything below it.
#[derive(Debug)]
pub struct Playground;

/// The console: a single-page application of the build `F`, for `/` and all paths of no other route.
#[derive(Debug)]
pub struct Console<F = ConsoleFiles>(PhantomData<F>);

/// `/` without the console: names the endpoint of the API.
#[derive(Debug)]
pub struct ApiOnly;

/// What is disabled.
#[derive(Debug)]
pub struct NotFound;

impl<F> Default for Console<F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl Endpoint for Playground {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let name = match request.uri().path().trim_start_matches("/playground").trim_start_matches('/') {
            "" => INDEX,
            name => name,
        };
        Ok(serve::<PlaygroundFiles>(request.method(), request.headers(), name))
    }
}

impl Endpoint for NotFound {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        Ok(not_found())
    }
}

impl<F: Embed + Send + Sync> Endpoint for Console<F> {
    type Output = Response;

    /// A file by its name. Any other path is one of the application, which reads it itself, when a browser opens it.
    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path().trim_start_matches('/');
        let is_file = !path.is_empty() && Asset::find::<F>(path).is_some();
        if is_file {
            return Ok(serve::<F>(request.method(), request.headers(), path));
        }
        let is_page = is_browsing(&request) && !path.starts_with(HASHED) && Asset::find::<F>(INDEX).is_some();
        let mut response = match path {
            _ if is_page => serve::<F>(request.method(), request.headers(), INDEX),
            "" => return ApiOnly.call(request).await,
            _ => return Ok(not_found()),
        };
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
        Ok(response)
    }
}

impl Endpoint for ApiOnly {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !is_read(request.method()) {
            return Ok(method_not_allowed());
        }
        Ok(Response::builder()
            .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-cache")
            .header(header::VARY, "Accept")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .body("The GraphQL API answers at /graphql.\n"))
    }
}

/// Whether a browser opens the GraphQL endpoint as a page: it wants HTML and sends no document.
pub(super) fn is_opened(request: &Request) -> bool {
    let has_no_document = |parameters: Vec<(String, String)>| parameters.iter().all(|(name, _)| name != "query");
    is_browsing(request) && request.params().is_ok_and(has_no_document)
}

/// The redirect of a browser from the endpoint.
pub(super) fn to_playground() -> Response {
    Response::builder().status(StatusCode::FOUND).header(header::LOCATION, "/playground").finish()
}

fn is_browsing(request: &Request) -> bool {
    is_read(request.method()) && accepts(request.headers(), &header::ACCEPT, "text/html")
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::Method;

    /// What a browser sends when it opens an address.
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /// A console whose build has the files of the playground.
    async fn request(method: Method, path: &str, accept: &str) -> Response {
        let uri = path.parse().expect("a path");
        let request = Request::builder().method(method).uri(uri).header(header::ACCEPT, accept).finish();
        Console::<PlaygroundFiles>::default().get_response(request).await
    }

    /// The name of a script of the playground.
    fn script() -> String {
        let name = PlaygroundFiles::iter().find(|name| name.ends_with(".js.gz")).expect("a script");
        name.trim_end_matches(".gz").to_owned()
    }

    #[tokio::test]
    async fn a_browser_gets_the_application_at_every_path_that_is_no_file() {
        for path in ["/", "/users", "/roles/role_1/members", "/setup", "/index.html", "/a.b"] {
            let response = request(Method::GET, path, BROWSER).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.content_type(), Some("text/html; charset=utf-8"), "{path}");
            assert_eq!(response.header(header::CACHE_CONTROL), Some("no-cache"), "{path}");
            let policy = response.header(header::CONTENT_SECURITY_POLICY).expect("a policy");
            assert!(policy.starts_with("default-src 'self'; script-src 'self';"), "{policy}");
        }
    }

    #[tokio::test]
    async fn the_same_path_differs_by_accept() {
        let page = request(Method::GET, "/users", BROWSER).await;
        let vary: Vec<_> = page.headers().get_all(header::VARY).iter().collect();
        assert!(vary.iter().any(|value| *value == "Accept"), "{vary:?}");
        for accept in ["*/*", "application/json", "text/html;q=0"] {
            assert_eq!(request(Method::GET, "/users", accept).await.status(), StatusCode::NOT_FOUND, "{accept}");
            let root = request(Method::GET, "/", accept).await;
            assert_eq!(root.content_type(), Some("text/plain; charset=utf-8"), "{accept}");
        }
    }

    #[tokio::test]
    async fn an_unknown_asset_is_not_the_application() {
        let known = request(Method::GET, &format!("/{}", script()), "*/*").await;
        assert_eq!(known.content_type(), Some("text/javascript; charset=utf-8"));
        assert_eq!(known.header(header::CACHE_CONTROL), Some("public, max-age=31536000, immutable"));
        for path in ["/assets/nothing.js", "/assets/", "/assets/../../package.json"] {
            assert_eq!(request(Method::GET, path, BROWSER).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn nothing_is_written_to_a_page() {
        assert_eq!(request(Method::POST, "/", BROWSER).await.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(
            request(Method::PUT, &format!("/{}", script()), "*/*").await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
        assert_eq!(request(Method::POST, "/users", BROWSER).await.status(), StatusCode::NOT_FOUND);
        let head = request(Method::HEAD, "/users", BROWSER).await;
        assert_eq!(head.status(), StatusCode::OK);
        assert!(head.into_body().into_vec().await.expect("an empty body can be read").is_empty());
    }
}
