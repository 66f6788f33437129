//! Cost analysis, in time linear in the document.
//!
//! The cost of a fragment is computed once and added at every spread, so that twelve fragments that spread each other
//! four times take twelve visits and not sixteen million. Sums saturate, and the analysis stops at the first limit that
//! is exceeded.

use super::super::error::ErrorCode;
use super::super::guard::{FieldInfo, Table};
use super::argument_values::ArgumentValues;
use super::limits::{DocumentLimits, too_complex};
use super::list_size::{ItemCount, ListSize, MATRIX, MatrixSize, list_size, own_cost};
use super::ownership::PathOwnership;
use super::requirements::Requirements;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, ServerError, Variables};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// The unit of the limit on values.
pub(super) const VALUES: &str = "values in arguments, those of variables counted at every use";

/// The cost of a part of a document, fragments expanded.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    /// Fields, spreads and inline fragments.
    pub(super) selections: u64,
    /// Aliases.
    pub(super) aliases: u64,
    /// Directives.
    pub(super) directives: u64,
    /// Values in arguments.
    pub(super) values: ArgumentValues,
    /// Levels of fields.
    pub(super) depth: u32,
    /// Levels of fields, spreads and inline fragments.
    pub(super) nesting: u32,
    /// Expected values in the response.
    pub(super) nodes: u64,
    /// In a connection, expected values for each item of the page.
    pub(super) nodes_per_item: u64,
    /// Whether the expected values depend on variables.
    pub(super) is_variable: bool,
    /// Whether a list of the database is read: its cost is not known before.
    pub(super) reads_lists: bool,
    /// What the guards require.
    pub(super) requirements: Requirements,
}

/// The place of a selection set.
#[derive(Clone, Copy, Debug)]
struct SelectionScope<'a> {
    type_name: &'a str,
    ownership: PathOwnership,
    /// Directly in a matrix, its size.
    matrix: Option<MatrixSize>,
    depth: u32,
    nesting: u32,
}

/// What the cost of a fragment depends on, besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FragmentPlace {
    ownership: PathOwnership,
    matrix: Option<MatrixSize>,
}

/// Computes the costs of one document's operations.
pub(super) struct CostAnalyzer<'a> {
    table: &'a Table,
    document: &'a ExecutableDocument,
    limits: &'a DocumentLimits,
    /// Values of variables, where they are known.
    variables: Option<&'a Variables>,
    /// Costs of fragments by name and place; `None` while one is being computed.
    fragments: FxHashMap<&'a str, FxHashMap<FragmentPlace, Option<Rc<Cost>>>>,
    /// Total of the document.
    total: Cost,
    /// Selections visited.
    pub(super) visits: u64,
}

type Analyzed<T = Cost> = Result<T, ServerError>;

impl<'a> SelectionScope<'a> {
    fn root(type_name: &'a str) -> Self {
        Self { type_name, ownership: PathOwnership::Any, matrix: None, depth: 0, nesting: 0 }
    }
}

impl<'a> CostAnalyzer<'a> {
    pub(super) fn new(
        table: &'a Table,
        document: &'a ExecutableDocument,
        limits: &'a DocumentLimits,
        variables: Option<&'a Variables>,
    ) -> Self {
        let (fragments, total) = Default::default();
        Self { table, document, limits, variables, fragments, total, visits: 0 }
    }

    /// The costs of all operations, by name. Fragments that no operation spreads count towards the limits as well:
    /// they are validated.
    pub(super) fn document(&mut self) -> Analyzed<FxHashMap<Option<Name>, Arc<Cost>>> {
        let document = self.document;
        let mut costs = FxHashMap::default();
        for (name, operation) in document.operations.iter() {
            costs.insert(name.cloned(), Arc::new(self.operation(&operation.node)?));
        }
        self.unused_fragments()?;
        Ok(costs)
    }

    /// The cost of an operation.
    pub(super) fn operation(&mut self, operation: &'a OperationDefinition) -> Analyzed {
        let variables = &operation.variable_definitions;
        if variables.len() > self.limits.variables {
            return Err(too_complex(self.limits.variables, "variables", variables.first().map(|v| v.pos)));
        }
        let scope = SelectionScope::root(self.table.roots().of(operation.ty));
        let mut cost = self.selections(&operation.selection_set.node, scope)?;
        let on_variables = variables.iter().map(|variable| variable.node.directives.len());
        cost.directives += count(operation.directives.len()) + on_variables.map(count).sum::<u64>();
        self.add_to_total(cost, operation.selection_set.pos)
    }

    fn unused_fragments(&mut self) -> Analyzed<()> {
        for (name, fragment) in &self.document.fragments {
            if !self.fragments.contains_key(name.as_str()) {
                let cost = Cost::clone(&*self.fragment(name, SelectionScope::root(""), fragment.pos)?);
                self.add_to_total(cost, fragment.pos)?;
            }
        }
        Ok(())
    }

    fn add_to_total(&mut self, cost: Cost, at: Pos) -> Analyzed {
        self.total.add(&cost);
        self.check_limits(&self.total, at)?;
        if cost.nodes > self.limits.nodes {
            return Err(too_complex(self.limits.nodes, "values in the response", Some(at)));
        }
        Ok(cost)
    }

