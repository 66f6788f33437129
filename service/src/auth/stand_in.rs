//! Stand-ins: hashes that no password has, compared with for names that have no password.
//!
//! While stored hashes have several costs, because the settings were changed, the time of a refused login tells the cost
//! of the hash. So stand-ins have these costs in the same proportion. A keyed hash of the name chooses the cost: it is
//! the same at every attempt, after a restart and on every replica, and nobody can compute it.

use super::hashing::HashParameters;
use crate::crypto::derive;
use crate::store::users::{self, HashCosts};
use crate::{Result, Service};
use arc_swap::ArcSwap;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::fmt;

/// Stand-ins of all costs.
pub(super) struct StandIns {
    key: hmac::Key,
    /// Parameters of new hashes.
    parameters: HashParameters,
    shares: ArcSwap<Vec<Share>>,
}

/// Stand-in of one cost.
struct Share {
    hash: String,
    /// Number of stored hashes with this cost.
    count: u64,
}

impl StandIns {
    /// Stand-ins with the cost of new hashes.
    pub(super) fn new(parameters: HashParameters, secret: &SecretString) -> Result<Self> {
        let key = derive(secret.expose_secret().as_bytes(), "costs of stand-in hashes")?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
        let shares = ArcSwap::from_pointee(vec![Share { hash: parameters.unmatched()?, count: 1 }]);
        Ok(Self { key, parameters, shares })
    }

    /// Gives stand-ins the costs of stored hashes; the cost of new hashes when there are none. Costs that are malformed
    /// are left out.
    pub(super) fn set(&self, stored: &[HashCosts]) -> Result<()> {
        // Highest cost first: while hashes are upgraded, stand-ins change from the lower cost to the higher one only.
        let mut costs = BTreeMap::<_, (HashParameters, u64)>::new();
        for HashCosts { cost, count } in stored {
            let Some(parameters) = self.parameters.with_cost(cost) else { continue };
            let key = (std::cmp::Reverse(parameters.work()), format!("{parameters:?}"));
            costs.entry(key).or_insert((parameters, 0)).1 += count;
        }
        if costs.is_empty() {
            costs.insert(Default::default(), (self.parameters.clone(), 1));
        }
        let share = |(parameters, count): (HashParameters, u64)| Ok(Share { hash: parameters.unmatched()?, count });
        self.shares.store(costs.into_values().map(share).collect::<Result<Vec<_>>>()?.into());
        Ok(())
    }

    /// The stand-in of a name.
    pub(super) fn of(&self, name: &str) -> String {
        let shares = self.shares.load();
        let total: u64 = shares.iter().map(|share| share.count).sum();
        let tag = hmac::sign(&self.key, name.as_bytes());
        let number = tag.as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        // The number, scaled to the number of hashes.
        let mut place = (u128::from(number) * u128::from(total)) >> 64;
        for share in shares.iter() {
            match place.checked_sub(u128::from(share.count)) {
                Some(rest) => place = rest,
                None => return share.hash.clone(),
            }
        }
        shares.last().map(|share| share.hash.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StandIns")
    }
}

/// Counts the stored hashes by their costs, at startup and in the background work.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(crate) async fn count_hash_costs(service: &Service) -> Result<()> {
    service.hasher.set_costs(&users::hash_costs(service.database.background()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PasswordSettings;
    use crate::auth::hashing::PasswordHashing;

    fn stand_ins(secret: &str, pepper: Option<&str>) -> StandIns {
        let pepper = pepper.map(SecretString::from);
        let settings = PasswordSettings { memory_kib: 64, iterations: 2, pepper, ..PasswordSettings::default() };
        StandIns::new(PasswordHashing::new(&settings).unwrap().parameters(), &secret.into()).unwrap()
    }

    fn costs(stored: &[(&str, u64)]) -> Vec<HashCosts> {
        stored.iter().map(|&(cost, count)| HashCosts { cost: cost.to_owned(), count }).collect()
    }

    /// Parameters of the stand-ins of 4,000 names.
    fn chosen(stand_ins: &StandIns) -> Vec<String> {
        let cost = |number| stand_ins.of(&format!("name{number}")).split('$').nth(3).unwrap().to_owned();
        (0..4_000).map(cost).collect()
    }

    fn count(chosen: &[String], cost: &str) -> usize {
        chosen.iter().filter(|found| *found == cost).count()
    }

    #[test]
    fn stand_ins_have_the_costs_of_stored_hashes_in_the_same_proportion() {
        let stand_ins = stand_ins("secret", None);
        assert_eq!(count(&chosen(&stand_ins), "m=64,t=2,p=1"), 4_000);
        let stored =
            [("m=64,t=1,p=1", 200), ("m=64,t=1,p=1,keyid=AAAAAAAAAAA", 550), ("m=64,t=2,p=1", 250), ("x", 900)];
        stand_ins.set(&costs(&stored)).unwrap();
        let chosen = chosen(&stand_ins);
        let old = count(&chosen, "m=64,t=1,p=1");
        assert!((2_850..=3_150).contains(&old), "{old}");
        assert_eq!(old + count(&chosen, "m=64,t=2,p=1"), 4_000);
    }

    #[test]
    fn without_stored_hashes_stand_ins_have_the_cost_of_new_ones() {
        let stand_ins = stand_ins("secret", Some("a pepper of 32 and more bytes, at least"));
        for stored in [&[][..], &[("damaged", 7)]] {
            stand_ins.set(&costs(stored)).unwrap();
            assert!(chosen(&stand_ins).iter().all(|cost| cost.starts_with("m=64,t=2,p=1,keyid=")));
        }
    }

    #[test]
    fn the_cost_of_a_name_depends_on_the_secret_and_on_nothing_else() {
        let stored = costs(&[("m=64,t=1,p=1", 1), ("m=64,t=2,p=1", 1)]);
        let of = |secret| {
            let stand_ins = stand_ins(secret, None);
            stand_ins.set(&stored).unwrap();
            chosen(&stand_ins)
        };
        assert_eq!(of("secret"), of("secret"));
        assert_ne!(of("secret"), of("another"));
    }

    #[test]
    fn a_cost_only_rises_while_hashes_are_upgraded() {
        let stand_ins = stand_ins("secret", None);
        let mut before = vec!["m=64,t=1,p=1".to_owned(); 4_000];
        for upgraded in [0, 10, 400, 990, 1_000] {
            stand_ins.set(&costs(&[("m=64,t=1,p=1", 1_000 - upgraded), ("m=64,t=2,p=1", upgraded)])).unwrap();
            let now = chosen(&stand_ins);
            assert!(before.iter().zip(&now).all(|(before, now)| before <= now), "{upgraded}");
            before = now;
        }
        assert_eq!(count(&before, "m=64,t=2,p=1"), 4_000);
    }
}
