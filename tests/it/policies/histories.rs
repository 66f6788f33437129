//! Random histories of a policy: going back to any revision leaves exactly what was exported then.

use api::startup::operator;
use serde_json::{Value, json};
use service::page::{PageEnd, PageRequest};
use service::policies::{Approval, Assignments, export, rollback, rollback_plan};
use service::policy_document::Format;
use service::revisions::{self, PolicyRevision};
use service::{Error, RefusalCode, typeid};
use std::collections::BTreeMap;
use tests::{Actor, App, input};

const ROLES: [&str; 5] = ["clerk", "payer", "controller", "Head of IT", "true"];
const PERMISSIONS: [&str; 5] = ["a:read", "a:write", "b:read", "b:write", "c:read"];
const PATTERNS: [&str; 3] = ["a:*", "*:read", "*:*"];
const CONSTRAINTS: [&str; 3] = ["duties", "money", "books"];
const USERS: [&str; 3] = ["ana", "bob", "cyd"];
/// Histories, and the changes of each.
const HISTORIES: u64 = 5;
const STEPS: usize = 80;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides.max(1) as u64).expect("a small number")
    }

    fn one<'a>(&mut self, all: &'a [String]) -> &'a str {
        if all.is_empty() { "none" } else { &all[self.below(all.len())] }
    }

    fn name(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }

    fn some<'a>(&mut self, all: &'a [String], least: usize) -> Vec<&'a str> {
        let mut some: Vec<&str> = (0..least + self.below(3)).map(|_| self.one(all)).collect();
        some.sort_unstable();
        some.dedup();
        some.retain(|id| *id != "none");
        some
    }

    fn description(&mut self) -> Value {
        [Value::Null, json!(""), json!("One"), json!("Two\nlines")][self.below(4)].clone()
    }
}

/// Ids of all objects.
struct Ids {
    roles: Vec<String>,
    permissions: Vec<String>,
    constraints: Vec<String>,
    users: Vec<String>,
}

struct History<'a> {
    app: &'a App,
    root: &'a Actor,
    users: Vec<String>,
    random: Random,
    /// Revisions with the policy as it was exported.
    revisions: Vec<(PolicyRevision, String)>,
    gone_back: usize,
    refused: usize,
}

async fn exported(app: &App) -> String {
    let exported = export(&app.service, &operator(), Format::Yaml, Assignments::LeftOut).await;
    exported.expect("an export").content
}

async fn newest(app: &App) -> PolicyRevision {
    let request = PageRequest { limit: 1, from: PageEnd::Start, after: None, before: None };
    let page = revisions::page(&app.service, &request).await.expect("a page");
    page.items.into_iter().next().expect("a revision").1
}

/// The members of each role, by its id.
async fn members(app: &App) -> BTreeMap<String, Vec<String>> {
    let document = "{ roles(first: 100) { nodes { id assignedUsers(first: 100) { nodes { username } } } } }";
    let answer = app.admin().await.ask(document).await;
    let roles = answer.data()["roles"]["nodes"].as_array().expect("roles").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let users = |role: &Value| {
        let users = role["assignedUsers"]["nodes"].as_array().expect("users").iter();
        users.map(|user| text(&user["username"])).collect::<Vec<_>>()
    };
    roles.iter().map(|role| (text(&role["id"]), users(role))).collect()
}

