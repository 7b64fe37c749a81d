//! How values are written in JSON.

use anteroom_domain::Id;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

/// A moment in UTC: RFC 3339 with milliseconds and `Z`. It knows no years before 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub(crate) OffsetDateTime);

/// By hand: an answer holds several, and by a described format they were two fifths of what writing a shopper cost.
impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = self.0.to_offset(UtcOffset::UTC);
        let (year, month, day) = at.to_calendar_date();
        let [y1, y2, y3, y4] = digits(u16::try_from(year).map_err(S::Error::custom)?);
        let [m1, m2] = digits(u8::from(month).into());
        let [d1, d2] = digits(day.into());
        let (hour, minute, second, millisecond) = at.to_hms_milli();
        let [h1, h2] = digits(hour.into());
        let [n1, n2] = digits(minute.into());
        let [s1, s2] = digits(second.into());
        let [f1, f2, f3] = digits(millisecond);
        let text = [
            y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1,
            f2, f3, b'Z',
        ];
        serializer.serialize_str(str::from_utf8(&text).map_err(S::Error::custom)?)
    }
}

/// The last `N` digits of a number.
fn digits<const N: usize>(mut number: u16) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
    digits
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
    use time::Duration;
    use time::format_description::well_known::Rfc3339;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_in_utc_with_milliseconds() {
        for (at, text) in [
            (datetime!(2026-02-03 04:05:06.789_999 UTC), "2026-02-03T04:05:06.789Z"),
            (datetime!(2026-01-01 00:30 +1), "2025-12-31T23:30:00.000Z"),
            (datetime!(0987-10-20 12:34:56.078 UTC), "0987-10-20T12:34:56.078Z"),
            (datetime!(9999-12-31 23:59:59.999 UTC), "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(serde_json::to_value(Time(at)).unwrap(), text);
        }
        assert!(serde_json::to_value(Time(datetime!(-0044-03-15 12:00 UTC))).is_err());
    }

    #[test]
    fn a_time_is_read_back_as_it_was_on_every_day() {
        let begin = datetime!(1999-12-31 00:00:00.001 UTC);
        for days in 0..20_000 {
            let at = begin + days * Duration::DAY + days * Duration::milliseconds(4_321);
            let written = serde_json::to_value(Time(at)).unwrap();
            assert_eq!(OffsetDateTime::parse(written.as_str().unwrap(), &Rfc3339), Ok(at));
        }
    }
}
