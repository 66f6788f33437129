//! Installations on a database in a temporary file, and changes of them.

use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::{
    Actor, Config, Context, Database, DatabaseSettings, Error, LimitSettings, Parts, PasswordSettings, RandomIds,
    RequestInfo, Result, RetentionSettings, Service, SessionSettings, SystemClock, TokenSettings, users,
};
use engine::{PermissionName, PermitKind, Proposal, RequestId, RoleId, UserId};
use entity::{audit_event, role, role_inheritance, user_role};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

pub(super) struct Installation {
    folder: TempDir,
}

impl Installation {
    pub(super) async fn new() -> Self {
        let installation = Self { folder: tempfile::tempdir().expect("a folder") };
        migration::up(installation.database().await.connection()).await.expect("migrates");
        installation
    }

    async fn database(&self) -> Database {
        let path = self.folder.path().join("keyward.db");
        Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens")
    }

    /// A process that serves this installation.
    pub(super) async fn replica(&self) -> Service {
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

pub(super) fn config() -> Config {
    Config {
        service_name: "Keyward".to_owned(),
        signup_enabled: true,
        max_page_size: 100,
        password: PasswordSettings { threads: Some(1), memory_kib: 8, iterations: 1, ..PasswordSettings::default() },
        token: TokenSettings::default(),
        session: SessionSettings::default(),
        limits: LimitSettings::default(),
        secret: "a secret of the tests, long enough for all of them".into(),
        retention: RetentionSettings::default(),
        previous_secret: None,
        redis_url: None,
    }
}

pub(super) fn operator(service: &Service) -> Context {
    let id = RequestId::new(service.ids.next(service.now()));
    Context::new(Actor::Operator, RequestInfo { id, ip_address: None, user_agent: None })
}

pub(super) fn act() -> Act {
    Act::new("test.act", Target::new(TargetType::Policy, None, None))
}

pub(super) async fn audited(service: &Service) -> u64 {
    audit_event::Entity::find().count(service.database.connection()).await.expect("counts")
}

pub(super) fn role_row(change: &Change<'_>, id: Uuid, name: &str) -> role::Model {
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

/// A permanent assignment.
pub(super) fn assignment_row(change: &Change<'_>, id: Uuid, user: UserId, role: RoleId) -> user_role::Model {
    user_role::Model {
        id,
        user_id: user.uuid(),
        role_id: role.uuid(),
        assigned_at: change.now(),
        assigned_by: None,
        assigned_by_label: None,
        valid_from: None,
        expires_at: None,
        reason: None,
        noted_end: None,
    }
}

/// Creates a role; returns the revision that created it.
pub(super) async fn create_role(service: &Service, name: &str) -> Result<(RoleId, u64)> {
    let id = service.ids.next(service.now());
    service
        .change(&operator(service), act(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                let row = role_row(change, id, name).into_active_model();
                role::Entity::insert(row)
                    .exec_without_returning(change.write(&permit, PermitKind::Unrestricted)?)
                    .await?;
                change.touch_role(RoleId::new(id));
                change.record(Entry::done(format!("created {name}")));
                let revision = change.revision();
                Ok((RoleId::new(id), revision))
            })
        })
        .await
}

/// Creates a user with `role` assigned permanently.
pub(super) async fn create_person(service: &Service, role: RoleId) -> Result<UserId> {
    let (id, assignment) = (service.ids.next(service.now()), service.ids.next(service.now()));
    service
        .change(&operator(service), act(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                let new = users::UserInsert {
                    id: id.into(),
                    username: users::Username::parse("ana")?,
                    email: None,
                    display_name: None,
                    password_hash: None,
                };
                users::insert(change.write(&permit, PermitKind::Unrestricted)?, &[new], change.now()).await?;
                let row = assignment_row(change, assignment, UserId::new(id), role);
                user_role::Entity::insert(row.into_active_model())
                    .exec_without_returning(change.write(&permit, PermitKind::Unrestricted)?)
                    .await?;
                change.touch_user(UserId::new(id));
                Ok(UserId::new(id))
            })
        })
        .await
}

pub(super) async fn take_assignments(service: &Service, user: UserId) -> Result<()> {
    service
        .change(&operator(service), act(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                user_role::Entity::delete_many().exec(change.write(&permit, PermitKind::Unrestricted)?).await?;
                change.touch_user(user);
                Ok(())
            })
        })
        .await
}

/// Makes one role inherit from another without a check by the rules of administration.
pub(super) async fn inherit(service: &Service, senior: RoleId, junior: RoleId) -> Result<()> {
    service
        .change(&operator(service), act(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                let row = role_inheritance::Model {
                    senior_id: senior.uuid(),
                    junior_id: junior.uuid(),
                    created_at: change.now(),
                    created_by: None,
                };
                role_inheritance::Entity::insert(row.into_active_model())
                    .exec_without_returning(change.write(&permit, PermitKind::Unrestricted)?)
                    .await?;
                change.touch_role(senior);
                Ok(())
            })
        })
        .await
}

pub(super) fn refused<T: std::fmt::Debug>(result: Result<T>) -> crate::Refusal {
    match result {
        Err(Error::Refused(mut refusals)) => refusals.remove(0),
        other => panic!("not refused: {other:?}"),
    }
}
