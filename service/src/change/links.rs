//! Links between one object and several others: grants of a role, its inheritance, assignments, direct grants and the
//! roles of a constraint. What all commands on them have in common.

use super::Change;
use crate::Result;
use crate::audit::{Entry, listed};
use crate::batch::Batch;
use crate::users::User;
use engine::{PermissionId, Permit, Policy, Proposal, RoleId, UserId};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use std::fmt;
use std::hash::Hash;
use std::slice;
use uuid::Uuid;

/// Finds the name of an object by its id.
pub(crate) trait Directory<Id> {
    /// The name, for the audit log; `None` when the object is unknown.
    fn name(&self, id: Id) -> Option<&str>;

    /// The object itself, for "about this object" in the audit log.
    fn uuid(id: Id) -> Uuid;
}

impl Directory<RoleId> for Policy {
    fn name(&self, id: RoleId) -> Option<&str> {
        self.role(id).map(|role| role.name.as_str())
    }

    fn uuid(id: RoleId) -> Uuid {
        id.uuid()
    }
}

impl Directory<PermissionId> for Policy {
    fn name(&self, id: PermissionId) -> Option<&str> {
        self.permission(id).map(|permission| permission.name.as_str())
    }

    fn uuid(id: PermissionId) -> Uuid {
        id.uuid()
    }
}

impl Directory<UserId> for FxHashMap<UserId, User> {
    fn name(&self, id: UserId) -> Option<&str> {
        self.get(&id).map(|user| user.username.as_str())
    }

    fn uuid(id: UserId) -> Uuid {
        id.uuid()
    }
}

/// Names of objects; unknown ones are left out.
pub(crate) fn names<'a, Id: Copy>(directory: &'a impl Directory<Id>, ids: &[Id]) -> Vec<&'a str> {
    ids.iter().filter_map(|&id| directory.name(id)).collect()
}

/// Where a command takes the two sides of its links from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkPaths<'a> {
    /// Argument of the object that is changed.
    pub(crate) object: &'a [&'a str],
    /// Argument at fault when the links as a whole are refused.
    pub(crate) links: &'a [&'a str],
}

impl Change<'_> {
    /// Permits new links of an object: first any change of the object, then each link, then all of them, so that a
    /// refusal is at the argument at fault.
    ///
    /// # Errors
    /// As [`Change::permit`].
    pub(crate) fn permit_links<'a, Id: Copy + Eq + Hash>(
        &self,
        requested: &'a Batch<Id>,
        distinct: &'a [Id],
        paths: LinkPaths<'_>,
        proposal: impl Fn(&'a [Id]) -> Proposal<'a>,
    ) -> Result<Permit> {
        let _ = self.permit(proposal(&[]), paths.object)?;
        self.require_authority(requested, |id| proposal(slice::from_ref(id)))?;
        self.permit(proposal(distinct), paths.links)
    }
}

/// The links that a command adds to an object or removes from it. Displays as their names in words.
#[derive(Clone, Debug)]
pub(crate) struct Links<'a, Id> {
    ids: Vec<Id>,
    names: Vec<&'a str>,
    uuids: Vec<Uuid>,
}

impl<'a, Id: Copy + Eq + Hash> Links<'a, Id> {
    /// Links to these objects.
    pub(crate) fn new<D: Directory<Id>>(ids: Vec<Id>, directory: &'a D) -> Self {
        Self { names: names(directory, &ids), uuids: ids.iter().map(|&id| D::uuid(id)).collect(), ids }
    }

    /// The requested objects that are not `linked` yet.
    pub(crate) fn to_add(requested: &Batch<Id>, linked: &[Id], directory: &'a impl Directory<Id>) -> Self {
        let mut ids = requested.distinct();
        ids.retain(|id| !linked.contains(id));
        Self::new(ids, directory)
    }

    /// The requested objects that are `linked`.
    pub(crate) fn to_remove(requested: &Batch<Id>, linked: &[Id], directory: &'a impl Directory<Id>) -> Self {
        let mut ids = requested.distinct();
        ids.retain(|id| linked.contains(id));
        Self::new(ids, directory)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(crate) fn ids(&self) -> &[Id] {
        &self.ids
    }

    pub(crate) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// The audit entry of links that were added, with their names in `field` of the state after.
    pub(crate) fn added(&self, field: &str, summary: String) -> Entry {
        self.entry(summary).after(self.state(field))
    }

    /// The audit entry of links that were removed, with their names in `field` of the state before.
    pub(crate) fn removed(&self, field: &str, summary: String) -> Entry {
        self.entry(summary).before(self.state(field))
    }

    /// An audit entry that concerns the linked objects.
    pub(crate) fn entry(&self, summary: String) -> Entry {
        Entry::done(summary).concerning(self.uuids.iter().copied())
    }

    /// The names of the links in `field`, for the audit log.
    pub(crate) fn state(&self, field: &str) -> Value {
        Value::Object(Map::from_iter([(field.to_owned(), json!(self.names))]))
    }
}

impl<Id> fmt::Display for Links<'_, Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(&self.names))
    }
}
