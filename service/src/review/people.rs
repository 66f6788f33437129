//! Users by number, with what lists are sorted and filtered by.

use super::texts::Texts;
use crate::page::{Cursor, CursorKey};
use crate::store::users::ReviewedUser;
use crate::users::UserOrderField;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, UserId};
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use uuid::Uuid;

/// Changed positions beyond which an order is sorted, not corrected one by one.
const MAX_INSERTIONS: usize = 64;

/// All users. Their numbers follow their age at first; later ones are appended.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    ids: Vec<Uuid>,
    created_at: Vec<DateTime<Utc>>,
    texts: Texts,
    active: RoaringBitmap,
    suspended: RoaringBitmap,
    deleted: RoaringBitmap,
    by_id: Vec<u32>,
    by_creation: Vec<u32>,
    by_username: Vec<u32>,
    by_display_name: Vec<u32>,
}

/// A position in an order of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place<'a> {
    key: PlaceKey<'a>,
    id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PlaceKey<'a> {
    Id,
    Time(DateTime<Utc>),
    Text(&'a [u8]),
}

/// Orders that are kept in memory.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Id,
    Creation,
    Username,
    DisplayName,
}

impl Order {
    /// The order by `field`; none by the last login, which changes without a revision of the policy.
    pub(super) fn by(field: UserOrderField) -> Option<Self> {
        match field {
            UserOrderField::CreatedAt => Some(Self::Creation),
            UserOrderField::Username => Some(Self::Username),
            UserOrderField::DisplayName => Some(Self::DisplayName),
            UserOrderField::LastLoginAt => None,
        }
    }

    /// The position of a cursor.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a cursor of another order.
    pub(super) fn place(self, cursor: &Cursor) -> Result<Place<'_>> {
        let key = match (self, &cursor.key) {
            (Self::Id, CursorKey::Id) => PlaceKey::Id,
            (Self::Creation, CursorKey::Time(at)) => PlaceKey::Time(*at),
            (Self::Username | Self::DisplayName, CursorKey::Text(text)) => PlaceKey::Text(text.as_bytes()),
            _ => {
                return Err(Error::BadInput(
                    "the cursor is not one of this list in this order; pass one that the list returned".to_owned(),
                ));
            }
        };
        Ok(Place { key, id: cursor.id })
    }
}

impl People {
    /// Numbers users by age.
    pub(super) fn new(mut users: Vec<ReviewedUser>) -> Self {
        users.sort_unstable_by_key(|user| (user.created_at, user.id.uuid()));
        let mut people = Self::default();
        people.set(&users);
        people
    }

    /// Adds users, or replaces what is known of them. Returns their numbers.
    pub(super) fn set(&mut self, users: &[ReviewedUser]) -> RoaringBitmap {
        let (mut changed, mut added, mut moved) = Default::default();
        for user in users {
            let number = self.set_one(user, &mut added, &mut moved);
            changed |= RoaringBitmap::from_iter([number]);
        }
        self.texts.compact();
        self.reorder(Order::Id, &RoaringBitmap::new(), &added);
        self.reorder(Order::Creation, &RoaringBitmap::new(), &added);
        self.reorder(Order::Username, &moved, &added);
        self.reorder(Order::DisplayName, &moved, &added);
        changed
    }

    fn set_one(&mut self, user: &ReviewedUser, added: &mut RoaringBitmap, moved: &mut RoaringBitmap) -> u32 {
        let known = self.number(user.id);
        let number = known.unwrap_or_else(|| u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        let names = self.texts.names(number);
        let is_renamed =
            (names.username, names.display_name) != (user.username_key.as_bytes(), user.display_key.as_bytes());
        self.texts.set(number, &user.username_key, &user.display_key, user.email.as_deref());
        if known.is_none() {
            self.ids.push(user.id.uuid());
            self.created_at.push(user.created_at);
            added.insert(number);
        } else if is_renamed {
            moved.insert(number);
        }
        self.active.remove(number);
        self.suspended.remove(number);
        self.deleted.remove(number);
        self.status_mut(user.status).insert(number);
        number
    }

    /// Puts users into their place in an order: `moved` ones were elsewhere before, `added` ones nowhere.
    fn reorder(&mut self, order: Order, moved: &RoaringBitmap, added: &RoaringBitmap) {
        if moved.is_empty() && added.is_empty() {
            return;
        }
        let mut list = std::mem::take(self.order_mut(order));
        if !moved.is_empty() {
            list.retain(|&number| !moved.contains(number));
        }
        let new = moved | added;
        if new.len() > MAX_INSERTIONS as u64 {
            list.extend(new);
            list.sort_by(|&a, &b| self.compare(order, a, b));
        } else {
            for number in new {
                let at = list.partition_point(|&other| self.compare(order, other, number) == Ordering::Less);
                list.insert(at, number);
            }
        }
        *self.order_mut(order) = list;
    }

    fn compare(&self, order: Order, a: u32, b: u32) -> Ordering {
        self.place(order, a).cmp(&self.place(order, b))
    }

    /// The position of a user in an order.
    pub(super) fn place(&self, order: Order, number: u32) -> Place<'_> {
        let key = match order {
            Order::Id => PlaceKey::Id,
            Order::Creation => PlaceKey::Time(self.created_at.get(number as usize).copied().unwrap_or_default()),
            Order::Username => PlaceKey::Text(self.texts.names(number).username),
            Order::DisplayName => PlaceKey::Text(self.texts.names(number).display_name),
        };
        Place { key, id: self.id(number).uuid() }
    }

    /// All users in an order, ascending.
    pub(super) fn order(&self, order: Order) -> &[u32] {
        match order {
            Order::Id => &self.by_id,
            Order::Creation => &self.by_creation,
            Order::Username => &self.by_username,
            Order::DisplayName => &self.by_display_name,
        }
    }

    fn order_mut(&mut self, order: Order) -> &mut Vec<u32> {
        match order {
            Order::Id => &mut self.by_id,
            Order::Creation => &mut self.by_creation,
            Order::Username => &mut self.by_username,
            Order::DisplayName => &mut self.by_display_name,
        }
    }

    pub(super) fn id(&self, number: u32) -> UserId {
        UserId::new(self.ids.get(number as usize).copied().unwrap_or_default())
    }

    pub(super) fn number(&self, user: UserId) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&user, |&number| self.id(number)).ok()?;
        self.by_id.get(at).copied()
    }

    pub(super) fn status(&self, status: AccountStatus) -> &RoaringBitmap {
        match status {
            AccountStatus::Active => &self.active,
            AccountStatus::Suspended => &self.suspended,
            AccountStatus::Deleted => &self.deleted,
        }
    }

    fn status_mut(&mut self, status: AccountStatus) -> &mut RoaringBitmap {
        match status {
            AccountStatus::Active => &mut self.active,
            AccountStatus::Suspended => &mut self.suspended,
            AccountStatus::Deleted => &mut self.deleted,
        }
    }

    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }
}
