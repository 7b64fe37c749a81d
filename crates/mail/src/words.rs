//! What mails say.

use askama::Template;

/// The words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Its subject, on one line.
    pub subject: String,
    /// What it says to those who read plain text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// A mail could not be put into words: a bug.
#[derive(Debug, thiserror::Error)]
#[error("mail could not be put into words")]
pub struct Unrendered(#[from] askama::Error);

#[derive(Template)]
#[template(path = "password_reset.txt")]
struct PasswordResetText<'a> {
    shop: &'a str,
    link: &'a str,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "password_reset.html")]
struct PasswordResetPage<'a> {
    shop: &'a str,
    link: &'a str,
    minutes: i64,
}

/// How to choose another password: by a link that opens so many minutes long.
pub fn password_reset(shop: &str, link: &str, minutes: i64) -> Result<Words, Unrendered> {
    Ok(Words {
        subject: format!("Choose a new password for {shop}"),
        text: PasswordResetText { shop, link, minutes }.render()?,
        html: PasswordResetPage { shop, link, minutes }.render()?,
    })
}
