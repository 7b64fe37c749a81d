//! Prefixed random text that carries its own checksum.

use std::iter;

use anteroom_domain::Random;

// 43 base62 characters are worth 256 bits, and 6 hold any CRC32.
const RANDOM_LENGTH: usize = 43;
const CHECKSUM_LENGTH: usize = 6;

pub(super) fn generate(prefix: &str, random: &dyn Random) -> String {
    write(prefix, iter::repeat_with(|| random.bytes::<64>()).flatten())
}

/// Writes as many of the bytes as it takes; there are more than enough of them.
pub(super) fn write(prefix: &str, bytes: impl Iterator<Item = u8>) -> String {
    // Long enough from the start: growing would leave pieces of the secret behind in memory.
    let mut text = String::with_capacity(prefix.len() + RANDOM_LENGTH + CHECKSUM_LENGTH);
    text.push_str(prefix);
    // Bytes from 248 up are drawn again: their remainders would favour the first 8 digits.
    let digits = bytes.filter(|byte| *byte < 248).map(|byte| base62(byte % 62));
    text.extend(digits.take(RANDOM_LENGTH));
    let checksum = checksum(&text);
    text.extend(checksum);
    text
}

pub(super) fn is_sound(prefix: &str, text: &str) -> bool {
    let Some(body) = text.strip_prefix(prefix) else { return false };
    if body.len() != RANDOM_LENGTH + CHECKSUM_LENGTH || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let (signed, given) = text.split_at(prefix.len() + RANDOM_LENGTH);
    given.chars().eq(checksum(signed))
}

fn checksum(text: &str) -> [char; CHECKSUM_LENGTH] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = ['0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 62).map_or('0', base62);
        rest /= 62;
    }
    digits
}

fn base62(value: u8) -> char {
    char::from(match value {
        0..=9 => b'0' + value,
        10..=35 => b'A' + (value - 10),
        _ => b'a' + (value - 36),
    })
}
