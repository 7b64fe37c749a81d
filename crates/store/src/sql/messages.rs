//! What processes tell each other through PostgreSQL about what they have changed.

use std::hash::{BuildHasher, RandomState};

use crate::{Changes, TopicKey};

/// The channel of the messages.
pub(super) const CHANNEL: &str = "anteroom_changes";

/// The most topics that are named; beyond, everything has changed.
const MOST: usize = 4_000;

/// How many topics a message names: PostgreSQL takes 8,000 bytes.
const IN_ONE: usize = 400;

/// Who wants to hear itself: drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender(u64);

/// A message. In writing: what it is, and what it says, in words with a space between.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// Somebody has changed this. `*` in writing is everything, else each topic has 16 hexadecimal digits.
    Changed(Changes),
    /// The sender wants to hear itself: `ping` and a number.
    Ping(Sender, u64),
}

impl Sender {
    pub(super) fn new() -> Self {
        // The standard library draws the keys of its tables at random.
        Self(RandomState::new().hash_one(0_u8))
    }
}

impl Message {
    /// Reads a message; `None` when it says nothing that is known here, as one of another version may.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(ping) = text.strip_prefix("ping ") {
            let (sender, count) = ping.split_once(' ')?;
            return Some(Self::Ping(Sender(number(sender)?), number(count)?));
        }
        let said = text.strip_prefix("changed ")?;
        if said == "*" {
            return Some(Self::Changed(Changes::Everything));
        }
        let keys = said.split(' ').map(|key| number(key).map(TopicKey)).collect::<Option<_>>()?;
        Some(Self::Changed(Changes::Of(keys)))
    }

    /// In writing, in as many messages as it takes.
    pub(super) fn written(&self) -> Vec<String> {
        match self {
            Self::Ping(Sender(sender), count) => vec![format!("ping {sender:016x} {count:016x}")],
            Self::Changed(Changes::Of(keys)) if keys.len() <= MOST => {
                keys.chunks(IN_ONE).map(naming).collect()
            }
            Self::Changed(_) => vec!["changed *".to_owned()],
        }
    }
}

fn naming(keys: &[TopicKey]) -> String {
    let keys = keys.iter().map(|TopicKey(key)| format!("{key:016x}"));
    ["changed".to_owned()].into_iter().chain(keys).collect::<Vec<_>>().join(" ")
}

fn number(text: &str) -> Option<u64> {
    (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let sender = Sender::new();
        assert_ne!(sender, Sender::new());
        for message in [
            Message::Ping(sender, 0),
            Message::Ping(sender, u64::MAX),
            Message::Changed(Changes::Of(vec![TopicKey(0), TopicKey(u64::MAX)])),
            Message::Changed(Changes::Everything),
        ] {
            let written = message.written();
            assert_eq!(written.iter().filter_map(|text| Message::parse(text)).collect::<Vec<_>>(), [message]);
        }
    }

    #[test]
    fn many_topics_take_many_messages_and_very_many_are_everything() {
        let changed = |count| {
            let keys = (0..count).map(TopicKey).collect();
            Message::Changed(Changes::Of(keys)).written()
        };
        assert!(changed(0).is_empty());
        assert_eq!(changed(400).len(), 1);
        assert_eq!(changed(401).len(), 2);
        assert_eq!(changed(4_000).len(), 10);
        assert!(changed(4_000).iter().all(|text| text.len() < 8_000));
        assert_eq!(changed(4_001).len(), 1);
        assert!(changed(4_001).iter().all(|text| text.ends_with(" *")));
    }

    #[test]
    fn a_message_of_another_version_is_none() {
        for text in
            ["", "*", "0 *", "0123456789abcdef", "0123456789abcdef pong", "0123456789abcdef 1", "x y z"]
        {
            assert_eq!(Message::parse(text), None, "{text}");
        }
    }
}
