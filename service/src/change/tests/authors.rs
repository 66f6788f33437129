//! The rights of an author, when changes before it in the same transaction concern them.

use super::groups::Gate;
use super::installation::{Installation, act, create_person, create_role, operator};
use crate::sessions::{self, NewSession};
use crate::{Actor, Caller, Context, Error, Guard, Result, Service, decisions};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, PermitKind, Proposal, RoleId, SessionId, UserId};
use entity::{user, user_role};
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::sync::Arc;
use tokio::task::yield_now;

/// Allows callers who have a role.
#[derive(Debug)]
struct Requires(RoleId);

impl Guard for Requires {
    fn refuses(&self, caller: &Caller, now: DateTime<Utc>) -> Option<String> {
        let is_allowed = caller.policy.has_role(&caller.subject, self.0, now);
        (!is_allowed).then(|| "the role".to_owned())
    }
}

/// A request of a user with a new session, whose rights are in memory.
async fn request_of(service: &Service, user: UserId, role: RoleId) -> Context {
    let (now, id) = (service.now(), SessionId::new(service.ids.next(service.now())));
    let end = now + TimeDelta::hours(1);
    let new = NewSession {
        id,
        user,
        at: now,
        expires_at: end,
        ends_at: end,
        user_agent: None,
        ip_address: None,
        activation: Activation::All,
    };
    sessions::insert(service.database.connection(), new).await.expect("writes");
    let subject = decisions::subject(service, user).await.expect("reads").expect("is there");
    let caller = Caller {
        user,
        username: "ana".into(),
        email: None,
        session: id,
        authenticated_at: now,
        subject,
        policy: service.policy(),
        token_stale: false,
    };
    let mut context = Context { actor: Actor::User(caller), ..operator(service) };
    context.guard = Some(Arc::new(Requires(role)));
    context
}

/// What the change before does to the author.
#[derive(Clone, Copy)]
enum Loss {
    None,
    Role,
    Account,
}

async fn take(service: Service, user: UserId, loss: Loss, gate: Gate) -> Result<()> {
    service
        .change(&operator(&service), act().shared(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                let transaction = change.write(&permit, PermitKind::Unrestricted)?;
                match loss {
                    Loss::None => {}
                    Loss::Role => {
                        user_role::Entity::delete_many().exec(transaction).await?;
                    }
                    Loss::Account => {
                        let suspended =
                            user::ActiveModel { status: Set(user::Status::Suspended), ..Default::default() };
                        user::Entity::update_many().set(suspended).exec(transaction).await?;
                    }
                }
                change.touch_user(user);
                gate.pass().await;
                Ok(())
            })
        })
        .await
}

/// The outcome of a change that joins the transaction of one that took something from its author.
async fn outcome_after(loss: Loss) -> Result<()> {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (clerk, _) = create_role(&service, "clerk").await.expect("is created");
    let ana = create_person(&service, clerk).await.expect("is created");
    let context = request_of(&service, ana, clerk).await;
    let gate = Gate::default();
    let first = tokio::spawn(take(service.clone(), ana, loss, gate.clone()));
    gate.reached().await;
    let second = tokio::spawn({
        let service = service.clone();
        async move { service.change(&context, act().shared(), Ok(()), |_, ()| Box::pin(async { Ok(()) })).await }
    });
    // The second change is in the queue.
    yield_now().await;
    gate.open();
    first.await.expect("runs").expect("is made");
    second.await.expect("runs")
}

#[tokio::test]
async fn an_author_keeps_the_rights_that_no_earlier_change_takes() {
    outcome_after(Loss::None).await.expect("is allowed");
}

#[tokio::test]
async fn an_author_loses_what_an_earlier_change_of_the_transaction_takes() {
    assert!(matches!(outcome_after(Loss::Role).await, Err(Error::Forbidden { .. })));
    assert!(matches!(outcome_after(Loss::Account).await, Err(Error::Unauthenticated(_))));
}
