//! What is remembered, and when it is forgotten.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anteroom_domain::Id;
use anteroom_store::{Changes, Listener, StoreError, Topic};
use futures_util::future::join_all;
use futures_util::{FutureExt, join};
use tokio::sync::Notify;

use super::{About, BOUND, Freshness, Known, Memory, Remembered, Weigh};
use crate::Error;

/// Something about a customer.
#[derive(Debug, Clone, PartialEq)]
struct Thing {
    customer: u8,
    text: String,
}

impl Remembered for Thing {
    fn about(&self) -> About {
        About::these(topic(0), [Some(topic(self.customer)), None, None, None])
    }
}

impl Weigh for Thing {
    fn heap_bytes(&self) -> usize {
        self.text.len()
    }
}

fn topic(customer: u8) -> Topic {
    Topic::Customer(Id::from_random_bytes([customer; 16]))
}

fn changed(customer: u8) -> Changes {
    let mut changes = Changes::default();
    changes.add(topic(customer));
    changes
}

fn thing(customer: u8, text: &str) -> Thing {
    Thing { customer, text: text.to_owned() }
}

/// A memory, and how often it had to read.
struct World {
    freshness: Arc<Freshness>,
    memory: Memory<u8, Thing>,
    reads: Cell<usize>,
}

impl World {
    fn new(bytes: u64) -> Self {
        let freshness = Arc::new(Freshness::new());
        let memory = Memory::new("things", &freshness, bytes);
        Self { freshness, memory, reads: Cell::new(0) }
    }

    /// A feed that was just heard and is not heard again. Not a moment before the first read, as if it had been open long.
    fn hears(&self) {
        self.freshness.heard_as_of(Instant::now());
    }

    async fn get(&self, key: u8, found: Option<Thing>) -> Option<Known<Thing>> {
        let read = async || {
            self.reads.set(self.reads.get() + 1);
            Ok(found)
        };
        self.memory.get(&key, read).await.unwrap()
    }

