//! Reading the access report.

use super::{AccessReportFilter, AccessReportRow, HeldObject, Holding, last_uses, store};
use crate::last_uses::day_of;
use crate::page::{Page, PageEnd, PageRequest};
use crate::review::{HoldingFilter, HoldingPart, Holdings, SelectedHoldings};
use crate::{Error, Requested, Result, Service, boxed};
use chrono::{DateTime, Utc};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Fewest and most holdings that are looked up at a time when used ones are left out.
const PARTS: [usize; 2] = [250, 5_000];

/// The report as of one policy and time: its pages and its number of rows agree with each other.
#[derive(Debug)]
pub struct AccessReport {
    service: Service,
    holdings: Arc<Holdings>,
}

/// The report as of the present policy.
///
/// # Errors
/// [`Error::Unavailable`] when the review index cannot be brought up to date.
#[boxed]
pub async fn read(service: &Service) -> Result<AccessReport> {
    Ok(AccessReport { service: service.clone(), holdings: Arc::new(Holdings::read(service).await?) })
}

impl AccessReport {
    /// A page of rows: roles first, each kind by age, then by the age of the user. Assignments and grants that have expired
    /// are not listed; those that begin later are.
    ///
    /// # Errors
    /// [`Error::BadInput`] for an unknown user, role or permission of the filter and for a cursor of another list;
    /// [`Error::Unavailable`] when the database cannot be read.
    #[boxed]
    pub async fn page(&self, filter: &AccessReportFilter, request: &PageRequest) -> Result<Page<AccessReportRow>> {
        let selected = self.select(filter).await?;
        let HoldingPart { holdings, more } = match filter.unused_since {
            Some(since) => self.unused(selected, since, request).await?,
            None => part(selected, request.clone()).await?.1,
        };
        let rows = self.rows(&holdings).await?;
        let row = |holding: &Holding| Some((holding.cursor(), *rows.get(holding)?));
        Ok(Page::read(holdings.iter().filter_map(row).collect(), more, request))
    }

    /// The number of rows.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    #[boxed]
    pub async fn count(&self, filter: &AccessReportFilter) -> Result<u64> {
        let mut selected = self.select(filter).await?;
        let Some(since) = filter.unused_since else {
            return compute(move || selected.count()).await;
        };
        let mut request = PageRequest { limit: PARTS[1], from: PageEnd::Start, after: None, before: None };
        let mut count = 0;
        loop {
            let found;
            (selected, found) = part(selected, request.clone()).await?;
            let used = self.used(&found.holdings, since).await?;
            count += (found.holdings.len() - used.len()) as u64;
            request.after = found.holdings.last().map(|holding| holding.cursor());
            if !found.more {
                return Ok(count);
            }
        }
    }

    async fn select(&self, filter: &AccessReportFilter) -> Result<SelectedHoldings> {
        let (holdings, filter) = (Arc::clone(&self.holdings), self.resolve(filter)?);
        compute(move || SelectedHoldings::new(holdings, filter)).await
    }

    fn resolve(&self, filter: &AccessReportFilter) -> Result<HoldingFilter> {
        let policy = self.holdings.policy();
        Ok(HoldingFilter {
            user: known(filter.user, "userId` is not the id of a user", |user| self.holdings.has_user(user))?,
            role: known(filter.role, "roleId` is not the id of a role", |role| policy.role(role).is_some())?,
            permission: known(filter.permission, "permission` is not the name of a permission", |permission| {
                policy.permission(permission).is_some()
            })?,
            is_direct: filter.direct_only,
            ending_before: filter.expiring_before,
            is_rare: filter.rare_among_peers,
        })
    }

    /// A part of the holdings that were not used since the day of a time.
    async fn unused(
        &self,
        mut selected: SelectedHoldings,
        since: DateTime<Utc>,
        request: &PageRequest,
    ) -> Result<HoldingPart> {
        let [least, most] = PARTS;
        let mut next = PageRequest { limit: least, ..request.clone() };
        let mut unused = Vec::new();
        loop {
            let found;
            (selected, found) = part(selected, next.clone()).await?;
            let used = self.used(&found.holdings, since).await?;
            unused.extend(found.holdings.iter().filter(|holding| !used.contains(&holding.key())));
            if unused.len() > request.limit || !found.more {
                let more = unused.len() > request.limit;
                unused.truncate(request.limit);
                return Ok(HoldingPart { holdings: unused, more });
            }
            let last = found.holdings.last().map(|holding| holding.cursor());
            match request.from {
                PageEnd::Start => next.after = last,
                PageEnd::End => next.before = last,
            }
            next.limit = (next.limit * 4).min(most);
        }
    }

    /// Those of these holdings that were used since the day of a time.
    async fn used(&self, holdings: &[Holding], since: DateTime<Utc>) -> Result<FxHashSet<(Uuid, engine::UserId)>> {
        let keys: Vec<_> = holdings.iter().map(|holding| holding.key()).collect();
        let connection = self.service.database.connection();
        let days = last_uses::days(connection, &keys, Some(day_of(since))).await?;
        Ok(days.into_iter().map(|(key, _)| key).collect())
    }

    /// The rows of holdings; those that were revoked meanwhile are missing.
    async fn rows(&self, holdings: &[Holding]) -> Result<FxHashMap<Holding, AccessReportRow>> {
        let connection = self.service.database.connection();
        let (mut roles, mut permissions) = (Vec::new(), Vec::new());
        for holding in holdings {
            match holding.object {
                HeldObject::Role(role) => roles.push((role, holding.user)),
                HeldObject::Permission(permission) => permissions.push((permission, holding.user)),
            }
        }
        let assigned = store::assigned_pairs(connection, &roles).await?;
        let assigned = assigned.into_iter().map(|assignment| AccessReportRow {
            holding: Holding { object: HeldObject::Role(assignment.role), user: assignment.user },
            granted_at: assignment.assigned_at,
            granted_by: assignment.assigned_by,
            expires_at: assignment.expires_at,
        });
        let granted = store::granted_pairs(connection, &permissions).await?;
        let granted = granted.into_iter().map(|grant| AccessReportRow {
            holding: Holding { object: HeldObject::Permission(grant.permission), user: grant.user },
            granted_at: grant.granted_at,
            granted_by: grant.granted_by,
            expires_at: grant.terms.expires_at,
        });
        Ok(assigned.chain(granted).map(|row| (row.holding, row)).collect())
    }
}

/// A known object of the filter.
///
/// # Errors
/// [`Error::BadInput`], since an empty report would look as if nobody had access.
fn known<T: Copy>(requested: Option<Requested<T>>, problem: &str, is_known: impl Fn(T) -> bool) -> Result<Option<T>> {
    let bad = || Error::BadInput(format!("`filter.{problem}"));
    requested.map(|requested| requested.filter(|&known| is_known(known)).ok_or_else(bad)).transpose()
}

/// A part of the holdings, as [`SelectedHoldings::part`] returns it.
async fn part(mut selected: SelectedHoldings, request: PageRequest) -> Result<(SelectedHoldings, HoldingPart)> {
    compute(move || {
        let found = selected.part(&request);
        found.map(|found| (selected, found))
    })
    .await?
}

/// Computes away from the threads that serve requests.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.into()))
}
