//! The served schema: built once, executed in one of two modes.
//!
//! Pre-authorized execution runs queries whose every guard this caller passes without an object being read: the schema
//! has no field hook. Enforced execution checks each field. A pre-authorized execution that ends in an error is
//! repeated in enforced mode, so that a response does not depend on the mode. Documents are validated before (see
//! [`document`](super::document)), and not again by async-graphql.

mod description;
mod prepared;

pub use prepared::PreparedOperation;

use super::context::Request;
pub use super::context::{GraphqlRequest, Introspection};
pub use super::document::CookieUse;
use super::document::{BoundOperation, Document, DocumentLimits, Documents, SharedValidator, Validator};
use super::error::ErrorCode;
use super::execution_state::ExecutionState;
use super::field_outcomes::FieldOutcomes;
use super::guard::{FieldDescriptions, GuardExtension, GuardOutcome, Guards, RuleDescriptions, Table};
use super::response;
use super::response_budget::ResponseBudget;
use super::{Mutation, Query};
use async_graphql::parser::types::OperationType;
use async_graphql::{
    EmptySubscription, ObjectType, Response, SDLExportOptions, Schema, SchemaBuilder, ServerError, ValidationMode,
    Variables,
};
use engine::{PermissionName, RoleName};
use prepared::UncachedDocument;
use std::fmt;
use std::sync::Arc;

/// The schema of this service.
pub type PublicSchema = GuardedSchema<Query, Mutation>;

/// Builds the schema of this service.
///
/// # Errors
/// One line for each missing or malformed guard.
pub fn build() -> Result<PublicSchema, String> {
    GuardedSchema::build(|schema| {
        // No field returns these interfaces, so the registry would omit them.
        schema
            .register_output_type::<super::payload::Payload>()
            .register_output_type::<super::user_error::UserError>()
            .register_output_type::<FieldDescriptions<super::argument_descriptions::ArgumentDescriptions>>()
    })
}

/// A schema with the guards that its SDL publishes.
pub struct GuardedSchema<Q, M> {
    pre_authorized: Schema<Q, M, EmptySubscription>,
    enforced: Schema<Q, M, EmptySubscription>,
    table: Table,
    validator: Validator,
    sdl: String,
    system_permissions: Vec<PermissionName>,
    system_roles: Vec<RoleName>,
    limits: DocumentLimits,
    documents: Documents,
}

/// How an operation is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionMode {
    /// The caller passes every guard of the operation: fields are not checked.
    PreAuthorized,
    /// Every field is checked when it is resolved.
    Enforced,
}

