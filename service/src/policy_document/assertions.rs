//! The file of `keyward policy test`: what must hold for a policy, one assertion a line.
//!
//! ```text
//! # comment
//! alice can invoice:read
//! bob cannot invoice:approve
//! alice holds clerk
//! bob does not hold payer
//! role clerk can invoice:read
//! role clerk cannot invoice:approve
//! no one can invoice:destroy
//! no one holds both payer and controller
//! no one holds both permission invoice:pay and permission invoice:approve
//! ```
//!
//! Inheritance counts: a user holds the roles that the assigned ones inherit from. Names with spaces, and names that
//! are words of the form, are in double quotes.

mod check;
mod parse;
mod snapshot;

pub use check::{Failure, Holdings};
pub use snapshot::Snapshot;

use super::problem::{Located, Problem, Problems};

/// Assertions in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertions {
    /// The assertions, each with its place.
    pub all: Vec<Located<Assertion>>,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assertion {
    /// `alice can invoice:read`.
    UserCan(Claim),
    /// `alice cannot invoice:read`.
    UserCannot(Claim),
    /// `alice holds clerk`.
    UserHolds(Claim),
    /// `alice does not hold clerk`.
    UserDoesNotHold(Claim),
    /// `role clerk can invoice:read`.
    RoleCan(Claim),
    /// `role clerk cannot invoice:read`.
    RoleCannot(Claim),
    /// `no one can invoice:read`, `no one holds clerk`, `no one holds both payer and controller`: no user has all of
    /// these.
    NoOneHolds(Vec<Located<Held>>),
}

/// A user or a role, and what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The username or the name of the role.
    pub subject: Located<String>,
    /// The permission or the role.
    pub object: Located<String>,
}

/// What a user holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    /// A role, assigned or inherited.
    Role(String),
    /// A permission, by a role or directly.
    Permission(String),
    /// The role or the permission that has this name.
    Either(String),
}

impl Assertions {
    /// Largest file, in bytes.
    pub const MAX_BYTES: usize = 8 << 20;

    /// Parses a file.
    ///
    /// # Errors
    /// All problems with their places.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let all = parse::parse(text, &mut problems);
        if problems.is_empty() { Ok(Self { all }) } else { Err(problems.into_first()) }
    }

    /// Usernames that are mentioned.
    pub fn usernames(&self) -> impl Iterator<Item = &str> {
        self.all.iter().filter_map(|assertion| match &assertion.value {
            Assertion::UserCan(claim)
            | Assertion::UserCannot(claim)
            | Assertion::UserHolds(claim)
            | Assertion::UserDoesNotHold(claim) => Some(claim.subject.value.as_str()),
            Assertion::RoleCan(_) | Assertion::RoleCannot(_) | Assertion::NoOneHolds(_) => None,
        })
    }

    /// Whether an assertion begins with `no one`.
    #[must_use]
    pub fn concern_everyone(&self) -> bool {
        self.all.iter().any(|assertion| matches!(assertion.value, Assertion::NoOneHolds(_)))
    }

    /// The first users by name who contradict an assertion that begins with `no one`: as many as its failure needs.
    #[must_use]
    pub fn contradicting(&self, holdings: &dyn Holdings) -> Vec<String> {
        self.all.iter().flat_map(|assertion| check::contradicting(assertion, holdings)).collect()
    }

    /// Checks all assertions.
    #[must_use]
    pub fn check(&self, holdings: &dyn Holdings) -> Vec<Failure> {
        self.all.iter().filter_map(|assertion| check::check(assertion, holdings).err()).collect()
    }
}
