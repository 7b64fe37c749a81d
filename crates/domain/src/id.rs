//! Identifiers: UUID version 4 and nothing else, typed by what they name.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::{Builder, Uuid, Variant};

use crate::clock::Random;

/// The identifier of a `T`.
///
/// Only version 4 UUIDs in their hyphenated form parse; the nil UUID does not.
pub struct Id<T> {
    uuid: Uuid,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// A new identifier from 16 random bytes.
    pub fn random(random: &dyn Random) -> Self {
        Self::from_random_bytes(random.bytes())
    }

    /// Shapes bytes that are already random, such as those of a keyed hash, into an identifier.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self { uuid: Builder::from_random_bytes(bytes).into_uuid(), kind: PhantomData }
    }

    /// The identifier a stored UUID stands for; `None` when it is not a version 4 UUID.
    pub fn from_uuid(uuid: Uuid) -> Option<Self> {
        (uuid.get_version_num() == 4 && uuid.get_variant() == Variant::RFC4122)
            .then_some(Self { uuid, kind: PhantomData })
    }

    /// The bare UUID.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

/// The text is not a hyphenated UUID of version 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be a version 4 UUID")]
pub struct InvalidId;

impl<T> FromStr for Id<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() != 36 {
            return Err(InvalidId);
        }
        Uuid::try_parse(text).ok().and_then(Self::from_uuid).ok_or(InvalidId)
    }
}

// Written by hand, because a derive would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.hyphenated().fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    #[test]
    fn only_hyphenated_version_4_parses() {
        let good = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";
        assert_eq!(good.parse::<Id<Thing>>().unwrap().to_string(), good);
        for bad in [
            "",
            "3f2c9a4e8d1b4c6f9a7e1b2c3d4e5f60",
            "urn:uuid:3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60",
            "{3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60}",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "c232ab00-9414-11ec-b3c8-9f6bdeced846",
            "3f2c9a4e-8d1b-4c6f-ca7e-1b2c3d4e5f60",
        ] {
            assert_eq!(bad.parse::<Id<Thing>>(), Err(InvalidId), "{bad}");
        }
    }
}
