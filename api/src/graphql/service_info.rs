//! Public facts about this service.

use super::auth::{CSRF_HEADER, TokenDelivery};
use super::context::request;
use super::error::to_graphql;
use super::guard::directives::public;
use async_graphql::{ComplexObject, Context, Object, Result, SimpleObject};
use service::Config;
use service::auth::needs_administrator;

/// Public facts about the deployment, for login pages.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub struct ServiceInfo {
    /// Display name of the deployment.
    name: String,
    /// Version of the service.
    version: &'static str,
    /// Whether the deployment accepts sign-ups.
    signup_enabled: bool,
    /// Minimum length of a password, in characters.
    password_min_length: i32,
    /// Modes of token delivery that the deployment supports.
    token_deliveries: [TokenDelivery; 2],
    /// Name of the header that carries the CSRF token in cookie mode.
    csrf_header_name: &'static str,
    /// Maximum of `first` and `last`.
    max_page_size: i32,
}

/// How to create the first administrator.
#[derive(Debug, SimpleObject)]
pub struct SetupInfo {
    /// Command that creates the first administrator, for this installation. `NAME` stands for the username, and `…` for
    /// secret settings.
    command: String,
}

#[ComplexObject]
impl ServiceInfo {
    /// How to create the first administrator. Null once a user has the role `superadmin`.
    async fn setup(&self, ctx: &Context<'_>) -> Result<Option<SetupInfo>> {
        let request = request(ctx);
        let needs_administrator = needs_administrator(&request.service).await.map_err(to_graphql)?;
        Ok(needs_administrator.then(|| SetupInfo { command: request.setup_command.to_string() }))
    }
}

/// Query of public facts.
#[derive(Debug, Default)]
pub struct ServiceInfoQuery;

#[Object]
impl ServiceInfoQuery {
    /// Public facts about the deployment, for login pages.
    #[graphql(directive = public::apply())]
    async fn service_info(&self, ctx: &Context<'_>) -> ServiceInfo {
        ServiceInfo::of(request(ctx).service.config())
    }
}

impl ServiceInfo {
    fn of(config: &Config) -> Self {
        let int = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            name: config.service_name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            signup_enabled: config.signup_enabled,
            password_min_length: int(config.password.min_length),
            token_deliveries: [TokenDelivery::Body, TokenDelivery::Cookie],
            csrf_header_name: CSRF_HEADER,
            max_page_size: int(config.max_page_size),
        }
    }
}
