//! Where steps are taken: the application, the world as it was last read, and the judgement of each step.

use super::laws::{self, Breach, Held};
use super::rules::refusals;
use super::step::{Act, Step};
use super::wire::{Book, Credential, document};
use super::world::{BY_RULE, Names, World};
use super::{cast, effects, read};
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::{Clock, parse_typeid};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{Answer, App, PASSWORD, PROMISED, eventually};
use uuid::Uuid;

/// How a step went: the code it was refused with, or nothing.
pub(super) type Outcome = Option<String>;
/// How often each mutation came to which outcome.
pub(super) type Tally = BTreeMap<(&'static str, Outcome), usize>;

/// What a session is asked about itself.
const VIEWER: &str = "{ viewer { roles permissions } }";

#[derive(Debug)]
pub(super) struct Stage {
    /// Replicas; steps go to each in turn.
    apps: Vec<App>,
    turn: usize,
    /// The policy revision that answers must know.
    revision: u64,
    book: Book,
    pub world: World,
    pub tally: Tally,
}

impl Stage {
    /// A fresh installation of so many replicas, with everybody on it.
    pub(super) async fn set(replicas: usize) -> Self {
        // Nobody is signed out for being idle: that is another test's.
        let long = Duration::from_secs(365 * 24 * 60 * 60);
        let app = App::builder().config(|config| (config.session.idle, config.session.absolute) = (long, long));
        let mut apps = vec![app.start().await];
        let book = Book { start: apps[0].clock.now(), ..Book::default() };
        while apps.len() < replicas {
            let other = apps[0].replica().await;
            apps.push(other);
        }
        let (world, tally) = (World::default(), Tally::new());
        let mut stage = Self { apps, turn: 0, revision: 0, book, world, tally };
        cast::enter(&mut stage).await;
        stage.world = read::world(&stage.apps[0], &mut stage.book).await;
        stage.revision = stage.apps[0].service.policy().revision();
        stage
    }

    /// The replica whose turn it is.
    pub(super) fn app(&self) -> &App {
        &self.apps[self.turn % self.apps.len()]
    }

    /// Takes a step and judges it: by what the rules foretell, by the invariants, and by what some sessions are told
    /// they hold. A step that speaks of what is not there is passed over.
    pub(super) async fn take(&mut self, step: &Step, asked: &Names) -> Held {
        if !self.is_possible(step) {
            return Ok(());
        }
        let foreseen = effects::after(&self.world, step);
        let codes = refusals(&self.world, step, &foreseen);
        let actor = self.actor_of(step);
        let outcome = self.perform(step).await;
        self.app().service.ensure_fresh(Some(self.revision)).await.expect("a fresh policy");
        let revision = self.app().service.policy().revision();
        let after = read::world(&self.apps[self.turn % self.apps.len()], &mut self.book).await;

        let law = |law, holds: bool, told: String| if holds { Ok(()) } else { Err(Breach { law, told }) };
        match &outcome {
            Some(code) => {
                let told = format!("refused with {code}, foretold {codes:?}");
                law("foretold refusals", codes.contains(code.as_str()), told)?;
                law("R9", after == self.world && revision == self.revision, "a refusal changed something".to_owned())?;
            }
            None => {
                // What changes nothing may be waved through.
                let told = format!("allowed, foretold {codes:?}");
                law("foretold refusals", codes.is_empty() || foreseen == self.world, told)?;
                laws::hold(&self.world, step, &after)?;
                if after != foreseen {
                    return Err(Breach { law: "foretold effects", told: difference(&after, &foreseen) });
                }
            }
        }
        if outcome.is_some() || after != self.world {
            self.is_on_record(actor, &outcome).await?;
        }
        let before = std::mem::replace(&mut self.world, after);
        self.revision = revision;
        self.is_heard_of_everywhere(&before).await;
        self.turn += 1;
        for session in asked {
            self.decides_as_foretold(session).await?;
        }
        Ok(())
    }

    /// Is everything there that the step speaks of?
    fn is_possible(&self, step: &Step) -> bool {
        match step {
            Step::Do { by, act } => {
                let is_live = |session: &String| self.world.sessions.contains_key(session);
                let is_there = match act {
                    Act::EndSession { session } => is_live(session),
                    _ => true,
                };
                is_there && self.book.sessions.contains_key(by) && self.book.arguments(act).is_some()
            }
            Step::LogIn { roles, .. } => roles.iter().flatten().all(|role| self.world.roles.contains_key(role)),
            Step::Reset { user } => self.world.users.contains_key(user) && self.book.resets.contains_key(user),
            Step::SignUp { .. } | Step::Wait(_) => true,
        }
    }

    async fn perform(&mut self, step: &Step) -> Outcome {
        let (field, answer) = match step {
            Step::Wait(seconds) => {
                self.app().clock.advance(TimeDelta::seconds(*seconds));
                return None;
            }
            Step::Do { by, act } => {
                let arguments = self.book.arguments(act).expect("everything is there");
                (act.field(), self.send(by, (&document(act.field(), &arguments), arguments)).await)
            }
            Step::Reset { user } => {
                let arguments = json!({ "token": self.book.resets[user], "newPassword": PASSWORD });
                let document = document("passwordReset", &arguments);
                ("passwordReset", self.app().anonymous().graphql(&document, arguments).await)
            }
            Step::SignUp { user, .. } => ("signup", self.enter("signup", user, None).await),
            Step::LogIn { user, roles, .. } => ("login", self.enter("login", user, roles.as_ref()).await),
        };
        let outcome = outcome(&answer, field);
        let payload = &answer.body["data"][field];
        if let (Step::Do { act: Act::IssueReset { user }, .. }, Some(token)) = (step, payload["token"].as_str()) {
            self.book.resets.insert(user.clone(), token.to_owned());
        }
        let opened = match step {
            Step::SignUp { session, .. } | Step::LogIn { session, .. } => Some(session),
            Step::Do { by, .. } => Some(by),
            Step::Reset { .. } | Step::Wait(_) => None,
        };
        if let (Some(session), Some(token)) = (opened, payload["accessToken"].as_str()) {
            let refresh = payload["refreshToken"].as_str().map(str::to_owned);
            let refresh = refresh.unwrap_or_else(|| self.book.sessions[session].refresh_token.clone());
            self.note_session(session, (token, &refresh)).await;
        }
        *self.tally.entry((field, outcome.clone())).or_default() += 1;
        outcome
    }

    /// Signs up or in.
    async fn enter(&self, field: &str, user: &str, roles: Option<&Names>) -> Answer {
        let mut arguments = json!({ "username": user, "password": PASSWORD });
        if let Some(roles) = roles {
            arguments["roles"] = json!(roles);
        }
        self.app().anonymous().graphql(&document(field, &arguments), arguments).await
    }

    /// Asks through a session; a token that has run out is traded for a fresh one first.
    async fn send(&mut self, by: &str, (document, variables): (&str, Value)) -> Answer {
        let answer = self.ask(by, (document, &variables)).await;
        if !has_run_out(&answer) {
            return answer;
        }
        let old = json!({ "refreshToken": self.book.sessions[by].refresh_token });
        let refreshed = self.app().anonymous().act("refresh", old).await;
        let payload = &refreshed.answer.body["data"]["refresh"];
        if let (Some(access), Some(refresh)) = (payload["accessToken"].as_str(), payload["refreshToken"].as_str()) {
            let known = self.book.sessions.get_mut(by).expect("a session");
            (known.access_token, known.refresh_token) = (access.to_owned(), refresh.to_owned());
        }
        self.ask(by, (document, &variables)).await
    }

    async fn ask(&self, by: &str, question: (&str, &Value)) -> Answer {
        self.ask_at(self.app(), by, question).await
    }

    async fn ask_at(&self, app: &App, by: &str, (document, variables): (&str, &Value)) -> Answer {
        let body = json!({ "query": document, "variables": variables });
        let client = app.anonymous().with_token(&*self.book.sessions[by].access_token);
        client.post(&body, &[("policy-revision", &self.revision.to_string())]).await
    }

    /// Sessions are not policy, and no revision tells of them: waits, as long as is promised, until all replicas know
    /// which have ended and what the others chose.
    async fn is_heard_of_everywhere(&self, before: &World) {
        for (session, _) in before.sessions.iter().filter(|(name, old)| self.world.sessions.get(*name) != Some(*old)) {
            for app in &self.apps {
                let ask = async || self.ask_at(app, session, (VIEWER, &json!({}))).await;
                let is_heard_of = |answer: &Answer| match self.world.sessions.contains_key(session) {
                    true => has_run_out(answer) || told(answer) == self.foretold(session),
                    false => answer.body["errors"].is_array(),
                };
                let _ = eventually(PROMISED, ask, is_heard_of).await;
            }
        }
    }

    /// Notes what a session is asked with.
    pub(super) async fn note_session(&mut self, name: &str, (access, refresh): (&str, &str)) {
        let client = self.app().anonymous().with_token(access);
        let answer = client.ask("{ viewer { session { id } } }").await;
        let global_id = answer.data()["viewer"]["session"]["id"].as_str().expect("an id").to_owned();
        let id = parse_typeid("ses", &global_id).expect("a session's id");
        let (access_token, refresh_token) = (access.to_owned(), refresh.to_owned());
        self.book.sessions.insert(name.to_owned(), Credential { id, global_id, access_token, refresh_token });
    }

    /// R9: what was done is on record, and so is what was refused.
    async fn is_on_record(&self, actor: Option<Uuid>, outcome: &Outcome) -> Held {
        let Some(actor) = actor else { return Ok(()) };
        let holds = read::is_audited(self.app(), actor, outcome.as_deref()).await;
        if holds { Ok(()) } else { Err(Breach { law: "R9", told: format!("{outcome:?} is not on record") }) }
    }

    /// Who acts in a step.
    fn actor_of(&self, step: &Step) -> Option<Uuid> {
        let Step::Do { by, .. } = step else { return None };
        parse_typeid("user", self.book.users.get(&self.world.sessions.get(by)?.user)?)
    }

    /// A session is told that it holds exactly what the rules foretell.
    async fn decides_as_foretold(&mut self, session: &str) -> Held {
        if !self.world.sessions.contains_key(session) {
            return Ok(());
        }
        let answer = self.send(session, (VIEWER, json!({}))).await;
        let foretold = self.foretold(session);
        if told(&answer) == foretold {
            return Ok(());
        }
        let told = format!("{session} is told {}, foretold {foretold:?}", answer.body);
        Err(Breach { law: "foretold decisions", told })
    }

    /// The roles that a session has active, with what they inherit, and the permissions that it holds.
    fn foretold(&self, session: &str) -> (Names, Names) {
        let roles = self.world.closure_of(&self.world.active(session));
        (roles, self.world.power(session).into_keys().filter(|name| name != BY_RULE).collect())
    }
}

/// Is the access token too old?
fn has_run_out(answer: &Answer) -> bool {
    answer.body["errors"][0]["extensions"]["reason"] == "EXPIRED"
}

/// What a session is told of itself.
fn told(answer: &Answer) -> (Names, Names) {
    let names = |value: &Value| -> Names {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let viewer = &answer.body["data"]["viewer"];
    (names(&viewer["roles"]), names(&viewer["permissions"]))
}

/// The code that a mutation was refused with.
fn outcome(answer: &Answer, field: &str) -> Outcome {
    let error = &answer.body["errors"][0];
    if !error.is_null() {
        return Some(error["extensions"]["code"].as_str().unwrap_or("an error without a code").to_owned());
    }
    let refusal = answer.body["data"][field]["userErrors"].get(0)?;
    Some(refusal["code"].as_str().unwrap_or("a refusal without a code").to_owned())
}

/// Where two worlds differ, for people.
fn difference(is: &World, foretold: &World) -> String {
    let lines = |world: &World| format!("{world:#?}").lines().map(str::to_owned).collect::<Vec<_>>();
    let (is, foretold) = (lines(is), lines(foretold));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).take(20).cloned().collect()
    };
    format!("is {:#?}, foretold {:#?}", only(&is, &foretold), only(&foretold, &is))
}
