//! The rules themselves: they see what is wrong, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use crate::history::{Credential, End, History, Named, Shown, Thing, When};
use crate::script::Node;

fn at(node: Node, begun: u64, answered: u64) -> When {
    let [begun, answered] = [begun, answered].map(Duration::from_millis);
    When { node, begun, answered: Some(answered) }
}

fn unanswered(node: Node, begun: u64) -> When {
    When { answered: None, ..at(node, begun, begun) }
}

/// Of customer 1, opened at 10 ms.
fn session() -> Arc<Credential> {
    let ends_with = vec![Thing::Customer(1), Thing::SessionsOf(1), Thing::Session(7)];
    Arc::new(Credential { name: "a session".to_owned(), opened: at(Node::One, 0, 10), ends_with })
}

/// Whether it is against the rules that a session is accepted, or refused, after such an end.
fn is_wrong(is_good: bool, shown: When, thing: Thing, ended: When) -> bool {
    let history = History {
        shown: vec![Shown { when: shown, credential: session(), is_good }],
        ends: vec![End { when: ended, thing, for_what: None }],
        ..History::default()
    };
    !history.violations().is_empty()
}

#[test]
fn what_has_ended_may_not_be_accepted() {
    for thing in [Thing::Session(7), Thing::SessionsOf(1), Thing::Customer(1)] {
        let ended = at(Node::One, 100, 110);
        assert!(is_wrong(true, at(Node::One, 111, 112), thing, ended), "{thing:?}");
        assert!(
            !is_wrong(true, at(Node::One, 105, 1_000), thing, ended),
            "begun before the end was answered"
        );
        assert!(!is_wrong(true, at(Node::Other, 1_110, 1_112), thing, ended), "within the second");
        assert!(is_wrong(true, at(Node::Other, 1_111, 1_112), thing, ended), "after the second");
        assert!(!is_wrong(true, at(Node::One, 5_000, 5_001), thing, unanswered(Node::One, 100)));
    }
    for other in [Thing::Session(8), Thing::SessionsOf(2), Thing::AccessToken] {
        assert!(!is_wrong(true, at(Node::One, 111, 112), other, at(Node::One, 100, 110)), "{other:?}");
    }
}

#[test]
fn what_lives_may_not_be_refused() {
    let ended = at(Node::One, 100, 110);
    assert!(is_wrong(false, at(Node::One, 50, 100), Thing::Session(7), ended), "before the end has begun");
    assert!(!is_wrong(false, at(Node::Other, 50, 101), Thing::Session(7), ended));
    assert!(!is_wrong(false, at(Node::One, 5_000, 5_001), Thing::Session(7), unanswered(Node::One, 100)));
    assert!(is_wrong(false, at(Node::One, 5_000, 5_001), Thing::Session(8), ended));
}

#[test]
fn all_sessions_are_those_that_there_are() {
    let (shown, before) = (at(Node::One, 111, 112), at(Node::One, 0, 0));
    assert!(is_wrong(false, shown, Thing::SessionsOf(1), before), "opened later");
    assert!(!is_wrong(true, shown, Thing::SessionsOf(1), before));
    assert!(is_wrong(true, shown, Thing::Customer(1), before), "a customer is gone for good");
    let meanwhile = at(Node::One, 5, 8);
    assert!(!is_wrong(true, shown, Thing::SessionsOf(1), meanwhile));
    assert!(!is_wrong(false, shown, Thing::SessionsOf(1), meanwhile));
}

#[test]
fn a_cookie_does_not_end_with_the_one_that_it_replaces() {
    let when = at(Node::One, 0, 10);
    let ends_with = vec![Thing::CookieOf(7)];
    let new = Arc::new(Credential { name: "the new one".to_owned(), opened: when, ends_with });
    let end = End { when, thing: Thing::CookieOf(7), for_what: Some(Arc::clone(&new)) };
    let shown = Shown { when: at(Node::One, 20, 21), credential: new, is_good: false };
    let history = History { shown: vec![shown], ends: vec![end], ..History::default() };
    assert_eq!(history.violations().len(), 1);
}

#[test]
fn what_is_read_may_not_be_older_than_what_was_given() {
    let is_wrong = |name, when, given| {
        let named = |name, when| Named { when, customer: 1, name };
        let given = vec![named(1, at(Node::One, 0, 10)), named(2, given)];
        let history = History { read: vec![named(name, when)], given, ..History::default() };
        !history.violations().is_empty()
    };
    let given = at(Node::One, 100, 110);
    assert!(is_wrong(1, at(Node::One, 111, 112), given));
    assert!(!is_wrong(2, at(Node::One, 111, 112), given));
    assert!(!is_wrong(1, at(Node::One, 105, 200), given));
    assert!(!is_wrong(1, at(Node::Other, 1_110, 1_112), given));
    assert!(is_wrong(1, at(Node::Other, 1_111, 1_112), given));
    assert!(!is_wrong(1, at(Node::One, 5_000, 5_001), unanswered(Node::One, 100)));
    assert!(!is_wrong(2, at(Node::One, 5_000, 5_001), unanswered(Node::One, 100)));
    assert!(is_wrong(0, at(Node::One, 11, 12), given), "the first name was given by then");
    assert!(is_wrong(2, at(Node::One, 50, 60), given), "nobody had given it");
    assert!(is_wrong(3, at(Node::One, 50, 60), given), "nobody gives it");
}