    fn reads(&self) -> usize {
        self.reads.take()
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
}

#[test]
fn what_is_remembered_is_read_once_until_one_of_its_topics_changes() {
    run(async {
        let world = World::new(100_000);
        for _ in 0..3 {
            assert_eq!(*world.get(1, Some(thing(1, "a"))).await.unwrap(), thing(1, "a"));
        }
        assert_eq!(world.reads(), 1);
        world.freshness.changed(&changed(2));
        world.freshness.changed(&Changes::default());
        assert!(world.memory.recall(&1).is_some(), "somebody else's");
        for change in [changed(1), changed(0), Changes::Everything] {
            world.freshness.changed(&change);
            assert!(world.memory.recall(&1).is_none(), "{change:?}");
            assert_eq!(world.get(1, Some(thing(1, "b"))).await.unwrap().text, "b");
            assert_eq!(world.reads(), 1, "{change:?}");
        }
    });
}

#[test]
fn what_changes_while_it_is_read_is_given_to_who_asked_and_not_remembered() {
    run(async {
        let world = World::new(100_000);
        let read = async || {
            world.freshness.changed(&changed(1));
            Ok(Some(thing(1, "from before")))
        };
        let found = world.memory.get(&1, read).await.unwrap().unwrap();
        assert_eq!(found.text, "from before");
        assert_eq!(world.get(1, Some(thing(1, "from after"))).await.unwrap().text, "from after");
    });
}

#[test]
fn a_registration_that_was_seen_before_a_change_is_not_remembered_after_it() {
    let world = World::new(100_000);
    let seen = world.freshness.look();
    world.freshness.changed(&changed(1));
    assert_eq!(world.memory.remember(1, seen, thing(1, "old")).text, "old");
    assert!(world.memory.recall(&1).is_none());
    world.memory.remember(1, world.freshness.look(), thing(1, "new"));
    assert_eq!(world.memory.recall(&1).unwrap().text, "new");
}

#[test]
fn of_many_who_look_for_the_same_one_reads() {
    run(async {
        let world = World::new(100_000);
        let (begun, end) = (Notify::new(), Notify::new());
        let slow = world.memory.get(&1, async || {
            begun.notify_one();
            end.notified().await;
            Ok(Some(thing(1, "found")))
        });
        let others = async {
            begun.notified().await;
            let mut others: Vec<_> = (0..20).map(|_| Box::pin(world.get(1, None))).collect();
            for other in &mut others {
                assert!(other.now_or_never().is_none(), "it waits");
            }
            end.notify_one();
            join_all(others).await
        };
        let (found, others) = join!(slow, others);
        assert_eq!(found.unwrap().unwrap().text, "found");
        assert!(others.iter().all(|other| other.as_ref().is_some_and(|other| other.text == "found")));
        assert_eq!(world.reads(), 0);
    });
}

#[test]
fn who_joins_after_a_change_does_not_get_what_was_found_before_it() {
    run(async {
        let world = World::new(100_000);
        let (begun, end) = (Notify::new(), Notify::new());
        let slow = world.memory.get(&1, async || {
            begun.notify_one();
            end.notified().await;
            Ok(Some(thing(1, "from before")))
        });
        let late = async {
            begun.notified().await;
            world.freshness.changed(&changed(1));
            let mut late = Box::pin(world.get(1, Some(thing(1, "from after"))));
            assert!((&mut late).now_or_never().is_none());
            end.notify_one();
            late.await
        };
        let (first, late) = join!(slow, late);
        assert_eq!(first.unwrap().unwrap().text, "from before");
        assert_eq!(late.unwrap().text, "from after");
    });
}

#[test]
fn when_the_database_is_away_one_finds_out_and_the_others_are_told() {
    run(async {
        for (error, told) in [
            (Error::Unavailable(StoreError::Unavailable("away".into())), true),
            (Error::Store(StoreError::Corrupt("thing")), false),
        ] {
            let world = World::new(100_000);
            let (begun, end) = (Notify::new(), Notify::new());
            let first = world.memory.get(&1, async || {
                begun.notify_one();
                end.notified().await;
                Err(error)
            });
            let second = async {
                begun.notified().await;
                let read = async || Ok(Some(thing(1, "found")));
                let mut second = Box::pin(world.memory.get(&1, read));
                assert!((&mut second).now_or_never().is_none());
                end.notify_one();
                second.await
            };
            let (first, second) = join!(first, second);
            assert!(first.is_err());
            assert_eq!(matches!(second, Err(Error::Overloaded { .. })), told);
            assert_eq!(second.is_ok(), !told, "a misfortune of the first one is not the second's");
        }
    });
}

#[test]
fn who_gives_up_leaves_the_others_to_themselves() {
    run(async {
        let world = World::new(100_000);
        let mut first = Box::pin(world.memory.get(&1, std::future::pending));
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(world.get(1, Some(thing(1, "found"))));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(second.await.unwrap().text, "found");
        assert_eq!(world.reads(), 1);
    });
}

#[test]
fn that_there_is_nothing_is_remembered_for_a_moment() {
    run(async {
        let world = World::new(100_000);
        assert!(world.get(1, None).await.is_none());
        assert!(world.get(1, Some(thing(1, "too late"))).await.is_none());
        assert_eq!(world.reads(), 1);
        world.freshness.changed(&Changes::Everything);
        assert!(world.get(1, Some(thing(1, "found"))).await.is_some());
        let found = world.memory.get_what_is(&2, async || Ok(None)).await.unwrap();
        assert!(found.is_none());
        let found = world.memory.get_what_is(&2, async || Ok(Some(thing(1, "made since")))).await.unwrap();
        assert_eq!(found.unwrap().text, "made since");
    });
}

#[test]
fn nothing_is_used_that_was_neither_read_nor_heard_of_within_the_bound() {
    let world = World::new(100_000);
    world.memory.remember(1, world.freshness.look(), thing(1, "a"));
    assert!(world.memory.recall(&1).is_some());
    let read_at = Instant::now();
    while read_at.elapsed() <= BOUND {
        std::thread::yield_now();
    }
    assert!(world.memory.recall(&1).is_none(), "the feed has said nothing");
    world.hears();
    assert!(world.memory.recall(&1).is_some(), "it was only silent: nothing had changed");
    world.freshness.heard_as_of(read_at.checked_sub(Duration::from_millis(1)).unwrap());
    assert!(world.memory.recall(&1).is_some(), "what was heard stays heard");
}

#[test]
fn memory_has_an_end() {
    let world = World::new(20_000);
    for key in 0..=255 {
        world.memory.remember(key, world.freshness.look(), thing(key, &"x".repeat(1_000)));
    }
    let state = world.memory.state();
    assert!((1..=20).contains(&state.entries) && state.bytes <= 20_000, "{state:?}");
}
