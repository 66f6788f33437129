//! The schema in two lanes, and the way of an operation through them.
//!
//! Both lanes are built from the same types. The fast lane has no hooks and runs only queries whose
//! every rule this caller meets without an object being looked at; everything else runs in the hooked
//! lane, which judges field by field. Whatever goes wrong in the fast lane is run again in the other,
//! so that an answer never tells which lane it came from.

use super::answer;
use super::context::{Budget, Request};
pub use super::context::{Introspection, Sender};
pub use super::document::Reliance;
use super::document::{Document, DocumentLimits, Documents, Ready};
use super::entity::Watch;
use super::error::Code;
use super::guard::{Asked, Enforce, Guards, RulesInWords, Table, Verdict, judge, refusal_at};
use super::{Mutation, Query};
use async_graphql::parser::types::OperationType;
use async_graphql::{
    EmptySubscription, ObjectType, Response, SDLExportOptions, Schema, SchemaBuilder, ServerError, ValidationMode,
    Variables,
};
use engine::{PermissionName, RoleName};
use std::fmt;
use std::sync::Arc;

/// The schema that is served.
pub type Schemas = Lanes<Query, Mutation>;

/// Builds the schema that is served.
///
/// # Errors
/// One line for each field that should carry a guard and does not, and for each guard that is wrong.
pub fn build() -> Result<Schemas, String> {
    Lanes::build(|schema| {
        // No field returns these interfaces, so the schema would do without them.
        schema.register_output_type::<super::payload::Payload>().register_output_type::<super::user_error::UserError>()
    })
}

/// One schema in two lanes.
pub struct Lanes<Q, M> {
    fast: Schema<Q, M, EmptySubscription>,
    /// The fast lane without its twenty rules of validation, a third of what a small query costs, for
    /// documents that were found valid before.
    proven: Schema<Q, M, EmptySubscription>,
    hooked: Schema<Q, M, EmptySubscription>,
    table: Table,
    sdl: String,
    system_permissions: Vec<PermissionName>,
    system_roles: Vec<RoleName>,
    limits: DocumentLimits,
    documents: Documents,
}

/// Ways through the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Without hooks.
    Fast,
    /// Judged field by field.
    Hooked,
}

/// An operation that was read, measured and checked, ready to run.
#[derive(Debug)]
pub struct Prepared {
    ready: Ready,
    /// The document with its text, unless it was seen before.
    unseen: Option<(String, Arc<Document>)>,
}

impl Prepared {
    /// Query, mutation or subscription?
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.ready.kind()
    }

    /// Does it carry a secret in an argument?
    #[must_use]
    pub fn carries_secrets(&self) -> bool {
        self.ready.carries_secrets()
    }

    /// What it would do on the strength of a cookie.
    #[must_use]
    pub fn reliance(&self) -> Reliance {
        self.ready.reliance()
    }

    /// Does it ask for tokens to be delivered by cookie?
    #[must_use]
    pub fn wants_cookies(&self) -> bool {
        self.ready.wants_cookies()
    }

    /// Is it known to be valid? Whatever is kept ran once, and without variables there is nothing about
    /// it that could differ now.
    fn is_proven(&self) -> bool {
        self.unseen.is_none() && self.ready.stands_alone()
    }
}

