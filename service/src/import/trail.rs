//! The audit entries of an import: for each object the entries that the same changes made one by one would have, with the
//! same actions and states. A list of names is split where it is longer than the list of one change can be.

use super::plan::{ImportPlan, PlannedPermission, PlannedRole, PlannedUser, TouchedUser};
use crate::assignments::Terms;
use crate::audit::{Entry, Target, TargetType, listed};
use engine::{PermissionId, Policy, RoleId, UserId};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Most names in one entry.
const MAX_NAMES: usize = 100;

/// The entries of a plan whose records are sorted.
#[derive(Debug)]
pub(super) struct Trail<'a> {
    plan: &'a ImportPlan,
    policy: &'a Policy,
    /// Reason of the import.
    reason: Option<&'a str>,
    /// Existing roles that get permissions or juniors.
    changed_roles: Vec<RoleId>,
}

/// An object that an import changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Object<'a> {
    NewPermission(&'a PlannedPermission),
    NewRole(&'a PlannedRole),
    ChangedRole(RoleId),
    NewUser(&'a PlannedUser),
    ChangedUser(&'a TouchedUser),
}

/// The name of an object.
#[derive(Clone, Copy, Debug)]
struct Named<'a> {
    id: Uuid,
    name: &'a str,
}

/// Roles or permissions that a user gets on the same terms.
struct OnTerms<'a> {
    terms: &'a Arc<Terms>,
    held: Vec<Named<'a>>,
}

impl<'a> Trail<'a> {
    pub(super) fn new(plan: &'a ImportPlan, policy: &'a Policy, reason: Option<&'a str>) -> Self {
        let seniors = plan.role_hierarchy.iter().map(|inheritance| inheritance.senior);
        let roles = plan.role_permissions.iter().map(|&(role, _)| role).chain(seniors);
        let mut changed_roles: Vec<RoleId> = roles.filter(|role| policy.role(*role).is_some()).collect();
        changed_roles.sort_unstable();
        changed_roles.dedup();
        Self { plan, policy, reason, changed_roles }
    }

    /// The objects that have entries.
    pub(super) fn objects(&self) -> impl Iterator<Item = Object<'a>> {
        let ImportPlan { permissions, roles, users, touched, .. } = self.plan;
        let permissions = permissions.iter().map(Object::NewPermission);
        let roles =
            roles.iter().map(Object::NewRole).chain(self.changed_roles.iter().copied().map(Object::ChangedRole));
        let users = users.iter().map(Object::NewUser).chain(touched.iter().map(Object::ChangedUser));
        permissions.chain(roles).chain(users)
    }

    /// The number of objects that have entries.
    pub(super) fn len(&self) -> usize {
        let ImportPlan { permissions, roles, users, touched, .. } = self.plan;
        permissions.len() + roles.len() + self.changed_roles.len() + users.len() + touched.len()
    }

    /// Adds the entries of an object to `entries`.
    pub(super) fn extend(&self, entries: &mut Vec<Entry>, object: Object<'a>) {
        match object {
            Object::NewPermission(new) => entries.push(new_permission(new)),
            Object::NewRole(new) => self.new_role(entries, new),
            Object::ChangedRole(role) => {
                grant_to_role(entries, self.role(role), &self.grants_of(role));
                add_inheritance(entries, self.role(role), &self.juniors_of(role));
            }
            Object::NewUser(new) => self.new_user(entries, new),
            Object::ChangedUser(user) => {
                let named = Named { id: user.id.uuid(), name: &user.username };
                assign_roles(entries, named, &self.roles_of(user.id));
                grant_to_user(entries, named, &self.permissions_of(user.id));
            }
        }
    }

    fn new_role(&self, entries: &mut Vec<Entry>, new: &PlannedRole) {
        let role = self.role(new.id);
        let (grants, juniors) = (self.grants_of(new.id), self.juniors_of(new.id));
        let (grants, more_grants) = grants.split_at(grants.len().min(MAX_NAMES));
        let (juniors, more_juniors) = juniors.split_at(juniors.len().min(MAX_NAMES));
        let mut state = json!({
            "name": role.name,
            "description": new.description,
            "permissions": names(grants),
            "patterns": [],
            "inheritsFrom": names(juniors),
            "inheritedBy": [],
        });
        for (attribute, value) in [("isDefault", new.is_default), ("requiresActivation", new.requires_activation)] {
            if let (Some(value), Some(state)) = (value, state.as_object_mut()) {
                state.insert(attribute.to_owned(), json!(value));
            }
        }
        let entry = Entry::done(format!("created role {}", role.name)).action("role.create");
        let entry = entry.target(target(TargetType::Role, role)).after(state);
        entries.push(entry.concerning(ids(grants)).concerning(ids(juniors)));
        grant_to_role(entries, role, more_grants);
        add_inheritance(entries, role, more_juniors);
    }

    fn new_user(&self, entries: &mut Vec<Entry>, new: &PlannedUser) {
        let user = Named { id: new.id.uuid(), name: new.username.as_str() };
        let mut groups = self.roles_of(new.id);
        // An account is created with the roles that it gets for no other reason and without a period.
        let mut first = Vec::new();
        if let Some(plain) = groups.iter_mut().find(|group| self.is_plain(group.terms)) {
            first = plain.held.split_off(plain.held.len().saturating_sub(MAX_NAMES));
        }
        let state = json!({ "username": user.name, "email": null, "displayName": null, "roles": names(&first) });
        let entry = Entry::done(format!("created user {}", user.name)).action("user.create");
        entries.push(entry.target(target(TargetType::User, user)).after(state).concerning(ids(&first)));
        assign_roles(entries, user, &groups);
        grant_to_user(entries, user, &self.permissions_of(new.id));
    }

    fn is_plain(&self, terms: &Terms) -> bool {
        terms.valid_from.is_none() && terms.expires_at.is_none() && terms.reason.as_deref() == self.reason
    }

    fn roles_of(&self, user: UserId) -> Vec<OnTerms<'a>> {
        let assignments = run(&self.plan.user_roles, user, |assignment| assignment.user).iter();
        grouped(assignments.map(|assignment| (&assignment.terms, self.role(assignment.role))))
    }

    fn permissions_of(&self, user: UserId) -> Vec<OnTerms<'a>> {
        let grants = run(&self.plan.user_permissions, user, |grant| grant.user).iter();
        grouped(grants.map(|grant| (&grant.terms, self.permission(grant.permission))))
    }

    fn grants_of(&self, role: RoleId) -> Vec<Named<'a>> {
        let grants = run(&self.plan.role_permissions, role, |&(role, _)| role).iter();
        grants.map(|&(_, permission)| self.permission(permission)).collect()
    }

    fn juniors_of(&self, role: RoleId) -> Vec<Named<'a>> {
        let links = run(&self.plan.role_hierarchy, role, |inheritance| inheritance.senior).iter();
        links.map(|inheritance| self.role(inheritance.junior)).collect()
    }

    fn role(&self, id: RoleId) -> Named<'a> {
        let new = || self.plan.roles.get(self.plan.roles.binary_search_by_key(&id, |role| role.id).ok()?);
        let name = self.policy.role(id).map(|role| &role.name).or_else(|| new().map(|role| &role.name));
        Named { id: id.uuid(), name: name.map_or("", |name| name.as_str()) }
    }

    fn permission(&self, id: PermissionId) -> Named<'a> {
        let permissions = &self.plan.permissions;
        let new = || permissions.get(permissions.binary_search_by_key(&id, |permission| permission.id).ok()?);
        let name = self.policy.permission(id).map(|known| &known.name).or_else(|| new().map(|new| &new.name));
        Named { id: id.uuid(), name: name.map_or("", |name| name.as_str()) }
    }
}

