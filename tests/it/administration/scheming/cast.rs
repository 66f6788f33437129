//! Who is there when the curtain rises: administrators of different powers, and those they administer.

use super::stage::Stage;
use serde_json::json;
use tests::App;

/// Administrators' roles, and what each holds.
const ROLES: [(&str, &[&str], &[&str]); 11] = [
    ("clerk", &["invoice:read"], &[]),
    ("approver", &["invoice:approve"], &["clerk"]),
    ("keeper", &["safe:open"], &[]),
    ("guest", &[], &[]),
    // Makes roles, and has nothing to put into them.
    ("role-maker", &["role:read", "role:write", "role:delete"], &[]),
    ("assigner", &["role:assign", "user:read"], &["clerk"]),
    ("granter", &["permission:grant", "permission:write"], &["keeper"]),
    ("helpdesk", &["user:read", "user:write", "user:delete", "session:revoke"], &[]),
    ("separator", &["sod:read", "sod:write"], &[]),
    ("chief", &[], &["role-maker", "assigner", "granter", "helpdesk", "separator", "approver"]),
    ("climber", &["rbac:escalate", "role:assign", "permission:grant", "role:write"], &[]),
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
    ("ann", &["clerk"]),
    ("ben", &["approver", "keeper"]),
    ("pia", &["role-maker", "assigner"]),
    ("zoe", &[]),
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
    let tess = app.user("tess").with_role("guest").create().await;
    let until = app.service.now() + chrono::TimeDelta::seconds(TESS_STAYS);
    let terms = json!({
        "userId": tess.id, "roleIds": [app.role_id("chief").await], "expiresAt": until.to_rfc3339(),
    });
    let _ = app.admin().await.act("userAssignRoles", terms).await.done();
    tess
}
