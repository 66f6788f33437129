//! The names of a model, and the facts and subjects of the engine for them.

use super::{Model, ModelError, NOW, PatternGrant, RoleGrant, RoleInheritance, SodSet, UserGrant, UserRole};
use crate::{
    Activation, Assignment, AssignmentId, Constraint, ConstraintId, ConstraintKind, DirectGrant, Facts,
    PermissionFacts, PermissionId, PermissionName, PermissionPattern, PolicyError, RoleFacts, RoleId, RoleName,
    Subject, UserId, Validity,
};
use chrono::TimeDelta;
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// Names of one kind and their positions.
pub(super) struct NameList<'m> {
    kind: &'static str,
    pub(super) names: Vec<&'m str>,
    positions: FxHashMap<&'m str, usize>,
}

impl<'m> NameList<'m> {
    fn new(kind: &'static str, names: &'m [String]) -> Self {
        let mut list = Self { kind, names: Vec::new(), positions: FxHashMap::default() };
        for name in names {
            if !list.positions.contains_key(&**name) {
                list.positions.insert(name, list.names.len());
                list.names.push(name);
            }
        }
        list
    }

    fn position(&self, name: &str) -> Result<usize, ModelError> {
        let unlisted = || ModelError::Unlisted { kind: self.kind, name: name.to_owned() };
        self.positions.get(name).copied().ok_or_else(unlisted)
    }
}

/// The names of a model. Ids and names of roles of the engine are made of their positions here, since a model's name may
/// be any text. Permissions keep names that are valid, which patterns match.
pub(super) struct ModelNames<'m> {
    pub(super) users: NameList<'m>,
    roles: NameList<'m>,
    pub(super) permissions: NameList<'m>,
    sets: Vec<&'m SodSet>,
}

