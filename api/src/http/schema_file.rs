//! `/schema.graphql`: the published schema with its guards, as in the repository. For code generators, which read it from a
//! running service; introspection has no directives.

use super::assets::{is_read, method_not_allowed};
use crate::graphql::schema::PublicSchema;
use poem::http::{Method, header};
use poem::{Body, Endpoint, Request, Response};

/// No media type is registered for schemas (`application/graphql` is not, and browsers would download it).
const CONTENT_TYPE: &str = "text/plain; charset=utf-8";

/// The schema.
#[derive(Debug)]
pub struct SchemaFile {
    sdl: String,
}

impl SchemaFile {
    /// The file of a schema.
    #[must_use]
    pub fn new(schemas: &PublicSchema) -> Self {
        Self { sdl: format!("{}\n", schemas.sdl().trim_end()) }
    }
}

impl Endpoint for SchemaFile {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !is_read(request.method()) {
            return Ok(method_not_allowed());
        }
        let response = Response::builder()
            .header(header::CONTENT_TYPE, CONTENT_TYPE)
            .header(header::CACHE_CONTROL, "no-cache")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        Ok(match *request.method() {
            Method::HEAD => response.header(header::CONTENT_LENGTH, self.sdl.len()).body(Body::empty()),
            _ => response.body(self.sdl.clone()),
        })
    }
}
