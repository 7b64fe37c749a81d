//! Credential stuffing: somebody tries names and passwords that were stolen elsewhere, each of them once.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// So many different pairs of a name and a password that fail from one address are no mistake (OWASP, "Credential Stuffing").
const PAIRS: usize = 15;
/// Within so long.
const WINDOW: Duration = Duration::hours(3);
/// So many addresses are watched at once; when there are more, one of them is forgotten.
const ADDRESSES: usize = 10_000;

/// What failed from where of late, in the memory of this process.
#[derive(Debug, Default)]
pub(crate) struct Stuffing {
    addresses: Mutex<HashMap<IpAddr, Failures>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Failures {
    since: OffsetDateTime,
    /// Hashes of pairs, by a key that this process alone has.
    pairs: HashSet<u64>,
}

impl Stuffing {
    /// Whether a failure is the one by which an address is found out. It is told once within the window.
    pub(crate) fn is_found_by(&self, address: IpAddr, pair: (&str, &str), now: OffsetDateTime) -> bool {
        let pair = self.hasher.hash_one(pair);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= ADDRESSES && !addresses.contains_key(&address) {
            addresses.retain(|_, failures| now - failures.since < WINDOW);
            let one = addresses.keys().next().copied().filter(|_| addresses.len() >= ADDRESSES);
            one.and_then(|one| addresses.remove(&one));
        }
        let failures =
            addresses.entry(address).or_insert_with(|| Failures { since: now, pairs: HashSet::new() });
        if now - failures.since >= WINDOW {
            *failures = Failures { since: now, pairs: HashSet::new() };
        }
        failures.pairs.len() < PAIRS && failures.pairs.insert(pair) && failures.pairs.len() == PAIRS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn lg_09_fifteen_pairs_from_one_address_are_found_once() {
        let stuffing = Stuffing::default();
        let found =
            |n: usize, now| stuffing.is_found_by(ADDRESS, (&format!("{n}@example.com"), "secret"), at(now));
        assert!((0..14).all(|n| !found(n, 0)));
        assert!(!found(3, 0), "that pair is known");
        assert!(found(14, 0));
        assert!((15..100).all(|n| !found(n, 1)), "it is told already");
        let window = WINDOW.whole_seconds();
        assert!((0..14).all(|n| !found(n, window)));
        assert!(found(14, window));
    }

    #[test]
    fn pairs_that_are_old_and_addresses_of_others_do_not_count() {
        let stuffing = Stuffing::default();
        let found = |n: u8, address: u8, now| {
            stuffing.is_found_by([192, 0, 2, address].into(), (&n.to_string(), "secret"), at(now))
        };
        assert!((0..14).all(|n| !found(n, 1, 0)));
        assert!(!found(14, 2, 0));
        assert!(!found(14, 1, WINDOW.whole_seconds()));
    }

    #[test]
    fn so_many_addresses_are_watched_and_no_more() {
        let stuffing = Stuffing::default();
        for n in 0..20_000_u32 {
            stuffing.is_found_by(IpAddr::V4(n.into()), ("a@example.com", "secret"), at(0));
        }
        assert_eq!(stuffing.addresses.lock().unwrap().len(), ADDRESSES);
    }
}
