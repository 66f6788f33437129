//! Sort directions.

use async_graphql::Enum;

/// Sort directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Ascending order: smallest, oldest or alphabetically first value first.
    Asc,
    /// Descending order: largest, newest or alphabetically last value first.
    Desc,
}

impl From<OrderDirection> for service::page::Direction {
    fn from(direction: OrderDirection) -> Self {
        match direction {
            OrderDirection::Asc => Self::Ascending,
            OrderDirection::Desc => Self::Descending,
        }
    }
}
