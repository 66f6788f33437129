//! Random documents, one after another: what is applied is what was planned, and leaves exactly the document.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Map, Value, json};
use service::policies::{Applied, Approval, Assignments, DocumentInput, Export, apply, export, plan};
use service::policy_document::{Document, Format, Limits, Mode};
use service::{Clock as _, Error, RefusalCode};
use std::cell::Cell;
use tests::App;

const PERMISSIONS: [&str; 6] = ["a:read", "a:write", "b:read", "b:write", "c:read", "no"];
const ROLES: [&str; 6] = ["clerk", "controller", "Head of IT", "payer", "true", "user"];
const USERS: [&str; 4] = ["ana", "bob", "cyd", "dan"];

/// A document, and the hours that pass before it.
#[derive(Clone, Debug)]
struct Step {
    sections: Value,
    /// Hours from the time of the document to the end of each link that has one.
    hours: i64,
    passed: i64,
}

fn described() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), Just(json!("One")), Just(json!("Two\nlines"))]
}

fn permissions() -> impl Strategy<Value = Vec<(String, Value)>> {
    subsequence(&PERMISSIONS[..], 1..=PERMISSIONS.len()).prop_flat_map(|names| {
        let descriptions = vec(described(), names.len());
        descriptions.prop_map(move |all| names.iter().map(|name| (*name).to_owned()).zip(all).collect())
    })
}

/// Some of these, by position.
fn some(names: &[String], chosen: &[Index]) -> Vec<String> {
    let mut some: Vec<String> = match names {
        [] => Vec::new(),
        names => chosen.iter().map(|index| index.get(names).clone()).collect(),
    };
    some.sort();
    some.dedup();
    some
}

/// Roles without cycles: each inherits from some before it.
fn roles(permissions: Vec<String>) -> impl Strategy<Value = Map<String, Value>> {
    let attributes = (described(), any::<bool>(), any::<bool>(), vec(any::<Index>(), 0..3), vec(any::<Index>(), 0..2));
    let roles = subsequence(&ROLES[..], 2..=ROLES.len());
    (roles, vec(attributes, ROLES.len())).prop_map(move |(names, attributes)| {
        let mut roles = Map::new();
        let mut before: Vec<String> = Vec::new();
        for (name, (description, is_default, requires_activation, granted, juniors)) in
            names.into_iter().zip(attributes)
        {
            let role = json!({ "description": description, "default": is_default,
                "requiresActivation": requires_activation, "permissions": some(&permissions, &granted),
                "inherits": some(&before, &juniors) });
            roles.insert(name.to_owned(), role);
            before.push(name.to_owned());
        }
        roles
    })
}

fn constraints(roles: Vec<String>) -> impl Strategy<Value = Map<String, Value>> {
    let kind = prop_oneof![Just("static"), Just("dynamic")];
    let attributes =
        (described(), kind, btree_set(any::<Index>().prop_map(move |at| at.get(&roles).clone()), 2..4), 2..4_usize);
    btree_map(prop_oneof![Just("One"), Just("Two")], attributes, 0..2).prop_map(|all| {
        let constraint = |(name, (description, kind, roles, limit)): (
            &str,
            (Value, &str, std::collections::BTreeSet<String>, usize),
        )| {
            let limit = limit.min(roles.len());
            (name.to_owned(), json!({ "description": description, "kind": kind, "limit": limit, "roles": roles }))
        };
        all.into_iter()
            .map(constraint)
            .filter(|(_, constraint)| constraint["roles"].as_array().is_some_and(|roles| roles.len() > 1))
            .collect()
    })
}

/// Terms without their times, which depend on the clock: `ends` stands for them.
fn links(names: Vec<String>) -> impl Strategy<Value = Map<String, Value>> {
    let terms =
        prop_oneof![Just(json!({})), Just(json!({ "reason": "Ticket 7" })), Just(json!({ "expiresAt": "end" }))];
    btree_map(any::<Index>().prop_map(move |at| at.get(&names).clone()), terms, 0..3)
        .prop_map(|links| links.into_iter().collect())
}

