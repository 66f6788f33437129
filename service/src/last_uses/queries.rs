//! Reading last uses.

use super::day::start_of;
use super::store;
use crate::review::Holding;
use crate::{Result, Service, boxed};
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

/// The start of the last day on which each of these was used; what was never used is left out. One statement per 5,000. What
/// was used within the last half minute may be missing.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_holdings(service: &Service, holdings: &[Holding]) -> Result<FxHashMap<Holding, DateTime<Utc>>> {
    let by_key: FxHashMap<_, Holding> = holdings.iter().map(|holding| (holding.key(), *holding)).collect();
    let keys: Vec<_> = by_key.keys().copied().collect();
    let days = store::days(service.database.connection(), &keys, None).await?;
    Ok(days.into_iter().filter_map(|(key, day)| Some((*by_key.get(&key)?, start_of(day)))).collect())
}