impl<Q, M> GuardedSchema<Q, M>
where
    Q: ObjectType + Default + 'static,
    M: ObjectType + Default + 'static,
{
    /// Builds a schema, with the types that `register` adds, and enforces the guards it publishes.
    ///
    /// # Errors
    /// One line for each missing or malformed guard.
    pub fn build(
        register: impl Fn(SchemaBuilder<Q, M, EmptySubscription>) -> SchemaBuilder<Q, M, EmptySubscription>,
    ) -> Result<Self, String> {
        let (guards, shared) = (Guards::default(), SharedValidator::default());
        let builder = || {
            let schema = Schema::build(Q::default(), M::default(), EmptySubscription);
            register(schema)
                .register_output_type::<FieldDescriptions<RuleDescriptions>>()
                .validation_mode(ValidationMode::Fast)
                .data(guards.clone())
                .data(shared.clone())
        };
        let (pre_authorized, enforced) = (builder().finish(), builder().extension(GuardExtension).finish());
        let options = SDLExportOptions::new().include_specified_by().use_space_ident();
        let sdl = enforced.sdl_with_options(options);
        let table = guards.load(Table::read(&sdl).map_err(|errors| errors.join("\n"))?).clone();
        let validator = Validator::read(&sdl)?;
        shared.load(validator.clone());
        let malformed = |name: &str, error| format!("`{name}`: {error}");
        let permission = |name| PermissionName::parse(name).map_err(|error| malformed(name, error));
        let system_permissions = table.permissions().into_iter().map(permission).collect::<Result<_, _>>()?;
        let role = |name| RoleName::parse(name).map_err(|error| malformed(name, error));
        let system_roles = table.roles().into_iter().map(role).collect::<Result<_, _>>()?;
        let (limits, documents) = Default::default();
        Ok(Self {
            pre_authorized,
            enforced,
            table,
            validator,
            sdl,
            system_permissions,
            system_roles,
            limits,
            documents,
        })
    }

    /// The schema, whose errors suggest names where introspection is enabled.
    #[must_use]
    pub fn with_introspection(self, introspection: Introspection) -> Self {
        Self { validator: self.validator.with(introspection), ..self }
    }

    /// The published SDL, as in `schema.graphql`: types by name, fields in order of declaration, with guards, rules in
    /// the descriptions.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// The published guards.
    #[must_use]
    pub fn rules(&self) -> &Table {
        &self.table
    }

    /// Permissions that guards name: the service registers them.
    #[must_use]
    pub fn system_permissions(&self) -> Vec<PermissionName> {
        self.system_permissions.clone()
    }

    /// Roles that guards name: the service makes them built-in roles.
    #[must_use]
    pub fn system_roles(&self) -> Vec<RoleName> {
        self.system_roles.clone()
    }

    /// Parses and validates a document, checks its limits and coerces the variables of one operation. Does not depend on
    /// the caller.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `OPERATION_TOO_COMPLEX` or `BAD_USER_INPUT`.
    pub fn prepare(
        &self,
        source: String,
        operation: Option<&str>,
        variables: Variables,
    ) -> Result<PreparedOperation, Vec<ServerError>> {
        self.try_prepare(source, operation, variables).map_err(|mut errors| {
            errors.iter_mut().for_each(|error| response::truncate_message(error, &self.limits));
            errors
        })
    }

    fn try_prepare(
        &self,
        source: String,
        operation: Option<&str>,
        variables: Variables,
    ) -> Result<PreparedOperation, Vec<ServerError>> {
        let (table, limits) = (&self.table, &self.limits);
        let cached = self.documents.get(&source);
        let is_cached = cached.is_some();
        let document = match cached {
            Some(document) => document,
            None => Arc::new(Document::read(&source, &self.validator, table, limits)?),
        };
        let operation = document.bind(operation, variables, table, limits).map_err(|error| vec![error])?;
        let uncached = (!is_cached).then_some(UncachedDocument { source, document });
        Ok(PreparedOperation { operation, uncached })
    }

    /// Executes an operation.
    pub async fn execute(&self, prepared: &PreparedOperation, request: &Arc<GraphqlRequest>) -> Response {
        let response = match self.execution_mode(prepared, request) {
            ExecutionMode::PreAuthorized => {
                let response = self.run(ExecutionMode::PreAuthorized, prepared, request).await;
                // A request error is the same in both modes.
                if response.is_ok() {
                    self.record_uses(prepared, request);
                }
                let is_final = response.is_ok() || response::is_request_error(&response);
                if is_final { response } else { self.run(ExecutionMode::Enforced, prepared, request).await }
            }
            ExecutionMode::Enforced => self.run(ExecutionMode::Enforced, prepared, request).await,
        };
        if let Some(uncached) = prepared.uncached.as_ref().filter(|_| !response::is_request_error(&response)) {
            self.documents.insert(&uncached.source, &uncached.document);
        }
        response::finish(response, request, &self.limits)
    }

    /// Executes an operation in a given mode, for tests that compare the modes: pre-authorized execution checks nothing.
    #[doc(hidden)]
    pub async fn execute_in(
        &self,
        mode: ExecutionMode,
        prepared: &PreparedOperation,
        request: &Arc<GraphqlRequest>,
    ) -> Response {
        response::finish(self.run(mode, prepared, request).await, request, &self.limits)
    }

    /// The mode in which an operation is executed for this caller.
    #[must_use]
    pub fn execution_mode(&self, prepared: &PreparedOperation, request: &GraphqlRequest) -> ExecutionMode {
        let (caller, now) = (request.caller(), request.service.now());
        let rules = prepared.operation.required_rules();
        let is_allowed =
            rules.is_some_and(|rules| rules.iter().all(|rule| rule.evaluate(caller, now) == GuardOutcome::Allowed));
        if is_allowed { ExecutionMode::PreAuthorized } else { ExecutionMode::Enforced }
    }

    /// Records what a pre-authorized execution was allowed for; enforced execution records it field by field.
    fn record_uses(&self, prepared: &PreparedOperation, request: &GraphqlRequest) {
        let Some(caller) = request.caller() else { return };
        let now = request.service.now();
        let rules = prepared.operation.executed_rules(&self.table);
        rules.iter().for_each(|rule| rule.record_use(&request.service, caller, now));
    }

    async fn run(&self, mode: ExecutionMode, prepared: &PreparedOperation, request: &Arc<GraphqlRequest>) -> Response {
        let operation = &prepared.operation;
        if operation.is_introspection() && request.introspection == Introspection::Disabled {
            return Response::from_errors(vec![introspection_disabled()]);
        }
        let mut execution = Request::new(Arc::clone(request), operation.variables.clone(), operation.kind());
        if mode == ExecutionMode::Enforced {
            execution.state = Some(ExecutionState::new(outcomes(operation)));
        }
        let budget = execution.budget.clone();
        let mut run = async_graphql::Request::new("").variables(operation.variables.clone()).data(execution);
        run.operation_name = operation.name().map(str::to_owned);
        run.set_parsed_query(operation.executable());
        let schema = match mode {
            ExecutionMode::PreAuthorized => &self.pre_authorized,
            ExecutionMode::Enforced => &self.enforced,
        };
        let mut response = schema.execute(run).await;
        if operation.is_introspection() {
            description::replace(&mut response.data, &operation.root_fields());
        }
        // A query has no effect and can be dropped; the result of a mutation is always reported.
        if budget.is_exceeded() && operation.kind() == OperationType::Query {
            return Response::from_errors(vec![response::without_location(ResponseBudget::exceeded())]);
        }
        response
    }
}

/// The error of an operation with introspection where that is disabled.
pub(super) fn introspection_disabled() -> ServerError {
    response::without_location(ErrorCode::ValidationFailed.error("introspection is disabled"))
}

/// The root fields of a mutation, none of which has run; empty for a query.
fn outcomes(operation: &BoundOperation) -> FieldOutcomes {
    let fields = if operation.kind() == OperationType::Mutation { operation.root_fields() } else { Vec::new() };
    let fields = fields.into_iter().filter(|field| !field.name.node.starts_with("__"));
    FieldOutcomes::new(fields.map(|field| field.response_key().node.to_string()))
}

impl<Q, M> fmt::Debug for GuardedSchema<Q, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedSchema").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
