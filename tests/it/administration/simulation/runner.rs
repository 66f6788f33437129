//! Runs steps: the application, the world as last snapshot, and the check of each step.

use super::answers::{difference, has_expired, outcome, viewer_of};
use super::invariants::{self, CheckResult, Violation};
use super::patterns::is_permission;
use super::requests::{Credential, Ids, document};
use super::rules::expected_errors;
use super::step::{Operation, Step};
use super::world::{Names, World};
use super::{effects, preview, setup, snapshot};
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::{Clock, parse_typeid};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{App, PASSWORD, PROMISED, Response, eventually};
use uuid::Uuid;

/// The outcome of a step: its error code, or nothing.
pub(super) type Outcome = Option<String>;
/// Number of outcomes by mutation.
pub(super) type Tally = BTreeMap<(&'static str, Outcome), usize>;

/// Query of a session's own roles and permissions.
pub(super) const VIEWER: &str = "{ viewer { roles permissions } }";

#[derive(Debug)]
pub(super) struct Runner {
    /// Replicas; steps alternate between them.
    apps: Vec<App>,
    turn: usize,
    /// The minimal policy revision of responses.
    pub(super) revision: u64,
    pub(super) ids: Ids,
    pub world: World,
    pub tally: Tally,
    /// Ids of the users before the last step.
    pub(super) former_users: BTreeMap<String, String>,
    /// Impact in the payload of the last mutation.
    impact_of_last: Value,
}

impl Runner {
    /// A new installation of so many replicas, in the initial state.
    pub(super) async fn set(replicas: usize) -> Self {
        // Sessions do not expire when idle: tested elsewhere.
        let long = Duration::from_secs(365 * 24 * 60 * 60);
        let app = App::builder().config(|config| (config.session.idle, config.session.absolute) = (long, long));
        let mut apps = vec![app.start().await];
        let ids = Ids { start: apps[0].clock.now(), ..Ids::default() };
        while apps.len() < replicas {
            let other = apps[0].replica().await;
            apps.push(other);
        }
        let (world, tally) = (World::default(), Tally::new());
        let mut runner = Self {
            apps,
            turn: 0,
            revision: 0,
            ids,
            world,
            tally,
            impact_of_last: Value::Null,
            former_users: BTreeMap::new(),
        };
        setup::enter(&mut runner).await;
        runner.world = snapshot::world(&runner.apps[0], &mut runner.ids).await;
        runner.revision = runner.apps[0].service.policy().revision();
        runner
    }

    /// The replica that is next.
    pub(super) fn app(&self) -> &App {
        &self.apps[self.turn % self.apps.len()]
    }

    /// Runs a step and checks it: its outcome against the rules, the world against the invariants, and the permissions
    /// of some sessions. Skips a step on objects that do not exist.
    pub(super) async fn take(&mut self, step: &Step, checked: &Names) -> CheckResult {
        if !self.is_possible(step) {
            return Ok(());
        }
        if let Step::Together { by, operations } = step {
            return self.take_together(by, operations, checked).await;
        }
        let predicted = effects::after(&self.world, step);
        let codes = expected_errors(&self.world, step, &predicted);
        let actor = self.actor_of(step);
        let preview = self.preview(step).await?;
        self.former_users.clone_from(&self.ids.users);
        let outcome = self.perform(step).await;
        let (after, revision) = self.read().await;
        let made = preview::Result { outcome: outcome.clone(), impact: self.impact_of_last.take() };
        self.check_impact(step, preview.as_ref(), &made, &after)?;

        let invariant = |invariant, holds: bool, details: String| {
            if holds { Ok(()) } else { Err(Violation { invariant, details }) }
        };
        match &outcome {
            Some(code) => {
                let details = format!("rejected with {code}, predicted {codes:?}");
                invariant("predicted errors", codes.contains(code.as_str()), details)?;
                invariant(
                    "R9",
                    after == self.world && revision == self.revision,
                    "an error changed something".to_owned(),
                )?;
            }
            None => {
                // A step without effect may succeed unchecked.
                let details = format!("allowed, predicted {codes:?}");
                invariant("predicted errors", codes.is_empty() || predicted == self.world, details)?;
                invariants::check(&self.world, step, &after)?;
                if after != predicted {
                    return Err(Violation { invariant: "predicted effects", details: difference(&after, &predicted) });
                }
            }
        }
        if outcome.is_some() || after != self.world {
            self.check_audit(actor, &outcome).await?;
        }
        self.settle(after, revision, checked).await
    }

    /// The world and the revision of the policy, after a step.
    pub(super) async fn read(&mut self) -> (World, u64) {
        self.app().service.ensure_fresh(Some(self.revision)).await.expect("a fresh policy");
        let revision = self.app().service.policy().revision();
        (snapshot::world(&self.apps[self.turn % self.apps.len()], &mut self.ids).await, revision)
    }

    /// Proceeds with the world after a step, and checks the permissions of some sessions.
    pub(super) async fn settle(&mut self, after: World, revision: u64, checked: &Names) -> CheckResult {
        let before = std::mem::replace(&mut self.world, after);
        self.revision = revision;
        self.await_replicas(&before).await;
        self.turn += 1;
        for session in checked {
            self.check_decisions(session).await?;
        }
        Ok(())
    }

    /// Do all objects of the step exist?
    fn is_possible(&self, step: &Step) -> bool {
        match step {
            Step::Do { by, operation } => {
                let is_live = |session: &String| self.world.sessions.contains_key(session);
                let is_there = match operation {
                    Operation::EndSession { session } => is_live(session),
                    _ => true,
                };
                is_there && self.ids.sessions.contains_key(by) && self.ids.arguments(operation).is_some()
            }
            Step::Together { by, operations } => self.is_possible_together(by, operations),
            Step::LogIn { roles, .. } => roles.iter().flatten().all(|role| self.world.roles.contains_key(role)),
            Step::Reset { user } => self.world.users.contains_key(user) && self.ids.resets.contains_key(user),
            Step::SignUp { .. } | Step::Wait(_) => true,
        }
    }

    async fn perform(&mut self, step: &Step) -> Outcome {
        let (field, answer) = match step {
            Step::Wait(seconds) => {
                self.app().clock.advance(TimeDelta::seconds(*seconds));
                return None;
            }
            Step::Do { by, operation } => {
                let arguments = self.ids.arguments(operation).expect("everything is there");
                (operation.field(), self.send(by, &document(operation.field(), &arguments), arguments).await)
            }
            Step::Reset { user } => {
                let arguments = json!({ "token": self.ids.resets[user], "newPassword": PASSWORD });
                let document = document("passwordReset", &arguments);
                ("passwordReset", self.app().anonymous().graphql(&document, arguments).await)
            }
            Step::Together { .. } => unreachable!("taken operation by operation"),
            Step::SignUp { user, .. } => ("signup", self.enter("signup", user, None).await),
            Step::LogIn { user, roles, .. } => ("login", self.enter("login", user, roles.as_ref()).await),
        };
        let outcome = outcome(&answer, field);
        let payload = &answer.body["data"][field];
        self.impact_of_last = payload["impact"].clone();
        if let (Step::Do { operation: Operation::IssueReset { user }, .. }, Some(token)) =
            (step, payload["token"].as_str())
        {
            self.ids.resets.insert(user.clone(), token.to_owned());
        }
        let opened = match step {
            Step::SignUp { session, .. } | Step::LogIn { session, .. } => Some(session),
            Step::Do { by, .. } => Some(by),
            Step::Together { .. } | Step::Reset { .. } | Step::Wait(_) => None,
        };
        if let (Some(session), Some(token)) = (opened, payload["accessToken"].as_str()) {
            let refresh = payload["refreshToken"].as_str().map(str::to_owned);
            let refresh = refresh.unwrap_or_else(|| self.ids.sessions[session].refresh_token.clone());
            self.record_session(session, token, &refresh).await;
        }
        *self.tally.entry((field, outcome.clone())).or_default() += 1;
        outcome
    }

    /// Signs up or logs in.
    async fn enter(&self, field: &str, user: &str, roles: Option<&Names>) -> Response {
        let mut arguments = json!({ "username": user, "password": PASSWORD });
        if let Some(roles) = roles {
            arguments["roles"] = json!(roles);
        }
        self.app().anonymous().graphql(&document(field, &arguments), arguments).await
    }

    /// Sends a request through a session; refreshes an expired token first.
    pub(super) async fn send(&mut self, by: &str, document: &str, variables: Value) -> Response {
        let answer = self.ask(by, document, &variables).await;
        if !has_expired(&answer) {
            return answer;
        }
        let old = json!({ "refreshToken": self.ids.sessions[by].refresh_token });
        let refreshed = self.app().anonymous().mutate("refresh", old).await;
        let payload = &refreshed.response.body["data"]["refresh"];
        if let (Some(access), Some(refresh)) = (payload["accessToken"].as_str(), payload["refreshToken"].as_str()) {
            let known = self.ids.sessions.get_mut(by).expect("a session");
            (known.access_token, known.refresh_token) = (access.to_owned(), refresh.to_owned());
        }
        self.ask(by, document, &variables).await
    }

    async fn ask(&self, by: &str, document: &str, variables: &Value) -> Response {
        self.ask_at(self.app(), by, document, variables).await
    }

    async fn ask_at(&self, app: &App, by: &str, document: &str, variables: &Value) -> Response {
        let body = json!({ "query": document, "variables": variables });
        let client = app.anonymous().with_token(&*self.ids.sessions[by].access_token);
        client.post(&body, &[("policy-revision", &self.revision.to_string())]).await
    }

    /// Sessions are not part of the policy, and no revision announces them: waits, within the promised time, until all
    /// replicas know which sessions ended and which roles the others chose.
    async fn await_replicas(&self, before: &World) {
        for (session, _) in before.sessions.iter().filter(|(name, old)| self.world.sessions.get(*name) != Some(*old)) {
            for app in &self.apps {
                let ask = async || self.ask_at(app, session, VIEWER, &json!({})).await;
                let is_known = |answer: &Response| match self.world.sessions.contains_key(session) {
                    true => has_expired(answer) || viewer_of(answer) == self.predicted(session),
                    false => answer.body["errors"].is_array(),
                };
                let _ = eventually(PROMISED, ask, is_known).await;
            }
        }
    }

    /// Records the tokens of a session.
    pub(super) async fn record_session(&mut self, name: &str, access: &str, refresh: &str) {
        let client = self.app().anonymous().with_token(access);
        let answer = client.ask("{ viewer { session { id } } }").await;
        let global_id = answer.data()["viewer"]["session"]["id"].as_str().expect("an id").to_owned();
        let id = parse_typeid("ses", &global_id).expect("a session's id");
        let (access_token, refresh_token) = (access.to_owned(), refresh.to_owned());
        self.ids.sessions.insert(name.to_owned(), Credential { id, global_id, access_token, refresh_token });
    }

    /// R9: changes are audited, and so are denials.
    pub(super) async fn check_audit(&self, actor: Option<Uuid>, outcome: &Outcome) -> CheckResult {
        let Some(actor) = actor else { return Ok(()) };
        let holds = snapshot::is_audited(self.app(), actor, outcome.as_deref()).await;
        if holds { Ok(()) } else { Err(Violation { invariant: "R9", details: format!("{outcome:?} is not audited") }) }
    }

    /// The actor of a step.
    fn actor_of(&self, step: &Step) -> Option<Uuid> {
        let Step::Do { by, .. } = step else { return None };
        self.user_of(&self.world, by)
    }

    /// The user of a session in a world.
    pub(super) fn user_of(&self, world: &World, session: &str) -> Option<Uuid> {
        parse_typeid("user", self.ids.users.get(&world.sessions.get(session)?.user)?)
    }

    /// Roles and permissions of a session match the prediction.
    async fn check_decisions(&mut self, session: &str) -> CheckResult {
        if !self.world.sessions.contains_key(session) {
            return Ok(());
        }
        let answer = self.send(session, VIEWER, json!({})).await;
        let predicted = self.predicted(session);
        if viewer_of(&answer) == predicted {
            return Ok(());
        }
        let details = format!("{session} reads {}, predicted {predicted:?}", answer.body);
        Err(Violation { invariant: "predicted decisions", details })
    }

    /// The active roles of a session with those inherited, and its permissions.
    fn predicted(&self, session: &str) -> (Names, Names) {
        let roles = self.world.closure_of(&self.world.active(session));
        (roles, self.world.authority(session).into_keys().filter(|name| is_permission(name)).collect())
    }
}
