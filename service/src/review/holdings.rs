//! Who has what: each role assigned to a user, and each direct grant, for the access report.

use super::index::Index;
use super::peers::Peers;
use super::people::Order;
use super::read;
use crate::page::{Cursor, CursorKey, Direction, PageEnd, PageRequest};
use crate::{Error, Result, Service};
use chrono::{DateTime, Utc};
use engine::{PermissionId, Policy, RoleId, UserId};
use roaring::RoaringBitmap;
use std::sync::Arc;
use uuid::Uuid;

/// A role that is assigned, or a permission that is granted directly. Roles come first, each kind by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldObject {
    /// A role.
    Role(RoleId),
    /// A permission.
    Permission(PermissionId),
}

/// A role or a permission that a user has. The order is that of the access report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holding {
    /// What the user has.
    pub object: HeldObject,
    /// The user.
    pub user: UserId,
}

/// Which holdings to list. Conditions are combined with AND.
#[derive(Clone, Debug, Default)]
pub(crate) struct HoldingFilter {
    /// Of this user.
    pub(crate) user: Option<UserId>,
    /// Of this role, assigned.
    pub(crate) role: Option<RoleId>,
    /// Direct grants of this permission, and roles that hold it.
    pub(crate) permission: Option<PermissionId>,
    /// Only direct grants.
    pub(crate) is_direct: bool,
    /// Those that end before then.
    pub(crate) ending_before: Option<DateTime<Utc>>,
    /// Those that are rare among the peers of the user.
    pub(crate) is_rare: bool,
}

/// All holdings that have not expired, those that begin later included, as of one policy and time.
#[derive(Debug)]
pub(crate) struct Holdings {
    index: Arc<Index>,
    policy: Arc<Policy>,
    now: DateTime<Utc>,
}

/// The holdings that a filter selects.
#[derive(Debug)]
pub(crate) struct SelectedHoldings {
    all: Arc<Holdings>,
    filter: HoldingFilter,
    /// In the order of the list.
    objects: Vec<HeldObject>,
    /// None when all users are meant.
    users: Option<RoaringBitmap>,
    peers: Option<Peers>,
}

/// A part of the selected holdings, in the order of reading.
#[derive(Debug)]
pub(crate) struct HoldingPart {
    pub(crate) holdings: Vec<Holding>,
    /// Whether more follow.
    pub(crate) more: bool,
}

impl HeldObject {
    /// The id.
    pub(crate) fn uuid(self) -> Uuid {
        match self {
            Self::Role(role) => role.uuid(),
            Self::Permission(permission) => permission.uuid(),
        }
    }
}

impl Holding {
    /// The ids of the object and the user.
    pub(crate) fn key(self) -> (Uuid, UserId) {
        (self.object.uuid(), self.user)
    }

    /// The position in the access report.
    pub(crate) fn cursor(self) -> Cursor {
        let (kind, id) = match self.object {
            HeldObject::Role(role) => ("role", role.uuid()),
            HeldObject::Permission(permission) => ("permission", permission.uuid()),
        };
        Cursor { key: CursorKey::Text(format!("{kind} {}", id.as_simple())), id: self.user.uuid() }
    }

    /// The holding at a position.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a cursor of another list.
    fn at(cursor: &Cursor) -> Result<Self> {
        let bad = || Error::BadInput("the cursor is not one of this list; pass one that the list returned".to_owned());
        let CursorKey::Text(text) = &cursor.key else { return Err(bad()) };
        let (kind, id) = text.split_once(' ').ok_or_else(bad)?;
        let id = Uuid::try_parse(id).map_err(|_| bad())?;
        let object = match kind {
            "role" => HeldObject::Role(id.into()),
            "permission" => HeldObject::Permission(id.into()),
            _ => return Err(bad()),
        };
        Ok(Self { object, user: cursor.id.into() })
    }
}

impl Holdings {
    /// The holdings as of the present policy.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the index cannot be brought up to date.
    pub(crate) async fn read(service: &Service) -> Result<Self> {
        let (policy, now) = (service.policy(), service.now());
        let index = read::up_to(service, policy.revision()).await?;
        Ok(Self { index, policy, now })
    }

    /// The policy that they are as of.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether a user exists and is not deleted.
    pub(crate) fn has_user(&self, user: UserId) -> bool {
        self.index.number(user).is_some_and(|number| self.index.present().contains(number))
    }

    fn holders(&self, object: HeldObject) -> RoaringBitmap {
        self.index.unexpired(object, self.now, None)
    }
}

impl SelectedHoldings {
    /// The holdings that `filter` selects. May take long.
    pub(crate) fn new(all: Arc<Holdings>, filter: HoldingFilter) -> Self {
        let (index, policy) = (&all.index, &all.policy);
        let mut objects = index.held_objects(policy);
        if let Some(permission) = filter.permission {
            let mut leading = policy.authorized_roles_for(permission);
            leading.sort_unstable();
            objects.retain(|object| match object {
                HeldObject::Role(role) => leading.binary_search(role).is_ok(),
                HeldObject::Permission(granted) => *granted == permission,
            });
        }
        if let Some(role) = filter.role {
            objects.retain(|object| *object == HeldObject::Role(role));
        }
        if filter.is_direct {
            objects.retain(|object| matches!(object, HeldObject::Permission(_)));
        }
        objects.sort_unstable();
        let users = filter.user.map(|user| index.number(user).into_iter().collect());
        let peers = filter.is_rare.then(|| Peers::new(index, policy, all.now));
        Self { objects, users, peers, filter, all }
    }

    /// Number of them. May take long.
    pub(crate) fn count(&mut self) -> u64 {
        let objects = std::mem::take(&mut self.objects);
        let count = objects.iter().map(|&object| self.holders(object).len()).sum();
        self.objects = objects;
        count
    }

    /// A part of them in the order of reading, which is from the end for the last ones. May take long.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a cursor of another list.
    pub(crate) fn part(&mut self, request: &PageRequest) -> Result<HoldingPart> {
        let after = request.after.as_ref().map(Holding::at).transpose()?;
        let before = request.before.as_ref().map(Holding::at).transpose()?;
        let start = after.map_or(0, |after| self.objects.partition_point(|object| *object < after.object));
        let end =
            before.map_or(self.objects.len(), |before| self.objects.partition_point(|object| *object <= before.object));
        let mut between = self.objects.get(start..end).unwrap_or_default().to_vec();
        if request.from == PageEnd::End {
            between.reverse();
        }
        let mut holdings = Vec::new();
        for object in between {
            let bound = |holding: Option<Holding>| {
                let holding = holding.filter(|holding| holding.object == object)?;
                Some(Cursor { key: CursorKey::Id, id: holding.user.uuid() })
            };
            let limit = request.limit - holdings.len();
            let part = PageRequest { limit, from: request.from, after: bound(after), before: bound(before) };
            let users = self.holders(object);
            let page = self.all.index.page(&users, Order::Id, Direction::Ascending, &part)?;
            holdings.extend(page.users.iter().map(|&user| Holding { object, user: self.all.index.id(user) }));
            if page.more {
                return Ok(HoldingPart { holdings, more: true });
            }
        }
        Ok(HoldingPart { holdings, more: false })
    }

    /// Users with a selected holding of `object`.
    fn holders(&mut self, object: HeldObject) -> RoaringBitmap {
        let all = &self.all;
        let mut users = all.index.unexpired(object, all.now, self.filter.ending_before);
        if let Some(these) = &self.users {
            users &= these;
        }
        match &mut self.peers {
            Some(peers) if !users.is_empty() => peers.with_rare(object, users, || all.holders(object)),
            _ => users,
        }
    }
}
