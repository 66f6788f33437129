//! Outcome of every root field for every kind of caller: `matrix.txt`, reviewed as a diff. `UPDATE=1` regenerates it.

use super::Victim;
use crate::calls::{Call, kind_of, outcome, positions, send};
use crate::generated::compare;
use crate::sdl::{Field, published};
use chrono::TimeDelta;
use std::fmt::Write as _;
use tests::{App, Client};

/// Permissions of an administrator of roles only.
const ROLE_MANAGER: [&str; 7] =
    ["role:read", "role:write", "role:delete", "role:assign", "permission:read", "permission:grant", "user:read"];

pub(super) struct Caller {
    pub(super) name: &'static str,
    pub(super) client: Client,
}

pub(super) async fn callers(app: &App) -> Vec<Caller> {
    let names = api::graphql::schema::build().expect("a schema").system_permissions();
    let mut auditors = app.role("auditors");
    for name in names.iter().filter(|name| name.as_str().ends_with(":read")) {
        auditors = auditors.granting(name.as_str());
    }
    auditors.create().await;
    let mut managers = app.role("managers");
    for name in ROLE_MANAGER {
        managers = managers.granting(name);
    }
    managers.create().await;
    let caller = |name, client: &Client| Caller { name, client: client.clone() };
    for (name, role) in [("plain", None), ("auditor", Some("auditors")), ("manager", Some("managers"))] {
        let user = app.user(name);
        role.into_iter().fold(user, |user, role| user.with_role(role)).create().await;
    }
    let late = app.user("late").create().await;
    app.clock.advance(TimeDelta::minutes(10));
    let (plain, auditor, manager) = (app.login("plain").await, app.login("auditor").await, app.login("manager").await);
    let root = app.login("root").await;
    vec![
        caller("anonymous", app.anonymous()),
        caller("plain", &plain),
        caller("auditor", &auditor),
        caller("manager", &manager),
        caller("superadmin", &root),
        caller("expired", &late),
    ]
}

/// A call that reads an object of the victim, or writes to an object that does not exist.
pub(super) fn call<'a>(root: &str, field: &'a Field, caller: &Caller, victim: &Victim) -> Call<'a> {
    let sdl = published();
    let mut call = Call::of(sdl, field, &format!("{}-{}", caller.name, field.name));
    if field.name == "login" {
        return call.with("username", "\"plain\"");
    }
    for position in positions(sdl, field)
        .iter()
        .filter(|position| position.ty == "ID" && root == "Query" && !position.path.contains('.'))
    {
        let id = match kind_of(&field.name, position) {
            "user" => &victim.user.id,
            "role" => &victim.role,
            "perm" => &victim.permission,
            _ => continue,
        };
        call = call.with(&position.path, format!("\"{id}\""));
    }
    call
}

#[tokio::test]
async fn every_root_field_responds_to_every_kind_of_caller_as_in_the_matrix() {
    let app = App::start().await;
    app.admin().await;
    let victim = Victim::create(&app).await;
    let callers = callers(&app).await;
    let mut text = String::from(
        "Outcome of each root field for each kind of caller. `data`, `null` and `done`: it was executed; a code in\n\
         brackets: it was executed and returned a user error. Queries read another user's objects, mutations change\n\
         objects that do not exist.\n",
    );
    let write = |text: &mut String, cells: &[String]| {
        let line = cells.iter().zip([24, 58, 24, 24, 24, 24, 24, 0]).fold(String::new(), |mut line, (cell, width)| {
            let _ = write!(line, "{cell:width$} ");
            line
        });
        let _ = writeln!(text, "{}", line.trim_end());
    };
    for root in ["Query", "Mutation"] {
        let head = [root.to_owned(), "guard".to_owned()];
        text.push('\n');
        write(&mut text, &[&head[..], &callers.iter().map(|c| c.name.to_owned()).collect::<Vec<_>>()].concat());
        let (last, others): (Vec<_>, Vec<_>) = published().root(root).iter().partition(|field| field.name == "logout");
        for field in others.into_iter().chain(last) {
            let guard = field.guard().expect("a guard").to_owned();
            let mut cells = vec![field.name.clone(), guard];
            for caller in &callers {
                let answer = send(&caller.client, root, &call(root, field, caller, &victim), None).await;
                cells.push(outcome(&answer, &field.name));
            }
            write(&mut text, &cells);
        }
    }
    compare("tests/it/access/matrix.txt", &text);
}
