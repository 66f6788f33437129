//! Changes that share a transaction.

use super::installation::{Installation, act, assignment_row, audited, create_role, operator, refused, role_row};
use crate::audit::Entry;
use crate::change::Change;
use crate::{Error, RefusalCode, Result, Service};
use engine::{PermitKind, Proposal, RoleId, UserId};
use entity::{policy_change, role, user_role};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait};
use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle, JoinSet, yield_now};

type Outcome = JoinHandle<Result<RoleId>>;

/// Where a change stops until the test lets it go on.
#[derive(Clone, Default)]
pub(super) struct Gate {
    reached: Arc<Notify>,
    opened: Arc<Notify>,
}

impl Gate {
    /// Stops until the test opens the gate.
    pub(super) async fn pass(&self) {
        self.reached.notify_one();
        self.opened.notified().await;
    }

    pub(super) async fn reached(&self) {
        self.reached.notified().await;
    }

    pub(super) fn open(&self) {
        self.opened.notify_one();
    }
}

/// What a change does after it has written a role.
#[derive(Clone)]
enum Then {
    End,
    WaitAt(Gate),
    /// Wait, and be refused.
    BeRefusedAt(Gate),
    /// Never end.
    Hang(Gate),
    /// Write what the commit refuses.
    BreakTheCommit,
    /// Lose the transaction, as after some errors of the database, and fail.
    LoseTheTransaction,
}

async fn create_and(service: Service, name: impl Into<String>, then: Then) -> Result<RoleId> {
    let name = name.into();
    let id = RoleId::new(service.ids.next(service.now()));
    service
        .change(&operator(&service), act().shared(), Ok(()), |change, ()| {
            Box::pin(async move { create_role_and(change, id, &name, then).await })
        })
        .await
}

async fn create_role_and(change: &mut Change<'_>, id: RoleId, name: &str, then: Then) -> Result<RoleId> {
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    let transaction = change.write(&permit, PermitKind::Unrestricted)?;
    let row = role_row(change, id.uuid(), name).into_active_model();
    role::Entity::insert(row).exec_without_returning(transaction).await?;
    match &then {
        Then::WaitAt(gate) | Then::BeRefusedAt(gate) => gate.pass().await,
        Then::Hang(gate) => {
            gate.reached.notify_one();
            pending::<()>().await;
        }
        Then::End | Then::LoseTheTransaction => {}
        Then::BreakTheCommit => {
            transaction.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
            // Of a user who does not exist.
            let row = assignment_row(change, id.uuid(), UserId::new(id.uuid()), id);
            user_role::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
        }
    }
    if let Then::LoseTheTransaction = then {
        transaction.execute_unprepared("ROLLBACK").await?;
        return Err(Error::Internal("lost".into()));
    }
    if let Then::BeRefusedAt(_) = then {
        let superadmin = change.policy().superadmin().expect("is there");
        let _ = change.permit(Proposal::DeleteRole(superadmin), &["id"])?;
    }
    change.touch_role(id);
    change.record(Entry::done(format!("created {name}")));
    Ok(id)
}

/// Two changes: the first one is complete, and the second one has joined its group and waits at the gate.
async fn group(service: &Service, then: fn(Gate) -> Then) -> (Outcome, Outcome, Gate) {
    let (first, second) = (Gate::default(), Gate::default());
    let one = tokio::spawn(create_and(service.clone(), "one", Then::WaitAt(first.clone())));
    first.reached().await;
    let two = tokio::spawn(create_and(service.clone(), "two", then(second.clone())));
    // The second change is in the queue.
    yield_now().await;
    first.open();
    second.reached().await;
    (one, two, second)
}

async fn names(service: &Service) -> BTreeSet<String> {
    let roles = role::Entity::find().all(service.database.connection()).await.expect("reads");
    roles.into_iter().map(|role| role.name).filter(|name| !["superadmin", "user"].contains(&name.as_str())).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn changes_that_wait_for_another_one_are_committed_with_it() {
    let installation = Installation::new().await;
    let (service, other) = (installation.replica().await, installation.replica().await);
    let before = service.policy().revision();
    let (one, two, gate) = group(&service, Then::WaitAt).await;

    assert!(!one.is_finished(), "not before it is committed");
    assert_eq!((names(&service).await, service.policy().revision()), (set(&[]), before));
    gate.open();
    let (one, two) = (one.await.expect("runs").expect("is made"), two.await.expect("runs").expect("is made"));

    assert_eq!((names(&service).await, service.policy().revision()), (set(&["one", "two"]), before + 2));
    other.ensure_fresh(Some(before + 2)).await.expect("follows");
    for policy in [service.policy(), other.policy()] {
        assert!(policy.role(one).is_some() && policy.role(two).is_some());
    }
}

#[tokio::test]
async fn a_refused_change_leaves_the_others_of_its_group() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let before = service.policy().revision();
    let (one, two, gate) = group(&service, Then::BeRefusedAt).await;
    let three = tokio::spawn(create_and(service.clone(), "three", Then::WaitAt(gate.clone())));

    // One for each of the two.
    gate.open();
    gate.open();
    assert_eq!(refused(two.await.expect("runs")).code, RefusalCode::Immutable);
    one.await.expect("runs").expect("is made");
    three.await.expect("runs").expect("is made");

    assert_eq!((names(&service).await, service.policy().revision()), (set(&["one", "three"]), before + 2));
}