impl<'m> ModelNames<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self {
            users: NameList::new("user", &model.users),
            roles: NameList::new("role", &model.roles),
            permissions: NameList::new("permission", &model.permissions),
            sets: model.ssd.iter().chain(&model.dsd).collect(),
        }
    }

    pub(super) fn facts(&self, model: &Model) -> Result<Facts, ModelError> {
        let mut roles: Vec<RoleFacts> = (0..self.roles.names.len()).map(role_facts).collect();
        for RoleGrant { role, permission } in &model.role_permissions {
            let permission = PermissionId::new(id(self.permissions.position(permission)?));
            if let Some(role) = roles.get_mut(self.roles.position(role)?) {
                role.grants.push(permission);
            }
        }
        for PatternGrant { role, pattern } in &model.role_patterns {
            let refused = |error| ModelError::Pattern { role: role.clone(), pattern: pattern.clone(), error };
            let pattern = PermissionPattern::parse(pattern).map_err(refused)?;
            if let Some(role) = roles.get_mut(self.roles.position(role)?) {
                role.patterns.push(pattern);
            }
        }
        for RoleInheritance { senior, junior } in &model.role_hierarchy {
            let junior = RoleId::new(id(self.roles.position(junior)?));
            if let Some(senior) = roles.get_mut(self.roles.position(senior)?) {
                senior.inherits_from.push(junior);
            }
        }
        let kinds = [(ConstraintKind::Static, &model.ssd), (ConstraintKind::Dynamic, &model.dsd)];
        let sets = kinds.into_iter().flat_map(|(kind, sets)| sets.iter().map(move |set| (kind, set)));
        let constraints = sets.enumerate().map(|(position, (kind, set))| self.constraint(position, kind, set));
        let permissions = self.permission_names().enumerate();
        let permissions =
            permissions.map(|(position, (_, name))| PermissionFacts::new(PermissionId::new(id(position)), name));
        Ok(Facts {
            revision: 1,
            roles,
            permissions: permissions.collect(),
            constraints: constraints.collect::<Result<_, _>>()?,
        })
    }

    /// Permissions, each with its name for the engine.
    pub(super) fn permission_names(&self) -> impl Iterator<Item = (&'m str, PermissionName)> {
        let names = self.permissions.names.iter().enumerate();
        names.map(|(position, &name)| {
            (name, PermissionName::parse(name).unwrap_or_else(|_| PermissionName::placeholder(position)))
        })
    }

    fn constraint(&self, position: usize, kind: ConstraintKind, set: &SodSet) -> Result<Constraint, ModelError> {
        let roles = set.roles.iter().map(|role| Ok(RoleId::new(id(self.roles.position(role)?))));
        let permissions = set.permissions.iter();
        let permissions = permissions.map(|name| Ok(PermissionId::new(id(self.permissions.position(name)?))));
        Ok(Constraint {
            id: ConstraintId::new(id(position)),
            name: constraint_name(position),
            kind,
            roles: roles.collect::<Result<_, _>>()?,
            permissions: permissions.collect::<Result<_, _>>()?,
            limit: set.cardinality,
        })
    }

    pub(super) fn subjects(&self, model: &Model) -> Result<Vec<Subject>, ModelError> {
        let mut subjects: Vec<Subject> = (0..self.users.names.len()).map(subject).collect();
        for (age, UserRole { user, role }) in (0_i64..).zip(&model.user_roles) {
            let assignment = Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: RoleId::new(id(self.roles.position(role)?)),
                assigned_at: NOW + TimeDelta::milliseconds(age),
                validity: Validity::default(),
            };
            if let Some(user) = subjects.get_mut(self.users.position(user)?) {
                user.assignments.push(assignment);
            }
        }
        for UserGrant { user, permission } in &model.user_permissions {
            let permission = PermissionId::new(id(self.permissions.position(permission)?));
            let grant = DirectGrant { permission, validity: Validity::default() };
            if let Some(user) = subjects.get_mut(self.users.position(user)?) {
                user.grants.push(grant);
            }
        }
        Ok(subjects)
    }

    /// The engine's error in the names of the model.
    pub(super) fn error(&self, error: PolicyError) -> ModelError {
        match error {
            PolicyError::Cycle(cycle) => ModelError::Cycle(cycle.into_iter().map(|role| self.role(role)).collect()),
            PolicyError::ViolatedByOneRole { role, conflict } => {
                ModelError::ViolatedByOneRole { role: self.role(role), set: self.set(conflict.constraint) }
            }
            PolicyError::LimitOutOfRange(name) => ModelError::Cardinality(self.set_named(name)),
            PolicyError::MixedConstraint(name) => ModelError::Mixed(self.set_named(name)),
            // Positions are unique and known.
            error => ModelError::Policy(error),
        }
    }

    /// The model's name of the set whose constraint has this name.
    fn set_named(&self, name: String) -> String {
        let set = self.sets.iter().enumerate().find(|(position, _)| constraint_name(*position) == name);
        set.map_or(name, |(_, set)| set.name.clone())
    }

    fn role(&self, role: RoleId) -> String {
        by_id(&self.roles.names, role.uuid()).map_or_else(String::new, |name| (*name).to_owned())
    }

    pub(super) fn set(&self, set: ConstraintId) -> String {
        by_id(&self.sets, set.uuid()).map_or_else(String::new, |set| set.name.clone())
    }
}

fn role_facts(position: usize) -> RoleFacts {
    RoleFacts::new(RoleId::new(id(position)), RoleName::numbered(position))
}

fn subject(position: usize) -> Subject {
    Subject::new(UserId::new(id(position))).with_activation(Activation::Default)
}

fn constraint_name(position: usize) -> String {
    format!("{position:09}")
}

/// The id that stands for a position.
fn id(position: usize) -> Uuid {
    Uuid::from_u128(position as u128)
}

/// The entry at the position of an id.
fn by_id<T>(entries: &[T], id: Uuid) -> Option<&T> {
    usize::try_from(id.as_u128()).ok().and_then(|position| entries.get(position))
}
