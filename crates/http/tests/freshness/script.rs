//! What several people do at once, drawn at random.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

/// One of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    One,
    Other,
}

impl Node {
    pub(crate) const BOTH: [Self; 2] = [Self::One, Self::Other];
}

/// One of those that there are by then, counted round and round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Which(u8);

impl Which {
    /// `None` when there are none.
    pub(crate) fn of<T>(self, all: &[T]) -> Option<&T> {
        all.get(usize::from(self.0).checked_rem(all.len())?)
    }
}

/// What somebody does at a server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Opens a customer session and enters the portal with its link.
    OpenSession(Node, Which),
    /// Signs in to the shop, and takes a cookie and a JWT.
    SignIn(Node, Which),
    /// Shows a token, a cookie, a JWT or a key.
    Show(Node, Which),
    /// Reads a shopper's record with a JWT, over HTTP.
    ReadRecord(Node, Which),
    /// Gives a shopper the next name.
    Rename(Node, Which),
    /// Gives a shopper the name that they have already.
    RenameAgain(Node, Which),
    /// Ends a session or a sign-in.
    EndOne(Node, Which),
    /// Ends all sessions and sign-ins of a customer.
    EndAllOf(Node, Which),
    /// Takes a new cookie for a sign-in, in place of the one before.
    ReplaceCookie(Node, Which),
    /// Ends the access token.
    EndAccessToken(Node),
    /// Ends the publishable key.
    EndPublishableKey(Node),
    /// Deletes a customer.
    Delete(Node, Which),
    /// Opens a session for a newcomer, who then goes up in a customer.
    GoUp(Node, Which),
    /// Signs a person in, and ends that while it is shown without a pause and everything in memory is made to be read again.
    Storm(Node, Which, Ending),
    /// Does nothing for some milliseconds.
    Rest(Duration),
}

/// How a storm ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// With all sessions of the person at once.
    All,
    /// With one session after the other.
    Each,
    /// With another cookie for each sign-in.
    Cookies,
}

/// What each of those does who are at work at the same time.
pub(crate) type Script = Vec<Vec<Step>>;

/// From two to six people with up to forty steps each.
pub(crate) fn scripts() -> impl Strategy<Value = Script> {
    vec(vec(step(), 4..40), 2..=6)
}

fn node() -> impl Strategy<Value = Node> {
    prop_oneof![Just(Node::One), Just(Node::Other)]
}

fn which() -> impl Strategy<Value = Which> {
    any::<u8>().prop_map(Which)
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![Just(Ending::All), Just(Ending::Each), Just(Ending::Cookies)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => (node(), which()).prop_map(|(node, which)| Step::Show(node, which)),
        12 => (node(), which()).prop_map(|(node, which)| Step::ReadRecord(node, which)),
        12 => (node(), which()).prop_map(|(node, which)| Step::Rename(node, which)),
        4 => (node(), which()).prop_map(|(node, which)| Step::RenameAgain(node, which)),
        6 => (node(), which()).prop_map(|(node, which)| Step::OpenSession(node, which)),
        3 => (node(), which()).prop_map(|(node, which)| Step::SignIn(node, which)),
        8 => (node(), which()).prop_map(|(node, which)| Step::EndOne(node, which)),
        2 => (node(), which()).prop_map(|(node, which)| Step::EndAllOf(node, which)),
        4 => (node(), which()).prop_map(|(node, which)| Step::ReplaceCookie(node, which)),
        1 => node().prop_map(Step::EndAccessToken),
        1 => node().prop_map(Step::EndPublishableKey),
        1 => (node(), which()).prop_map(|(node, which)| Step::Delete(node, which)),
        2 => (node(), which()).prop_map(|(node, which)| Step::GoUp(node, which)),
        3 => (node(), which(), ending()).prop_map(|(node, which, ending)| Step::Storm(node, which, ending)),
        4 => (0_u64..20).prop_map(|time| Step::Rest(Duration::from_millis(time))),
    ]
}
