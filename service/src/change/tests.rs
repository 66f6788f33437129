//! The write path on a real database in a temporary file.

mod authors;
mod groups;
mod installation;

use crate::import::{self, Document, ImportRow};
use crate::{Error, RefusalCode, RefusalDetail, decisions};
use engine::{PermitKind, Policy, Proposal, RoleId};
use entity::role;
use installation::{
    Installation, act, audited, create_person, create_role, inherit, operator, refused, role_row, take_assignments,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

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
        let of = |policy: &Policy| std::ptr::from_ref(policy.role(clerk).expect("is there"));
        assert_eq!(of(before), of(&after), "the facts are the same ones, not copies");
    }
}

#[tokio::test]
async fn a_change_of_many_objects_replaces_nothing_else() {
    let installation = Installation::new().await;
    let (service, follower) = (installation.replica().await, installation.replica().await);
    let (clerk, _) = create_role(&service, "clerk").await.expect("is created");
    // Beside it in memory, so that its place is copied by no later change.
    for name in 0..40 {
        create_role(&service, &format!("neighbour {name}")).await.expect("is created");
    }
    let context = operator(&service);
    let revision = service.policy().revision();
    follower.ensure_fresh(Some(revision)).await.expect("follows");
    let before = [service.policy(), follower.policy()];

    let rows =
        (1..=1_500).map(|line| ImportRow { file: 0, line, value: (format!("u{line}"), format!("r{line}")).into() });
    let document = Document { user_roles: rows.collect(), ..Document::default() };
    import::apply(&service, &context, document, &|_| ()).await.expect("is imported");
    while follower.ensure_fresh(Some(revision + 1)).await.is_err() {}

    for (before, after) in before.iter().zip([service.policy(), follower.policy()]) {
        assert_eq!(after.revision(), revision + 1);
        assert_eq!(after.roles().count(), before.roles().count() + 1_500);
        let of = |policy: &Policy| std::ptr::from_ref(policy.role(clerk).expect("is there"));
        assert_eq!(of(before), of(&after), "not read again");
    }
}

#[tokio::test]
async fn a_change_that_does_nothing_writes_nothing() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (revision, entries) = (service.policy().revision(), audited(&service).await);

    let value =
        service.change(&operator(&service), act(), Ok(7), |_change, value| Box::pin(async move { Ok(value) })).await;

    assert_eq!(value.expect("is made"), 7);
    assert_eq!((service.policy().revision(), audited(&service).await), (revision, entries));
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_but_its_entry() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (revision, entries) = (service.policy().revision(), audited(&service).await);
    let superadmin = service.policy().superadmin().expect("is there");

    let context = operator(&service);
    let outcome = service
        .change(&context, act(), Ok(()), |change, ()| {
            Box::pin(async move {
                let permit = change.permit(Proposal::Unrestricted, &[])?;
                let row = role_row(change, Uuid::from_u128(1), "half").into_active_model();
                role::Entity::insert(row)
                    .exec_without_returning(change.write(&permit, PermitKind::Unrestricted)?)
                    .await?;
                change.touch_role(RoleId::new(Uuid::from_u128(1)));
                let _ = change.permit(Proposal::DeleteRole(superadmin), &["id"])?;
                Ok(())
            })
        })
        .await;
    let refusal = refused(outcome);

    assert_eq!((refusal.code, refusal.path), (RefusalCode::Immutable, vec!["id".to_owned()]));
    assert_eq!(refusal.message, "role `superadmin` is built in and cannot be deleted");
    assert_eq!((service.policy().revision(), audited(&service).await), (revision, entries + 1));
    let half = role::Entity::find_by_id(Uuid::from_u128(1)).one(service.database.connection()).await;
    assert!(half.expect("reads").is_none());
}

#[tokio::test]
async fn a_cycle_is_refused_even_without_a_check_before_the_write() {
    let installation = Installation::new().await;
    let service = installation.replica().await;
    let (a, _) = create_role(&service, "a").await.expect("is created");
    let (b, _) = create_role(&service, "b").await.expect("is created");
    inherit(&service, a, b).await.expect("is no cycle yet");

    let refusal = refused(inherit(&service, b, a).await);

    assert_eq!(refusal.code, RefusalCode::HierarchyCycle);
    assert_eq!(refusal.detail, RefusalDetail::Cycle(vec![a, b, a]));
    assert_eq!(refusal.message, "the inheritance would form a cycle: `a` > `b` > `a`");
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
async fn the_wait_for_an_unknown_revision_is_short() {
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
    assert_eq!(here.policy().roles().count(), 2 + 2 * names.len());
    assert_eq!(there.policy().roles().count(), 2 + 2 * names.len());
}
