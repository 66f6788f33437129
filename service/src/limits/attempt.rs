//! One attempt, counted for its subjects and for its client address.

use super::windows::Scope;
use super::{Bucket, RateLimits};
use crate::context::network;
use crate::{Context, Error, RefusalCode, Result};
use chrono::{DateTime, Utc};
use engine::{SessionId, UserId};
use std::hash::BuildHasher;
use std::net::IpAddr;

/// What an attempt is counted for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptKey<'a> {
    /// Login with a name, in its normalized form, whether or not an account has it.
    LoginName(&'a str),
    /// Login to an account, by any of its names.
    LoginAccount(UserId),
    /// Login with a name that no account has: counted like an account, so that both cost the same work.
    LoginStranger(&'a str),
    /// Login from an address.
    LoginAddress(IpAddr),
    /// Confirmation of the password in a live session. Counted apart from logins, so that attempts of other people on
    /// the account do not use up those of its owner.
    ConfirmSession(SessionId),
    /// Confirmation of a password, from an address.
    ConfirmAddress(IpAddr),
    /// Sign-up from an address.
    SignupAddress(IpAddr),
    /// Refresh of a session.
    Refresh(SessionId),
    /// Change of the user's own profile, active roles or session data.
    SelfService(UserId),
    /// Export or plan of the policy.
    Expensive(UserId),
}

/// An attempt that was counted. It is refunded as a whole when it has no result.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    limits: &'a RateLimits,
    /// Name, account, session or user; none for an attempt that is counted for its address only.
    subjects: Vec<Counter>,
    address: Option<Counter>,
}

/// Place of a count: bucket, and name, account, address or session.
#[derive(Clone, Debug)]
struct Counter {
    bucket: Bucket,
    key: Vec<u8>,
}

impl RateLimits {
    /// Counts a password attempt for the client's address, then for the name or session. An attempt that is refused
    /// for the latter stays counted for the address.
    ///
    /// # Errors
    /// [`Error::RateLimited`] at one of the limits.
    pub(crate) async fn take_password(
        &self,
        ctx: &Context,
        subject: AttemptKey<'_>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>> {
        let address = ctx.request.ip_address.map(|address| match subject {
            AttemptKey::ConfirmSession(_) => AttemptKey::ConfirmAddress(address),
            _ => AttemptKey::LoginAddress(address),
        });
        let mut attempt = self.take_address(address, now).await?;
        attempt.take(subject, now).await?;
        Ok(attempt)
    }

    /// Counts an attempt for one subject.
    ///
    /// # Errors
    /// [`Error::RateLimited`] at the limit.
    pub(crate) async fn take(&self, subject: AttemptKey<'_>, now: DateTime<Utc>) -> Result<Attempt<'_>> {
        let mut attempt = Attempt { limits: self, subjects: Vec::new(), address: None };
        attempt.take(subject, now).await?;
        Ok(attempt)
    }

    /// Counts an attempt for one address, if the client has one.
    ///
    /// # Errors
    /// [`Error::RateLimited`] at the limit.
    pub(crate) async fn take_address(
        &self,
        address: Option<AttemptKey<'_>>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>> {
        let address = match address {
            Some(address) => Some(self.count(address, now).await?),
            None => None,
        };
        Ok(Attempt { limits: self, subjects: Vec::new(), address })
    }

    /// Forgets the attempts of a subject.
    pub(crate) async fn forget(&self, subject: AttemptKey<'_>) {
        self.clear(&subject.counter()).await;
    }

    async fn count(&self, key: AttemptKey<'_>, now: DateTime<Utc>) -> Result<Counter> {
        let counter = key.counter();
        let limit = counter.bucket.limit(&self.settings);
        let hash = self.hasher.hash_one(&counter.key);
        let limited = |retry_after| Error::RateLimited { retry_after };
        let scope = self.windows.take(counter.bucket, hash, limit, now).map_err(limited)?;
        if scope == Scope::Replicas
            && let Some(replicas) = &self.replicas
            && let Err(retry_after) = replicas.take(counter.bucket, &counter.key, limit).await
        {
            self.windows.refund(counter.bucket, hash);
            return Err(limited(retry_after));
        }
        Ok(counter)
    }

    async fn refund(&self, counter: &Counter) {
        self.windows.refund(counter.bucket, self.hasher.hash_one(&counter.key));
        if let Some(replicas) = &self.replicas {
            replicas.refund(counter.bucket, &counter.key).await;
        }
    }

    async fn clear(&self, counter: &Counter) {
        self.windows.forget(counter.bucket, self.hasher.hash_one(&counter.key));
        if let Some(replicas) = &self.replicas {
            replicas.forget(counter.bucket, &counter.key).await;
        }
    }
}

impl Attempt<'_> {
    /// Counts the attempt for one more subject.
    ///
    /// # Errors
    /// [`Error::RateLimited`] at the limit; the attempt stays counted for the others.
    pub(crate) async fn take(&mut self, subject: AttemptKey<'_>, now: DateTime<Utc>) -> Result<()> {
        self.subjects.push(self.limits.count(subject, now).await?);
        Ok(())
    }

