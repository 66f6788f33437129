//! Users and roles of a test: `app.user("ana").with_role("clerk").create().await`.

use crate::{App, Client};
use serde_json::{Value, json};
use std::ops::Deref;

/// A password that every policy accepts.
pub const PASSWORD: &str = "plain-sailing-over-7-seas";

/// A logged-in user with its [`Client`].
#[derive(Clone, Debug)]
pub struct Actor {
    /// Username.
    pub name: String,
    /// Global id.
    pub id: String,
    /// Refresh token of the session.
    pub refresh_token: String,
    client: Client,
}

impl Deref for Actor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Actor {
    /// A client of another replica with the same access token.
    #[must_use]
    pub fn at(&self, app: &App) -> Client {
        app.anonymous().with_token(self.token())
    }
}

const LOGIN: &str = "mutation ($username: String!, $password: String!) {
    login(username: $username, password: $password) {
        accessToken refreshToken expiresAt viewer { user { id } } userErrors { code message path }
    } }";
const SIGNUP: &str = "mutation ($username: String!, $password: String!) {
    signup(username: $username, password: $password) {
        accessToken refreshToken expiresAt viewer { user { id } } userErrors { code message path }
    } }";

/// A user that has not been created yet.
#[derive(Debug)]
pub struct UserBuilder<'a> {
    app: &'a App,
    name: String,
    roles: Vec<String>,
    permissions: Vec<String>,
}

/// A role that has not been created yet.
#[derive(Debug)]
pub struct RoleBuilder<'a> {
    app: &'a App,
    name: String,
    permissions: Vec<String>,
    inherits_from: Vec<String>,
    requires_activation: bool,
}

impl App {
    /// A user that has not been created yet.
    pub fn user(&self, name: &str) -> UserBuilder<'_> {
        UserBuilder { app: self, name: name.to_owned(), roles: Vec::new(), permissions: Vec::new() }
    }

    /// A role that has not been created yet.
    pub fn role(&self, name: &str) -> RoleBuilder<'_> {
        RoleBuilder {
            app: self,
            name: name.to_owned(),
            permissions: Vec::new(),
            inherits_from: Vec::new(),
            requires_activation: false,
        }
    }

    /// Logs an existing user in with [`PASSWORD`].
    pub async fn login(&self, name: &str) -> Actor {
        let variables = json!({ "username": name, "password": PASSWORD });
        let answer = self.anonymous().graphql(LOGIN, variables).await;
        self.actor(name, answer.payload("login"))
    }

    fn actor(&self, name: &str, payload: &Value) -> Actor {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Actor {
            name: name.to_owned(),
            id: text(&payload["viewer"]["user"]["id"]),
            refresh_token: text(&payload["refreshToken"]),
            client: self.anonymous().with_token(text(&payload["accessToken"])),
        }
    }

    /// The id of a role, by name.
    pub async fn role_id(&self, name: &str) -> String {
        let answer = self
            .admin()
            .await
            .graphql("query ($name: String!) { roleByName(name: $name) { id } }", json!({ "name": name }));
        answer.await.data()["roleByName"]["id"].as_str().unwrap_or_else(|| panic!("no role `{name}`")).to_owned()
    }

    /// The id of a permission, by name; registers it when unknown.
    pub async fn permission_id(&self, name: &str) -> String {
        let admin = self.admin().await;
        let find = "query ($name: PermissionName!) { permissionByName(name: $name) { id } }";
        let found = admin.graphql(find, json!({ "name": name })).await;
        if let Some(id) = found.data()["permissionByName"]["id"].as_str() {
            return id.to_owned();
        }
        let make = "mutation ($name: String!) {
            permissionCreate(input: { name: $name }) { permission { id } userErrors { code message } } }";
        let made = admin.graphql(make, json!({ "name": name })).await;
        made.payload("permissionCreate")["permission"]["id"].as_str().expect("an id").to_owned()
    }

    async fn permission_ids(&self, names: &[String]) -> Vec<String> {
        let mut ids = Vec::new();
        for name in names {
            ids.push(self.permission_id(name).await);
        }
        ids
    }

    async fn role_ids(&self, names: &[String]) -> Vec<String> {
        let mut ids = Vec::new();
        for name in names {
            ids.push(self.role_id(name).await);
        }
        ids
    }
}

impl UserBuilder<'_> {
    /// With an existing role.
    #[must_use]
    pub fn with_role(mut self, role: &str) -> Self {
        self.roles.push(role.to_owned());
        self
    }

    /// With a direct grant of a permission, registered when unknown.
    #[must_use]
    pub fn with_permission(mut self, permission: &str) -> Self {
        self.permissions.push(permission.to_owned());
        self
    }

    /// Signs up; then the administrator assigns the roles and grants the permissions.
    pub async fn create(self) -> Actor {
        let variables = json!({ "username": self.name, "password": PASSWORD });
        let answer = self.app.anonymous().graphql(SIGNUP, variables).await;
        let actor = self.app.actor(&self.name, answer.payload("signup"));
        if !self.roles.is_empty() {
            let roles = self.app.role_ids(&self.roles).await;
            let assign = "mutation ($user: ID!, $roles: [ID!]!) {
                userAssignRoles(userId: $user, roleIds: $roles) { userErrors { code message } } }";
            let variables = json!({ "user": actor.id, "roles": roles });
            let _ = self.app.admin().await.graphql(assign, variables).await.payload("userAssignRoles");
        }
        if !self.permissions.is_empty() {
            let permissions = self.app.permission_ids(&self.permissions).await;
            let grant = "mutation ($user: ID!, $permissions: [ID!]!) {
                userGrantPermissions(userId: $user, permissionIds: $permissions) { userErrors { code message } } }";
            let variables = json!({ "user": actor.id, "permissions": permissions });
            let _ = self.app.admin().await.graphql(grant, variables).await.payload("userGrantPermissions");
        }
        actor
    }
}

impl RoleBuilder<'_> {
    /// With a grant of a permission, registered when unknown.
    #[must_use]
    pub fn granting(mut self, permission: &str) -> Self {
        self.permissions.push(permission.to_owned());
        self
    }

    /// Inheriting from an existing role.
    #[must_use]
    pub fn inheriting(mut self, role: &str) -> Self {
        self.inherits_from.push(role.to_owned());
        self
    }

    /// Inactive at login until activated.
    #[must_use]
    pub fn requiring_activation(mut self) -> Self {
        self.requires_activation = true;
        self
    }

    /// Creates the role; returns its id.
    pub async fn create(self) -> String {
        let input = json!({
            "name": self.name,
            "permissionIds": self.app.permission_ids(&self.permissions).await,
            "inheritsFromIds": self.app.role_ids(&self.inherits_from).await,
        });
        let create = "mutation ($input: RoleCreateInput!) {
            roleCreate(input: $input) { role { id } userErrors { code message path } } }";
        let answer = self.app.admin().await.graphql(create, json!({ "input": input })).await;
        let id = answer.payload("roleCreate")["role"]["id"].as_str().expect("an id").to_owned();
        if self.requires_activation {
            let change = json!({ "id": id, "input": { "requiresActivation": true } });
            let _ = self.app.admin().await.mutate("roleUpdate", change).await.done();
        }
        id
    }
}
