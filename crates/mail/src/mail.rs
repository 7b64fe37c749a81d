//! A mail, and how it is written down.

use anteroom_domain::mail::OutboxMessageId;
use anteroom_domain::text::{Email, Line};
use lettre::Message;
use lettre::address::AddressError;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use time::OffsetDateTime;

use crate::Words;

/// A mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// What it is known by. The `Message-ID` is made of it, so that a mail which comes twice can be told to be one.
    pub id: OutboxMessageId,
    /// The host in its `Message-ID`.
    pub host: String,
    /// When its cause was.
    pub date: OffsetDateTime,
    /// Who sends it.
    pub from: Sender,
    /// Who gets it.
    pub to: Email,
    /// What it says.
    pub words: Words,
}

/// In whose name mails are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name. It is a single line, and so are addresses: nothing in them begins another header.
    pub name: Option<Line>,
    /// The address.
    pub address: String,
}

/// A mail could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// An address is none that mails can be sent to or from.
    #[error("address cannot be written into a mail")]
    Address(#[from] AddressError),
    /// The rest of it.
    #[error("mail cannot be put together")]
    Message(#[from] lettre::error::Error),
}

impl Mail {
    /// The mail as it travels, the same each time.
    pub fn write(&self) -> Result<Vec<u8>, Unwritable> {
        let name = self.from.name.as_ref().map(|name| name.as_str().to_owned());
        let words = MultiPart::alternative()
            .boundary(format!("anteroom-{}", self.id))
            .singlepart(SinglePart::plain(self.words.text.clone()))
            .singlepart(SinglePart::html(self.words.html.clone()));
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", self.id, self.host)))
            .date(self.date.into())
            .from(Mailbox::new(name, self.from.address.parse()?))
            .to(Mailbox::new(None, self.to.as_str().parse()?))
            .subject(self.words.subject.clone())
            .multipart(words)?;
        Ok(message.formatted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Letter, Occasion, Templates};
    use anteroom_domain::Id;
    use anteroom_domain::text::Language;
    use time::Duration;
    use time::macros::datetime;

    fn mail(sender: &str, shop: &str) -> Mail {
        Mail {
            id: Id::from_random_bytes([1; 16]),
            host: "anteroom.test".to_owned(),
            date: datetime!(2026-01-02 03:04:05 UTC),
            from: Sender { name: Line::parse(sender).unwrap(), address: "shop@example.com".to_owned() },
            to: Email::parse("ada@example.com").unwrap(),
            words: words(shop),
        }
    }

    fn words(shop: &str) -> Words {
        let letter = Letter::PasswordReset { link: "https://shop.example/reset?token=abc&x=1".to_owned() };
        let occasion = Occasion {
            language: Language::English,
            at: datetime!(2026-01-02 03:04:05 UTC),
            life: Duration::minutes(30),
            brand: shop,
            color: None,
            logo_url: None,
            shop_url: None,
        };
        Templates::built_in().words(&letter, &occasion).unwrap()
    }

    fn headers(mail: &Mail) -> Vec<String> {
        let text = String::from_utf8(mail.write().unwrap()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ").lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_mail_is_written_the_same_each_time() {
        let mail = mail("Shop", "Shop");
        assert_eq!(mail.write().unwrap(), mail.write().unwrap());
        let headers = headers(&mail);
        for header in [
            "Message-ID: <01010101-0101-4101-8101-010101010101@anteroom.test>",
            "Date: Fri, 02 Jan 2026 03:04:05 +0000",
            "From: Shop <shop@example.com>",
            "To: ada@example.com",
            "Subject: Choose a new password for Shop",
        ] {
            assert!(headers.contains(&header.to_owned()), "{header}: {headers:?}");
        }
    }

    #[test]
    fn names_begin_no_header_and_no_markup() {
        let names = ["a\" <b@evil.example>, \"c", "<b>bold</b>", "Ünïcödé 店", "=?utf-8?q?x?=", "a:b;c,d"];
        let plain = headers(&mail("Shop", "Shop")).len();
        for name in names {
            let mail = mail(name, name);
            let headers = headers(&mail);
            assert_eq!(headers.len(), plain, "{name}: {headers:?}");
            let from: Vec<_> = headers.iter().filter(|header| header.starts_with("From: ")).collect();
            assert!(from[0].ends_with("<shop@example.com>"), "{from:?}");
            assert!(!mail.words.html.contains("<b>"), "{}", mail.words.html);
        }
        assert!(Line::parse("a\r\nBcc: b@evil.example").is_err(), "no name is two lines");
    }
}
