//! How values are written in JSON.

use anteroom_domain::Id;
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

const MILLISECONDS: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A moment in UTC: RFC 3339 with milliseconds and `Z`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub(crate) OffsetDateTime);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.to_offset(time::UtcOffset::UTC).format(MILLISECONDS);
        serializer.serialize_str(&text.map_err(serde::ser::Error::custom)?)
    }
}

impl From<OffsetDateTime> for Time {
    fn from(at: OffsetDateTime) -> Self {
        Self(at)
    }
}

/// An identifier: a version 4 UUID, in lower case with hyphens.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Uuid4(String);

impl<T> From<Id<T>> for Uuid4 {
    fn from(id: Id<T>) -> Self {
        Self(id.to_string())
    }
}