#[tokio::test]
async fn a_cancelled_change_leaves_the_others_of_its_group() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let before = service.policy().revision();
    let (one, two, _) = group(&service, Then::Hang).await;

    two.abort();
    assert!(two.await.is_err_and(|error| error.is_cancelled()));
    one.await.expect("runs").expect("is made");
    create_role(&service, "three").await.expect("is created");

    assert_eq!((names(&service).await, service.policy().revision()), (set(&["one", "three"]), before + 2));
}

async fn nothing_is_made_of_a_group_with(then: Then) {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (before, entries) = (service.policy().revision(), audited(&service).await);
    let first = Gate::default();
    let one = tokio::spawn(create_and(service.clone(), "one", Then::WaitAt(first.clone())));
    first.reached().await;
    let two = tokio::spawn(create_and(service.clone(), "two", then));
    yield_now().await;
    first.open();

    for change in [one, two] {
        assert!(matches!(change.await.expect("runs"), Err(Error::Unavailable(_) | Error::Internal(_))));
    }
    assert_eq!((names(&service).await, service.policy().revision()), (set(&[]), before));
    assert_eq!(audited(&service).await, entries);
    create_role(&service, "three").await.expect("is created");
    assert_eq!((names(&service).await, service.policy().revision()), (set(&["three"]), before + 1));
}

#[tokio::test]
async fn a_group_that_cannot_be_committed_changes_nothing() {
    nothing_is_made_of_a_group_with(Then::BreakTheCommit).await;
}

#[tokio::test]
async fn a_group_that_lost_its_transaction_changes_nothing() {
    nothing_is_made_of_a_group_with(Then::LoseTheTransaction).await;
}

#[tokio::test]
async fn a_change_that_is_not_shared_waits_for_the_commit_of_the_group() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let before = service.policy().revision();
    let (one, two, gate) = group(&service, Then::WaitAt).await;
    let alone = tokio::spawn({
        let service = service.clone();
        async move { create_role(&service, "alone").await }
    });

    gate.open();
    for change in [one, two] {
        change.await.expect("runs").expect("is made");
    }
    alone.await.expect("runs").expect("is made");

    assert_eq!((names(&service).await, service.policy().revision()), (set(&["one", "two", "alone"]), before + 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_at_once_exactly_those_are_made_that_are_reported() {
    const CHANGES: usize = 60;
    let installation = Installation::new().await;
    let replicas = [installation.replica().await, installation.replica().await];
    let before = replicas[0].policy().revision();
    let feed_before = policy_change::Entity::find().count(replicas[0].database.connection()).await.expect("counts");
    let (mut changes, mut cancelled) = (JoinSet::new(), Vec::new());
    for number in 0..CHANGES {
        let (service, name) = (replicas[number % 2].clone(), format!("role {number}"));
        let task = changes.spawn(async move { create_and(service, name.as_str(), Then::End).await.map(|_| name) });
        if number % 7 == 3 {
            cancelled.push(task);
        }
    }
    let mut reported = BTreeSet::new();
    while let Some(ended) = changes.join_next().await {
        // Once the first one has ended, others are in progress.
        cancelled.iter().for_each(AbortHandle::abort);
        if let Ok(outcome) = ended {
            reported.insert(outcome.expect("is created"));
        }
    }

    let made = names(&replicas[0]).await;
    assert!(reported.is_subset(&made) && reported.len() >= CHANGES - cancelled.len());
    let revision = before + made.len() as u64;
    for service in &replicas {
        service.ensure_fresh(Some(revision)).await.expect("follows");
        assert_eq!(service.policy().revision(), revision);
        assert!(made.iter().all(|name| service.policy().role_named(name).is_some()));
    }
    let feed = policy_change::Entity::find().count(replicas[0].database.connection()).await.expect("counts");
    assert_eq!(feed, feed_before + made.len() as u64);
}
