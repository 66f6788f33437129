//! An installation: a database in a temporary file, and processes on it.

use crate::auth::{self, IssuedTokens, LoginCredentials, LogoutScope, SessionTokens, SignUp};
use crate::{
    Actor, Caller, Clock, Config, Context, Database, DatabaseSettings, LimitSettings, Parts, PasswordSettings,
    RandomIds, RequestInfo, Result, RetentionSettings, Service, SessionSettings, SystemClock, TokenSettings,
};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{PermissionName, RequestId};
use secrecy::ExposeSecret;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(super) const PASSWORD: &str = "correct horse battery staple";

/// Clock that stands still until a test sets it.
#[derive(Debug)]
pub(super) struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub(super) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }

    pub(super) fn set(&self, to: DateTime<Utc>) {
        *self.0.lock().unwrap() = to;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Database, and the clock of all its processes.
pub(super) struct Installation {
    folder: Arc<TempDir>,
    clock: Arc<TestClock>,
}

/// Process of an installation.
#[derive(Debug)]
pub(super) struct Process {
    service: Service,
    pub(super) clock: Arc<TestClock>,
    _folder: Arc<TempDir>,
}

impl Deref for Process {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

impl Installation {
    pub(super) async fn new() -> Self {
        let clock = Arc::new(TestClock(Mutex::new(SystemClock.now())));
        let installation = Self { folder: Arc::new(tempfile::tempdir().unwrap()), clock };
        migration::up(installation.database().await.connection()).await.unwrap();
        installation
    }

    async fn database(&self) -> Database {
        let path = self.folder.path().join("keyward.db");
        Database::open(&DatabaseSettings::Embedded { path }).await.unwrap()
    }

    pub(super) async fn start(&self) -> Process {
        self.start_with(|_| ()).await
    }

    pub(super) async fn start_with(&self, change: impl FnOnce(&mut Config)) -> Process {
        self.try_start(change).await.unwrap()
    }

    pub(super) async fn try_start(&self, change: impl FnOnce(&mut Config)) -> Result<Process> {
        let mut config = config();
        change(&mut config);
        let parts = Parts {
            config,
            database: self.database().await,
            clock: self.clock.clone(),
            ids: Arc::new(RandomIds),
            system_permissions: vec![PermissionName::parse("user:read").unwrap()],
            system_roles: Vec::new(),
        };
        let service = Service::start(parts).await?;
        Ok(Process { service, clock: Arc::clone(&self.clock), _folder: Arc::clone(&self.folder) })
    }
}

fn config() -> Config {
    let many = 1_000_000;
    Config {
        service_name: "Keyward".to_owned(),
        signup_enabled: true,
        max_page_size: 100,
        password: PasswordSettings { threads: Some(1), memory_kib: 8, iterations: 1, ..PasswordSettings::default() },
        token: TokenSettings::default(),
        session: SessionSettings::default(),
        limits: LimitSettings {
            login_per_account: many,
            login_per_address: many,
            signup_per_address: many,
            refresh_per_session: many,
            self_service_per_user: many,
            expensive_per_user: many,
        },
        secret: "a secret of the tests, long enough for all of them".into(),
        retention: RetentionSettings::default(),
        previous_secret: None,
        redis_url: None,
    }
}

impl Process {
    /// Another process of the same installation, after the end of this one.
    pub(super) async fn restart_with(self, on: &Installation, change: impl FnOnce(&mut Config)) -> Self {
        drop(self);
        on.start_with(change).await
    }

    fn context(&self, actor: Actor) -> Context {
        let id = RequestId::new(self.ids.next(self.now()));
        let (ip_address, user_agent) = ("192.0.2.7".parse().ok(), Some("curl/8.5.0".to_owned()));
        Context::new(actor, RequestInfo { id, ip_address, user_agent })
    }

    pub(super) fn anonymous(&self) -> Context {
        self.context(Actor::Anonymous)
    }

    pub(super) fn operator(&self) -> Context {
        self.context(Actor::Operator)
    }

    pub(super) fn by(&self, caller: &Caller) -> Context {
        self.context(Actor::User(caller.clone()))
    }

    pub(super) async fn sign_up(&self, name: &str) -> IssuedTokens {
        self.sign_up_with(name, None).await.unwrap()
    }

    pub(super) async fn sign_up_with(&self, name: &str, email: Option<&str>) -> Result<IssuedTokens> {
        let new = SignUp {
            username: name.to_owned(),
            password: PASSWORD.into(),
            email: email.map(str::to_owned),
            display_name: None,
        };
        auth::sign_up(self, &self.anonymous(), new).await
    }

    pub(super) async fn login(&self, name: &str, password: &str) -> Result<IssuedTokens> {
        let credentials = LoginCredentials { username: name.to_owned(), password: password.into(), roles: None };
        auth::login(self, &self.anonymous(), credentials).await
    }

    pub(super) async fn authenticate(&self, signed_in: &IssuedTokens) -> Result<Caller> {
        auth::authenticate(self, signed_in.access_token.expose_secret()).await
    }

    pub(super) async fn refresh(&self, signed_in: &IssuedTokens) -> Result<IssuedTokens> {
        auth::refresh(self, &self.anonymous(), signed_in.refresh_token.clone().unwrap()).await
    }

    pub(super) async fn logout(&self, signed_in: &IssuedTokens, scope: LogoutScope) -> Result<u32> {
        let presented = SessionTokens { access_token: Some(signed_in.access_token.clone()), refresh_token: None };
        auth::logout(self, &self.anonymous(), presented, scope).await
    }
}