impl<Q, M> Lanes<Q, M>
where
    Q: ObjectType + Default + 'static,
    M: ObjectType + Default + 'static,
{
    /// Builds both lanes, with whatever `register` adds, and puts the published rules in force.
    ///
    /// # Errors
    /// Everything that is wrong with the rules, one per line.
    pub fn build(
        register: impl Fn(SchemaBuilder<Q, M, EmptySubscription>) -> SchemaBuilder<Q, M, EmptySubscription>,
    ) -> Result<Self, String> {
        let guards = Guards::default();
        let lane = || {
            let schema = Schema::build(Q::default(), M::default(), EmptySubscription);
            register(schema).register_output_type::<RulesInWords>().disable_suggestions().data(guards.clone())
        };
        let (fast, hooked) = (lane().finish(), lane().extension(Enforce).finish());
        let proven = lane().validation_mode(ValidationMode::Fast).finish();
        let options = SDLExportOptions::new().include_specified_by().use_space_ident();
        let sdl = hooked.sdl_with_options(options);
        let table = guards.load(Table::read(&sdl).map_err(|wrong| wrong.join("\n"))?).clone();
        let wrong = |name: &str, error| format!("`{name}`: {error}");
        let permission = |name| PermissionName::parse(name).map_err(|error| wrong(name, error));
        let system_permissions = table.permissions().into_iter().map(permission).collect::<Result<_, _>>()?;
        let role = |name| RoleName::parse(name).map_err(|error| wrong(name, error));
        let system_roles = table.roles().into_iter().map(role).collect::<Result<_, _>>()?;
        let (limits, documents) = Default::default();
        Ok(Self { fast, proven, hooked, table, sdl, system_permissions, system_roles, limits, documents })
    }

    /// The schema as published, and as `schema.graphql` holds it: types by name, fields as written,
    /// guards applied, descriptions with the rules in words.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// The rules as published.
    #[must_use]
    pub fn rules(&self) -> &Table {
        &self.table
    }

    /// Permissions that the rules name: the service registers them.
    #[must_use]
    pub fn system_permissions(&self) -> Vec<PermissionName> {
        self.system_permissions.clone()
    }

    /// Roles that the rules name: the service makes them built in.
    #[must_use]
    pub fn system_roles(&self) -> Vec<RoleName> {
        self.system_roles.clone()
    }

    /// Reads, measures and checks an operation, whoever sends it.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `OPERATION_TOO_COMPLEX` or `BAD_USER_INPUT`.
    pub fn prepare(
        &self,
        text: String,
        operation: Option<&str>,
        variables: Variables,
    ) -> Result<Prepared, ServerError> {
        self.try_prepare(text, operation, variables).map_err(|mut error| {
            answer::shorten(&mut error, &self.limits);
            error
        })
    }

    fn try_prepare(
        &self,
        text: String,
        operation: Option<&str>,
        variables: Variables,
    ) -> Result<Prepared, ServerError> {
        let rules = (&self.table, &self.limits);
        if let Some(document) = self.documents.get(&text) {
            return Ok(Prepared { ready: document.ask(operation, variables, rules)?, unseen: None });
        }
        let document = Arc::new(Document::read(&text, &self.table, &self.limits)?);
        let ready = document.ask(operation, variables, rules)?;
        Ok(Prepared { ready, unseen: Some((text, document)) })
    }

    /// Runs an operation in the lane that fits its sender.
    pub async fn execute(&self, prepared: &Prepared, sender: &Arc<Sender>) -> Response {
        let response = match self.lane(&prepared.ready, sender) {
            Lane::Fast => {
                let response = self.run(Lane::Fast, prepared, sender).await;
                // What is wrong with the request as such is as wrong in the other lane.
                let is_final = response.is_ok() || answer::is_request_error(&response);
                if is_final { response } else { self.run(Lane::Hooked, prepared, sender).await }
            }
            Lane::Hooked => self.run(Lane::Hooked, prepared, sender).await,
        };
        if let Some((text, document)) = prepared.unseen.as_ref().filter(|_| !answer::is_request_error(&response)) {
            self.documents.keep(text, document);
        }
        answer::finish(response, &sender.context, &self.limits)
    }

    /// Runs an operation in a given lane, for tests that compare the lanes; the fast lane enforces
    /// nothing.
    #[doc(hidden)]
    pub async fn execute_in(&self, lane: Lane, prepared: &Prepared, sender: &Arc<Sender>) -> Response {
        answer::finish(self.run(lane, prepared, sender).await, &sender.context, &self.limits)
    }

    /// The lane that fits an operation and its sender.
    #[must_use]
    pub fn lane_for(&self, prepared: &Prepared, sender: &Sender) -> Lane {
        self.lane(&prepared.ready, sender)
    }

    fn lane(&self, ready: &Ready, sender: &Sender) -> Lane {
        let (caller, now) = (sender.context.caller(), sender.service.now());
        let passes = ready.rules().is_some_and(|rules| rules.iter().all(|r| r.judge(caller, now) == Verdict::Pass));
        if passes { Lane::Fast } else { Lane::Hooked }
    }

    async fn run(&self, lane: Lane, prepared: &Prepared, sender: &Arc<Sender>) -> Response {
        let ready = &prepared.ready;
        if ready.asks_for_schema() && sender.introspection == Introspection::Closed {
            let error = Code::ValidationFailed.error("this service does not describe its schema");
            return Response::from_errors(vec![answer::nowhere(error)]);
        }
        let mut request = Request::new(Arc::clone(sender), ready.variables.clone());
        if lane == Lane::Hooked {
            request.watch = Some(Box::pin(self.watch(&request, ready)).await);
        }
        let budget = request.budget.clone();
        let mut run = async_graphql::Request::new("").variables(ready.variables.clone()).data(request);
        run.operation_name = ready.name().map(str::to_owned);
        run.set_parsed_query(ready.executable());
        let schema = match lane {
            Lane::Fast if prepared.is_proven() => &self.proven,
            Lane::Fast => &self.fast,
            Lane::Hooked => &self.hooked,
        };
        let response = schema.execute(run).await;
        // A query is as good as not begun; what a mutation did is told all the same.
        if budget.is_exceeded() && ready.kind() == OperationType::Query {
            return Response::from_errors(vec![answer::nowhere(Budget::exceeded())]);
        }
        response
    }

    /// Judges the root fields of a mutation before anything runs. A denial is audited; the other
    /// fields run all the same.
    async fn watch(&self, request: &Request, ready: &Ready) -> Watch {
        let mut watch = Watch::default();
        let mutation = self.table.roots().mutation.as_deref();
        let Some(mutation) = mutation.filter(|_| ready.kind() == OperationType::Mutation) else { return watch };
        for field in ready.root_fields() {
            let name = field.name.node.as_str();
            // Validation tells of fields that are unknown.
            let Some(info) = self.table.field(mutation, name) else { continue };
            let asked = Asked { field, info, caller: request.caller(), parent: None };
            let verdict = judge(request, asked).await;
            if verdict.is_err() {
                let rule = info.rule.as_ref().map(ToString::to_string).unwrap_or_default();
                self.audit(request, &format!("{mutation}.{name}"), &rule).await;
            }
            let key = field.response_key().node.as_str().into();
            watch.verdicts.insert(key, verdict.map_err(|error| refusal_at(field, error)));
        }
        watch
    }

    async fn audit(&self, request: &Request, coordinate: &str, rule: &str) {
        let written = service::audit::denied(&request.service, &request.context, coordinate, rule).await;
        if let Err(error) = written {
            // The denial stands, whether or not it can be written down.
            tracing::warn!(%error, coordinate, "a denial could not be audited");
        }
    }
}

impl<Q, M> fmt::Debug for Lanes<Q, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
