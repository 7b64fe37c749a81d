//! Colours of web pages.

use super::InvalidText;

/// A colour: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// How far text has to be from what it stands on (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

impl Color {
    /// Black.
    pub const BLACK: Self = Self::new([0; 3]);
    /// White.
    pub const WHITE: Self = Self::new([255; 3]);

    /// The colour of those parts.
    pub const fn new(parts: [u8; 3]) -> Self {
        Self(parts)
    }

    /// Parses `#1f6b58`, in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText = InvalidText("should be a colour such as #1f6b58");
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(INVALID)?;
        // A sign is no digit, but a number may have one.
        let number = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits).ok_or(INVALID)?;
        let number = u32::from_str_radix(number, 16).ok().ok_or(INVALID)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// This colour with so many hundredths of another one in it.
    #[must_use]
    pub fn mixed(self, other: Self, hundredths: u8) -> Self {
        let share = u16::from(hundredths.min(100));
        let mix = |one: u8, other: u8| {
            let sum = u16::from(one) * (100 - share) + u16::from(other) * share;
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        let ([r, g, b], [other_r, other_g, other_b]) = (self.0, other.0);
        Self([mix(r, other_r), mix(g, other_g), mix(b, other_b)])
    }

    /// How far apart in brightness the two are: 1 to 21 (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Whether text in this colour can be read on that ground.
    pub fn is_readable_on(self, ground: Self) -> bool {
        self.contrast(ground) >= READABLE
    }

    /// What text is written in on this colour: white where it can be read, else black, which then can.
    #[must_use]
    pub fn text(self) -> Self {
        if Self::WHITE.is_readable_on(self) { Self::WHITE } else { Self::BLACK }
    }

    /// The colour, darkened or lightened until text in it can be read on that ground.
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        let away = ground.text();
        let mut shades = (0..=100).step_by(5).map(|share| self.mixed(away, share));
        shades.find(|shade| shade.is_readable_on(ground)).unwrap_or(away)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_has_six_digits() {
        assert_eq!(Color::parse("#1F6b58").unwrap().to_string(), "#1f6b58");
        for bad in [
            "", "#", "1f6b58", "#1f6b5", "#1f6b588", "#1f6b5g", "#+f6b58", "#äöü", "red", "#1f6b58;",
            "# f6b58",
        ] {
            assert!(Color::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let contrast = |one, other| format!("{:.2}", Color::contrast(one, other));
        assert_eq!(contrast(Color::BLACK, Color::WHITE), "21.00");
        assert_eq!(contrast(Color::WHITE, Color::WHITE), "1.00");
        let grey = Color::parse("#767676").unwrap();
        assert_eq!([contrast(grey, Color::WHITE), contrast(Color::WHITE, grey)], ["4.54", "4.54"]);
    }
}
