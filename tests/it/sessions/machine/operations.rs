//! Operations of users on a replica, each result compared with the model.

use super::model::{Person, Rotation, Session};
use super::runner::{Runner, StepResult};
use crate::identity::{decode, who};
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::{MutationResult, PASSWORD};

/// The password of a user after so many changes.
fn password(changes: usize) -> String {
    if changes == 0 { PASSWORD.to_owned() } else { format!("plain-sailing-number-{changes}") }
}

/// The outcome of a mutation: its user error, or the code or reason of the top-level error.
pub(super) fn outcome(acted: &MutationResult) -> String {
    match acted.response.body["errors"].get(0) {
        None if acted.user_errors().is_empty() => "done".to_owned(),
        None => acted.refused(),
        Some(error) => {
            let code = &error["extensions"]["code"];
            error["extensions"]["reason"].as_str().or(code.as_str()).unwrap_or_default().to_owned()
        }
    }
}

impl Runner {
    pub(super) async fn log_in(&mut self, person: usize, at: usize) -> StepResult {
        let Person { name, password: changes, is_suspended, .. } = self.people[person];
        let arguments = json!({ "username": name, "password": password(changes) });
        let acted = self.apps[at].anonymous().mutate("login", arguments).await;
        let expected = if is_suspended { "ACCOUNT_NOT_ACTIVE" } else { "done" };
        prop_assert_eq!(outcome(&acted), expected, "{} logs in", name);
        self.count("log in", expected);
        if !is_suspended {
            let id = acted.done()["viewer"]["session"]["id"].as_str().expect("an id").to_owned();
            self.sessions.push(Session::new(person, id, self.now()));
            self.record_tokens(self.sessions.len() - 1, acted.done());
        }
        Ok(())
    }

    /// Records the tokens of a payload.
    fn record_tokens(&mut self, session: usize, payload: &Value) {
        let text = |member: &str| payload[member].as_str().map(str::to_owned);
        let access = text("accessToken").expect("a token");
        let end = decode(&access).1["exp"].as_i64().expect("an end");
        self.sessions[session].access.push((access, end));
        let refresh = text("refreshToken").map(|token| (token, None));
        self.sessions[session].refresh.extend(refresh);
    }

    /// Reads the caller's username.
    pub(super) async fn whoami(&mut self, session: usize, token: usize, at: usize) -> StepResult {
        let now = self.now();
        let answer = self.client(session, token, at).ask("{ me { username } }").await;
        let name = self.people[self.sessions[session].person].name;
        let expected = self.sessions[session].rejection(token, now).unwrap_or(name);
        prop_assert_eq!(who(&answer), expected, "token {} of session {} on {}", token, session, at);
        if expected == name {
            self.sessions[session].record_use(now);
        }
        self.count("use", expected);
        Ok(())
    }

    pub(super) async fn refresh(&mut self, session: usize, token: usize, at: usize) -> StepResult {
        let now = self.now();
        let text = self.sessions[session].refresh[token].0.clone();
        let acted = self.apps[at].anonymous().mutate("refresh", json!({ "refreshToken": text })).await;
        let rotation = self.sessions[session].rotation(token, now);
        let expected = match rotation {
            Rotation::NewToken | Rotation::SameToken => "done",
            Rotation::Reused => "REFRESH_TOKEN_REUSED",
            Rotation::Invalid => "REFRESH_TOKEN_INVALID",
        };
        prop_assert_eq!(outcome(&acted), expected, "refresh token {} of session {} on {}", token, session, at);
        match rotation {
            Rotation::NewToken => {
                self.sessions[session].refresh[token].1 = Some(now);
                self.sessions[session].record_refresh(now);
                self.record_tokens(session, acted.done());
                self.count("refresh", "new token");
            }
            Rotation::SameToken => {
                let given = acted.done()["refreshToken"].as_str().map(str::to_owned);
                let new_token = self.sessions[session].refresh[token + 1].0.clone();
                prop_assert_eq!(given, Some(new_token), "of session {}", session);
                let mut payload = acted.done().clone();
                payload["refreshToken"] = Value::Null;
                self.record_tokens(session, &payload);
                self.count("refresh", "same token");
            }
            Rotation::Reused => {
                self.end(at, |other, _| other == session).await?;
                self.count("refresh", expected);
            }
            Rotation::Invalid => self.count("refresh", expected),
        }
        Ok(())
    }

