//! What a document asks for, counted in time linear in its text.
//!
//! A fragment is measured once and its measure added wherever it is spread, so that twelve fragments
//! that spread each other four times cost twelve visits and not sixteen million. Sums saturate, and
//! counting stops as soon as a limit is passed.

use super::super::guard::{FieldInfo, Rule, Table};
use super::given::Given;
use super::limits::{DocumentLimits, too_complex};
use super::place::{Place, step};
use super::size::{ListSize, own, size};
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Pos, ServerError, Variables};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What is counted as given to arguments.
pub(super) const VALUES: &str = "values in arguments, with those of variables wherever they are used";

/// What a part of a document asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Measure {
    /// Fields, spreads and inline fragments, expanded.
    pub(super) selections: u64,
    /// Aliases, expanded.
    pub(super) aliases: u64,
    /// Directives, expanded.
    pub(super) directives: u64,
    /// Values given as arguments, expanded.
    pub(super) given: Given,
    /// Levels of fields.
    pub(super) depth: u32,
    /// Levels of anything.
    pub(super) nesting: u32,
    /// Values in the answer.
    pub(super) nodes: u64,
    /// Within a connection, values for each item of its page.
    pub(super) nodes_per_item: u64,
    /// Do the values depend on variables?
    pub(super) varies: bool,
    /// What the rules ask for.
    pub(super) needs: Needs,
}

/// What the rules of a part of a document ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// Rules that a caller has to meet without an object being looked at, each once.
    pub(super) rules: Vec<Arc<Rule>>,
    /// Is there more to it than that?
    pub(super) more: bool,
    /// Does it ask the schema about itself?
    pub(super) introspection: bool,
    /// Does it carry a secret in an argument?
    pub(super) secrets: bool,
}

/// Where a selection set stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    type_name: &'a str,
    place: Place,
    depth: u32,
    nesting: u32,
}

/// Measures the operations of one document.
pub(super) struct Surveyor<'a> {
    table: &'a Table,
    document: &'a ExecutableDocument,
    limits: &'a DocumentLimits,
    /// Values of variables, where they are known.
    variables: Option<&'a Variables>,
    /// Fragments measured by name and place; `None` while one is being measured.
    fragments: FxHashMap<(&'a str, Place), Option<Rc<Measure>>>,
    /// Everything measured so far, as far as it counts for the document as a whole.
    total: Measure,
    /// Selections looked at: the work done.
    pub(super) visits: u64,
}

type Measured<T = Measure> = Result<T, ServerError>;

impl<'a> Surveyor<'a> {
    pub(super) fn new(
        table: &'a Table,
        document: &'a ExecutableDocument,
        limits: &'a DocumentLimits,
        variables: Option<&'a Variables>,
    ) -> Self {
        let (fragments, total) = Default::default();
        Self { table, document, limits, variables, fragments, total, visits: 0 }
    }

    /// Measures an operation.
    pub(super) fn operation(&mut self, operation: &'a OperationDefinition, root: &'a str) -> Measured {
        let spot = Spot { type_name: root, place: Place::Elsewhere, depth: 0, nesting: 0 };
        let variables = &operation.variable_definitions;
        if variables.len() > self.limits.variables {
            return Err(too_complex(self.limits.variables, "variables", variables.first().map(|v| v.pos)));
        }
        let mut measure = self.selections(&operation.selection_set.node, spot)?;
        let on_variables = variables.iter().map(|variable| variable.node.directives.len());
        measure.directives += count(operation.directives.len()) + on_variables.map(count).sum::<u64>();
        self.counts(measure, operation.selection_set.pos)
    }

    /// Measures the fragments that no operation spreads: they are validated like the others.
    pub(super) fn leftovers(&mut self) -> Measured<()> {
        for (name, fragment) in &self.document.fragments {
            let spot = Spot { type_name: "", place: Place::Elsewhere, depth: 0, nesting: 0 };
            if [Place::Own, Place::Elsewhere].iter().all(|place| !self.fragments.contains_key(&(name.as_str(), *place)))
            {
                let measure = Measure::clone(&*self.fragment(name, spot, fragment.pos)?);
                self.counts(measure, fragment.pos)?;
            }
        }
        Ok(())
    }

    /// Adds what was measured to the document's totals.
    fn counts(&mut self, measure: Measure, at: Pos) -> Measured {
        self.total.add(&measure);
        self.within_limits(&self.total, at)?;
        if measure.nodes > self.limits.nodes {
            return Err(too_complex(self.limits.nodes, "values in the answer", Some(at)));
        }
        Ok(measure)
    }

