//! Validation of documents against the published schema (GraphQL, 5).
//!
//! apollo-compiler validates; [`values`](super::values) adds what it passes over. The result does not depend on the
//! values of variables, so that it is kept with the document, and async-graphql validates nothing again.

use super::super::context::Introspection;
use super::super::error::ErrorCode;
use super::limits::DocumentLimits;
use super::positions::Positions;
use super::suggestion;
use super::values::{self, NeverNull};
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, Valid, WithErrors};
use apollo_compiler::{Schema, ast};
use async_graphql::ServerError;
use rustc_hash::FxHashSet;
use std::sync::{Arc, OnceLock};

/// Validates documents against a schema.
#[derive(Clone, Debug)]
pub struct Validator {
    schema: Arc<Valid<Schema>>,
    /// Errors suggest names of the schema only where it may be read.
    introspection: Introspection,
}

/// The validator of a schema, for its resolvers: set once when the schema is built.
#[derive(Clone, Debug, Default)]
pub struct SharedValidator(Arc<OnceLock<Validator>>);

impl SharedValidator {
    /// Sets the validator. Later calls have no effect.
    pub(in crate::graphql) fn load(&self, validator: Validator) {
        self.0.get_or_init(|| validator);
    }

    /// The validator; `None` until it is set.
    pub(in crate::graphql) fn get(&self) -> Option<&Validator> {
        self.0.get()
    }
}

/// A broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    /// Bytes before it in the document.
    pub(super) offset: usize,
    pub(super) message: String,
    /// Whether a custom scalar rejects the value: the code is then that of a variable with this value.
    pub(super) is_scalar: bool,
}

/// Fields of the introspection schema (September 2025) that apollo-compiler does not have.
const INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// Rules about values, for which [`values`](super::values) has the better messages.
const VALUE_RULES: [&str; 8] = [
    "DisallowedVariableUsage",
    "FloatCoercionError",
    "IntCoercionError",
    "RequiredField",
    "UndefinedEnumValue",
    "UndefinedInputValue",
    "UndefinedVariable",
    "UnsupportedValueType",
];
/// Rules that are also broken because a selection is left out that breaks one of [`LEFT_OUT`].
const CONSEQUENCES: [&str; 3] = ["MissingSubselection", "UnusedFragment", "UnusedVariable"];
/// Rules whose breach leaves a selection out.
const LEFT_OUT: [&str; 5] = [
    "SubselectionOnEnumType",
    "SubselectionOnScalarType",
    "UndefinedField",
    "UndefinedTypeInInlineFragmentTypeCondition",
    "UndefinedTypeInNamedFragmentTypeCondition",
];

impl Validator {
    /// A validator for the schema of an SDL.
    ///
    /// # Errors
    /// Why the SDL is not a schema.
    pub fn read(sdl: &str) -> Result<Self, String> {
        let schema = Schema::parse_and_validate(format!("{sdl}\n{INTROSPECTION}"), "schema.graphql");
        let schema = schema.map_err(|error| error.errors.to_string())?;
        Ok(Self { schema: Arc::new(schema), introspection: Introspection::Disabled })
    }

    /// The validator where introspection is as given.
    #[must_use]
    pub fn with(&self, introspection: Introspection) -> Self {
        Self { introspection, ..self.clone() }
    }

    /// Validates a document.
    ///
    /// # Errors
    /// `GRAPHQL_VALIDATION_FAILED`, or `BAD_USER_INPUT` for a literal that its scalar rejects: the first ones in the
    /// document.
    pub(super) fn validate(
        &self,
        document: &ast::Document,
        source: &str,
        limits: &DocumentLimits,
    ) -> Result<NeverNull, Vec<ServerError>> {
        let (executable, diagnostics) = match document.to_executable_validate(&self.schema) {
            Ok(executable) => (executable.into_inner(), None),
            Err(WithErrors { partial, errors }) => (partial, Some(errors)),
        };
        let values = values::check(&self.schema, &executable);
        let mut faults = values.faults;
        if let Some(diagnostics) = diagnostics {
            let reported = reported(&diagnostics, &faults);
            faults.extend(reported.into_iter().take(limits.errors).map(|reported| self.fault(&reported)));
        }
        if faults.is_empty() { Ok(values.never_null) } else { Err(report(faults, source, limits)) }
    }

    fn fault(&self, reported: &Reported<'_>) -> Fault {
        let mut fault = reported.fault();
        if self.introspection == Introspection::Enabled {
            fault.message.push_str(&suggestion::of(&self.schema, reported.rule, reported.data));
        }
        fault
    }
}

/// A diagnostic of apollo-compiler.
struct Reported<'a> {
    offset: usize,
    rule: &'static str,
    data: &'a DiagnosticData,
}

impl Reported<'_> {
    fn is_conflict(&self) -> bool {
        self.rule.starts_with("Conflicting")
    }

    /// Its message in the words of this service.
    fn fault(&self) -> Fault {
        let message = match self.rule {
            "MissingSubselection" => "the field returns an object: select fields of it".to_owned(),
            "RecursiveFragmentDefinition" => self.data.to_string().replace("cannot reference itself", "forms a cycle"),
            _ => self.data.to_string().replace(" in this document", ""),
        };
        Fault { offset: self.offset, message, is_scalar: false }
    }
}

/// The diagnostics in the order of the document, without those that repeat another one or a fault of a value.
fn reported<'a>(diagnostics: &'a DiagnosticList, values: &[Fault]) -> Vec<Reported<'a>> {
    let rule = |data: &DiagnosticData| data.unstable_error_name().unwrap_or_default();
    let rules: FxHashSet<_> = diagnostics.iter().map(|diagnostic| rule(diagnostic.error)).collect();
    let has_better = !values.is_empty() || rules.contains("UndefinedDefinition");
    let is_incomplete = LEFT_OUT.iter().any(|rule| rules.contains(rule));
    let is_repeated =
        |rule: &str| has_better && VALUE_RULES.contains(&rule) || is_incomplete && CONSEQUENCES.contains(&rule);
    let mut reported: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| Reported {
            offset: diagnostic.error.location().map_or(0, |location| location.offset()),
            rule: rule(diagnostic.error),
            data: diagnostic.error,
        })
        .filter(|diagnostic| !is_repeated(diagnostic.rule))
        .collect();
    reported.sort_by_key(|diagnostic| (diagnostic.offset, diagnostic.rule));
    // Two fields in conflict differ in type as well as in name.
    reported.dedup_by(|later, former| later.offset == former.offset && later.is_conflict() && former.is_conflict());
    reported
}

/// The first errors in the document, each once.
fn report(mut faults: Vec<Fault>, source: &str, limits: &DocumentLimits) -> Vec<ServerError> {
    faults.sort_unstable();
    faults.dedup();
    let mut positions = Positions::new(source);
    let errors = faults.into_iter().take(limits.errors).map(|fault| {
        let code = if fault.is_scalar { ErrorCode::BadUserInput } else { ErrorCode::ValidationFailed };
        code.error(fault.message).into_server_error(positions.at(fault.offset))
    });
    errors.collect()
}

#[cfg(test)]
mod tests;