    pub(super) async fn log_out(&mut self, session: usize, is_everywhere: bool, at: usize) -> StepResult {
        let (now, newest) = (self.now(), self.sessions[session].newest());
        let client = self.client(session, newest, at);
        let acted = client.mutate("logout", json!({ "everywhere": is_everywhere })).await;
        prop_assert_eq!(outcome(&acted), "done", "session {} logs out on {}", session, at);
        // An expired access token logs out as well; an ended session ends no others.
        let (is_live, person) = (self.sessions[session].is_live(now), self.sessions[session].person);
        let whose = |other: usize, it: &Session| other == session || is_everywhere && it.person == person;
        prop_assert_eq!(acted.done()["endedSessions"] != 0, is_live, "session {} logs out on {}", session, at);
        if is_live { self.end(at, whose).await } else { Ok(()) }
    }

    pub(super) async fn change_password(&mut self, session: usize, at: usize) -> StepResult {
        let person = self.sessions[session].person;
        let changes = self.people[person].password;
        let arguments = json!({ "currentPassword": password(changes), "newPassword": password(changes + 1) });
        let is_usable = self.sessions[session].rejection(self.sessions[session].newest(), self.now()).is_none();
        self.people[person].password += usize::from(is_usable);
        let others = |at: usize, other: &Session| other.person == person && at != session;
        self.mutate(session, at, "passwordChange", arguments, "done", others).await
    }

    pub(super) async fn reauthenticate(&mut self, session: usize, is_right: bool, at: usize) -> StepResult {
        let now = self.now();
        let changes = self.people[self.sessions[session].person].password;
        let given = if is_right { password(changes) } else { password(changes + 1) };
        let expected = if is_right { "done" } else { "INVALID_CREDENTIALS password" };
        let is_usable = self.sessions[session].rejection(self.sessions[session].newest(), now).is_none();
        self.mutate(session, at, "reauthenticate", json!({ "password": given }), expected, |_, _| false).await?;
        if is_usable && is_right {
            self.sessions[session].record_password(now);
        }
        Ok(())
    }

    /// A mutation with the newest access token of a session: `expected` if that token is valid; then ends those
    /// sessions.
    pub(super) async fn mutate(
        &mut self,
        session: usize,
        at: usize,
        field: &str,
        arguments: Value,
        expected: &str,
        ends: impl Fn(usize, &Session) -> bool,
    ) -> StepResult {
        let (now, newest) = (self.now(), self.sessions[session].newest());
        let acted = self.client(session, newest, at).mutate(field, arguments).await;
        let refused = self.sessions[session].rejection(newest, now);
        prop_assert_eq!(outcome(&acted), refused.unwrap_or(expected), "{} by session {} on {}", field, session, at);
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
        self.sessions[session].record_use(now);
        if field == "reauthenticate" && expected == "done" {
            self.record_tokens(session, acted.done());
        }
        self.end(at, ends).await
    }

    pub(super) async fn set_suspended(&mut self, person: usize, is_suspended: bool, at: usize) -> StepResult {
        if self.people[person].is_suspended == is_suspended {
            return Ok(());
        }
        let field = if is_suspended { "userSuspend" } else { "userReactivate" };
        // The first one was created by the setup.
        let _ = self.apps[1].admin().await;
        let root = self.apps[at].login("root").await;
        let acted = root.mutate(field, json!({ "id": self.people[person].id })).await;
        prop_assert_eq!(outcome(&acted), "done", "{} of {}", field, person);
        self.people[person].is_suspended = is_suspended;
        let revision = self.apps[at].service.policy().revision();
        for app in &self.apps {
            app.service.ensure_fresh(Some(revision)).await.expect("it is outcome in time");
        }
        self.end(at, |_, session| is_suspended && session.person == person).await
    }
}
