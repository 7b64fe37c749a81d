//! Moments and spans of time, as a language writes them.

use anteroom_domain::text::Language;
use time::{Duration, OffsetDateTime, UtcOffset};

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A moment, to the minute. Nobody has told us the reader's own time zone, so it is that of the world.
pub(crate) fn moment(language: Language, at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
    match language {
        Language::English => format!("{month} {day}, {year}, {hour:02}:{minute:02} UTC"),
        Language::German => {
            let month = GERMAN_MONTHS.get(usize::from(u8::from(month)) - 1).copied().unwrap_or_default();
            format!("{day}. {month} {year}, {hour:02}:{minute:02} Uhr (UTC)")
        }
        Language::Chinese => {
            let month = u8::from(month);
            format!("{year}年{month}月{day}日 {hour:02}:{minute:02}（UTC）")
        }
    }
}

/// A span of time, in hours where it is some whole ones, else in minutes.
pub(crate) fn span(language: Language, life: Duration) -> String {
    let minutes = life.whole_minutes();
    let is_hours = minutes >= 60 && minutes % 60 == 0;
    let count = if is_hours { minutes / 60 } else { minutes };
    let unit = match (language, is_hours, count == 1) {
        (Language::English, true, true) => " hour",
        (Language::English, true, false) => " hours",
        (Language::English, false, true) => " minute",
        (Language::English, false, false) => " minutes",
        (Language::German, true, true) => " Stunde",
        (Language::German, true, false) => " Stunden",
        (Language::German, false, true) => " Minute",
        (Language::German, false, false) => " Minuten",
        (Language::Chinese, true, _) => " 小时",
        (Language::Chinese, false, _) => " 分钟",
    };
    format!("{count}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn moments_and_spans_are_written_as_the_language_writes_them() {
        let at = datetime!(2026-03-04 00:05 +01:00);
        for (language, written, half_an_hour, a_day, an_hour) in [
            (Language::English, "March 3, 2026, 23:05 UTC", "30 minutes", "24 hours", "1 hour"),
            (Language::German, "3. März 2026, 23:05 Uhr (UTC)", "30 Minuten", "24 Stunden", "1 Stunde"),
            (Language::Chinese, "2026年3月3日 23:05（UTC）", "30 分钟", "24 小时", "1 小时"),
        ] {
            assert_eq!(moment(language, at), written);
            let spans = [Duration::minutes(30), Duration::DAY, Duration::HOUR];
            assert_eq!(spans.map(|life| span(language, life)), [half_an_hour, a_day, an_hour]);
        }
    }
}
