//! How often one address may show credentials.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::HttpRequest;
use anteroom_app::App;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::route::{Route, matched};
use crate::{Http, caller};

/// How many addresses are remembered before those that are as good as new are looked for and forgotten.
const MANY: usize = 10_000;

type PerAddress = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, AppClock, NoOpMiddleware<Duration>>;

/// What each address has used up, in the memory of this process; nothing where no limit is set.
pub(crate) struct Limits(Option<Limited>);

struct Limited {
    per_minute: NonZeroU32,
    addresses: PerAddress,
    /// How many addresses there are to be before some are forgotten.
    many: AtomicUsize,
}

/// The use cases' own clock, so that time is the same for all.
struct AppClock(App);

impl Clock for AppClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::try_from(self.0.now() - OffsetDateTime::UNIX_EPOCH).unwrap_or_default()
    }
}

impl Limits {
    /// So many posts of credentials a minute for each address; `None` is as many as it likes.
    pub(crate) fn new(app: &App, per_minute: Option<NonZeroU32>) -> Self {
        Self(per_minute.map(|per_minute| Limited {
            per_minute,
            addresses: RateLimiter::hashmap_with_clock(Quota::per_minute(per_minute), AppClock(app.clone())),
            many: AtomicUsize::new(MANY),
        }))
    }

    /// Counts a post of an address, and refuses it if there have been too many.
    fn count(&self, address: IpAddr) -> Result<(), Failure> {
        let Some(limited) = &self.0 else { return Ok(()) };
        let counted = limited.addresses.check_key(&network(address));
        limited.forget_some();
        counted.map_err(|until| {
            let wait = until.wait_time_from(limited.addresses.clock().now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Failure::TooManyRequests { limit: limited.per_minute, seconds: seconds.max(1) }
        })
    }
}

impl Limited {
    /// Forgets addresses that may post as often again as those who never have. The next time is when there are twice as many as are left.
    fn forget_some(&self) {
        if self.addresses.len() >= self.many.load(Ordering::Relaxed) {
            self.addresses.retain_recent();
            self.many.store(MANY.max(self.addresses.len() * 2), Ordering::Relaxed);
        }
    }
}

/// Refuses a request that shows credentials if its address has shown too many. An address that is not known is not counted.
pub(crate) async fn refuse_too_many(http: &Http, request: &HttpRequest) -> Result<(), Failure> {
    if http.limits().0.is_none() || !matched(request).is_some_and(Route::takes_credentials) {
        return Ok(());
    }
    match caller::address(http, request).await {
        Some(address) => http.limits().count(address),
        None => Ok(()),
    }
}

/// What an address counts as: IPv6 by the network of 64 bits, all of which one subscriber has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Limits").field(&self.0.as_ref().map(|limited| limited.per_minute)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lg_06_neighbours_in_a_network_of_ipv6_count_together() {
        let counts_as = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(counts_as("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counts_as("2001:db8:1:2::"), "2001:db8:1:2::");
        assert_eq!(counts_as("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(counts_as("192.0.2.7"), "192.0.2.7");
    }
}
