//! The loaders of one request: things asked for by id are read together.

use service::Service;

/// One set per request, so that nothing read outlives it.
#[derive(Debug)]
pub struct Loaders {}

impl Loaders {
    /// Fresh loaders that read from `service`.
    #[must_use]
    pub fn new(service: &Service) -> Self {
        let _ = service;
        Self {}
    }
}
