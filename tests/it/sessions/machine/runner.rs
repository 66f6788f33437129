//! Runs steps on two replicas, each result compared with the model.

use super::model::{Person, Session};
use super::operations::outcome;
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
pub(super) type StepResult = Result<(), TestCaseError>;

pub(super) struct Runner {
    pub(super) apps: [App; 2],
    pub(super) people: Vec<Person>,
    pub(super) sessions: Vec<Session>,
    /// Number of outcomes.
    pub(super) tally: Tally,
}

impl Runner {
    pub(super) async fn set() -> Self {
        // So long that a password confirmation may expire before a token.
        let lifetime = Duration::from_secs(45 * 60);
        let app = App::builder().config(|config| config.token.access_lifetime = lifetime).start().await;
        let mut people = Vec::new();
        for name in ["ana", "ben"] {
            let actor = app.user(name).with_permission("role:delete").create().await;
            people.push(Person { name, id: actor.id, password: 0, is_suspended: false });
        }
        let apps = [app.replica().await, app];
        let mut runner = Self { apps, people, sessions: Vec::new(), tally: Tally::new() };
        for person in 0..runner.people.len() {
            runner.log_in(person, 0).await.expect("a first session");
        }
        runner
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.apps[0].service.now()
    }

    pub(super) fn count(&mut self, mutate: &str, outcome: &str) {
        *self.tally.entry(format!("{mutate}: {outcome}")).or_default() += 1;
    }

    /// Counted back from the newest; `None` when its state is uncertain.
    fn pick(&self, session: usize) -> Option<usize> {
        let session = self.sessions.len() - 1 - session % self.sessions.len();
        (!self.sessions[session].is_uncertain(self.now())).then_some(session)
    }

    pub(super) fn client(&self, session: usize, token: usize, at: usize) -> Client {
        self.apps[at].anonymous().with_token(&self.sessions[session].access[token].0)
    }

    pub(super) async fn take(&mut self, step: Step) -> StepResult {
        match step {
            Step::LogIn { person, at } => self.log_in(person, at).await,
            Step::Suspend { person, at } => self.set_suspended(person, true, at).await,
            Step::Reactivate { person, at } => self.set_suspended(person, false, at).await,
            Step::Wait(milliseconds) => {
                // The background work of every half minute, at any time of this clock.
                for app in &self.apps {
                    app.service.flush().await.expect("written");
                }
                self.apps[0].clock.advance(TimeDelta::milliseconds(milliseconds));
                Ok(())
            }
            Step::Use { session, token, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let token = self.sessions[session].newest() - token % self.sessions[session].access.len();
                self.whoami(session, token, at).await
            }
            Step::Refresh { session, token, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let count = self.sessions[session].refresh.len();
                self.refresh(session, count - 1 - token % count, at).await
            }
            Step::LogOut { session, is_everywhere, at } => match self.pick(session) {
                Some(session) if !self.sessions[session].is_recently_expired(self.now()) => {
                    self.log_out(session, is_everywhere, at).await
                }
                _ => Ok(()),
            },
            Step::Revoke { session, target, at } => {
                let (Some(session), Some(target)) = (self.pick(session), self.pick(target)) else { return Ok(()) };
                if self.sessions[session].person != self.sessions[target].person {
                    return Ok(());
                }
                let arguments = json!({ "id": self.sessions[target].id });
                self.mutate(session, at, "sessionRevoke", arguments, "done", |at, _| at == target).await
            }
            Step::RevokeOthers { session, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let person = self.sessions[session].person;
                let others = |at: usize, other: &Session| other.person == person && at != session;
                self.mutate(session, at, "sessionRevokeOthers", json!({}), "done", others).await
            }
            Step::ChangePassword { session, at } => match self.pick(session) {
                Some(session) => self.change_password(session, at).await,
                None => Ok(()),
            },
            Step::Reauthenticate { session, is_right, at } => match self.pick(session) {
                Some(session) => self.reauthenticate(session, is_right, at).await,
                None => Ok(()),
            },
            Step::Delete { session, at } => {
                let Some(session) = self.pick(session) else { return Ok(()) };
                let is_confirmed = self.sessions[session].is_confirmed(self.now());
                let expected = if is_confirmed { "NOT_FOUND id" } else { "REAUTHENTICATION_REQUIRED" };
                let arguments = json!({ "id": "role_x" });
                self.mutate(session, at, "roleDelete", arguments, expected, |_, _| false).await
            }
        }
    }

    /// These sessions have just been ended on a replica: their tokens are rejected there at once, and on the other
    /// within the promised time.
    pub(super) async fn end(&mut self, at: usize, these: impl Fn(usize, &Session) -> bool) -> StepResult {
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
            if self.sessions[session].rejection(newest, now) == Some("REVOKED") {
                self.whoami(session, newest, at).await?;
                let elsewhere = self.client(session, newest, 1 - at);
                let whoami = async || who(&elsewhere.ask("{ me { username } }").await);
                let _ = eventually(PROMISED, whoami, |who| who == "REVOKED").await;
            }
            let (newest, _) = self.sessions[session].refresh.last().expect("a token").clone();
            let acted = self.apps[1 - at].anonymous().mutate("refresh", json!({ "refreshToken": newest })).await;
            prop_assert_eq!(outcome(&acted), "REFRESH_TOKEN_INVALID", "session {} on {}", session, 1 - at);
        }
        Ok(())
    }

    /// Every token ever issued, on both replicas: those of ended sessions are still rejected, the others valid.
    pub(super) async fn check_all_tokens(&mut self) -> StepResult {
        let now = self.now();
        for session in 0..self.sessions.len() {
            if self.sessions[session].is_uncertain(now) {
                continue;
            }
            for token in 0..self.sessions[session].access.len() {
                self.whoami(session, token, 0).await?;
                self.whoami(session, token, 1).await?;
            }
            // The newest first: an older one may end the session.
            for token in (0..self.sessions[session].refresh.len()).rev() {
                self.refresh(session, token, token % 2).await?;
            }
        }
        Ok(())
    }
}