impl History<'_> {
    fn ids(&self) -> Ids {
        let policy = self.app.service.policy();
        let roles = policy.roles().filter(|role| Some(role.id) != policy.superadmin());
        let permissions = policy.permissions().filter(|permission| !permission.is_system);
        let constraints = policy.constraints().iter();
        Ids {
            roles: roles.map(|role| typeid("role", role.id.uuid())).collect(),
            permissions: permissions.map(|permission| typeid("perm", permission.id.uuid())).collect(),
            constraints: constraints.map(|constraint| typeid("sod", constraint.id.uuid())).collect(),
            users: self.users.clone(),
        }
    }

    /// A random mutation.
    fn mutation(&mut self) -> (&'static str, Value) {
        let ids = self.ids();
        let (random, ids) = (&mut self.random, ids);
        let role = random.one(&ids.roles).to_owned();
        let constraint = random.one(&ids.constraints).to_owned();
        match random.below(24) {
            0..=2 => {
                let (name, permissions, juniors) =
                    (random.name(&ROLES), random.some(&ids.permissions, 0), random.some(&ids.roles, 0));
                let role = json!({ "name": name, "description": random.description(), "permissionIds": permissions,
                    "inheritsFromIds": juniors });
                ("roleCreate", input(role))
            }
            3 | 4 => ("roleUpdate", json!({ "id": role, "input": { "name": random.name(&ROLES) } })),
            5 => ("roleUpdate", json!({ "id": role, "input": { "description": random.description() } })),
            6 => ("roleUpdate", json!({ "id": role, "input": { "requiresActivation": random.below(2) == 0 } })),
            7 => ("roleUpdate", json!({ "id": role, "input": { "isDefault": random.below(2) == 0 } })),
            8 => ("roleDelete", json!({ "id": role })),
            9 => ("roleGrantPermissions", json!({ "roleId": role, "permissionIds": random.some(&ids.permissions, 1) })),
            10 => {
                ("roleRevokePermissions", json!({ "roleId": role, "permissionIds": random.some(&ids.permissions, 2) }))
            }
            11 => ("roleGrantPatterns", json!({ "roleId": role, "patterns": [random.name(&PATTERNS)] })),
            12 => ("roleRevokePatterns", json!({ "roleId": role, "patterns": PATTERNS })),
            13 => ("roleAddInheritance", json!({ "roleId": role, "inheritsFromIds": random.some(&ids.roles, 1) })),
            14 => ("roleRemoveInheritance", json!({ "roleId": role, "inheritsFromIds": random.some(&ids.roles, 3) })),
            15 | 16 => {
                let permission = json!({ "name": random.name(&PERMISSIONS), "description": random.description() });
                ("permissionCreate", input(permission))
            }
            17 => {
                let id = random.one(&ids.permissions);
                ("permissionUpdate", json!({ "id": id, "input": { "description": random.description() } }))
            }
            18 => ("permissionDelete", json!({ "id": random.one(&ids.permissions) })),
            19 => {
                let (key, members) = match random.below(2) {
                    0 => ("roleIds", random.some(&ids.roles, 2)),
                    _ => ("permissionIds", random.some(&ids.permissions, 2)),
                };
                let kind = random.name(&["STATIC", "DYNAMIC"]);
                let set = json!({ "name": random.name(&CONSTRAINTS), "kind": kind, key: members,
                    "description": random.description() });
                ("sodConstraintCreate", input(set))
            }
            20 => {
                let changes = json!({ "name": random.name(&CONSTRAINTS), "description": random.description() });
                ("sodConstraintUpdate", json!({ "id": constraint, "input": changes }))
            }
            21 => ("sodConstraintAddRoles", json!({ "id": constraint, "roleIds": random.some(&ids.roles, 1) })),
            22 => ("sodConstraintDelete", json!({ "id": constraint })),
            _ => {
                let user = random.one(&ids.users);
                ("userAssignRoles", json!({ "userId": user, "roleIds": random.some(&ids.roles, 1) }))
            }
        }
    }

    /// Makes a change, which may be refused. What the export shows differently is a revision.
    async fn change(&mut self) {
        let (field, arguments) = self.mutation();
        let _ = self.root.mutate(field, arguments.clone()).await.user_errors();
        self.note(&format!("{field} {arguments}")).await;
    }

    async fn note(&mut self, cause: &str) {
        let (revision, text) = (newest(self.app).await, exported(self.app).await);
        match self.revisions.last() {
            Some((last, former)) if *last == revision => assert_eq!(text, *former, "{cause} is not recorded"),
            None => self.revisions.push((revision, text)),
            Some(_) => {
                assert_eq!(revision.number, self.app.service.policy().revision(), "{cause}");
                self.revisions.push((revision, text));
            }
        }
    }

    /// Goes back to a random revision.
    async fn go_back(&mut self) {
        let (revision, text) = self.revisions[self.random.below(self.revisions.len())].clone();
        let (ctx, service) = (operator(), &self.app.service);
        let (before, present) = (members(self.app).await, exported(self.app).await);
        let planned = rollback_plan(service, &ctx, Some(revision.id)).await.expect("a plan");
        assert_eq!(exported(self.app).await, present, "a plan changes nothing");
        let approval = Approval { plan_hash: planned.hash.clone(), reason: None };
        match rollback(service, &ctx, Some(revision.id), approval).await {
            Ok(applied) => {
                assert!(planned.is_applicable(), "{:?}", planned.blockers);
                assert_eq!(applied.plan.changes, planned.changes);
                assert_eq!(applied.plan.impact, planned.impact);
                assert_eq!(exported(self.app).await, text, "back to {revision:?}: {:#?}", planned.changes);
                let after = members(self.app).await;
                for (role, users) in after {
                    assert_eq!(users, before.get(&role).cloned().unwrap_or_default(), "{role}");
                }
                let again = rollback_plan(service, &ctx, Some(revision.id)).await.expect("a plan");
                assert!(again.is_empty(), "{again:?}");
                self.gone_back += usize::from(!planned.is_empty());
            }
            Err(Error::Refused(refusals)) => {
                assert!(!planned.is_applicable(), "{refusals:?}");
                let is_about_users = |code| matches!(code, RefusalCode::SodViolation | RefusalCode::WouldLockOut);
                assert!(planned.blockers.iter().all(|blocker| is_about_users(blocker.code)), "{:?}", planned.blockers);
                assert_eq!(exported(self.app).await, present);
                self.refused += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
        self.note("going back").await;
    }
}

async fn run(seed: u64) -> (usize, usize) {
    let app = App::start().await;
    let root = app.admin().await;
    let mut users = Vec::new();
    for user in USERS {
        users.push(app.user(user).create().await.id.clone());
    }
    let random = Random(seed);
    let mut history = History { app: &app, root, users, random, revisions: Vec::new(), gone_back: 0, refused: 0 };
    history.note("the start").await;
    for step in 1..=STEPS {
        history.change().await;
        if step % 5 == 0 {
            history.go_back().await;
        }
    }
    assert!(history.revisions.len() > STEPS / 3, "{} revisions", history.revisions.len());
    (history.gone_back, history.refused)
}

#[tokio::test]
async fn going_back_leaves_exactly_what_was_exported_then() {
    let (mut gone_back, mut refused) = (0, 0);
    for seed in 1..=HISTORIES {
        let (done, not_done) = run(seed).await;
        gone_back += done;
        refused += not_done;
    }
    println!("{gone_back} rollbacks, {refused} refused");
    assert!(gone_back > 40, "{gone_back} rollbacks, {refused} refused");
}
