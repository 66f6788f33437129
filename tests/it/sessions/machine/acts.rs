//! Acts of people on a replica, each answer held against the model.

use super::model::{Person, Session, Trade};
use super::stage::{Held, Stage};
use crate::identity::{decode, who};
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::{Acted, PASSWORD};

/// What somebody's password is after so many changes.
fn password(changes: usize) -> String {
    if changes == 0 { PASSWORD.to_owned() } else { format!("plain-sailing-number-{changes}") }
}

/// What a mutation came to: its refusal, or the code or reason of the error in its place.
pub(super) fn told(acted: &Acted) -> String {
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
    pub(super) async fn sign_in(&mut self, person: usize, at: usize) -> Held {
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
    pub(super) async fn ask(&mut self, (session, token): (usize, usize), at: usize) -> Held {
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

    pub(super) async fn refresh(&mut self, (session, token): (usize, usize), at: usize) -> Held {
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

    pub(super) async fn sign_out(&mut self, (session, is_everywhere): (usize, bool), at: usize) -> Held {
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

    pub(super) async fn change_password(&mut self, session: usize, at: usize) -> Held {
        let person = self.sessions[session].person;
        let changes = self.people[person].password;
        let arguments = json!({ "currentPassword": password(changes), "newPassword": password(changes + 1) });
        let is_usable = self.sessions[session].refuses(self.sessions[session].newest(), self.now()).is_none();
        self.people[person].password += usize::from(is_usable);
        let others = |at: usize, other: &Session| other.person == person && at != session;
        self.act((session, at), ("passwordChange", arguments), "done", others).await
    }

    pub(super) async fn confirm(&mut self, (session, is_right): (usize, bool), at: usize) -> Held {
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
    pub(super) async fn act(
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

    pub(super) async fn set_suspended(&mut self, (person, is_suspended): (usize, bool), at: usize) -> Held {
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
}
