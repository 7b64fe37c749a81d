//! Languages that we can write in.

use super::InvalidText;

/// A language that we can write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// Chinese, in simplified characters.
    Chinese,
}

impl Language {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Chinese];

    /// Its tag by BCP 47.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Chinese => "zh",
        }
    }

    /// Parses `en`, `de` or `zh`.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let known = Self::ALL.into_iter().find(|language| language.as_str() == text);
        known.ok_or(InvalidText("should be en, de or zh"))
    }

    /// The language of a tag such as `de-AT` or `zh_CN`, whatever the region; `None` when it is none of ours.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.as_str().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_begins_with_its_language() {
        for (tag, language) in [
            ("en", Some(Language::English)),
            ("de-AT", Some(Language::German)),
            (" ZH_hans-CN", Some(Language::Chinese)),
            ("fr", None),
            ("den", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
        assert!(Language::parse("de-AT").is_err());
    }
}
