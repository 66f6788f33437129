//! How many values a field gives, as far as that can be told beforehand.

use super::super::guard::{FieldInfo, Table};
use super::limits::{LARGEST_PAGE, LIST, PAGE};
use async_graphql::parser::types::{BaseType, Field};
use async_graphql::{Name, Value, Variables};

/// How many values a field gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListSize {
    /// One; a connection is one value with a page of so many items.
    Single(Count),
    /// A list of so many.
    List(Count),
}

/// A number of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// So many.
    Known(u64),
    /// It depends on a variable whose value is not known yet.
    Unknown,
}

impl Count {
    /// A page that is larger than any setting allows is refused where it is asked for, with a better
    /// message.
    fn of_page(self) -> Self {
        match self {
            Self::Known(count) => Self::Known(count.min(LARGEST_PAGE)),
            Self::Unknown => Self::Unknown,
        }
    }
}

impl ListSize {
    /// The number, at least one, and whether a variable will tell more.
    pub(super) fn count(self) -> (u64, bool) {
        match self {
            Self::Single(Count::Known(count)) | Self::List(Count::Known(count)) => (count.max(1), false),
            Self::Single(Count::Unknown) | Self::List(Count::Unknown) => (1, true),
        }
    }
}

/// Lists of the schema's own description, and how many items they have: of `types` that is how many
/// there are, of what a type has the average over all of them.
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
/// How many values a look at the schema counts for by itself: which types are to be seen is worked out
/// each time, in half a millisecond.
const LOOK: u64 = 2_000;

/// How many values a field counts for by itself, beside what is selected of it.
pub(super) fn own(field: &str) -> u64 {
    if matches!(field, "__schema" | "__type") { LOOK } else { 1 }
}

/// The size of a field of the type `selected.0`: `first` or `last` where they are given, else the
/// page or list that is answered without.
pub(super) fn size(
    table: &Table,
    selected: (&str, &Field),
    info: Option<&FieldInfo>,
    variables: Option<&Variables>,
) -> ListSize {
    let (parent, field) = selected;
    let Some(info) = info else {
        let list = INTROSPECTION_LISTS.iter().find(|(list, _)| parent.starts_with("__") && *list == field.name.node);
        return list.map_or(ListSize::Single(Count::Known(1)), |(_, items)| ListSize::List(Count::Known(*items)));
    };
    let asked = || ["first", "last"].into_iter().find_map(|name| given(field, name, variables)).map(Count::of_page);
    let default = || match info.arguments.get("first")?.default.as_ref()? {
        Value::Number(number) => number.as_u64().map(Count::Known),
        _ => None,
    };
    if table.is_connection(&info.returns) {
        return ListSize::Single(asked().unwrap_or(Count::Known(PAGE)));
    }
    if !info.is_list {
        return ListSize::Single(Count::Known(1));
    }
    // One answer for each thing asked about, as in `nodes(ids:)`.
    let per_item = || {
        let lists = info.arguments.iter().filter(|(_, argument)| matches!(argument.ty.base, BaseType::List(_)));
        lists.map(|(name, _)| given(field, name, variables)).find_map(|count| count)
    };
    ListSize::List(asked().or_else(per_item).or_else(default).unwrap_or(Count::Known(LIST)))
}

/// The number, or the length of the list, given for an argument.
fn given(field: &Field, argument: &str, variables: Option<&Variables>) -> Option<Count> {
    let value = field.get_argument(argument)?.node.clone();
    let value = value.into_const_with(|name: Name| match variables {
        Some(variables) => Ok(variables.get(&name).cloned().unwrap_or_default()),
        None => Err(Count::Unknown),
    });
    match value {
        Ok(Value::Number(number)) => Some(Count::Known(number.as_u64().unwrap_or(1))),
        Ok(Value::List(items)) => Some(Count::Known(u64::try_from(items.len()).unwrap_or(u64::MAX))),
        Ok(_) => None,
        Err(unknown) => Some(unknown),
    }
}
