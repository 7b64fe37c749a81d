//! The files that mails are made of.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anteroom_domain::mail::MailTemplate;
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
const FILES: [(&str, &str); 50] = files![
    "layout.html" "layout.txt"
    "en/common.txt" "en/password_reset.txt" "en/verify_email.txt" "en/change_email.txt"
    "en/email_change_requested.txt" "en/email_changed.txt" "en/password_changed.txt" "en/new_device.txt"
    "en/passkey_added.txt" "en/provider_linked.txt" "en/second_factor_on.txt" "en/second_factor_off.txt"
    "en/sign_in_code.txt" "en/registration_attempted.txt" "en/account_deleted.txt" "en/tokens_leaked.txt"
    "de/common.txt" "de/password_reset.txt" "de/verify_email.txt" "de/change_email.txt"
    "de/email_change_requested.txt" "de/email_changed.txt" "de/password_changed.txt" "de/new_device.txt"
    "de/passkey_added.txt" "de/provider_linked.txt" "de/second_factor_on.txt" "de/second_factor_off.txt"
    "de/sign_in_code.txt" "de/registration_attempted.txt" "de/account_deleted.txt" "de/tokens_leaked.txt"
    "zh/common.txt" "zh/password_reset.txt" "zh/verify_email.txt" "zh/change_email.txt"
    "zh/email_change_requested.txt" "zh/email_changed.txt" "zh/password_changed.txt" "zh/new_device.txt"
    "zh/passkey_added.txt" "zh/provider_linked.txt" "zh/second_factor_on.txt" "zh/second_factor_off.txt"
    "zh/sign_in_code.txt" "zh/registration_attempted.txt" "zh/account_deleted.txt" "zh/tokens_leaked.txt"
];

fn built_in(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// The files that mails are made of: the program's own, and those that an operator has put in the place of some.
#[derive(Debug)]
pub struct Templates {
    built_in: Environment<'static>,
    chosen: Option<Environment<'static>>,
}

/// A mail could not be put into words: a bug.
#[derive(Debug, thiserror::Error)]
#[error("mail could not be put into words")]
pub struct Unrendered(#[from] minijinja::Error);

/// What is wrong with a file of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong, to be read after the path.
    pub text: String,
}

impl Templates {
    /// The program's own.
    pub fn built_in() -> Self {
        Self { built_in: environment(HashMap::new()), chosen: None }
    }

    /// The program's own but for those that are in a folder, under the same names; and what is wrong with them. It is read
    /// once.
    pub fn with_folder(folder: &Path) -> (Self, Vec<TemplateFault>) {
        let (files, mut faults) = read(folder);
        let names: Vec<_> = files.keys().cloned().collect();
        let templates = Self { built_in: environment(HashMap::new()), chosen: Some(environment(files)) };
        faults.extend(templates.faults(folder, &names));
        (templates, faults)
    }

    /// Puts a letter into words. Where a file of the operator fails, the program's own are taken, so that no mail is lost to it.
    pub fn words(&self, letter: &Letter, occasion: &Occasion<'_>) -> Result<Words, Unrendered> {
        if let Some(chosen) = &self.chosen {
            match render(chosen, letter, occasion) {
                Ok(words) => return Ok(words),
                Err(error) => {
                    let (template, reason) = (letter.template().as_str(), reason(&error));
                    tracing::warn!(
                        template,
                        reason,
                        "a file of mail.templates_dir failed: a mail has the built-in words"
                    );
                }
            }
        }
        Ok(render(&self.built_in, letter, occasion)?)
    }

    /// Tries every letter in every language.
    fn faults(&self, folder: &Path, names: &[String]) -> Vec<TemplateFault> {
        let Some(chosen) = &self.chosen else { return Vec::new() };
        let mut faults = Vec::new();
        for (language, template) in Language::ALL.into_iter().flat_map(|l| MailTemplate::ALL.map(|t| (l, t)))
        {
            let Err(error) = render(chosen, &Letter::sample(template), &Occasion::sample(language)) else {
                continue;
            };
            // An error without a name is one of the words that were asked for.
            let name = error.name().map_or_else(|| name_of(language, template.as_str()), str::to_owned);
            let fault = TemplateFault {
                path: folder.join(&name),
                text: format!("is no template of mails: {}", reason(&error)),
            };
            if names.contains(&name) && !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }
}

/// An environment in which some files stand for the program's own.
fn environment(files: HashMap<String, String>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_loader(move |name| {
        let chosen = files.get(name).map(|source| Cow::Owned(source.clone()));
        Ok(chosen.or_else(|| built_in(name).map(Cow::Borrowed)))
    });
    environment
}

/// The files of a folder and of its folders, by name; what is none of ours is a fault.
fn read(folder: &Path) -> (HashMap<String, String>, Vec<TemplateFault>) {
    let (mut files, mut faults) = (HashMap::new(), Vec::new());
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(TemplateFault { path: next, text: format!("cannot be read ({error})") });
                continue;
            }
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if built_in(&name).is_none() {
                faults.push(TemplateFault {
                    path,
                    text: "is none of the files that mails are made of".to_owned(),
                });
            } else {
                match std::fs::read_to_string(&path) {
                    Ok(source) => drop(files.insert(name, source)),
                    Err(error) => {
                        faults.push(TemplateFault { path, text: format!("cannot be read ({error})") });
                    }
                }
            }
        }
    }
    faults.sort_by(|one, other| one.path.cmp(&other.path));
    (files, faults)
}

/// What is wrong and in which line, on one line.
fn reason(error: &minijinja::Error) -> String {
    let what = error
        .detail()
        .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    error.line().map_or_else(|| what.clone(), |line| format!("{what} (line {line})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

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

    #[test]
    fn a_file_of_the_operator_takes_the_place_of_ours_and_one_that_fails_loses_no_mail() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let ours = built_in("en/password_changed.txt").unwrap();
        write("en/password_changed.txt", &ours.replace("Your password has changed", "Hush, {{ brand }} <b>"));
        let (templates, faults) = Templates::with_folder(folder.path());
        assert_eq!(faults, []);
        let words = templates.words(&Letter::PasswordChanged, &occasion()).unwrap();
        assert!(words.text.starts_with("Hush, Böhm & <Sons> <b>\n"), "{}", words.text);
        assert!(words.html.contains("Hush, Böhm &amp; &lt;Sons&gt; &lt;b&gt;</h1>"), "{}", words.html);

        let unknown = write("en/password_changed.txt", "{% block subject %}{{ brnad }}{% endblock %}");
        let broken = write("de/common.txt", "{% block footer %}");
        let nobody = write("fr/common.txt", "");
        let (templates, faults) = Templates::with_folder(folder.path());
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.clone()).collect();
        for path in [&unknown, &broken, &nobody] {
            assert!(paths.contains(path), "{path:?}: {faults:?}");
        }
        assert_eq!(faults.len(), 3, "{faults:?}");
        let words = templates.words(&Letter::PasswordChanged, &occasion()).unwrap();
        assert_eq!(words, Templates::built_in().words(&Letter::PasswordChanged, &occasion()).unwrap());
        let missing = folder.path().join("missing");
        assert_eq!(Templates::with_folder(&missing).1.len(), 1);
    }
}
