use super::super::entity::{Entity, NodeObject, NodeRef, Visible};
use super::super::guard::directives::{
    RateBucket, authenticated, has_all_permissions, has_permission, inherit, limited, public, recent_login, self_or,
    self_or_of, sensitive, visible_to,
};
use super::super::id::EntityType;
use super::*;
use async_graphql::{Enum, ID, Interface, Object, SimpleObject};
use uuid::Uuid;

#[derive(Clone, Debug)]
struct User;

impl NodeObject for User {
    const TYPE: EntityType = EntityType::User;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: Uuid::nil(), owner: None }
    }
}

/// A user.
#[Object(directive = visible_to::apply("user:read"))]
impl User {
    /// Global id.
    async fn id(&self) -> ID {
        ID("user".to_owned())
    }

    /// Creator.
    #[graphql(directive = inherit::apply())]
    async fn creator(&self) -> Option<Visible<User>> {
        None
    }

    /// Friends.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn friends(&self) -> Option<Vec<Entity<User>>> {
        None
    }
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
enum Node {
    User(Entity<User>),
}

#[derive(Default)]
struct Reads;

#[Object(name = "Query")]
impl Reads {
    /// The caller.
    #[graphql(directive = public::apply())]
    async fn me(&self) -> Option<Entity<User>> {
        None
    }

    /// Anything.
    #[graphql(directive = authenticated::apply())]
    async fn node(&self, id: ID) -> Option<Node> {
        let _ = id;
        None
    }

    /// A user.
    #[graphql(directive = self_or_of::apply("user:read", "id"))]
    async fn user(&self, id: ID) -> Option<Entity<User>> {
        let _ = id;
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Delivery {
    Body,
}

#[derive(SimpleObject)]
struct Done {
    ok: bool,
}

#[derive(Default)]
struct Writes;

#[Object(name = "Mutation")]
impl Writes {
    /// Sign in.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Login))]
    async fn login(
        &self,
        #[graphql(directive = sensitive::apply())] password: String,
        #[graphql(default_with = "Delivery::Body")] delivery: Delivery,
    ) -> Done {
        let _ = (password, delivery);
        Done { ok: true }
    }

    /// Delete.
    #[graphql(directive = has_all_permissions::apply(&["a:b", "c:d"]), directive = recent_login::apply())]
    async fn delete(&self) -> Option<Done> {
        None
    }
}

fn schema() -> GuardedSchema<Reads, Writes> {
    GuardedSchema::build(|schema| schema).expect("a guarded schema")
}

#[test]
fn guards_are_published() {
    let schema = schema();
    let lines = [
        "  me: User @public",
        "  node(id: ID!): Node @authenticated",
        r#"  user(id: ID!): User @selfOr(permission: "user:read", of: "id")"#,
        r#"  friends: [User!] @selfOr(permission: "user:read")"#,
        "  creator: User @inherit",
        r#"type User implements Node @visibleTo(permission: "user:read") {"#,
        "  login(password: String! @sensitive, delivery: Delivery! = BODY): Done! @public @limited(bucket: LOGIN)",
        r#"  delete: Done @hasPermission(all: ["a:b", "c:d"]) @recentLogin"#,
        "directive @recentLogin(withinMinutes: Int! = 10) on FIELD_DEFINITION",
        "directive @limited(bucket: RateBucket!, maxPerOperation: Int! = 1) on FIELD_DEFINITION",
        "directive @visibleTo(permission: String!, orSelf: Boolean! = true) on OBJECT",
        "directive @sensitive on ARGUMENT_DEFINITION | FIELD_DEFINITION | INPUT_FIELD_DEFINITION",
    ];
    for line in lines {
        assert!(schema.sdl().lines().any(|found| found == line), "{line}\n{}", schema.sdl());
    }
}

#[test]
fn the_rule_follows_the_description() {
    let schema = schema();
    let texts = [
        "The caller. No authentication required.",
        "Friends. Requires `user:read`, unless the object is the caller's own.",
        "Delete. Requires `a:b` and `c:d`. Requires a recent login.",
    ];
    for text in texts {
        assert!(schema.sdl().contains(text), "{text}\n{}", schema.sdl());
    }
    assert!(!schema.sdl().contains("Creator. "));
}

#[test]
fn introspection_shows_the_rule() {
    let text = r#"{ __type(name: "Query") { fields { name description } } }"#;
    let answer =
        futures_util::FutureExt::now_or_never(schema().pre_authorized.execute(text)).expect("nothing to wait for");
    assert!(
        answer.data.to_string().contains("A user. Requires `user:read`, unless the object is the caller's own."),
        "{answer:?}"
    );
}

#[test]
fn permissions_in_guards_are_system_permissions() {
    let names = schema().system_permissions();
    assert_eq!(names.iter().map(PermissionName::as_str).collect::<Vec<_>>(), ["a:b", "c:d", "user:read"]);
}

#[test]
fn a_schema_with_an_unguarded_field_is_not_built() {
    #[derive(Default)]
    struct Open;

    #[Object(name = "Query")]
    impl Open {
        #[graphql(directive = has_permission::apply("a:b"))]
        async fn closed(&self) -> i32 {
            1
        }

        async fn open(&self) -> i32 {
            2
        }
    }

    let errors =
        GuardedSchema::<Open, async_graphql::EmptyMutation>::build(|schema| schema).expect_err("an unguarded field");
    assert_eq!(errors, "Query.closed is guarded and must be nullable\nQuery.open has no guard");
}

#[test]
fn enforced_execution_denies_everything_without_a_request() {
    let answer = futures_util::FutureExt::now_or_never(schema().enforced.execute("{ me { id } }"));
    let answer = answer.expect("nothing to wait for");
    assert_eq!(answer.errors.len(), 1);
    assert_eq!(answer.errors[0].message, "not allowed");
}

#[test]
fn the_schema_of_this_service_is_guarded() {
    let schemas = build().expect("a guarded schema");
    assert!(schemas.rules().permissions().contains(&"user:read"));
}
