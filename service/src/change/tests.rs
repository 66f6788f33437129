//! The door, on a real database in a temporary file.

use super::{Act, Change};
use crate::audit::{Entry, Target, TargetType};
use crate::{
    Actor, Config, Context, Database, DatabaseSettings, Error, LimitSettings, Parts, PasswordSettings, RandomIds,
    RefusalCode, RefusalDetail, RequestInfo, Result, Service, SessionSettings, SystemClock, TokenSettings, decisions,
};
use engine::{PermissionName, RequestId, RoleId, UserId};
use entity::{audit_event, role, role_inheritance, user, user_role};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

struct Installation {
    folder: TempDir,
}

impl Installation {
    async fn new() -> Self {
        let installation = Self { folder: tempfile::tempdir().expect("a folder") };
        migration::up(installation.database().await.connection()).await.expect("migrates");
        installation
    }

    async fn database(&self) -> Database {
        let path = self.folder.path().join("keyward.db");
        Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens")
    }

    /// A process that serves this installation.
    async fn replica(&self) -> Service {
        let guarded = ["user:read", "role:read"].map(|name| PermissionName::parse(name).expect("a name"));
        let parts = Parts {
            config: config(),
            database: self.database().await,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            system_permissions: guarded.to_vec(),
            system_roles: Vec::new(),
        };
        Service::start(parts).await.expect("starts")
    }
}

fn config() -> Config {
    Config {
        service_name: "Keyward".to_owned(),
        signup_enabled: true,
        max_page_size: 100,
        password: PasswordSettings { threads: 1, memory_kib: 8, iterations: 1, ..PasswordSettings::default() },
        token: TokenSettings::default(),
        session: SessionSettings::default(),
        limits: LimitSettings::default(),
        secret: "a secret of the tests, long enough for all of them".into(),
        previous_secret: None,
        redis_url: None,
    }
}

fn operator(service: &Service) -> Context {
    let id = RequestId::new(service.ids.next(service.now()));
    Context::new(Actor::Operator, RequestInfo { id, ip_address: None, user_agent: None })
}

fn act() -> Act {
    Act::new("test.act", Target::new(TargetType::Policy, None, None))
}

async fn audited(service: &Service) -> u64 {
    audit_event::Entity::find().count(service.database.connection()).await.expect("counts")
}

fn role_row(change: &Change, id: Uuid, name: &str) -> role::Model {
    role::Model {
        id,
        name: name.to_owned(),
        name_key: name.to_owned(),
        description: None,
        is_system: false,
        is_default: false,
        requires_activation: false,
        version: 0,
        revision: 0,
        created_at: change.now(),
        updated_at: change.now(),
    }
}

/// Creates a role; gives the revision that made it.
async fn create_role(service: &Service, name: &str) -> Result<(RoleId, u64)> {
    let id = service.ids.next(service.now());
    let work = |mut change: Change| async move {
        let permit = change.permit(engine::Change::Other, &[])?;
        let row = role_row(&change, id, name).into_active_model();
        role::Entity::insert(row).exec_without_returning(change.write(&permit)).await?;
        change.touch_role(RoleId::new(id));
        change.record(Entry::done(format!("created {name}")));
        let revision = change.revision();
        Ok((change, (RoleId::new(id), revision)))
    };
    service.change(&operator(service), act(), work).await
}

/// Creates a person who has `role` for good.
async fn create_person(service: &Service, role: RoleId) -> Result<UserId> {
    let (id, assignment) = (service.ids.next(service.now()), service.ids.next(service.now()));
    let work = |mut change: Change| async move {
        let permit = change.permit(engine::Change::Other, &[])?;
        let row = user::Model {
            id,
            kind: user::Kind::Human,
            status: user::Status::Active,
            username: "ana".to_owned(),
            username_key: "ana".to_owned(),
            email: None,
            display_name: None,
            display_key: "ana".to_owned(),
            password_hash: None,
            revision: 0,
            created_at: change.now(),
            updated_at: change.now(),
            last_login_at: None,
            last_login_key: 0,
        };
        user::Entity::insert(row.into_active_model()).exec_without_returning(change.write(&permit)).await?;
        let row = user_role::Model {
            id: assignment,
            user_id: id,
            role_id: role.uuid(),
            assigned_at: change.now(),
            assigned_by: None,
            valid_from: None,
            expires_at: None,
            reason: None,
            noted_end: None,
        };
        user_role::Entity::insert(row.into_active_model()).exec_without_returning(change.write(&permit)).await?;
        change.touch_user(UserId::new(id));
        Ok((change, UserId::new(id)))
    };
    service.change(&operator(service), act(), work).await
}

