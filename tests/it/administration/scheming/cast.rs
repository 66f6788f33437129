//! Who is there when the curtain rises: administrators of different powers, and those they administer.

use super::stage::Stage;
use serde_json::json;
use tests::{App, input};

/// Administrators' roles, and what each holds.
const ROLES: [(&str, &[&str], &[&str]); 13] = [
    ("clerk", &["invoice:read"], &[]),
    ("approver", &["invoice:approve"], &["clerk"]),
    ("keeper", &["safe:open"], &[]),
    ("payer", &["invoice:pay"], &[]),
    ("buyer", &["invoice:buy"], &[]),
    ("auditor", &["invoice:audit"], &[]),
    // Makes roles, and has nothing to put into them.
    ("role-maker", &["role:read", "role:write", "role:delete"], &[]),
    ("assigner", &["role:assign", "user:read"], &["clerk"]),
    ("granter", &["permission:grant", "permission:write"], &["keeper"]),
    ("helpdesk", &["user:read", "user:write", "user:delete", "session:revoke"], &[]),
    ("separator", &["sod:read", "sod:write"], &[]),
    ("chief", &[], &["role-maker", "assigner", "granter", "helpdesk", "separator", "approver"]),
    ("climber", &["rbac:escalate", "role:assign", "permission:grant", "role:write"], &[]),
];

/// Kinds, names and limits of constraints, and the roles they keep apart.
const APART: [(&str, &str, usize, &[&str]); 2] = [
    ("DYNAMIC", "one hat at a time", 2, &["payer", "buyer"]),
    ("STATIC", "no three hats", 3, &["payer", "buyer", "auditor"]),
];

/// People, and the roles each has for good.
const PEOPLE: [(&str, &[&str]); 12] = [
    ("mara", &["role-maker"]),
    ("sam", &["assigner"]),
    ("gil", &["granter"]),
    ("hal", &["helpdesk", "clerk"]),
    ("odo", &["separator"]),
    ("cora", &["chief"]),
    ("dana", &["chief", "keeper"]),
    ("eve", &["climber"]),
    ("ann", &["clerk", "payer", "buyer"]),
    ("ben", &["approver", "keeper"]),
    ("pia", &["role-maker", "assigner"]),
    ("zoe", &["auditor", "payer"]),
];

/// How long tess is chief, in seconds.
const TESS_STAYS: i64 = 45 * 60;

/// Brings everybody onto the stage.
pub(super) async fn enter(stage: &mut Stage) {
    let app = stage.app();
    let root = app.admin().await;
    for (name, permissions, juniors) in ROLES {
        let role = permissions.iter().fold(app.role(name), |role, permission| role.granting(permission));
        juniors.iter().fold(role, |role, junior| role.inheriting(junior)).create().await;
    }
    for (kind, name, limit, roles) in APART {
        let mut ids = Vec::new();
        for role in roles {
            ids.push(app.role_id(role).await);
        }
        let apart = json!({ "name": name, "kind": kind, "roleIds": ids, "limit": limit });
        let _ = root.act("sodConstraintCreate", input(apart)).await.done();
    }
    let mut actors = vec![root.clone()];
    for (name, roles) in PEOPLE {
        let person = roles.iter().fold(app.user(name), |user, role| user.with_role(role));
        actors.push(person.create().await);
    }
    actors.push(temporary(app).await);
    for actor in &actors {
        stage.note_session(&format!("{}@0", actor.name), (actor.token(), &actor.refresh_token)).await;
    }
}

/// Tess, who stands in for the chief for a while.
async fn temporary(app: &App) -> tests::Actor {
    let tess = app.user("tess").create().await;
    let until = app.service.now() + chrono::TimeDelta::seconds(TESS_STAYS);
    let terms = json!({
        "userId": tess.id, "roleIds": [app.role_id("chief").await], "expiresAt": until.to_rfc3339(),
    });
    let _ = app.admin().await.act("userAssignRoles", terms).await.done();
    tess
}