    /// Refunds the attempt, for the subjects and for the address.
    pub(crate) async fn refund(&self) {
        for counter in self.subjects.iter().chain(&self.address) {
            self.limits.refund(counter).await;
        }
    }

    /// Forgets all attempts of the subjects, after one that succeeded. That for the address stays counted.
    pub(crate) async fn forget(&self) {
        for subject in &self.subjects {
            self.limits.clear(subject).await;
        }
    }

    /// Refunds the attempt when `outcome` is an outage.
    pub(crate) async fn refund_outage<T>(&self, outcome: &Result<T>) {
        if let Err(Error::Unavailable(_) | Error::Internal(_)) = outcome {
            self.refund().await;
        }
    }

    /// Settles a password attempt: forgotten after the right password, counted after a wrong one, and refunded where
    /// the password was not the reason for the failure.
    pub(crate) async fn settle<T>(&self, outcome: &Result<T>) {
        match outcome {
            Ok(_) => self.forget().await,
            Err(Error::Refused(refusals)) if refusals.iter().any(|it| it.code == RefusalCode::InvalidCredentials) => {}
            Err(_) => self.refund().await,
        }
    }
}

impl AttemptKey<'_> {
    fn counter(self) -> Counter {
        let (bucket, key) = match self {
            Self::LoginName(name) => (Bucket::LoginName, name.as_bytes().to_vec()),
            Self::LoginAccount(user) => (Bucket::LoginAccount, [b"id:", user.uuid().as_bytes().as_slice()].concat()),
            Self::LoginStranger(name) => (Bucket::LoginAccount, [b"name:", name.as_bytes()].concat()),
            Self::LoginAddress(address) => (Bucket::LoginAddress, octets(address)),
            Self::ConfirmSession(session) => (Bucket::ConfirmSession, session.uuid().as_bytes().to_vec()),
            Self::ConfirmAddress(address) => (Bucket::ConfirmAddress, octets(address)),
            Self::SignupAddress(address) => (Bucket::SignupAddress, octets(address)),
            Self::Refresh(session) => (Bucket::Refresh, session.uuid().as_bytes().to_vec()),
            Self::SelfService(user) => (Bucket::SelfService, user.uuid().as_bytes().to_vec()),
            Self::Expensive(user) => (Bucket::Expensive, user.uuid().as_bytes().to_vec()),
        };
        Counter { bucket, key }
    }
}

/// Network of one client, as bytes.
fn octets(address: IpAddr) -> Vec<u8> {
    match network(address) {
        IpAddr::V4(network) => network.octets().to_vec(),
        IpAddr::V6(network) => network.octets().to_vec(),
    }
}