async fn take_assignments(service: &Service, user: UserId) -> Result<()> {
    let work = |mut change: Change| async move {
        let permit = change.permit(engine::Change::Other, &[])?;
        user_role::Entity::delete_many().exec(change.write(&permit)).await?;
        change.touch_user(user);
        Ok((change, ()))
    };
    service.change(&operator(service), act(), work).await
}

/// Lets one role inherit from another without asking the rules first.
async fn inherit(service: &Service, senior: RoleId, junior: RoleId) -> Result<()> {
    let work = |mut change: Change| async move {
        let permit = change.permit(engine::Change::Other, &[])?;
        let row = role_inheritance::Model {
            senior_id: senior.uuid(),
            junior_id: junior.uuid(),
            created_at: change.now(),
            created_by: None,
        };
        role_inheritance::Entity::insert(row.into_active_model()).exec_without_returning(change.write(&permit)).await?;
        change.touch_role(senior);
        Ok((change, ()))
    };
    service.change(&operator(service), act(), work).await
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> crate::Refusal {
    match result {
        Err(Error::Refused(mut refusals)) => refusals.remove(0),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_second_start_finds_nothing_to_do() {
    let installation = Installation::new().await;
    let first = installation.replica().await;
    let (revision, entries) = (first.policy().revision(), audited(&first).await);
    assert_eq!((revision, entries), (1, 2));
    let policy = first.policy();
    assert!(policy.role_named("user").is_some_and(|role| role.is_default && !role.is_system));
    assert_eq!(policy.permissions_of_role(policy.superadmin().expect("is there")).len(), 3);

    let second = installation.replica().await;

    assert_eq!((second.policy().revision(), audited(&second).await), (revision, entries));
}

#[tokio::test]
async fn a_change_acts_at_once_and_counts_versions() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (clerk, revision) = create_role(&service, "clerk").await.expect("is created");

    assert_eq!(service.policy().revision(), revision);
    assert!(service.policy().role(clerk).is_some());
    let stored = role::Entity::find_by_id(clerk.uuid()).one(service.database.connection()).await;
    let stored = stored.expect("reads").expect("is there");
    assert_eq!((stored.version, u64::try_from(stored.revision).ok()), (1, Some(revision)));
}

#[tokio::test]
async fn a_change_of_one_user_builds_no_policy() {
    let installation = Installation::new().await;
    let (service, follower) = (installation.replica().await, installation.replica().await);
    let (clerk, revision) = create_role(&service, "clerk").await.expect("is created");
    follower.ensure_fresh(Some(revision)).await.expect("follows");
    let before = [service.policy(), follower.policy()];

    let person = create_person(&service, clerk).await.expect("is created");
    take_assignments(&service, person).await.expect("are taken");
    let revision = service.policy().revision();
    follower.ensure_fresh(Some(revision)).await.expect("follows");

    for (before, after) in before.iter().zip([service.policy(), follower.policy()]) {
        assert_eq!((before.revision() + 2, revision), (after.revision(), after.revision()));
        assert!(std::ptr::eq(before.facts(), after.facts()), "the facts are the same ones, not copies");
    }
    create_role(&service, "other").await.expect("is created");
    assert!(!std::ptr::eq(before[0].facts(), service.policy().facts()));
}

#[tokio::test]
async fn a_change_that_does_nothing_writes_nothing() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (revision, entries) = (service.policy().revision(), audited(&service).await);

    let value = service.change(&operator(&service), act(), |change| async move { Ok((change, 7)) }).await;

    assert_eq!(value.expect("is made"), 7);
    assert_eq!((service.policy().revision(), audited(&service).await), (revision, entries));
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_but_its_entry() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (revision, entries) = (service.policy().revision(), audited(&service).await);
    let superadmin = service.policy().superadmin().expect("is there");

    let work = |mut change: Change| async move {
        let permit = change.permit(engine::Change::Other, &[])?;
        let row = role_row(&change, Uuid::from_u128(1), "half").into_active_model();
        role::Entity::insert(row).exec_without_returning(change.write(&permit)).await?;
        change.touch_role(RoleId::new(Uuid::from_u128(1)));
        let _ = change.permit(engine::Change::DeleteRole(superadmin), &["id"])?;
        Ok((change, ()))
    };
    let refusal = refused(service.change(&operator(&service), act(), work).await);

    assert_eq!((refusal.code, refusal.path), (RefusalCode::Immutable, vec!["id".to_owned()]));
    assert_eq!(refusal.message, "role `superadmin` is built in and cannot be deleted");
    assert_eq!((service.policy().revision(), audited(&service).await), (revision, entries + 1));
    let half = role::Entity::find_by_id(Uuid::from_u128(1)).one(service.database.connection()).await;
    assert!(half.expect("reads").is_none());
}

#[tokio::test]
async fn a_circle_is_refused_even_when_no_rule_was_asked() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (a, _) = create_role(&service, "a").await.expect("is created");
    let (b, _) = create_role(&service, "b").await.expect("is created");
    inherit(&service, a, b).await.expect("is no circle yet");

    let refusal = refused(inherit(&service, b, a).await);

    assert_eq!(refusal.code, RefusalCode::HierarchyCycle);
    assert_eq!(refusal.detail, RefusalDetail::Cycle(vec![a, b, a]));
    assert_eq!(refusal.message, "roles would inherit from each other in a circle: `a` > `b` > `a`");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let superadmin = service.policy().superadmin().expect("is there");
    let ana = create_person(&service, superadmin).await.expect("is created");
    let subject = decisions::subject(&service, ana).await.expect("reads").expect("is there");
    assert_eq!(subject.assignments.len(), 1);

    let refusal = refused(take_assignments(&service, ana).await);

    assert_eq!(refusal.code, RefusalCode::WouldLockOut);
    assert!(refusal.message.contains("`rbac:escalate`"), "{}", refusal.message);
    let subject = decisions::subject(&service, ana).await.expect("reads").expect("is there");
    assert_eq!(subject.assignments.len(), 1);
}

