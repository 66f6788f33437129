//! The number of values in arguments.
//!
//! Each use of a variable copies its value before execution: a list of 200,000 strings in 1,900 fields would occupy a
//! core for a minute. So the values of a variable count at every use.

use async_graphql::parser::types::{Directive, Field};
use async_graphql::{Name, Positioned, Value, Variables};
use rustc_hash::FxHashMap;
use std::convert::Infallible;

/// Bytes of a string that count as one more value.
const BYTES_PER_VALUE: usize = 1024;

/// Values in the arguments of a part of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct ArgumentValues {
    /// Literal values.
    pub(super) literals: u64,
    /// Uses of each variable.
    uses: FxHashMap<Name, u64>,
}

impl ArgumentValues {
    /// Adds the arguments of a field.
    pub(super) fn add_field(&mut self, field: &Field) {
        for (_, value) in &field.arguments {
            let Ok(literal) = value.node.clone().into_const_with(|variable| self.count_use(variable));
            self.literals += size(&literal);
        }
    }

    /// Adds the arguments of directives.
    pub(super) fn add_directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            let Ok(literal) = value.node.clone().into_const_with(|variable| self.count_use(variable));
            self.literals += size(&literal);
        }
    }

    /// Adds the values of a sibling.
    pub(super) fn add(&mut self, other: &Self) {
        self.literals = self.literals.saturating_add(other.literals);
        for (variable, uses) in &other.uses {
            let sum = self.uses.entry(variable.clone()).or_default();
            *sum = sum.saturating_add(*uses);
        }
    }

    /// All values, those of variables at every use included.
    pub(super) fn with(&self, variables: &Variables) -> u64 {
        let values = |name: &Name| variables.get(name).map_or(1, size);
        let used = self.uses.iter().map(|(name, uses)| uses.saturating_mul(values(name)));
        used.fold(self.literals, u64::saturating_add)
    }

    /// Counts a use of a variable. Its placeholder counts as one literal.
    fn count_use(&mut self, variable: Name) -> Result<Value, Infallible> {
        *self.uses.entry(variable).or_default() += 1;
        Ok(Value::Null)
    }
}

/// The number of values in a value, itself included.
fn size(value: &Value) -> u64 {
    let within = match value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        Value::String(text) => u64::try_from(text.len() / BYTES_PER_VALUE).unwrap_or(u64::MAX),
        _ => 0,
    };
    within + 1
}
