//! The passwords that everybody tries first.

use std::sync::LazyLock;

static LIST: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

/// Whether the lower-case text is such a password.
pub(super) fn contains(text: &str) -> bool {
    LIST.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{NewPassword, PasswordFault, PasswordPolicy};

    #[test]
    fn the_list_is_sorted_lower_case_and_without_doubles() {
        assert!(LIST.len() > 16_000);
        assert!(LIST.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(LIST.iter().all(|entry| entry.len() >= 8 && *entry == entry.to_lowercase()));
    }

    #[test]
    fn pw_06_common_passwords_are_refused_in_any_case() {
        for entry in LIST.iter() {
            for text in [(*entry).to_owned(), entry.to_uppercase()] {
                let parsed = NewPassword::parse(&text, &PasswordPolicy::default(), "ada@example.com");
                assert_eq!(parsed.unwrap_err(), PasswordFault::Common, "{text}");
            }
        }
    }
}
