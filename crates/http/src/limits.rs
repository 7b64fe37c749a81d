//! How often one address may show credentials, and how often all of them together to one workspace.

use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, rt};
use anteroom_app::{App, Error, Limit, network};
use anteroom_domain::workspace::WorkspaceId;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::route::{Route, matched};
use crate::{Http, caller};

/// How many of those that are counted are remembered before the ones that are as good as new are looked for and forgotten.
const MANY: usize = 10_000;

/// How often credentials may be posted within a minute; `None` is as often as one likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostsPerMinute {
    /// From one address.
    pub of_an_address: Option<NonZeroU32>,
    /// To one workspace, from all addresses together: so that a storm on one shop leaves the others their share of the
    /// processor.
    pub to_a_workspace: Option<NonZeroU32>,
}

impl PostsPerMinute {
    /// As often as anybody likes.
    pub const UNLIMITED: Self = Self { of_an_address: None, to_a_workspace: None };
}

impl Default for PostsPerMinute {
    /// Sixty of an address, and six thousand to a workspace.
    fn default() -> Self {
        Self { of_an_address: NonZeroU32::new(60), to_a_workspace: NonZeroU32::new(6_000) }
    }
}

/// What has been used up, as this process knows.
pub(crate) struct Limits {
    addresses: Option<Counts<IpAddr>>,
    workspaces: Option<Counts<WorkspaceId>>,
}

struct Counts<K: Hash + Eq + Clone> {
    per_minute: NonZeroU32,
    used: RateLimiter<K, HashMapStateStore<K>, AppClock, NoOpMiddleware<Duration>>,
    /// How many keys there are to be before some are forgotten.
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
    pub(crate) fn new(app: &App, posts: PostsPerMinute) -> Self {
        Self {
            addresses: posts.of_an_address.map(|per_minute| Counts::new(app, per_minute)),
            workspaces: posts.to_a_workspace.map(|per_minute| Counts::new(app, per_minute)),
        }
    }
}

impl<K: Hash + Eq + Clone + fmt::Display> Counts<K> {
    fn new(app: &App, per_minute: NonZeroU32) -> Self {
        let used = RateLimiter::hashmap_with_clock(Quota::per_minute(per_minute), AppClock(app.clone()));
        Self { per_minute, used, many: AtomicUsize::new(MANY) }
    }

    /// Counts a post, and refuses it if there have been too many: here, which asks nobody, or else at every server of the database.
    async fn count(&self, app: &App, key: &K, by: Limit) -> Result<(), Failure> {
        let counted = self.used.check_key(key);
        self.forget_some();
        if let Err(until) = counted {
            app.count_limited(by);
            let wait = until.wait_time_from(self.used.clock().now());
            return Err(Error::too_many(by, self.per_minute, wait).into());
        }
        Ok(app.count_credential_post(by, key.to_string().as_bytes(), self.per_minute).await?)
    }

    /// Forgets those that may post as often again as those who never have. The next time is when there are twice as many as are left.
    fn forget_some(&self) {
        if self.used.len() >= self.many.load(Ordering::Relaxed) {
            self.used.retain_recent();
            self.many.store(MANY.max(self.used.len() * 2), Ordering::Relaxed);
        }
    }
}

/// Refuses a request that shows credentials if its address has shown too many. An address that is not known is not counted.
pub(crate) async fn refuse_too_many(http: &Http, request: &HttpRequest) -> Result<(), Failure> {
    let Some(addresses) = http.limits().addresses.as_ref().filter(|_| is_counted(request)) else {
        return Ok(());
    };
    match caller::address(http, request).await {
        Some(address) => addresses.count(http.app(), &network(address), Limit::Address).await,
        None => Ok(()),
    }
}

/// Refuses a request that shows credentials if its workspace was shown too many.
pub(crate) async fn refuse_too_many_for(
    http: &Http,
    request: &HttpRequest,
    workspace: WorkspaceId,
) -> Result<(), Failure> {
    match http.limits().workspaces.as_ref().filter(|_| is_counted(request)) {
        Some(workspaces) => workspaces.count(http.app(), &workspace, Limit::Workspace).await,
        None => Ok(()),
    }
}

/// How long an answer waits that turns credentials away.
const HELD_BACK: Duration = Duration::from_millis(100);

/// Holds back an answer that turns credentials away, because there were too many or there is no time for them: whoever asks as fast as they
/// are answered would else take the processor from everybody, to be told no.
pub(crate) async fn hold_back(request: &HttpRequest, status: StatusCode) {
    if is_counted(request) && turns_away(status) {
        rt::time::sleep(HELD_BACK).await;
    }
}

fn turns_away(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

fn is_counted(request: &HttpRequest) -> bool {
    matched(request).is_some_and(Route::takes_credentials)
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.addresses.as_ref().map(|counts| counts.per_minute);
        let workspaces = self.workspaces.as_ref().map(|counts| counts.per_minute);
        f.debug_struct("Limits").field("addresses", &addresses).field("workspaces", &workspaces).finish()
    }
}
