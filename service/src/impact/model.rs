//! The impact of a change.

use engine::UserId;
use serde::{Deserialize, Serialize};

/// What a change does to users: by their effective permissions, at the time of the change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// Number of users who gain or lose a permission.
    pub users_affected: u64,
    /// Number of their live sessions.
    pub sessions_affected: u64,
    /// Pairs of a user and a permission that appear.
    pub permissions_gained: u64,
    /// Pairs of a user and a permission that disappear.
    pub permissions_lost: u64,
    /// Users who come to hold a permission that administers this service and held none before: the first 100 by id.
    #[serde(with = "user_ids")]
    pub new_administrators: Vec<UserId>,
    /// What each user gains and loses: the first 100 users by id.
    pub deltas: Vec<AccessDelta>,
}

/// What one user gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessDelta {
    /// The user.
    #[serde(with = "user_id")]
    pub user: UserId,
    /// Number of permissions gained.
    pub gained_count: u64,
    /// Number of permissions lost.
    pub lost_count: u64,
    /// Names of permissions gained: the first 100.
    pub gained: Vec<String>,
    /// Names of permissions lost: the first 100.
    pub lost: Vec<String>,
}

mod user_id {
    use engine::UserId;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use uuid::Uuid;

    pub(super) fn serialize<S: Serializer>(user: &UserId, serializer: S) -> Result<S::Ok, S::Error> {
        user.uuid().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UserId, D::Error> {
        Uuid::deserialize(deserializer).map(UserId::new)
    }
}

mod user_ids {
    use engine::UserId;
    use serde::{Deserialize, Deserializer, Serializer};
    use uuid::Uuid;

    pub(super) fn serialize<S: Serializer>(users: &[UserId], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(users.iter().map(|user| user.uuid()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<UserId>, D::Error> {
        Ok(Vec::<Uuid>::deserialize(deserializer)?.into_iter().map(UserId::new).collect())
    }
}
