//! Applies a document in one change.

use super::plan::{Account, Draft, Existing, username_keys};
use super::preview::preview;
use super::write::Writer;
use super::{Document, ExistingUsers, ImportMode, ImportOutcome, Problems, Progress, Report, Rules};
use super::{authority, plan::ImportPlan, report::report};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::database::{Transaction, expect_many_writes, snapshot};
use crate::decisions::policy_after;
use crate::text::check_reason;
use crate::{Context, Error, Result, Service, boxed, store};
use chrono::{DateTime, Utc};
use engine::{PermitKind, Policy, Proposal, UserId};
use rustc_hash::FxHashSet;
use serde_json::json;
use std::error::Error as _;
use std::mem;
use uuid::Uuid;

/// Records of an import after which the statistics of the database are renewed.
const MANY: usize = 5_000;

/// Callback for the progress of an import.
pub(super) type Listener<'a> = &'a (dyn Fn(Progress<'_>) + Send + Sync);

/// Applies a document. With [`ImportMode::DryRun`], the transaction is rolled back and nothing is written to the audit log.
///
/// # Errors
/// `TOO_LONG` or `INVALID` for the reason; [`Error::BadInput`] when a name declared as built in is not;
/// `BEYOND_AUTHORITY`; `SOD_VIOLATION` for a user whom the document does not name;
/// [`Error::Unavailable`] when the database cannot be read or written.
#[boxed]
pub async fn apply(
    service: &Service,
    ctx: &Context,
    document: Document,
    progress: &(dyn Fn(Progress<'_>) + Send + Sync),
) -> Result<ImportOutcome> {
    if document.rules.mode == ImportMode::DryRun {
        check_reason(document.rules.reason.as_deref())?;
        return preview(service, ctx, document, progress).await;
    }
    let act = act(&document.rules);
    let input = match check_reason(document.rules.reason.as_deref()) {
        Ok(()) => plan_ahead(service, document).await,
        Err(refusal) => Err(refusal.into()),
    };
    let outcome = service.change(ctx, act, input, |change, planned| import(change, planned, progress)).await?;
    if let ImportOutcome::Applied(report) = &outcome
        && report.summary.total() >= MANY
        && let Err(error) = store::statistics::renew(service.database.background()).await
    {
        let cause = error.source().map(tracing::field::display);
        tracing::warn!(
            cause,
            "the statistics of the database cannot be renewed: statements may be slow for some minutes"
        );
    }
    Ok(outcome)
}

/// What a plan depends on.
pub(super) struct View<'a> {
    pub(super) service: &'a Service,
    pub(super) connection: &'a Transaction,
    pub(super) policy: &'a Policy,
    pub(super) now: DateTime<Utc>,
}

/// A document with its plan.
pub(super) struct Planned {
    document: Document,
    pub(super) plan: ImportPlan,
    pub(super) problems: Problems,
    pub(super) report: Box<Report>,
    /// The revision that it was planned on; `None` when that is not certain.
    revision: Option<u64>,
}

/// Plans a document before the change begins, so that others do not wait meanwhile.
async fn plan_ahead(service: &Service, document: Document) -> Result<Planned> {
    let base = service.policy();
    let transaction = snapshot(service.database.connection()).await?;
    let revision = service.current.catch_up_to(&transaction, base).await?;
    let policy = service.policy();
    let view = View { service, connection: &transaction, policy: &policy, now: service.now() };
    let planned = Planned::new(&view, document).await?;
    transaction.rollback().await?;
    // The policy in memory may be newer than the snapshot.
    Ok(Planned { revision: (policy.revision() == revision).then_some(revision), ..planned })
}

impl Planned {
    pub(super) async fn new(view: &View<'_>, document: Document) -> Result<Self> {
        check_built_in(view.policy, &document.rules)?;
        let Draft { mut plan, mut problems } = draft(view, &document).await?;
        let report = Box::new(report(view, &plan, &document.rules, &mut problems).await?);
        plan.sort();
        Ok(Self { document, plan, problems, report, revision: None })
    }
}

/// The act of an import.
pub(super) fn act(rules: &Rules) -> Act {
    let act = Act::new("policy.import", Target::new(TargetType::Policy, None::<Uuid>, None::<String>));
    act.because(rules.reason.clone())
}

#[boxed]
async fn import(
    change: &mut Change<'_>,
    mut planned: Planned,
    progress: &(dyn Fn(Progress<'_>) + Send + Sync),
) -> Result<ImportOutcome> {
    if planned.revision != Some(change.policy().revision()) {
        let (policy, now) = (change.policy().clone(), change.now());
        let view = View { service: change.service(), connection: change.read(), policy: &policy, now };
        planned = Planned::new(&view, planned.document).await?;
    }
    let Planned { mut document, plan, problems, report, .. } = planned;
    if !problems.is_empty() {
        return Ok(ImportOutcome::Rejected(problems));
    }
    if !is_confirmed(&report, &document.rules) {
        return Ok(ImportOutcome::Unconfirmed { report, document: Box::new(document) });
    }
    let rules = mem::take(&mut document.rules);
    // It may be large.
    drop(document);
    if !plan.is_empty() {
        progress(Progress::Planned(&report));
        // The plan checked the shape of each change. Authority is checked once all is written.
        let permit = change.permit(Proposal::Unrestricted, &[])?;
        let transaction = change.write(&permit, PermitKind::Unrestricted)?;
        expect_many_writes(transaction).await?;
        Writer { change, transaction, plan: &plan, act: &act(&rules), progress }.write().await?;
        touch(change, &plan);
        let after =
            async { Ok(policy_after(change.read(), change.policy(), &change.touched(), change.revision()).await?) };
        authority::check(change, &plan, after).await?;
        change.record(entry(&report));
    }
    Ok(ImportOutcome::Applied(report))
}

/// Refuses declarations that declare nothing, such as misspelled ones.
fn check_built_in(policy: &Policy, rules: &Rules) -> Result<()> {
    let is_built_in = |name: &str| {
        let role = policy.role_named(name).filter(|role| role.name.as_str() == name);
        let permission = policy.permission_named(name);
        role.is_some_and(|role| role.is_system || role.is_default)
            || permission.is_some_and(|permission| permission.is_system)
    };
    match rules.built_in.iter().find(|name| !is_built_in(name)) {
        None => Ok(()),
        Some(name) => {
            let message = format!("`{name}` is not a built-in role, a default role or a system permission");
            Err(Error::BadInput(message))
        }
    }
}

/// Whether each user who signed up by themselves and gets roles or permissions is confirmed.
fn is_confirmed(report: &Report, rules: &Rules) -> bool {
    match &rules.existing_users {
        ExistingUsers::All | ExistingUsers::Nobody => true,
        ExistingUsers::NotSelfRegisteredOr(confirmed) => {
            report.self_registered().all(|matched| confirmed.contains(&matched.user))
        }
    }
}

async fn draft(view: &View<'_>, document: &Document) -> Result<Draft> {
    let View { service, connection, policy, now } = *view;
    let names = store::users::login_names(connection, &username_keys(document)).await?;
    let ids: Vec<UserId> = names.iter().filter(|name| name.is_username).map(|name| name.user).collect();
    let accounts = names.into_iter().map(|name| {
        let account = match name.is_username {
            true => Account::Named { user: name.user, username: name.username },
            false => Account::Addressed,
        };
        (name.key, account)
    });
    let described = document.roles.iter().filter(|row| row.value.description.is_some());
    let roles: FxHashSet<_> =
        described.filter_map(|row| policy.role_named(&row.value.name)).map(|role| role.id).collect();
    let described = document.permissions.iter().filter(|row| row.value.description.is_some());
    let permissions: FxHashSet<_> =
        described.filter_map(|row| policy.permission_named(&row.value.name)).map(|permission| permission.id).collect();
    let roles = store::roles::by_ids(connection, &Vec::from_iter(roles)).await?;
    let permissions = store::permissions::by_ids(connection, &Vec::from_iter(permissions)).await?;
    let existing = Existing {
        policy,
        authority: policy.operator(now),
        accounts: accounts.collect(),
        user_roles: store::assignments::validities(connection, &ids).await?,
        user_permissions: store::assignments::grant_validities(connection, &ids).await?,
        role_descriptions: roles.into_iter().map(|role| (role.id, role.description)).collect(),
        permission_descriptions: permissions.into_iter().map(|known| (known.id, known.description)).collect(),
        now,
    };
    Ok(Draft::new(document, &existing, &mut || service.ids.next(now)))
}

/// Marks what the import changes: exactly that is read again.
fn touch(change: &mut Change<'_>, plan: &ImportPlan) {
    let mut roles: FxHashSet<_> = plan.roles.iter().map(|role| role.id).collect();
    roles.extend(plan.role_permissions.iter().map(|&(role, _)| role));
    roles.extend(plan.role_hierarchy.iter().map(|added| added.senior));
    for role in roles {
        change.touch_role(role);
    }
    for user in plan.users.iter().map(|user| user.id).chain(plan.touched.iter().map(|user| user.id)) {
        change.touch_user(user);
    }
    for permission in &plan.permissions {
        change.touch_permission(permission.id);
    }
}

/// The entry of the import as a whole.
fn entry(report: &Report) -> Entry {
    let summary = &report.summary;
    let text = format!(
        "imported {} users, {} roles, {} permissions and their links",
        summary.users, summary.roles, summary.permissions
    );
    let matched = report.matched.iter();
    Entry::done(text).after(json!({
        "users": summary.users,
        "roles": summary.roles,
        "permissions": summary.permissions,
        "userRoles": summary.user_roles,
        "rolePermissions": summary.role_permissions,
        "roleHierarchy": summary.role_hierarchy,
        "userPermissions": summary.user_permissions,
        "existingUsers": matched.len(),
    }))
}
