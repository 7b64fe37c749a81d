//! Names for requests that come without one.

use std::cell::RefCell;

use anteroom_domain::{Id, Random};

/// How many bytes are asked for at once: those of 64 ids.
const AT_ONCE: usize = 1024;

/// Hands out names, one worker's.
///
/// To ask the machine for the bytes of each would be a call of the system a request; so they are asked for many at a
/// time. Names are no secrets: they are nowhere a credential, and those that wait here are worth nothing to anybody.
#[derive(Debug, Default)]
pub(crate) struct RequestIds(RefCell<Vec<[u8; 16]>>);

impl RequestIds {
    /// A name that no other request has: a UUID.
    pub(crate) fn next(&self, random: &dyn Random) -> String {
        let mut waiting = self.0.borrow_mut();
        let bytes = waiting.pop().unwrap_or_else(|| {
            waiting.extend_from_slice(random.bytes::<AT_ONCE>().as_chunks().0);
            random.bytes()
        });
        Id::<Self>::from_random_bytes(bytes).to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Numbers, one after the other, and how often somebody asked.
    #[derive(Debug, Default)]
    struct Numbers(AtomicUsize);

    impl Random for Numbers {
        fn fill(&self, bytes: &mut [u8]) {
            let asked = self.0.fetch_add(1, Ordering::Relaxed);
            for (place, chunk) in bytes.chunks_mut(8).enumerate() {
                chunk.copy_from_slice(&((asked << 32) + place).to_be_bytes());
            }
        }
    }

    #[test]
    fn names_differ_and_the_machine_is_seldom_asked() {
        let (ids, random) = (RequestIds::default(), Numbers::default());
        let names: HashSet<_> = (0..650).map(|_| ids.next(&random)).collect();
        assert_eq!(names.len(), 650);
        assert!(names.iter().all(|name| name.parse::<Id<RequestIds>>().is_ok()), "{names:?}");
        assert_eq!(random.0.load(Ordering::Relaxed), 20);
    }
}
