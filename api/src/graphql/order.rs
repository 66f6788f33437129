//! Directions of an order.

use async_graphql::Enum;

/// Direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest, oldest or alphabetically first comes first.
    Asc,
    /// The other way round.
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
