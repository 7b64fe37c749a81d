//! Lists of customers that are so long that nobody counts them again for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// For so long a list that was found to be long is taken for it.
const FRESH: Duration = Duration::MINUTE;
/// So many lists are remembered; when there are more, one of them is forgotten.
const MOST: usize = 1_000;

/// Which they are, in the memory of this process: what tells one list from another, and when it was counted.
#[derive(Debug, Default)]
pub(crate) struct LongLists(Mutex<HashMap<String, OffsetDateTime>>);

impl LongLists {
    /// Whether that one was found to be long within the last minute.
    pub(crate) fn know(&self, list: &str, now: OffsetDateTime) -> bool {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(list).is_some_and(|counted_at| now - *counted_at < FRESH)
    }

    /// Remembers one that was found to be long.
    pub(crate) fn remember(&self, list: String, now: OffsetDateTime) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MOST && !lists.contains_key(&list) {
            lists.retain(|_, counted_at| now - *counted_at < FRESH);
            let one = lists.keys().next().cloned().filter(|_| lists.len() >= MOST);
            one.and_then(|one| lists.remove(&one));
        }
        lists.insert(list, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn a_list_is_long_for_a_minute() {
        let lists = LongLists::default();
        lists.remember("a".to_owned(), at(0));
        assert!(lists.know("a", at(59)) && !lists.know("b", at(59)));
        assert!(!lists.know("a", at(60)));
        lists.remember("a".to_owned(), at(60));
        assert!(lists.know("a", at(61)));
    }

    #[test]
    fn memory_has_an_end() {
        let lists = LongLists::default();
        for n in 0..2 * MOST {
            lists.remember(n.to_string(), at(0));
        }
        assert_eq!(lists.0.lock().unwrap().len(), MOST);
        assert!(lists.know(&(2 * MOST - 1).to_string(), at(0)));
        lists.remember("later".to_owned(), at(100));
        assert_eq!(lists.0.lock().unwrap().len(), 1, "what is over goes first");
    }
}
