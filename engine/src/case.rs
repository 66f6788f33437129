//! Models written down by name, and questions asked of them: the case files of the corpus and of
//! `policy check`. Names are free text here; reading a file format is the caller's business.

use crate::{
    AccountStatus, Activation, Assignment, AssignmentId, Conflict, Constraint, ConstraintId, ConstraintKind,
    DirectGrant, Facts, PermissionFacts, PermissionId, PermissionName, Policy, PolicyError, RoleFacts, RoleId,
    RoleName, Subject, UserId, Validity,
};
use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// Pairs of a relation, in the order in which they were made.
pub type Pairs = Vec<(String, String)>;

/// A model: users, roles, permissions and the relations between them, by name. A name may be listed
/// twice. Nothing is built in, whatever it is called.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Users.
    pub users: Vec<String>,
    /// Roles; told apart exactly.
    pub roles: Vec<String>,
    /// Permissions.
    pub permissions: Vec<String>,
    /// Users and their roles, the oldest assignment first.
    pub user_roles: Pairs,
    /// Roles and what is granted to them.
    pub role_permissions: Pairs,
    /// Seniors and juniors.
    pub role_hierarchy: Pairs,
    /// Users and what is granted to them directly.
    pub user_permissions: Pairs,
    /// Static separation of duty.
    pub ssd: Vec<RoleSet>,
    /// Dynamic separation of duty.
    pub dsd: Vec<RoleSet>,
}

/// A separation-of-duty set.
#[derive(Clone, Debug)]
pub struct RoleSet {
    /// Name; sets may share one.
    pub name: String,
    /// Roles.
    pub roles: Vec<String>,
    /// How many of them may not come together.
    pub cardinality: usize,
}

/// Why a model says nothing: the policy it describes would have been refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A relation or a set uses a name that is not listed.
    #[error("{kind} `{name}` is used but not listed")]
    Unlisted {
        /// `user`, `role` or `permission`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Roles inherit from each other; the first is repeated at the end.
    #[error("roles inherit from each other in a circle: {}", .0.join(" > "))]
    Cycle(Vec<String>),
    /// A set's cardinality is below 2 or above the number of its roles.
    #[error("the cardinality of set `{0}` is not between 2 and the number of its roles")]
    Cardinality(String),
    /// One role breaks a set by itself, through what it inherits.
    #[error("role `{role}` breaks set `{set}` by itself")]
    BrokenByOneRole {
        /// The role.
        role: String,
        /// The set.
        set: String,
    },
    /// A user has roles that a static set keeps apart.
    #[error("user `{user}` has roles that set `{set}` keeps apart")]
    BrokenByUser {
        /// The user.
        user: String,
        /// The set.
        set: String,
    },
}

/// A model that holds together, ready to be asked.
#[derive(Debug)]
pub struct World {
    policy: Policy,
    users: FxHashMap<String, Subject>,
    permissions: FxHashMap<String, String>,
}

/// When questions are asked; all that models hold counts for good.
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

impl Model {
    /// Works the model out.
    ///
    /// # Errors
    /// [`ModelError`] when the model is one that no series of administrative commands could reach.
    pub fn build(&self) -> Result<World, ModelError> {
        let names = Names::new(self);
        let policy = Policy::build(names.facts(self)?).map_err(|error| names.explain(&error))?;
        let subjects = names.subjects(self)?;
        for (&user, subject) in names.users.listed.iter().zip(&subjects) {
            if let Some(Conflict { constraint, .. }) = policy.static_conflicts(subject, NOW).into_iter().next() {
                return Err(ModelError::BrokenByUser { user: user.into(), set: names.set(constraint) });
            }
        }
        let permissions = names.permissions.listed.iter().enumerate();
        Ok(World {
            policy,
            users: names.users.listed.iter().map(|&user| user.to_owned()).zip(subjects).collect(),
            permissions: permissions.map(|(place, &name)| (name.to_owned(), internal(place))).collect(),
        })
    }
}

impl World {
    /// May the user do this, in a session opened without a choice of roles (CheckAccess)? Names that
    /// the model lacks are answered no.
    #[must_use]
    pub fn allows(&self, user: &str, permission: &str) -> bool {
        let asked = self.users.get(user).zip(self.permissions.get(permission));
        asked.is_some_and(|(subject, permission)| self.policy.check(subject, permission, NOW).allowed)
    }
}

/// Names of one kind, each at its place.
struct Listed<'m> {
    kind: &'static str,
    listed: Vec<&'m str>,
    places: FxHashMap<&'m str, usize>,
}

impl<'m> Listed<'m> {
    fn new(kind: &'static str, names: &'m [String]) -> Self {
        let mut all = Self { kind, listed: Vec::new(), places: FxHashMap::default() };
        for name in names {
            if !all.places.contains_key(&**name) {
                all.places.insert(name, all.listed.len());
                all.listed.push(name);
            }
        }
        all
    }

    fn place(&self, name: &str) -> Result<usize, ModelError> {
        let unlisted = || ModelError::Unlisted { kind: self.kind, name: name.to_owned() };
        self.places.get(name).copied().ok_or_else(unlisted)
    }
}

/// The names of a model, which may be any text, and the places by which the engine knows them here.
struct Names<'m> {
    users: Listed<'m>,
    roles: Listed<'m>,
    permissions: Listed<'m>,
    sets: Vec<&'m RoleSet>,
}

