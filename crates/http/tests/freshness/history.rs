//! What happened at the two servers, and the rules that it is held against.

use std::sync::Arc;
use std::time::Duration;

use crate::script::Node;

/// How long one server may go on with what another has changed.
pub(crate) const BOUND: Duration = Duration::from_secs(1);

/// From when to when something was asked of a server, counted from the beginning. Without an answer it may have been done
/// at any time since, or never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub(crate) node: Node,
    pub(crate) begun: Duration,
    pub(crate) answered: Option<Duration>,
}

/// What credentials end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A customer, who is gone for good.
    Customer(usize),
    /// All sessions that a customer has at that moment.
    SessionsOf(usize),
    /// A customer session or a sign-in.
    Session(usize),
    /// The cookie that a sign-in has at that moment.
    CookieOf(usize),
    AccessToken,
    PublishableKey,
}

/// Something that opens a door as long as nothing that it ends with has ended.
#[derive(Debug)]
pub(crate) struct Credential {
    pub(crate) name: String,
    pub(crate) opened: When,
    pub(crate) ends_with: Vec<Thing>,
}

/// An end of something. `for_what` is not ended: it is what the end was made for.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) when: When,
    pub(crate) thing: Thing,
    pub(crate) for_what: Option<Arc<Credential>>,
}

#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) when: When,
    pub(crate) credential: Arc<Credential>,
    pub(crate) is_good: bool,
}

/// A name given to a customer, or read. Names are numbers, given one after the other.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) when: When,
    pub(crate) customer: usize,
    pub(crate) name: u64,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) shown: Vec<Shown>,
    pub(crate) ends: Vec<End>,
    pub(crate) given: Vec<Named>,
    pub(crate) read: Vec<Named>,
}

impl When {
    /// Whether a server must know of it, of whom something was asked at that moment.
    fn is_known_to(&self, later: &Self) -> bool {
        let patience = if self.node == later.node { Duration::ZERO } else { BOUND };
        self.answered.is_some_and(|answered| later.begun > answered + patience)
    }

    /// Whether it may have been done before that was.
    fn may_precede(&self, other: &Self) -> bool {
        other.answered.is_none_or(|answered| self.begun < answered)
    }

    fn surely_precedes(&self, other: &Self) -> bool {
        self.answered.is_some_and(|answered| answered < other.begun)
    }
}

impl End {
    fn is_about(&self, credential: &Arc<Credential>) -> bool {
        credential.ends_with.contains(&self.thing)
            && self.for_what.as_ref().is_none_or(|made| !Arc::ptr_eq(made, credential))
    }

    /// Whether it ends what is opened later too.
    fn is_for_good(&self) -> bool {
        !matches!(self.thing, Thing::SessionsOf(_) | Thing::CookieOf(_))
    }

    fn surely_ends(&self, credential: &Arc<Credential>) -> bool {
        self.is_about(credential) && (self.is_for_good() || credential.opened.surely_precedes(&self.when))
    }

    fn may_end(&self, credential: &Arc<Credential>) -> bool {
        self.is_about(credential) && (self.is_for_good() || credential.opened.may_precede(&self.when))
    }
}

impl History {
    /// Everything that breaks a rule, in words.
    pub(crate) fn violations(&self) -> Vec<String> {
        let shown = self.shown.iter().filter_map(|shown| self.judge_shown(shown));
        shown.chain(self.read.iter().filter_map(|read| self.judge_read(read))).collect()
    }

    /// What has ended is refused, by its own server at once and by the other one after a second; what lives is not.
    fn judge_shown(&self, shown: &Shown) -> Option<String> {
        let Shown { when, credential, is_good } = shown;
        if *is_good {
            let ended = |end: &&End| end.surely_ends(credential) && end.when.is_known_to(when);
            let end = self.ends.iter().find(ended)?;
            return Some(format!("{} is accepted {when:?} after {end:?}", credential.name));
        }
        let is_explained = self.ends.iter().any(|end| end.may_end(credential) && end.when.may_precede(when));
        (!is_explained).then(|| format!("{} is refused {when:?} and has not ended", credential.name))
    }

    /// What is read is no older than what was given before, to its own server at once and to the other one after a second.
    fn judge_read(&self, read: &Named) -> Option<String> {
        let mut given = self.given.iter().filter(|given| given.customer == read.customer);
        let newest =
            given.clone().filter(|given| given.when.is_known_to(&read.when)).max_by_key(|given| given.name);
        if let Some(newest) = newest.filter(|newest| newest.name > read.name) {
            return Some(format!("{read:?} is older than {newest:?}"));
        }
        let is_explained = read.name == 0
            || given.any(|given| given.name == read.name && given.when.may_precede(&read.when));
        (!is_explained).then(|| format!("{read:?} was never given"))
    }
}
