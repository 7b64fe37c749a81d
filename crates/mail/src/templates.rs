//! The files that mails are made of.

use anteroom_domain::text::Language;
use minijinja::{Environment, UndefinedBehavior};

use crate::words::{Occasion, render};
use crate::{Letter, Words};

/// The page that every mail is, and the plain text.
pub(crate) const LAYOUT_PAGE: &str = "layout.html";
pub(crate) const LAYOUT_TEXT: &str = "layout.txt";
/// What every mail of a language says.
pub(crate) const COMMON: &str = "common";

/// The file of those words in that language.
pub(crate) fn name_of(language: Language, words: &str) -> String {
    format!("{}/{words}.txt", language.as_str())
}

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// Every file, by its name.
const FILES: [(&str, &str); 32] = files![
    "layout.html" "layout.txt"
    "en/common.txt" "en/password_reset.txt" "en/verify_email.txt" "en/change_email.txt"
    "en/email_change_requested.txt" "en/email_changed.txt" "en/password_changed.txt" "en/new_device.txt"
    "en/registration_attempted.txt" "en/account_deleted.txt"
    "de/common.txt" "de/password_reset.txt" "de/verify_email.txt" "de/change_email.txt"
    "de/email_change_requested.txt" "de/email_changed.txt" "de/password_changed.txt" "de/new_device.txt"
    "de/registration_attempted.txt" "de/account_deleted.txt"
    "zh/common.txt" "zh/password_reset.txt" "zh/verify_email.txt" "zh/change_email.txt"
    "zh/email_change_requested.txt" "zh/email_changed.txt" "zh/password_changed.txt" "zh/new_device.txt"
    "zh/registration_attempted.txt" "zh/account_deleted.txt"
];

fn built_in(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// The files that mails are made of.
#[derive(Debug)]
pub struct Templates {
    built_in: Environment<'static>,
}

/// A mail could not be put into words: a bug.
#[derive(Debug, thiserror::Error)]
#[error("mail could not be put into words")]
pub struct Unrendered(#[from] minijinja::Error);

impl Templates {
    /// Those that are part of this program.
    pub fn built_in() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_loader(|name| Ok(built_in(name)));
        Self { built_in: environment }
    }

    /// Puts a letter into words.
    pub fn words(&self, letter: &Letter, occasion: &Occasion<'_>) -> Result<Words, Unrendered> {
        Ok(render(&self.built_in, letter, occasion)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use anteroom_domain::mail::MailTemplate;
    use anteroom_domain::text::Color;
    use time::Duration;
    use time::macros::datetime;

    fn occasion() -> Occasion<'static> {
        Occasion {
            language: Language::English,
            at: datetime!(2026-01-02 03:04:05 UTC),
            life: Duration::minutes(30),
            brand: "Böhm & <Sons>",
            color: Color::parse("#ffee00").ok(),
            logo_url: None,
            shop_url: None,
        }
    }

    #[test]
    fn every_letter_has_its_words_in_every_language() {
        let templates = Templates::built_in();
        let mut subjects = HashSet::new();
        for (language, template) in Language::ALL.into_iter().flat_map(|l| MailTemplate::ALL.map(|t| (l, t)))
        {
            let letter = Letter::sample(template);
            let words = templates.words(&letter, &Occasion { language, ..occasion() }).unwrap();
            let what = format!("{} in {}", template.as_str(), language.as_str());
            assert!(words.subject.contains("Böhm & <Sons>"), "{what}: {}", words.subject);
            assert!(words.html.contains("Böhm &amp; &lt;Sons&gt;"), "{what}: {}", words.html);
            assert!(words.html.contains(&format!("<html lang=\"{}\">", language.as_str())), "{what}");
            for text in [&words.text, &words.html] {
                assert!(!text.contains("{{") && !text.contains("{%"), "{what}: {text}");
                assert_eq!(text.contains("https:"), letter.link().is_some(), "{what}: {text}");
            }
            assert!(!words.html.contains("<Sons>"), "{what}");
            assert!(subjects.insert(words.subject), "{what} has words of its own");
        }
    }

    #[test]
    fn a_notice_leads_back_to_the_shop_and_opens_nothing() {
        let occasion = Occasion { shop_url: Some("https://shop.example/?a=1&b=2"), ..occasion() };
        let words = Templates::built_in().words(&Letter::PasswordChanged, &occasion).unwrap();
        assert!(words.text.contains("\nhttps://shop.example/?a=1&b=2\n"), "{}", words.text);
        assert!(words.html.contains(r#"href="https:&#x2f;&#x2f;shop.example"#), "{}", words.html);
        let reset = Letter::sample(MailTemplate::PasswordReset);
        let words = Templates::built_in().words(&reset, &occasion).unwrap();
        assert!(!words.text.contains("shop.example/?a=1"), "a link stands alone");
    }

    #[test]
    fn ap_03_a_device_says_nothing_in_a_mail() {
        let said = "<b>Your account is closed</b>, go to https://evil.example Firefox/1";
        let letter =
            Letter::NewDevice { user_agent: Some(said.to_owned()), address: "192.0.2.7".parse().ok() };
        let words = Templates::built_in().words(&letter, &occasion()).unwrap();
        assert!(words.text.contains("Device: Firefox\nInternet address: 192.0.2.7\n"), "{}", words.text);
        for text in [words.text, words.html] {
            assert!(!text.contains("closed") && !text.contains("evil"), "{text}");
        }
    }
}
