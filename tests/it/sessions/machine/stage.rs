//! Steps taken on two replicas, each answer held against the model.

use super::acts::told;
use super::model::{Person, Session};
use super::step::Step;
use crate::identity::who;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{App, Client, PROMISED, eventually};

pub(super) type Tally = BTreeMap<String, usize>;
pub(super) type Held = Result<(), TestCaseError>;

pub(super) struct Stage {
    pub(super) apps: [App; 2],
    pub(super) people: Vec<Person>,
    pub(super) sessions: Vec<Session>,
    /// What steps came to, and how often.
    pub(super) tally: Tally,
}

impl Stage {
    pub(super) async fn set() -> Self {
        // So long that a password may be old before a token is.
        let lifetime = Duration::from_secs(45 * 60);
        let app = App::builder().config(|config| config.token.access_lifetime = lifetime).start().await;
        let mut people = Vec::new();
        for name in ["ana", "ben"] {
            let actor = app.user(name).with_permission("role:delete").create().await;
            people.push(Person { name, id: actor.id, password: 0, is_suspended: false });
        }
        let apps = [app.replica().await, app];
        let mut stage = Self { apps, people, sessions: Vec::new(), tally: Tally::new() };
        for person in 0..stage.people.len() {
            stage.sign_in(person, 0).await.expect("a first session");
        }
        stage
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.apps[0].service.now()
    }

    pub(super) fn count(&mut self, act: &str, outcome: &str) {
        *self.tally.entry(format!("{act}: {outcome}")).or_default() += 1;
    }

    /// Counted back from the newest; nothing when nobody can tell how that one stands.
    fn pick(&self, session: usize) -> Option<usize> {
        let session = self.sessions.len() - 1 - session % self.sessions.len();
        (!self.sessions[session].is_unsure(self.now())).then_some(session)
    }

    pub(super) fn client(&self, (session, token): (usize, usize), at: usize) -> Client {
        self.apps[at].anonymous().with_token(&self.sessions[session].access[token].0)
    }

    pub(super) async fn take(&mut self, step: Step) -> Held {
        match step {
            Step::SignIn { person, at } => self.sign_in(person, at).await,
            Step::Suspend { person, at } => self.set_suspended((person, true), at).await,
            Step::Reactivate { person, at } => self.set_suspended((person, false), at).await,
            Step::Wait(milliseconds) => {
                // What background work does every half minute, whenever that is by this clock.
                for app in &self.apps {
                    app.service.flush().await.expect("written");
                }
                self.apps[0].clock.advance(TimeDelta::milliseconds(milliseconds));
                Ok(())
            }
            Step::Use { session, token, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let token = self.sessions[session].newest() - token % self.sessions[session].access.len();
                self.ask((session, token), at).await
            }
            Step::Refresh { session, token, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let count = self.sessions[session].refresh.len();
                self.refresh((session, count - 1 - token % count), at).await
            }
            Step::SignOut { session, is_everywhere, at } => match self.pick(session) {
                Some(session) if !self.sessions[session].is_about_to_be_forgotten(self.now()) => {
                    self.sign_out((session, is_everywhere), at).await
                }
                _ => Ok(()),
            },
            Step::Revoke { session, target, at } => {
                let (Some(session), Some(target)) = (self.pick(session), self.pick(target)) else { return Ok(()) };
                if self.sessions[session].person != self.sessions[target].person {
                    return Ok(());
                }
                let arguments = json!({ "id": self.sessions[target].id });
                self.act((session, at), ("sessionRevoke", arguments), "done", |at, _| at == target).await
            }
            Step::RevokeOthers { session, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let person = self.sessions[session].person;
                let others = |at: usize, other: &Session| other.person == person && at != session;
                self.act((session, at), ("sessionRevokeOthers", json!({})), "done", others).await
            }
            Step::ChangePassword { session, at } => match self.pick(session) {
                Some(session) => self.change_password(session, at).await,
                None => Ok(()),
            },
            Step::Confirm { session, is_right, at } => match self.pick(session) {
                Some(session) => self.confirm((session, is_right), at).await,
                None => Ok(()),
            },
            Step::Delete { session, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let is_confirmed = self.sessions[session].is_confirmed(self.now());
                let expected = if is_confirmed { "NOT_FOUND id" } else { "REAUTHENTICATION_REQUIRED" };
                let arguments = json!({ "id": "role_x" });
                self.act((session, at), ("roleDelete", arguments), expected, |_, _| false).await
            }
        }
    }

    /// These sessions have just been ended on a replica: their tokens are refused there at once, and on the other
    /// as soon as promised.
    pub(super) async fn end(&mut self, at: usize, these: impl Fn(usize, &Session) -> bool) -> Held {
        let now = self.now();
        let mut ended = Vec::new();
        for (number, session) in self.sessions.iter_mut().enumerate() {
            if !session.is_ended && these(number, session) {
                session.is_ended = true;
                ended.push(number);
            }
        }
        for session in ended {
            let newest = self.sessions[session].newest();
            if self.sessions[session].refuses(newest, now) == Some("REVOKED") {
                self.ask((session, newest), at).await?;
                let elsewhere = self.client((session, newest), 1 - at);
                let ask = async || who(&elsewhere.ask("{ me { username } }").await);
                let _ = eventually(PROMISED, ask, |who| who == "REVOKED").await;
            }
            let (newest, _) = self.sessions[session].refresh.last().expect("a token").clone();
            let acted = self.apps[1 - at].anonymous().act("refresh", json!({ "refreshToken": newest })).await;
            prop_assert_eq!(told(&acted), "REFRESH_TOKEN_INVALID", "session {} on {}", session, 1 - at);
        }
        Ok(())
    }

    /// Every token that there ever was, on both replicas: those of ended sessions are still refused, the others good
    /// for what they were good for.
    pub(super) async fn look_back(&mut self) -> Held {
        let now = self.now();
        for session in 0..self.sessions.len() {
            if self.sessions[session].is_unsure(now) {
                continue;
            }
            for token in 0..self.sessions[session].access.len() {
                self.ask((session, token), 0).await?;
                self.ask((session, token), 1).await?;
            }
            // The newest first: an older one may end the session.
            for token in (0..self.sessions[session].refresh.len()).rev() {
                self.refresh((session, token), token % 2).await?;
            }
        }
        Ok(())
    }
}
