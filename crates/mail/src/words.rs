//! What mails say.

use anteroom_domain::text::{Color, Language};
use minijinja::value::Value;
use minijinja::{Environment, context};
use time::{Duration, OffsetDateTime};

use crate::device::Device;
use crate::templates::{COMMON, LAYOUT_PAGE, LAYOUT_TEXT, name_of};
use crate::{LeakedToken, Letter, local};

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

/// When, for whom and how a letter is put into words.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The language of the words.
    pub language: Language,
    /// When what the letter is about was.
    pub at: OffsetDateTime,
    /// For how long its link opens something.
    pub life: Duration,
    /// The merchant's name.
    pub brand: &'a str,
    /// The colour of the button; `None` is ours.
    pub color: Option<Color>,
    /// A picture in place of the name.
    pub logo_url: Option<&'a str>,
    /// Where the merchant's customers come from, which notices lead back to.
    pub shop_url: Option<&'a str>,
}

impl Occasion<'_> {
    /// One as good as any.
    pub(crate) fn sample(language: Language) -> Self {
        Self {
            language,
            at: OffsetDateTime::UNIX_EPOCH,
            life: Duration::HOUR,
            brand: "Shop",
            color: None,
            logo_url: Some("https://shop.example/logo.svg"),
            shop_url: Some("https://shop.example/"),
        }
    }
}

/// The colour of buttons that nobody has chosen.
const COLOR: Color = Color::new([0x1f, 0x1e, 0x1b]);

/// Puts a letter into words. Words are written without markup; only the layout of the page has any, and escapes them.
pub(crate) fn render(
    templates: &Environment<'_>,
    letter: &Letter,
    occasion: &Occasion<'_>,
) -> Result<Words, minijinja::Error> {
    let language = occasion.language;
    let facts = facts(letter, occasion);
    let blocks = |name: &str, blocks: &[&str]| -> Result<Vec<String>, minijinja::Error> {
        let mut captured = templates.get_template(name)?.render_captured(facts.clone())?;
        captured.with_state_mut(|state| blocks.iter().map(|block| state.render_block(block)).collect())
    };
    let said = blocks(
        &name_of(language, letter.template().as_str()),
        &["subject", "heading", "body", "button", "after"],
    )?;
    let common = blocks(&name_of(language, COMMON), &["fallback", "footer"])?;
    let ([subject, heading, body, button, after], [fallback, footer]) = (said.as_slice(), common.as_slice())
    else {
        return Err(minijinja::ErrorKind::UnknownBlock.into());
    };
    let color = occasion.color.unwrap_or(COLOR);
    let subject = one_line(subject);
    let page = context! {
        language => language.as_str(),
        brand => occasion.brand,
        logo_url => occasion.logo_url,
        color => color.to_string(),
        on_color => color.text().to_string(),
        subject => subject.as_str(),
        heading => one_line(heading),
        body => paragraphs(body),
        link => letter.link().or(occasion.shop_url.filter(|_| !letter.is_for_merchant())),
        button => one_line(button),
        after => paragraphs(after),
        fallback => one_line(fallback),
        footer => one_line(footer),
    };
    let text = templates.get_template(LAYOUT_TEXT)?.render(page.clone())?;
    let html = templates.get_template(LAYOUT_PAGE)?.render(page)?;
    Ok(Words { subject, text, html })
}

/// What the words of any letter may name; what does not concern one is absent.
fn facts(letter: &Letter, occasion: &Occasion<'_>) -> Value {
    let email = match letter {
        Letter::EmailChangeRequested { email, .. } | Letter::EmailChanged { email } => Some(email.as_str()),
        _ => None,
    };
    let code = match letter {
        Letter::SignInCode { code } => Some(code.as_str()),
        _ => None,
    };
    let provider = match letter {
        Letter::ProviderLinked { provider } => Some(provider.as_str()),
        _ => None,
    };
    let (leaked, more) = match letter {
        Letter::TokensLeaked { tokens, more } => (tokens.as_slice(), *more),
        _ => (&[][..], 0),
    };
    let token = |token: &LeakedToken| context! { comment => token.comment.as_deref(), place => token.place.as_deref() };
    let leaked: Vec<_> = leaked.iter().map(token).collect();
    let (device, address) = match letter {
        Letter::NewDevice { user_agent, address } => {
            (user_agent.as_deref().map(Device::of).unwrap_or_default(), address.map(|ip| ip.to_string()))
        }
        _ => (Device::default(), None),
    };
    context! {
        brand => occasion.brand,
        when => local::moment(occasion.language, occasion.at),
        life => local::span(occasion.language, occasion.life),
        email => email,
        code => code,
        provider => provider,
        leaked => leaked,
        more => more,
        is_for_merchant => letter.is_for_merchant(),
        browser => device.browser,
        system => device.system,
        address => address,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between blank lines.
fn paragraphs(text: &str) -> Vec<String> {
    let paragraphs = text.split("\n\n").map(str::trim);
    paragraphs.filter(|paragraph| !paragraph.is_empty()).map(str::to_owned).collect()
}