    fn selections(&mut self, set: &'a SelectionSet, scope: SelectionScope<'a>) -> Analyzed {
        let mut sum = Cost::default();
        for selection in &set.items {
            self.visits += 1;
            let directives = count(selection.node.directives().len());
            let inside = SelectionScope { nesting: scope.nesting + 1, ..scope };
            if scope.nesting >= self.limits.nesting {
                return Err(too_complex(self.limits.nesting, "levels of nesting", Some(selection.pos)));
            }
            match &selection.node {
                Selection::Field(field) => sum.add(&self.field(&field.node, inside, field.pos)?),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    let inside = SelectionScope { type_name: on.unwrap_or(scope.type_name), ..inside };
                    sum.add(&self.selections(&fragment.node.selection_set.node, inside)?.in_fragment());
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    sum.add(&Cost::clone(&*self.fragment(name, inside, selection.pos)?).in_fragment());
                }
            }
            sum.directives = sum.directives.saturating_add(directives);
            sum.values.add_directives(selection.node.directives());
            self.check_limits(&sum, selection.pos)?;
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, scope: SelectionScope<'a>, at: Pos) -> Analyzed<Rc<Cost>> {
        // Validation reports unknown fragments.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Rc::default()) };
        let place = FragmentPlace { ownership: scope.ownership, matrix: scope.matrix };
        match self.fragments.entry(name).or_default().get(&place) {
            Some(Some(cost)) => return Ok(Rc::clone(cost)),
            Some(None) => {
                let error = ErrorCode::ValidationFailed.error(format!("fragment `{name}` forms a cycle"));
                return Err(error.into_server_error(at));
            }
            None => {}
        }
        self.fragments.entry(name).or_default().insert(place, None);
        let inside = SelectionScope { type_name: fragment.node.type_condition.node.on.node.as_str(), ..scope };
        let mut cost = self.selections(&fragment.node.selection_set.node, inside)?;
        cost.directives = cost.directives.saturating_add(count(fragment.node.directives.len()));
        let cost = Rc::new(cost);
        self.fragments.entry(name).or_default().insert(place, Some(Rc::clone(&cost)));
        Ok(cost)
    }

    fn field(&mut self, field: &'a Field, scope: SelectionScope<'a>, at: Pos) -> Analyzed {
        let name = field.name.node.as_str();
        let info = self.table.field(scope.type_name, name);
        if scope.depth >= self.limits.depth {
            return Err(too_complex(self.limits.depth, "levels of fields", Some(at)));
        }
        let type_name = type_of(scope.type_name, name, info);
        let below = SelectionScope {
            type_name,
            ownership: scope.ownership.below(self.table, scope.type_name, name),
            matrix: (type_name == MATRIX).then(|| MatrixSize::of(field, self.variables)),
            depth: scope.depth + 1,
            ..scope
        };
        let inner = self.selections(&field.selection_set.node, below)?;
        let in_matrix = scope.matrix.and_then(|matrix| matrix.list_size(name));
        let size = in_matrix.unwrap_or_else(|| list_size(self.table, scope.type_name, field, info, self.variables));
        let items = size.items();
        let page = if self.table.is_connection(below.type_name) { items.at_least_one() } else { 0 };
        let each = inner.nodes.saturating_add(inner.nodes_per_item.saturating_mul(page)).saturating_add(own_cost(name));
        let (nodes, nodes_per_item) = match size {
            ListSize::Single(_) => (each, 0),
            ListSize::List(_) if self.table.is_connection(scope.type_name) => (0, each),
            ListSize::List(_) => (each.saturating_mul(items.at_least_one()), 0),
        };
        let (mut requirements, mut values) = (inner.requirements, inner.values);
        values.add_field(field);
        requirements.add_field(field, scope.type_name, scope.ownership, info);
        Ok(Cost {
            selections: inner.selections.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            values,
            depth: inner.depth + 1,
            nesting: inner.nesting + 1,
            nodes,
            nodes_per_item,
            reads_lists: inner.reads_lists || self.table.is_connection(below.type_name),
            is_variable: inner.is_variable || items == ItemCount::Variable,
            requirements,
        })
    }

    fn check_limits(&self, cost: &Cost, at: Pos) -> Analyzed<()> {
        let limits = self.limits;
        let limited = [
            (cost.selections, limits.selections, "fields, fragments expanded"),
            (cost.aliases, limits.aliases, "aliases"),
            (cost.directives, limits.directives, "directives"),
            (cost.values.literals, limits.values, VALUES),
            (cost.depth.into(), limits.depth.into(), "levels of fields"),
            (cost.nesting.into(), limits.nesting.into(), "levels of nesting"),
        ];
        match limited.into_iter().find(|(found, limit, _)| found > limit) {
            Some((_, limit, unit)) => Err(too_complex(limit, unit, Some(at))),
            None => Ok(()),
        }
    }
}

impl Cost {
    /// Adds the cost of a sibling.
    fn add(&mut self, other: &Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.values.add(&other.values);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.nodes_per_item = self.nodes_per_item.saturating_add(other.nodes_per_item);
        self.is_variable |= other.is_variable;
        self.reads_lists |= other.reads_lists;
        self.requirements.add(&other.requirements);
    }

    /// The cost inside of a fragment.
    fn in_fragment(mut self) -> Self {
        self.selections = self.selections.saturating_add(1);
        self.nesting = self.nesting.saturating_add(1);
        self
    }
}

/// The type of a field. The introspection schema is not in the SDL.
fn type_of<'a>(parent: &str, field: &str, info: Option<&'a FieldInfo>) -> &'a str {
    match info {
        Some(info) => &info.returns,
        None if parent.starts_with("__") || matches!(field, "__schema" | "__type") => "__Type",
        None => "",
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
