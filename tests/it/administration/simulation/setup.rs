//! The initial state: administrators with different permissions, and the users they administer.

use super::runner::Runner;
use serde_json::json;
use tests::{App, input};

/// Administrators' roles, with their permissions and juniors.
const ROLES: [(&str, &[&str], &[&str]); 17] = [
    ("clerk", &["invoice:read"], &[]),
    ("approver", &["invoice:approve"], &["clerk"]),
    ("keeper", &["safe:open"], &[]),
    ("payer", &["invoice:pay"], &[]),
    ("buyer", &["invoice:buy"], &[]),
    ("auditor", &["invoice:audit"], &[]),
    // Creates roles, and holds nothing to grant to them.
    ("role-maker", &["role:read", "role:write", "role:delete"], &[]),
    ("assigner", &["role:assign", "user:read"], &["clerk"]),
    ("granter", &["permission:grant", "permission:write"], &["keeper"]),
    ("helpdesk", &["user:read", "user:write", "user:delete", "session:revoke"], &[]),
    // With authority over the roles that it sets apart.
    ("separator", &["sod:read", "sod:write", "invoice:pay", "invoice:buy", "invoice:audit"], &[]),
    ("chief", &[], &["role-maker", "assigner", "granter", "helpdesk", "separator", "approver"]),
    ("opener", &["vault:open"], &[]),
    ("counter", &["vault:count"], &[]),
    ("sealer", &["desk:use"], &[]),
    // Grants patterns of its own.
    ("cataloguer", &[], &["granter"]),
    ("climber", &["rbac:escalate", "role:assign", "permission:grant", "role:write"], &[]),
];

/// Patterns of roles.
const PATTERNS: [(&str, &[&str]); 2] = [("sealer", &["*:seal"]), ("cataloguer", &["invoice:*", "*:do"])];

/// Kinds, names and limits of constraints, and their conflicting roles or permissions.
const CONSTRAINTS: [(&str, &str, usize, &str, &[&str]); 4] = [
    ("DYNAMIC", "one hat at a time", 2, "roleIds", &["payer", "buyer"]),
    ("STATIC", "no three hats", 3, "roleIds", &["payer", "buyer", "auditor"]),
    ("DYNAMIC", "one key at a time", 2, "permissionIds", &["vault:open", "vault:count"]),
    ("STATIC", "no three keys", 3, "permissionIds", &["vault:open", "vault:count", "vault:seal"]),
];

/// Users, and their permanent roles.
const USERS: [(&str, &[&str]); 15] = [
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
    ("kay", &["opener", "counter"]),
    ("lou", &["sealer", "opener"]),
    ("pat", &["cataloguer", "assigner"]),
];

/// Length of tess's assignment as chief, in seconds.
const CHIEF_DURATION: i64 = 45 * 60;

/// Creates the roles, constraints and users, and logs all users in.
pub(super) async fn enter(runner: &mut Runner) {
    let app = runner.app();
    let root = app.admin().await;
    for (name, permissions, juniors) in ROLES {
        let role = permissions.iter().fold(app.role(name), |role, permission| role.granting(permission));
        juniors.iter().fold(role, |role, junior| role.inheriting(junior)).create().await;
    }
    for (role, patterns) in PATTERNS {
        let patterns = json!({ "roleId": app.role_id(role).await, "patterns": patterns });
        let _ = root.mutate("roleGrantPatterns", patterns).await.done();
    }
    for (kind, name, limit, argument, members) in CONSTRAINTS {
        let mut ids = Vec::new();
        for member in members {
            ids.push(if argument == "roleIds" { app.role_id(member).await } else { app.permission_id(member).await });
        }
        let apart = json!({ "name": name, "kind": kind, argument: ids, "limit": limit });
        let _ = root.mutate("sodConstraintCreate", input(apart)).await.done();
    }
    let mut actors = vec![root.clone()];
    for (name, roles) in USERS {
        let person = roles.iter().fold(app.user(name), |user, role| user.with_role(role));
        actors.push(person.create().await);
    }
    actors.push(temporary(app).await);
    for actor in &actors {
        runner.record_session(&format!("{}@0", actor.name), actor.token(), &actor.refresh_token).await;
    }
}

/// Tess, a temporary chief.
async fn temporary(app: &App) -> tests::Actor {
    let tess = app.user("tess").create().await;
    let until = app.service.now() + chrono::TimeDelta::seconds(CHIEF_DURATION);
    let terms = json!({
        "userId": tess.id, "roleIds": [app.role_id("chief").await], "expiresAt": until.to_rfc3339(),
    });
    let _ = app.admin().await.mutate("userAssignRoles", terms).await.done();
    tess
}