#[tokio::test]
async fn another_replica_follows_and_forgets_what_changed() {
    let installation = Installation::new().await;
    let (here, there) = (installation.replica().await, installation.replica().await);
    let (clerk, _) = create_role(&here, "clerk").await.expect("is created");
    let ana = create_person(&here, clerk).await.expect("is created");
    there.ensure_fresh(Some(here.policy().revision())).await.expect("catches up");
    assert!(there.policy().role(clerk).is_some());
    let subject = decisions::subject(&there, ana).await.expect("reads").expect("is there");
    assert!(there.policy().has_role(&subject, clerk, there.now()));

    take_assignments(&here, ana).await.expect("is taken");
    there.ensure_fresh(Some(here.policy().revision())).await.expect("catches up");

    let subject = decisions::subject(&there, ana).await.expect("reads").expect("is there");
    assert!(!there.policy().has_role(&subject, clerk, there.now()));
}

#[tokio::test]
async fn a_revision_that_nobody_made_is_not_waited_for_long() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let result = service.ensure_fresh(Some(service.policy().revision() + 1)).await;
    assert!(matches!(result, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn changes_of_two_replicas_at_once_are_all_made() {
    let installation = Installation::new().await;
    let (here, there) = (installation.replica().await, installation.replica().await);
    let names = ["a", "b", "c", "d", "e"];

    for name in names {
        let other = format!("{name}{name}");
        let (one, two) = tokio::join!(create_role(&here, name), create_role(&there, &other));
        one.expect("is created");
        two.expect("is created");
    }

    let latest = here.policy().revision().max(there.policy().revision());
    assert_eq!(latest, 1 + 2 * names.len() as u64);
    here.ensure_fresh(Some(latest)).await.expect("catches up");
    there.ensure_fresh(Some(latest)).await.expect("catches up");
    assert_eq!(here.policy().facts().roles.len(), 2 + 2 * names.len());
    assert_eq!(there.policy().facts().roles.len(), 2 + 2 * names.len());
}
