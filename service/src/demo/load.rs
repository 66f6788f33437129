//! Loading the demo company, event by event.

use super::status::is_empty;
use super::story::{self, Deed, Event, POLICY};
use super::{DemoSize, remove};
use crate::assignments::{self, Replacement};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::policies::{self, Approval, DocumentInput};
use crate::policy_document::{Format, Limits, Mode};
use crate::users::{self, NewUser};
use crate::{Actor, Context, Error, Refusal, RefusalCode, Result, Service, boxed, store};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{PermitKind, Proposal, UserId};
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// Loads the demo company into an empty installation. What it consists of is recorded as it is created. Events are those of
/// the operator. When one of them fails, what was loaded is removed.
///
/// # Errors
/// `INVALID` when the installation has users other than administrators, or roles or permissions that are not built in.
#[boxed]
pub async fn load(service: &Service, ctx: &Context) -> Result<DemoSize> {
    let act = Act::new("demo.load", Target::new(TargetType::Policy, None::<Uuid>, None::<String>));
    service.change(ctx, act, Ok(()), |change, ()| begin(change)).await?;
    // A request that ends early must not leave half of a company.
    tokio::spawn(tell(service.clone())).await.map_err(|error| Error::Internal(error.into()))?
}

async fn tell(service: Service) -> Result<DemoSize> {
    let company = Company { service: &service, now: service.now(), people: FxHashMap::default() };
    let loaded = company.tell().await;
    if loaded.is_err()
        && let Err(error) = remove(&service, &service.acting_as(Actor::Operator)).await
    {
        tracing::warn!(%error, "cannot remove what was loaded of the demo company");
    }
    loaded
}

#[boxed]
async fn begin(change: &mut Change<'_>) -> Result<()> {
    let is_loaded = store::demo::is_loaded(change.read()).await?;
    if is_loaded || !is_empty(change.read(), change.policy()).await? {
        let message = "the installation is not empty: the demo company is loaded while there are no users other than \
                       administrators, and no roles and permissions that are not built in";
        return Err(Refusal::new(RefusalCode::Invalid, message).into());
    }
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    let mark: Uuid = change.next_id();
    store::demo::insert(change.write(&permit, PermitKind::Unrestricted)?, &[mark]).await?;
    change.record(Entry::done("loaded the demo company"));
    Ok(())
}

/// The company while it is loaded.
struct Company<'a> {
    service: &'a Service,
    now: DateTime<Utc>,
    people: FxHashMap<&'static str, UserId>,
}

impl Company<'_> {
    async fn tell(mut self) -> Result<DemoSize> {
        let events = story::events(self.now)?;
        let first = events.first().map_or(self.now, |event| event.at);
        let roles = self.apply_policy(first - TimeDelta::hours(1)).await?;
        for event in &events {
            let service = self.service.at(event.at);
            self.happen(&service, event).await?;
        }
        Ok(DemoSize { users: self.people.len(), roles })
    }

    /// Applies the policy and returns the number of its roles.
    async fn apply_policy(&self, at: DateTime<Utc>) -> Result<usize> {
        let (service, ctx) = (self.service.at(at), self.service.acting_as(Actor::Operator));
        let input = DocumentInput {
            content: POLICY.to_owned(),
            format: Format::Yaml,
            mode: Mode::Merge,
            limits: Limits::REQUEST,
        };
        let plan = policies::plan(&service, &ctx, input.clone()).await?;
        let approval = Approval { plan_hash: plan.hash, reason: Some("The first policy of the company".to_owned()) };
        let names = policies::apply(&service, &ctx, input, approval).await?.plan.changes;
        let is_new = |name: &str| names.iter().any(|change| change.key == name);
        let policy = service.policy();
        let roles = policy.roles().filter(|role| is_new(role.name.as_str())).map(|role| role.id.uuid());
        let mut created: Vec<Uuid> = roles.collect();
        let number_of_roles = created.len();
        let permissions = policy.permissions().filter(|permission| is_new(permission.name.as_str()));
        created.extend(permissions.map(|permission| permission.id.uuid()));
        let constraints = policy.constraints().iter().filter(|constraint| is_new(&constraint.name));
        created.extend(constraints.map(|constraint| constraint.id.uuid()));
        store::demo::insert(self.service.database.connection(), &created).await?;
        Ok(number_of_roles)
    }

    async fn happen(&mut self, service: &Service, event: &Event) -> Result<()> {
        let (ctx, policy) = (self.service.acting_as(Actor::Operator), service.policy());
        let user = self.people.get(event.user).copied();
        let role = vec![policy.role_named(event.object).map(|role| role.id)];
        let (terms, reason) = (event.terms.clone(), event.terms.reason.clone());
        let extending = Replacement::Extending;
        match event.deed {
            Deed::Hire => return self.hire(service, &ctx, event).await,
            Deed::Assign => assignments::assign_roles(service, &ctx, user, role, terms, extending).await.map(drop),
            Deed::Unassign => assignments::unassign_roles(service, &ctx, user, role, reason).await.map(drop),
            Deed::Grant => {
                let permission = vec![policy.permission_named(event.object).map(|permission| permission.id)];
                assignments::grant_permissions(service, &ctx, user, permission, terms, extending).await.map(drop)
            }
            Deed::Suspend => users::suspend(service, &ctx, user, reason).await.map(drop),
            Deed::Refused => match assignments::assign_roles(service, &ctx, user, role, terms, extending).await {
                Ok(_) => Err(Error::Internal(format!("not refused: {} to {}", event.object, event.user).into())),
                Err(Error::Refused(_)) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }

    async fn hire(&mut self, service: &Service, ctx: &Context, event: &Event) -> Result<()> {
        let new = NewUser {
            username: event.user.to_owned(),
            email: Some(format!("{}@example.com", event.user)),
            display_name: Some(event.object.to_owned()),
            roles: Vec::new(),
        };
        let user = users::create(service, ctx, new).await?.object.id;
        store::demo::insert(self.service.database.connection(), &[user.uuid()]).await?;
        self.people.insert(event.user, user);
        Ok(())
    }
}
