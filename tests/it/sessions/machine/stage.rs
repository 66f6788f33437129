//! Steps taken on two replicas, each answer held against the model.

use super::model::{Person, Session, Trade};
use super::step::Step;
use crate::identity::{decode, who};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{Acted, App, Client, PASSWORD, PROMISED, eventually};

pub(super) type Tally = BTreeMap<String, usize>;
type Held = Result<(), TestCaseError>;

pub(super) struct Stage {
    apps: [App; 2],
    people: Vec<Person>,
    sessions: Vec<Session>,
    /// What steps came to, and how often.
    pub(super) tally: Tally,
}

/// What somebody's password is after so many changes.
fn password(changes: usize) -> String {
    if changes == 0 { PASSWORD.to_owned() } else { format!("plain-sailing-number-{changes}") }
}

/// What a mutation came to: its refusal, or the code or reason of the error in its place.
fn told(acted: &Acted) -> String {
    match acted.answer.body["errors"].get(0) {
        None if acted.user_errors().is_empty() => "done".to_owned(),
        None => acted.refused(),
        Some(error) => {
            let code = &error["extensions"]["code"];
            error["extensions"]["reason"].as_str().or(code.as_str()).unwrap_or_default().to_owned()
        }
    }
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

    fn now(&self) -> DateTime<Utc> {
        self.apps[0].service.now()
    }

    fn count(&mut self, act: &str, outcome: &str) {
        *self.tally.entry(format!("{act}: {outcome}")).or_default() += 1;
    }

    /// Counted back from the newest; nothing when nobody can tell how that one stands.
    fn pick(&self, session: usize) -> Option<usize> {
        let session = self.sessions.len() - 1 - session % self.sessions.len();
        (!self.sessions[session].is_unsure(self.now())).then_some(session)
    }

    fn client(&self, (session, token): (usize, usize), at: usize) -> Client {
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

    async fn sign_in(&mut self, person: usize, at: usize) -> Held {
        let Person { name, password: changes, is_suspended, .. } = self.people[person];
        let arguments = json!({ "username": name, "password": password(changes) });
        let acted = self.apps[at].anonymous().act("login", arguments).await;
        let expected = if is_suspended { "ACCOUNT_NOT_ACTIVE" } else { "done" };
        prop_assert_eq!(told(&acted), expected, "{} signs in", name);
        self.count("sign in", expected);
        if !is_suspended {
            let id = acted.done()["viewer"]["session"]["id"].as_str().expect("an id").to_owned();
            self.sessions.push(Session::new(person, id, self.now()));
            self.keep(self.sessions.len() - 1, acted.done());
        }
        Ok(())
    }

    /// Keeps the tokens of a payload.
    fn keep(&mut self, session: usize, payload: &Value) {
        let text = |member: &str| payload[member].as_str().map(str::to_owned);
        let access = text("accessToken").expect("a token");
        let end = decode(&access).1["exp"].as_i64().expect("an end");
        self.sessions[session].access.push((access, end));
        let refresh = text("refreshToken").map(|token| (token, None));
        self.sessions[session].refresh.extend(refresh);
    }

    /// Asks who one is.
    async fn ask(&mut self, (session, token): (usize, usize), at: usize) -> Held {
        let now = self.now();
        let answer = self.client((session, token), at).ask("{ me { username } }").await;
        let name = self.people[self.sessions[session].person].name;
        let expected = self.sessions[session].refuses(token, now).unwrap_or(name);
        prop_assert_eq!(who(&answer), expected, "token {} of session {} on {}", token, session, at);
        if expected == name {
            self.sessions[session].note_use(now);
        }
        self.count("use", expected);
        Ok(())
    }

    async fn refresh(&mut self, (session, token): (usize, usize), at: usize) -> Held {
        let now = self.now();
        let text = self.sessions[session].refresh[token].0.clone();
        let acted = self.apps[at].anonymous().act("refresh", json!({ "refreshToken": text })).await;
        let trade = self.sessions[session].trade(token, now);
        let expected = match trade {
            Trade::Successor | Trade::SameSuccessor => "done",
            Trade::Reused => "REFRESH_TOKEN_REUSED",
            Trade::Invalid => "REFRESH_TOKEN_INVALID",
        };
        prop_assert_eq!(told(&acted), expected, "refresh token {} of session {} on {}", token, session, at);
        match trade {
            Trade::Successor => {
                self.sessions[session].refresh[token].1 = Some(now);
                self.sessions[session].note_renewal(now);
                self.keep(session, acted.done());
                self.count("refresh", "successor");
            }
            Trade::SameSuccessor => {
                let given = acted.done()["refreshToken"].as_str().map(str::to_owned);
                let successor = self.sessions[session].refresh[token + 1].0.clone();
                prop_assert_eq!(given, Some(successor), "of session {}", session);
                let mut payload = acted.done().clone();
                payload["refreshToken"] = Value::Null;
                self.keep(session, &payload);
                self.count("refresh", "same successor");
            }
            Trade::Reused => {
                self.end(at, |other, _| other == session).await?;
                self.count("refresh", expected);
            }
            Trade::Invalid => self.count("refresh", expected),
        }
        Ok(())
    }

    async fn sign_out(&mut self, (session, is_everywhere): (usize, bool), at: usize) -> Held {
        let (now, newest) = (self.now(), self.sessions[session].newest());
        let client = self.client((session, newest), at);
        let acted = client.act("logout", json!({ "everywhere": is_everywhere })).await;
        prop_assert_eq!(told(&acted), "done", "session {} signs out on {}", session, at);
        // An access token that has run out signs out all the same; a session that is over ends no others.
        let (is_live, person) = (self.sessions[session].is_live(now), self.sessions[session].person);
        let whose = |other: usize, it: &Session| other == session || is_everywhere && it.person == person;
        prop_assert_eq!(acted.done()["endedSessions"] != 0, is_live, "session {} signs out on {}", session, at);
        if is_live { self.end(at, whose).await } else { Ok(()) }
    }

    async fn change_password(&mut self, session: usize, at: usize) -> Held {
        let person = self.sessions[session].person;
        let changes = self.people[person].password;
        let arguments = json!({ "currentPassword": password(changes), "newPassword": password(changes + 1) });
        let is_usable = self.sessions[session].refuses(self.sessions[session].newest(), self.now()).is_none();
        self.people[person].password += usize::from(is_usable);
        let others = |at: usize, other: &Session| other.person == person && at != session;
        self.act((session, at), ("passwordChange", arguments), "done", others).await
    }

    async fn confirm(&mut self, (session, is_right): (usize, bool), at: usize) -> Held {
        let now = self.now();
        let changes = self.people[self.sessions[session].person].password;
        let given = if is_right { password(changes) } else { password(changes + 1) };
        let expected = if is_right { "done" } else { "INVALID_CREDENTIALS password" };
        let is_usable = self.sessions[session].refuses(self.sessions[session].newest(), now).is_none();
        self.act((session, at), ("reauthenticate", json!({ "password": given })), expected, |_, _| false).await?;
        if is_usable && is_right {
            self.sessions[session].note_password(now);
        }
        Ok(())
    }

    /// A mutation by the newest access token of a session: as `expected` when that is good, and then those end.
    async fn act(
        &mut self,
        (session, at): (usize, usize),
        (field, arguments): (&str, Value),
        expected: &str,
        ends: impl Fn(usize, &Session) -> bool,
    ) -> Held {
        let (now, newest) = (self.now(), self.sessions[session].newest());
        let acted = self.client((session, newest), at).act(field, arguments).await;
        let refused = self.sessions[session].refuses(newest, now);
        prop_assert_eq!(told(&acted), refused.unwrap_or(expected), "{} by session {} on {}", field, session, at);
        let name = match field {
            "reauthenticate" => "confirm",
            "passwordChange" => "change",
            "roleDelete" => "delete",
            field => field,
        };
        self.count(name, refused.unwrap_or(expected));
        if refused.is_some() {
            return Ok(());
        }
        self.sessions[session].note_use(now);
        if field == "reauthenticate" && expected == "done" {
            self.keep(session, acted.done());
        }
        self.end(at, ends).await
    }

    async fn set_suspended(&mut self, (person, is_suspended): (usize, bool), at: usize) -> Held {
        if self.people[person].is_suspended == is_suspended {
            return Ok(());
        }
        let field = if is_suspended { "userSuspend" } else { "userReactivate" };
        // The first to be asked for made it.
        let _ = self.apps[1].admin().await;
        let root = self.apps[at].login("root").await;
        let acted = root.act(field, json!({ "id": self.people[person].id })).await;
        prop_assert_eq!(told(&acted), "done", "{} of {}", field, person);
        self.people[person].is_suspended = is_suspended;
        let revision = self.apps[at].service.policy().revision();
        for app in &self.apps {
            app.service.ensure_fresh(Some(revision)).await.expect("it is told in time");
        }
        self.end(at, |_, session| is_suspended && session.person == person).await
    }

    /// These sessions have just been ended on a replica: their tokens are refused there at once, and on the other
    /// as soon as promised.
    async fn end(&mut self, at: usize, these: impl Fn(usize, &Session) -> bool) -> Held {
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