impl<'m> Names<'m> {
    fn new(model: &'m Model) -> Self {
        Self {
            users: Listed::new("user", &model.users),
            roles: Listed::new("role", &model.roles),
            permissions: Listed::new("permission", &model.permissions),
            sets: model.ssd.iter().chain(&model.dsd).collect(),
        }
    }

    fn facts(&self, model: &Model) -> Result<Facts, ModelError> {
        let mut roles: Vec<RoleFacts> = (0..self.roles.listed.len()).map(role_facts).collect();
        for (role, permission) in &model.role_permissions {
            let permission = PermissionId::new(id(self.permissions.place(permission)?));
            roles[self.roles.place(role)?].grants.push(permission);
        }
        for (senior, junior) in &model.role_hierarchy {
            let junior = RoleId::new(id(self.roles.place(junior)?));
            roles[self.roles.place(senior)?].inherits_from.push(junior);
        }
        let kinds = [(ConstraintKind::Static, &model.ssd), (ConstraintKind::Dynamic, &model.dsd)];
        let sets = kinds.into_iter().flat_map(|(kind, sets)| sets.iter().map(move |set| (kind, set)));
        let constraints = sets.enumerate().map(|(place, (kind, set))| self.constraint(place, kind, set));
        Ok(Facts {
            revision: 1,
            roles,
            permissions: (0..self.permissions.listed.len()).map(permission_facts).collect(),
            constraints: constraints.collect::<Result<_, _>>()?,
        })
    }

    fn constraint(&self, place: usize, kind: ConstraintKind, set: &RoleSet) -> Result<Constraint, ModelError> {
        let roles = set.roles.iter().map(|role| Ok(RoleId::new(id(self.roles.place(role)?))));
        Ok(Constraint {
            id: ConstraintId::new(id(place)),
            name: internal(place),
            kind,
            roles: roles.collect::<Result<_, _>>()?,
            limit: set.cardinality,
        })
    }

    fn subjects(&self, model: &Model) -> Result<Vec<Subject>, ModelError> {
        let mut subjects: Vec<Subject> = (0..self.users.listed.len()).map(subject).collect();
        for (age, (user, role)) in (0_i64..).zip(&model.user_roles) {
            let role = RoleId::new(id(self.roles.place(role)?));
            subjects[self.users.place(user)?].assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role,
                assigned_at: NOW + TimeDelta::milliseconds(age),
                validity: Validity::default(),
            });
        }
        for (user, permission) in &model.user_permissions {
            let permission = PermissionId::new(id(self.permissions.place(permission)?));
            let grant = DirectGrant { permission, validity: Validity::default() };
            subjects[self.users.place(user)?].grants.push(grant);
        }
        Ok(subjects)
    }

    /// Why the engine refused the facts, in the model's names.
    fn explain(&self, error: &PolicyError) -> ModelError {
        match error {
            PolicyError::Cycle(cycle) => ModelError::Cycle(cycle.iter().map(|&role| self.role(role)).collect()),
            PolicyError::BrokenByOneRole { role, conflict } => {
                ModelError::BrokenByOneRole { role: self.role(*role), set: self.set(conflict.constraint) }
            }
            PolicyError::LimitOutOfRange(set) => {
                let found = self.sets.iter().enumerate().find(|(place, _)| internal(*place) == *set);
                ModelError::Cardinality(found.map_or_else(String::new, |(_, set)| set.name.clone()))
            }
            PolicyError::DuplicateRole(name)
            | PolicyError::DuplicatePermission(name)
            | PolicyError::DuplicateConstraint(name)
            | PolicyError::UnknownPermission { role: name, .. }
            | PolicyError::UnknownRole { role: name, .. }
            | PolicyError::UnknownConstrainedRole { constraint: name, .. } => {
                unreachable!("places are distinct and known, also `{name}`")
            }
        }
    }

    fn role(&self, role: RoleId) -> String {
        at(&self.roles.listed, role.uuid()).map_or_else(String::new, |name| (*name).to_owned())
    }

    fn set(&self, set: ConstraintId) -> String {
        at(&self.sets, set.uuid()).map_or_else(String::new, |set| set.name.clone())
    }
}

fn role_facts(place: usize) -> RoleFacts {
    RoleFacts {
        id: RoleId::new(id(place)),
        name: RoleName::parse(&internal(place)).expect("digits are a name"),
        is_system: false,
        is_default: false,
        requires_activation: false,
        revision: 1,
        grants: Vec::new(),
        inherits_from: Vec::new(),
    }
}

fn permission_facts(place: usize) -> PermissionFacts {
    let name = PermissionName::parse(&internal(place)).expect("digits are a name");
    PermissionFacts { id: PermissionId::new(id(place)), name, is_system: false }
}

fn subject(place: usize) -> Subject {
    Subject {
        user: UserId::new(id(place)),
        status: AccountStatus::Active,
        revision: 1,
        assignments: Vec::new(),
        grants: Vec::new(),
        activation: Activation::Default,
    }
}

/// The name by which the engine knows what stands at a place.
fn internal(place: usize) -> String {
    format!("{place:09}")
}

fn id(place: usize) -> Uuid {
    Uuid::from_u128(place as u128)
}

/// What stands at the place of an id.
fn at<T>(things: &[T], id: Uuid) -> Option<&T> {
    usize::try_from(id.as_u128()).ok().and_then(|place| things.get(place))
}

#[cfg(test)]
mod tests;
