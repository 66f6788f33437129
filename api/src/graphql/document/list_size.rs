//! The expected number of values of a field.

use super::super::guard::{FieldInfo, Table};
use super::limits::{LARGEST_PAGE, LIST, PAGE};
use async_graphql::parser::types::{BaseType, Field};
use async_graphql::{Name, Value, Variables};
use service::permissions::matrix;

/// The expected number of values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListSize {
    /// One value; for a connection, with a page of this many items.
    Single(ItemCount),
    /// A list of this many.
    List(ItemCount),
}

/// A number of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ItemCount {
    /// A known number.
    Known(u64),
    /// Depends on a variable that has no value yet.
    Variable,
}

impl ItemCount {
    /// Capped at the largest page of any configuration: the field itself rejects a larger one, with a better message.
    fn of_page(self) -> Self {
        match self {
            Self::Known(count) => Self::Known(count.min(LARGEST_PAGE)),
            Self::Variable => Self::Variable,
        }
    }

    /// The number, at least one.
    pub(super) fn at_least_one(self) -> u64 {
        match self {
            Self::Known(count) => count.max(1),
            Self::Variable => 1,
        }
    }
}

impl ListSize {
    /// The number of items.
    pub(super) fn items(self) -> ItemCount {
        match self {
            Self::Single(items) | Self::List(items) => items,
        }
    }
}

/// The type whose lists have the sizes that the arguments of its field request.
pub(super) const MATRIX: &str = "PermissionMatrix";
/// One cell in this many is filled: in catalogues of roles of real services it is one in twenty or less.
const CELLS_PER_FILLED_CELL: u64 = 10;

/// The requested size of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MatrixSize {
    roles: ItemCount,
    permissions: ItemCount,
}

impl MatrixSize {
    /// The size that the arguments of a field request.
    pub(super) fn of(field: &Field, variables: Option<&Variables>) -> Self {
        let requested = |name, default: usize, max: usize| match argument(field, name, variables) {
            Some(ItemCount::Known(count)) => ItemCount::Known(count.min(size(max))),
            Some(ItemCount::Variable) => ItemCount::Variable,
            None => ItemCount::Known(size(default)),
        };
        Self {
            roles: requested("firstRoles", matrix::DEFAULT_ROLES, matrix::MAX_ROLES),
            permissions: requested("firstPermissions", matrix::DEFAULT_PERMISSIONS, matrix::MAX_PERMISSIONS),
        }
    }

    /// The size of a list of the matrix; `None` for its other fields.
    pub(super) fn list_size(self, field: &str) -> Option<ListSize> {
        let items = match field {
            "roles" => self.roles,
            "permissions" => self.permissions,
            "cells" => match (self.roles, self.permissions) {
                (ItemCount::Known(roles), ItemCount::Known(permissions)) => {
                    ItemCount::Known(roles.saturating_mul(permissions) / CELLS_PER_FILLED_CELL)
                }
                _ => ItemCount::Variable,
            },
            _ => return None,
        };
        Some(ListSize::List(items))
    }
}

fn size(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

/// Lists that are short on average, by type and field.
const SHORT_LISTS: [[&str; 2]; 1] = [["MatrixCell", "inheritedFrom"]];

/// Lists of the introspection schema with their number of items: of `types` the actual number, of the lists of a type
/// the average over all types.
const INTROSPECTION_LISTS: [(&str, u64); 9] = [
    ("args", 1),
    ("directives", 20),
    ("enumValues", 2),
    ("fields", 5),
    ("inputFields", 2),
    ("interfaces", 1),
    ("locations", 3),
    ("possibleTypes", 1),
    ("types", 120),
];
/// Cost of an introspection root field: async-graphql computes the visible types each time, in half a millisecond.
const INTROSPECTION_COST: u64 = 2_000;

/// Cost of `checkOperation`, which parses and validates a document, for each of its [`LIST`] assumed items: one operation
/// has at most four.
const CHECK_COST: u64 = 2_000;

/// The cost of a field without its selections.
pub(super) fn own_cost(field: &str) -> u64 {
    match field {
        "__schema" | "__type" => INTROSPECTION_COST,
        "checkOperation" => CHECK_COST,
        _ => 1,
    }
}

/// The size of a field of the type `parent`: its `first` or `last`, else the default page or list.
pub(super) fn list_size(
    table: &Table,
    parent: &str,
    field: &Field,
    info: Option<&FieldInfo>,
    variables: Option<&Variables>,
) -> ListSize {
    let Some(info) = info else {
        let list = INTROSPECTION_LISTS.iter().find(|(list, _)| parent.starts_with("__") && *list == field.name.node);
        return list
            .map_or(ListSize::Single(ItemCount::Known(1)), |(_, items)| ListSize::List(ItemCount::Known(*items)));
    };
    let requested =
        || ["first", "last"].into_iter().find_map(|name| argument(field, name, variables)).map(ItemCount::of_page);
    let default = || match info.arguments.get("first")?.default.as_ref()? {
        Value::Number(number) => number.as_u64().map(ItemCount::Known),
        _ => None,
    };
    if table.is_connection(&info.returns) {
        return ListSize::Single(requested().unwrap_or(ItemCount::Known(PAGE)));
    }
    if !info.is_list {
        return ListSize::Single(ItemCount::Known(1));
    }
    if SHORT_LISTS.contains(&[parent, field.name.node.as_str()]) {
        return ListSize::List(ItemCount::Known(1));
    }
    // One result for each entry of a list argument, as in `nodes(ids:)`.
    let per_entry = || {
        let lists = info.arguments.iter().filter(|(_, argument)| matches!(argument.ty.base, BaseType::List(_)));
        lists.map(|(name, _)| argument(field, name, variables)).find_map(|count| count)
    };
    ListSize::List(requested().or_else(per_entry).or_else(default).unwrap_or(ItemCount::Known(LIST)))
}

/// The number in an argument, or the length of its list.
fn argument(field: &Field, name: &str, variables: Option<&Variables>) -> Option<ItemCount> {
    let value = field.get_argument(name)?.node.clone();
    let value = value.into_const_with(|name: Name| match variables {
        Some(variables) => Ok(variables.get(&name).cloned().unwrap_or_default()),
        None => Err(ItemCount::Variable),
    });
    match value {
        Ok(Value::Number(number)) => Some(ItemCount::Known(number.as_u64().unwrap_or(1))),
        Ok(Value::List(items)) => Some(ItemCount::Known(u64::try_from(items.len()).unwrap_or(u64::MAX))),
        Ok(_) => None,
        Err(variable) => Some(variable),
    }
}