    fn selections(&mut self, set: &'a SelectionSet, spot: Spot<'a>) -> Measured {
        let mut sum = Measure::default();
        for selection in &set.items {
            self.visits += 1;
            let directives = count(selection.node.directives().len());
            let inside = Spot { nesting: spot.nesting + 1, ..spot };
            if spot.nesting >= self.limits.nesting {
                return Err(too_complex(self.limits.nesting, "levels of nesting", Some(selection.pos)));
            }
            match &selection.node {
                Selection::Field(field) => sum.add(&self.field(&field.node, inside, field.pos)?),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    let inside = Spot { type_name: on.unwrap_or(spot.type_name), ..inside };
                    sum.add(&self.selections(&fragment.node.selection_set.node, inside)?.wrapped());
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    sum.add(&Measure::clone(&*self.fragment(name, inside, selection.pos)?).wrapped());
                }
            }
            sum.directives = sum.directives.saturating_add(directives);
            sum.given.add_directives(selection.node.directives());
            self.within_limits(&sum, selection.pos)?;
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, spot: Spot<'a>, at: Pos) -> Measured<Rc<Measure>> {
        // Validation tells that it is missing.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Rc::default()) };
        match self.fragments.get(&(name, spot.place)) {
            Some(Some(measure)) => return Ok(Rc::clone(measure)),
            Some(None) => return Err(cycle(name, at)),
            None => {}
        }
        self.fragments.insert((name, spot.place), None);
        let inside = Spot { type_name: fragment.node.type_condition.node.on.node.as_str(), ..spot };
        let mut measure = self.selections(&fragment.node.selection_set.node, inside)?;
        measure.directives = measure.directives.saturating_add(count(fragment.node.directives.len()));
        let measure = Rc::new(measure);
        self.fragments.insert((name, spot.place), Some(Rc::clone(&measure)));
        Ok(measure)
    }

    fn field(&mut self, field: &'a Field, spot: Spot<'a>, at: Pos) -> Measured {
        let name = field.name.node.as_str();
        let info = self.table.field(spot.type_name, name);
        if spot.depth >= self.limits.depth {
            return Err(too_complex(self.limits.depth, "levels of fields", Some(at)));
        }
        let below = Spot {
            type_name: self.type_of(spot.type_name, name, info),
            place: step(self.table, spot.type_name, name, spot.place),
            depth: spot.depth + 1,
            ..spot
        };
        let inner = self.selections(&field.selection_set.node, below)?;
        let size = size(self.table, (spot.type_name, field), info, self.variables);
        let (count, varies) = size.count();
        let page = if self.table.is_connection(below.type_name) { count } else { 0 };
        let each = inner.nodes.saturating_add(inner.nodes_per_item.saturating_mul(page)).saturating_add(own(name));
        let (nodes, nodes_per_item) = match size {
            ListSize::Single(_) => (each, 0),
            ListSize::List(..) if self.table.is_connection(spot.type_name) => (0, each),
            ListSize::List(..) => (each.saturating_mul(count), 0),
        };
        let (mut needs, mut given) = (inner.needs, inner.given);
        given.add_field(field);
        needs.add_field(field, spot.type_name, spot.place, info);
        Ok(Measure {
            selections: inner.selections.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            given,
            depth: inner.depth + 1,
            nesting: inner.nesting + 1,
            nodes,
            nodes_per_item,
            varies: inner.varies || varies,
            needs,
        })
    }

    /// The type that a field leads to. The schema's own description is no part of its text.
    fn type_of(&self, parent: &'a str, field: &str, info: Option<&'a FieldInfo>) -> &'a str {
        match info {
            Some(info) => &info.returns,
            None if parent.starts_with("__") || matches!(field, "__schema" | "__type") => "__Type",
            None => "",
        }
    }

    fn within_limits(&self, measure: &Measure, at: Pos) -> Measured<()> {
        let limits = self.limits;
        let passed = [
            (measure.selections, limits.selections, "fields, with fragments put in place"),
            (measure.aliases, limits.aliases, "aliases"),
            (measure.directives, limits.directives, "directives"),
            (measure.given.written, limits.values, VALUES),
            (measure.depth.into(), limits.depth.into(), "levels of fields"),
            (measure.nesting.into(), limits.nesting.into(), "levels of nesting"),
        ];
        match passed.into_iter().find(|(found, most, _)| found > most) {
            Some((_, most, of_what)) => Err(too_complex(most, of_what, Some(at))),
            None => Ok(()),
        }
    }
}

impl Measure {
    /// Adds what stands beside it.
    fn add(&mut self, other: &Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.given.add(&other.given);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.nodes_per_item = self.nodes_per_item.saturating_add(other.nodes_per_item);
        self.varies |= other.varies;
        self.needs.add(&other.needs);
    }

    /// Within a fragment.
    fn wrapped(mut self) -> Self {
        self.selections = self.selections.saturating_add(1);
        self.nesting = self.nesting.saturating_add(1);
        self
    }
}

impl Needs {
    fn add(&mut self, other: &Self) {
        other.rules.iter().for_each(|rule| self.add_rule(rule));
        self.more |= other.more;
        self.introspection |= other.introspection;
        self.secrets |= other.secrets;
    }

    fn add_rule(&mut self, rule: &Arc<Rule>) {
        if !self.rules.contains(rule) {
            self.rules.push(Arc::clone(rule));
        }
    }

    fn add_field(&mut self, field: &Field, parent: &str, place: Place, info: Option<&FieldInfo>) {
        let name = field.name.node.as_str();
        self.introspection |= matches!(name, "__schema" | "__type");
        let Some(info) = info else {
            // Unknown: validation tells, and the hook refuses.
            self.more |= !name.starts_with("__") && !parent.starts_with("__");
            return;
        };
        let is_secret = |argument: &str| info.arguments.get(argument).is_some_and(|argument| argument.is_sensitive);
        self.secrets |= field.arguments.iter().any(|(argument, _)| is_secret(&argument.node));
        self.more |= info.recent_login.is_some();
        match info.rule.as_ref() {
            Some(rule) if !rule.never_denies() && !place.meets(rule) => self.add_rule(rule),
            _ => {}
        }
    }
}

fn cycle(name: &str, at: Pos) -> ServerError {
    let error = super::super::error::Code::ValidationFailed.error(format!("fragment `{name}` spreads itself"));
    error.into_server_error(at)
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
