//! Public facts about this service.

use super::auth::{CSRF_HEADER, TokenDelivery};
use super::context::request;
use super::guard::directives::public;
use async_graphql::{Context, Object, SimpleObject};
use service::Config;

/// Public facts about this service.
#[derive(Debug, SimpleObject)]
pub struct ServiceInfo {
    /// Display name of this deployment.
    name: String,
    /// Version of the service.
    version: &'static str,
    /// May anyone create an account?
    signup_enabled: bool,
    /// Shortest accepted password.
    password_min_length: i32,
    /// How tokens can be handed out here.
    token_deliveries: [TokenDelivery; 2],
    /// Header that cookie mode requires.
    csrf_header_name: &'static str,
    /// Largest accepted `first` or `last`.
    max_page_size: i32,
}

/// What a login page needs to know.
#[derive(Debug, Default)]
pub struct ServiceInfoQuery;

#[Object]
impl ServiceInfoQuery {
    /// What a login page needs to know before anyone is signed in.
    #[graphql(directive = public::apply())]
    async fn service_info(&self, ctx: &Context<'_>) -> ServiceInfo {
        ServiceInfo::of(request(ctx).service.config())
    }
}

impl ServiceInfo {
    fn of(config: &Config) -> Self {
        let shown = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            name: config.service_name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            signup_enabled: config.signup_enabled,
            password_min_length: shown(config.password.min_length),
            token_deliveries: [TokenDelivery::Body, TokenDelivery::Cookie],
            csrf_header_name: CSRF_HEADER,
            max_page_size: shown(config.max_page_size),
        }
    }
}
