//! How values are written in JSON.

use anteroom_domain::Id;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

const MILLISECONDS: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// How many bytes a time takes at most, in a year before the first.
const LONGEST_TIME: usize = "-2026-01-01T00:00:00.000Z".len();

/// A moment in UTC: RFC 3339 with milliseconds and `Z`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub(crate) OffsetDateTime);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0; LONGEST_TIME];
        let mut rest = text.as_mut_slice();
        let length = self.0.to_offset(UtcOffset::UTC).format_into(&mut rest, MILLISECONDS);
        let written = text.get(..length.map_err(S::Error::custom)?).unwrap_or_default();
        serializer.serialize_str(str::from_utf8(written).map_err(S::Error::custom)?)
    }
}

impl From<OffsetDateTime> for Time {
    fn from(at: OffsetDateTime) -> Self {
        Self(at)
    }
}

/// An identifier: a version 4 UUID, in lower case with hyphens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uuid4(Uuid);

impl Serialize for Uuid4 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl<T> From<Id<T>> for Uuid4 {
    fn from(id: Id<T>) -> Self {
        Self(id.uuid())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_in_utc_with_milliseconds_in_every_year() {
        for (at, text) in [
            (datetime!(2026-02-03 04:05:06.789_999 UTC), "2026-02-03T04:05:06.789Z"),
            (datetime!(2026-01-01 00:30 +1), "2025-12-31T23:30:00.000Z"),
            (datetime!(9999-12-31 23:59:59.999 UTC), "9999-12-31T23:59:59.999Z"),
            (datetime!(-0044-03-15 12:00 UTC), "-0044-03-15T12:00:00.000Z"),
        ] {
            assert_eq!(serde_json::to_value(Time(at)).unwrap(), text);
        }
    }
}