fn assignments(roles: Vec<String>, permissions: Vec<String>) -> impl Strategy<Value = Map<String, Value>> {
    let users = vec((links(roles), links(permissions)), USERS.len());
    (users, 0..10).prop_map(|(users, lock_out)| {
        let user = |(name, (roles, permissions))| (name, json!({ "roles": roles, "permissions": permissions }));
        let mut all: Map<String, Value> = USERS.map(str::to_owned).into_iter().zip(users).map(user).collect();
        if lock_out > 0 {
            all.insert("root".to_owned(), json!({ "roles": { "superadmin": {} } }));
        }
        all
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let sections = permissions().prop_flat_map(|permissions| {
        let names: Vec<String> = permissions.iter().map(|(name, _)| name.clone()).collect();
        let described: Map<String, Value> =
            permissions.into_iter().map(|(name, description)| (name, json!({ "description": description }))).collect();
        (Just(described), Just(names.clone()), roles(names))
    });
    let sections = sections.prop_flat_map(|(permissions, granted, roles)| {
        let names: Vec<String> = roles.keys().cloned().collect();
        (Just(permissions), Just(roles), constraints(names.clone()), assignments(names, granted))
    });
    (sections, 1..4_i64, 0..3_i64).prop_map(|((permissions, roles, constraints, assignments), hours, passed)| Step {
        sections: json!({ "version": 1, "permissions": permissions, "roles": roles, "constraints": constraints,
            "assignments": assignments }),
        hours,
        passed,
    })
}

impl Step {
    fn text(&self, now: DateTime<Utc>) -> String {
        let end = (now + TimeDelta::hours(self.hours)).to_rfc3339();
        self.sections.to_string().replace("\"end\"", &format!("\"{end}\""))
    }
}

fn input(content: String) -> DocumentInput {
    DocumentInput { content, format: Format::Json, mode: Mode::Replace, limits: Limits::REQUEST }
}

/// The canonical text of a document.
fn canonical(text: &str) -> String {
    let document = Document::parse(text, Format::Json, Limits::REQUEST).expect("a document");
    document.to_state().expect("complete constraints").render(Format::Yaml)
}

#[derive(Debug, Default)]
struct Tally {
    applied: Cell<usize>,
    refused: Cell<usize>,
}

async fn exported(app: &App) -> String {
    let Export { content, .. } =
        export(&app.service, &api::startup::operator(), Format::Yaml, Assignments::Included).await.expect("an export");
    content
}

/// Plans a document and applies the plan. What is blocked changes nothing.
async fn follow(app: &App, step: &Step, tally: &Tally) -> Result<(), TestCaseError> {
    app.clock.advance(TimeDelta::hours(step.passed));
    let (ctx, text) = (api::startup::operator(), step.text(app.clock.now()));
    let before = exported(app).await;
    let planned = plan(&app.service, &ctx, input(text.clone())).await.expect("a plan");
    prop_assert_eq!(&exported(app).await, &before, "a plan changes nothing");
    let approval = Approval { plan_hash: planned.hash.clone(), reason: None };
    match apply(&app.service, &ctx, input(text.clone()), approval).await {
        Ok(Applied { plan: applied, .. }) => {
            prop_assert!(planned.is_applicable(), "{:?}", planned.blockers);
            prop_assert_eq!(&applied.changes, &planned.changes);
            prop_assert_eq!(&applied.impact, &planned.impact);
            prop_assert_eq!(exported(app).await, canonical(&text));
            let again = plan(&app.service, &ctx, input(text)).await.expect("a plan");
            prop_assert!(again.is_empty(), "{:?}", again);
            tally.applied.set(tally.applied.get() + 1);
        }
        Err(Error::Refused(refusals)) => {
            prop_assert!(!planned.is_applicable(), "{:?}", refusals);
            let codes: Vec<RefusalCode> = planned.blockers.iter().map(|blocker| blocker.code).collect();
            for refusal in refusals {
                prop_assert!(codes.contains(&refusal.code), "{:?} was not planned: {:?}", refusal, codes);
            }
            prop_assert_eq!(exported(app).await, before);
            tally.refused.set(tally.refused.get() + 1);
        }
        Err(error) => panic!("{error:?}"),
    }
    Ok(())
}

#[test]
fn applying_a_plan_leaves_exactly_the_document() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let app = runtime.block_on(async {
        let app = App::start().await;
        app.admin().await;
        for user in USERS {
            app.user(user).create().await;
        }
        app
    });
    let tally = Tally::default();
    let config =
        ProptestConfig { cases: 100, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&vec(steps(), 1..4), |steps| {
        runtime.block_on(async {
            for step in &steps {
                follow(&app, step, &tally).await?;
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(tally.applied.get() > 50 && tally.refused.get() > 20, "{tally:?}");
    runtime.block_on(async { drop(app) });
}
