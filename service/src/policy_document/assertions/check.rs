//! Whether assertions hold.

use super::{Assertion, Claim, Held};
use crate::policy_document::node::shown;
use crate::policy_document::problem::{Located, Position};

/// Most users that a failure names.
const MAX_NAMED: usize = 5;

/// Who holds what: a policy with its users, or a document with assignments.
pub trait Holdings {
    /// Whether there is a user with this name.
    fn has_user(&self, username: &str) -> bool;
    /// Whether there is a role with this name.
    fn has_role(&self, role: &str) -> bool;
    /// Whether there is a permission with this name.
    fn has_permission(&self, permission: &str) -> bool;
    /// Whether a user has a permission now, with all roles active.
    fn user_can(&self, username: &str, permission: &str) -> bool;
    /// Whether a user has a role now, assigned or inherited.
    fn user_holds(&self, username: &str, role: &str) -> bool;
    /// Whether a role has a permission, inherited ones included.
    fn role_can(&self, role: &str, permission: &str) -> bool;
    /// Users who have all of these, by name, at most `limit`. None of them is [`Held::Either`]. Permissions that a user
    /// has only by `superadmin` do not count.
    fn holders(&self, all: &[Held], limit: usize) -> Vec<String>;
}

/// An assertion that does not hold, or that names what does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where the assertion is.
    pub at: Position,
    /// Why it fails.
    pub message: String,
}

/// Checks an assertion.
pub(super) fn check(assertion: &Located<Assertion>, holdings: &dyn Holdings) -> Result<(), Failure> {
    let at = assertion.at;
    let (claim, form) = match &assertion.value {
        Assertion::UserCan(claim) => (claim, Form::USER_CAN),
        Assertion::UserCannot(claim) => (claim, Form::USER_CAN.negated()),
        Assertion::UserHolds(claim) => (claim, Form::USER_HOLDS),
        Assertion::UserDoesNotHold(claim) => (claim, Form::USER_HOLDS.negated()),
        Assertion::RoleCan(claim) => (claim, Form::ROLE_CAN),
        Assertion::RoleCannot(claim) => (claim, Form::ROLE_CAN.negated()),
        Assertion::NoOneHolds(all) => return no_one(at, all, holdings),
    };
    require_known(claim, form, holdings)?;
    let (subject, object) = (claim.subject.value.as_str(), claim.object.value.as_str());
    let (found, prefix, [can, cannot]) = match (form.subject, form.object) {
        (Subject::User, Object::Permission) => (holdings.user_can(subject, object), "", ["can", "cannot"]),
        (Subject::User, Object::Role) => (holdings.user_holds(subject, object), "", ["holds", "does not hold"]),
        (Subject::Role, _) => (holdings.role_can(subject, object), "role ", ["can", "cannot"]),
    };
    if found == form.is_expected {
        return Ok(());
    }
    let verb = if found { can } else { cannot };
    Err(Failure { at, message: format!("{prefix}{subject} {verb} {object}") })
}

/// A kind of claim, and whether it is to be true.
#[derive(Clone, Copy)]
struct Form {
    subject: Subject,
    object: Object,
    is_expected: bool,
}

impl Form {
    const USER_CAN: Self = Self { subject: Subject::User, object: Object::Permission, is_expected: true };
    const USER_HOLDS: Self = Self { subject: Subject::User, object: Object::Role, is_expected: true };
    const ROLE_CAN: Self = Self { subject: Subject::Role, object: Object::Permission, is_expected: true };

    fn negated(self) -> Self {
        Self { is_expected: !self.is_expected, ..self }
    }
}

/// What the subject of a claim is.
#[derive(Clone, Copy)]
enum Subject {
    User,
    Role,
}

/// What the object of a claim is.
#[derive(Clone, Copy)]
enum Object {
    Role,
    Permission,
}

/// Refuses unknown names: with one, `cannot` would hold by mistake.
fn require_known(claim: &Claim, form: Form, holdings: &dyn Holdings) -> Result<(), Failure> {
    let Claim { subject, object } = claim;
    match form.subject {
        Subject::User if !holdings.has_user(&subject.value) => return Err(unknown("user", subject)),
        Subject::Role if !holdings.has_role(&subject.value) => return Err(unknown("role", subject)),
        Subject::User | Subject::Role => {}
    }
    match form.object {
        Object::Role if !holdings.has_role(&object.value) => Err(unknown("role", object)),
        Object::Permission if !holdings.has_permission(&object.value) => Err(unknown("permission", object)),
        Object::Role | Object::Permission => Ok(()),
    }
}

fn unknown(kind: &str, name: &Located<String>) -> Failure {
    Failure { at: name.at, message: format!("unknown {kind} `{}`", shown(&name.value)) }
}

/// The first users who contradict an assertion about all users; none for another assertion, or with an unknown name.
pub(super) fn contradicting(assertion: &Located<Assertion>, holdings: &dyn Holdings) -> Vec<String> {
    let Assertion::NoOneHolds(all) = &assertion.value else { return Vec::new() };
    let holders = resolve_all(all, holdings).map(|all| holdings.holders(&all, MAX_NAMED + 1));
    holders.unwrap_or_default()
}

fn resolve_all(all: &[Located<Held>], holdings: &dyn Holdings) -> Result<Vec<Held>, Failure> {
    all.iter().map(|held| resolve(held, holdings)).collect()
}

fn no_one(at: Position, all: &[Located<Held>], holdings: &dyn Holdings) -> Result<(), Failure> {
    let all = resolve_all(all, holdings)?;
    let holders = holdings.holders(&all, MAX_NAMED + 1);
    if holders.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = holders.iter().take(MAX_NAMED).map(String::as_str).collect();
    let more = if holders.len() > MAX_NAMED { " and others" } else { "" };
    let what: Vec<String> = all.iter().map(described).collect();
    Err(Failure { at, message: format!("{} held by {}{more}", what.join(" and "), names.join(", ")) })
}

fn described(held: &Held) -> String {
    match held {
        Held::Role(name) => format!("role {name}"),
        Held::Permission(name) => format!("permission {name}"),
        Held::Either(name) => name.clone(),
    }
}

/// Whether a name is that of a role or of a permission.
fn resolve(held: &Located<Held>, holdings: &dyn Holdings) -> Result<Held, Failure> {
    let fail = |message: String| Err(Failure { at: held.at, message });
    match &held.value {
        Held::Role(name) if !holdings.has_role(name) => fail(format!("unknown role `{}`", shown(name))),
        Held::Permission(name) if !holdings.has_permission(name) => {
            fail(format!("unknown permission `{}`", shown(name)))
        }
        Held::Either(name) => match (holdings.has_role(name), holdings.has_permission(name)) {
            (true, false) => Ok(Held::Role(name.clone())),
            (false, true) => Ok(Held::Permission(name.clone())),
            (true, true) => {
                fail(format!("`{0}` is a role and a permission: write `role {0}` or `permission {0}`", shown(name)))
            }
            (false, false) => fail(format!("unknown role or permission `{}`", shown(name))),
        },
        known => Ok(known.clone()),
    }
}
