//! What the arguments of a document hold once variables are put in place.
//!
//! Wherever a variable is used its value is copied, and more than once, before anything runs: a list
//! of 200,000 texts given to 1,900 fields would keep a core busy for a minute. So values are counted
//! at every use.

use async_graphql::parser::types::{Directive, Field};
use async_graphql::{Name, Positioned, Value, Variables};
use rustc_hash::FxHashMap;
use std::convert::Infallible;

/// Bytes of text that count as one value more.
const BYTES: usize = 1024;

/// Values given by a part of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Values written in the document.
    pub(super) written: u64,
    /// How often each variable is used.
    uses: FxHashMap<Name, u64>,
}

impl Given {
    /// Adds what the arguments of a field give.
    pub(super) fn add_field(&mut self, field: &Field) {
        for (_, value) in &field.arguments {
            let Ok(written) = value.node.clone().into_const_with(|variable| self.note(variable));
            self.written += size(&written);
        }
    }

    /// Adds what the arguments of directives give.
    pub(super) fn add_directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            let Ok(written) = value.node.clone().into_const_with(|variable| self.note(variable));
            self.written += size(&written);
        }
    }

    /// Adds what stands beside it.
    pub(super) fn add(&mut self, other: &Self) {
        self.written = self.written.saturating_add(other.written);
        for (variable, uses) in &other.uses {
            let sum = self.uses.entry(variable.clone()).or_default();
            *sum = sum.saturating_add(*uses);
        }
    }

    /// All values, with those of variables wherever they are used.
    pub(super) fn with(&self, variables: &Variables) -> u64 {
        let values = |name: &Name| variables.get(name).map_or(1, size);
        let used = self.uses.iter().map(|(name, uses)| uses.saturating_mul(values(name)));
        used.fold(self.written, u64::saturating_add)
    }

    /// Notes a use of a variable. What stands for it here is counted with what is written, as one.
    fn note(&mut self, variable: Name) -> Result<Value, Infallible> {
        *self.uses.entry(variable).or_default() += 1;
        Ok(Value::Null)
    }
}

/// How many values there are in a value, itself counted.
fn size(value: &Value) -> u64 {
    let within = match value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        Value::String(text) => u64::try_from(text.len() / BYTES).unwrap_or(u64::MAX),
        _ => 0,
    };
    within + 1
}
