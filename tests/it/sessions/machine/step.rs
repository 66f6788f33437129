//! Steps that are meaningful in any state: sessions and tokens are indices from the newest back, modulo their number.

use proptest::prelude::*;

/// One step; `at` is the replica.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    LogIn {
        person: usize,
        at: usize,
    },
    /// With an access token of the session.
    Use {
        session: usize,
        token: usize,
        at: usize,
    },
    Refresh {
        session: usize,
        token: usize,
        at: usize,
    },
    LogOut {
        session: usize,
        is_everywhere: bool,
        at: usize,
    },
    /// A session of the same user.
    Revoke {
        session: usize,
        target: usize,
        at: usize,
    },
    RevokeOthers {
        session: usize,
        at: usize,
    },
    ChangePassword {
        session: usize,
        at: usize,
    },
    /// Reauthenticates.
    Reauthenticate {
        session: usize,
        is_right: bool,
        at: usize,
    },
    /// Runs a mutation with `@recentLogin`.
    Delete {
        session: usize,
        at: usize,
    },
    Suspend {
        person: usize,
        at: usize,
    },
    Reactivate {
        person: usize,
        at: usize,
    },
    /// Advances the clock by milliseconds.
    Wait(i64),
}

const MINUTE: i64 = 60_000;

/// Any step; those that end sessions are rarer.
pub(super) fn any() -> impl Strategy<Value = Step> {
    let (session, token, at) = (0..5_usize, 0..4_usize, 0..2_usize);
    let person = 0..2_usize;
    let wait = prop_oneof![
        6 => Just(1_000),
        3 => Just(10_000),
        3 => Just(10_001),
        6 => Just(MINUTE),
        4 => Just(9 * MINUTE),
        4 => Just(10 * MINUTE + 1),
        1 => Just(29 * MINUTE),
        1 => Just(31 * MINUTE),
    ];
    prop_oneof![
        6 => (person.clone(), at.clone()).prop_map(|(person, at)| Step::LogIn { person, at }),
        8 => (session.clone(), token.clone(), at.clone())
            .prop_map(|(session, token, at)| Step::Use { session, token, at }),
        10 => (session.clone(), token, at.clone())
            .prop_map(|(session, token, at)| Step::Refresh { session, token, at }),
        2 => (session.clone(), any_bool(4), at.clone())
            .prop_map(|(session, is_everywhere, at)| Step::LogOut { session, is_everywhere, at }),
        2 => (session.clone(), session.clone(), at.clone())
            .prop_map(|(session, target, at)| Step::Revoke { session, target, at }),
        1 => (session.clone(), at.clone()).prop_map(|(session, at)| Step::RevokeOthers { session, at }),
        1 => (session.clone(), at.clone()).prop_map(|(session, at)| Step::ChangePassword { session, at }),
        4 => (session.clone(), any_bool(2), at.clone())
            .prop_map(|(session, is_right, at)| Step::Reauthenticate { session, is_right, at }),
        8 => (session, at.clone()).prop_map(|(session, at)| Step::Delete { session, at }),
        1 => (person.clone(), at.clone()).prop_map(|(person, at)| Step::Suspend { person, at }),
        2 => (person, at).prop_map(|(person, at)| Step::Reactivate { person, at }),
        8 => wait.prop_map(Step::Wait),
    ]
}

/// True in one of `of` cases.
fn any_bool(of: u32) -> impl Strategy<Value = bool> + Clone {
    (0..of).prop_map(|drawn| drawn == 0)
}