fn new_permission(new: &PlannedPermission) -> Entry {
    let permission = Named { id: new.id.uuid(), name: new.name.as_str() };
    Entry::done(format!("created permission {}", permission.name))
        .action("permission.create")
        .target(target(TargetType::Permission, permission))
        .after(json!({ "name": permission.name, "description": new.description }))
}

fn grant_to_role(entries: &mut Vec<Entry>, role: Named<'_>, permissions: &[Named<'_>]) {
    for permissions in permissions.chunks(MAX_NAMES) {
        let names = names(permissions);
        let entry = Entry::done(format!("granted {} to {}", listed(&names), role.name));
        let entry = entry.action("role.grant_permissions").target(target(TargetType::Role, role));
        entries.push(entry.after(json!({ "permissions": names })).concerning(ids(permissions)));
    }
}

fn add_inheritance(entries: &mut Vec<Entry>, role: Named<'_>, juniors: &[Named<'_>]) {
    for juniors in juniors.chunks(MAX_NAMES) {
        let names = names(juniors);
        let entry = Entry::done(format!("made {} inherit from {}", role.name, listed(&names)));
        let entry = entry.action("role.add_inheritance").target(target(TargetType::Role, role));
        entries.push(entry.after(json!({ "inheritsFrom": names })).concerning(ids(juniors)));
    }
}

fn assign_roles(entries: &mut Vec<Entry>, user: Named<'_>, groups: &[OnTerms<'_>]) {
    for OnTerms { terms, held } in groups {
        for roles in held.chunks(MAX_NAMES) {
            let names = names(roles);
            let entry = Entry::done(format!("assigned {} to {}", listed(&names), user.name));
            let entry = entry.action("user.assign_roles").target(target(TargetType::User, user));
            let entry = entry.after(terms.state("roles", &names)).reason(terms.reason.clone());
            entries.push(entry.concerning(ids(roles)));
        }
    }
}

fn grant_to_user(entries: &mut Vec<Entry>, user: Named<'_>, groups: &[OnTerms<'_>]) {
    for OnTerms { terms, held } in groups {
        for permissions in held.chunks(MAX_NAMES) {
            let names = names(permissions);
            let entry = Entry::done(format!("granted {} to {} directly", listed(&names), user.name));
            let entry = entry.action("user.grant_permissions").target(target(TargetType::User, user));
            let entry = entry.after(terms.state("permissions", &names)).reason(terms.reason.clone());
            entries.push(entry.concerning(ids(permissions)));
        }
    }
}

/// The records of one object, in a list that is sorted by it.
fn run<T, Id: Ord + Copy>(sorted: &[T], id: Id, key: impl Fn(&T) -> Id) -> &[T] {
    let start = sorted.partition_point(|record| key(record) < id);
    let rest = sorted.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|record| key(record) == id)).unwrap_or_default()
}

/// Roles or permissions by their terms, in order.
fn grouped<'a>(held: impl Iterator<Item = (&'a Arc<Terms>, Named<'a>)>) -> Vec<OnTerms<'a>> {
    let mut groups: Vec<OnTerms<'a>> = Vec::new();
    for (terms, named) in held {
        match groups.iter_mut().find(|group| group.terms == terms) {
            Some(group) => group.held.push(named),
            None => groups.push(OnTerms { terms, held: vec![named] }),
        }
    }
    groups
}

fn target(kind: TargetType, object: Named<'_>) -> Target {
    Target::new(kind, object.id, object.name.to_owned())
}

fn names<'a>(objects: &[Named<'a>]) -> Vec<&'a str> {
    objects.iter().map(|object| object.name).collect()
}

fn ids(objects: &[Named<'_>]) -> Vec<Uuid> {
    objects.iter().map(|object| object.id).collect()
}
