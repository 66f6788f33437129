//! Global ids: TypeIDs, a prefix that names the type and a UUID in 26 characters of base32.

pub use super::entity_kinds::EntityType;
use async_graphql::ID;
use service::Requested;
use uuid::Uuid;

/// The id of one kind of entity.
pub trait TypedId: Copy + From<Uuid> {
    /// The kind.
    const TYPE: EntityType;
}

/// The global id of an entity.
#[must_use]
pub fn encode(kind: EntityType, id: Uuid) -> ID {
    ID(service::typeid(kind.prefix(), id))
}

/// The id of one kind of entity; `None` for a malformed id and for an id of another kind.
#[must_use]
pub fn parse<T: TypedId>(id: &ID) -> Requested<T> {
    service::parse_typeid(T::TYPE.prefix(), id).map(T::from)
}

/// The ids of one kind of entity, each as [`parse`] returns it.
#[must_use]
pub fn parse_all<T: TypedId>(ids: &[ID]) -> Vec<Requested<T>> {
    ids.iter().map(parse).collect()
}

/// The id of an entity of any kind, without its kind; `None` for a malformed id.
#[must_use]
pub fn parse_object(id: &ID) -> Requested<Uuid> {
    parse_any(id).map(|(_, id)| id)
}

/// The id of an entity of any kind; `None` for a malformed id.
#[must_use]
pub fn parse_any(id: &ID) -> Option<(EntityType, Uuid)> {
    EntityType::ALL.into_iter().find_map(|kind| Some((kind, service::parse_typeid(kind.prefix(), id)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{RoleId, UserId};

    #[test]
    fn encoded_ids_parse_to_the_same_kind_and_value() {
        for kind in EntityType::ALL {
            let id = Uuid::from_u128(0x0188_c0f2_7a7c_7d2b_8d6c_2b1a_9f3e_4d5c);
            assert_eq!(parse_any(&encode(kind, id)), Some((kind, id)));
        }
    }

    #[test]
    fn malformed_ids_are_unknown() {
        let bare = "01h455vb4pex5vsknk084sn02q";
        for prefix in ["", "_", "account_", "USER_", " user_", "user__", "key_", "user"] {
            assert_eq!(parse_any(&ID(format!("{prefix}{bare}"))), None, "{prefix}");
        }
        assert_eq!(parse_any(&ID("user_".to_owned())), None);
    }

    #[test]
    fn an_id_of_another_kind_is_unknown() {
        let role = encode(EntityType::Role, Uuid::from_u128(7));
        assert_eq!(parse::<UserId>(&role), None);
        assert_eq!(parse::<RoleId>(&role), Some(RoleId::new(Uuid::from_u128(7))));
    }
}
