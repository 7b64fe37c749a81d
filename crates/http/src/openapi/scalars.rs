//! The single values that requests and answers are made of, as their schemas tell them.
//!
//! In a document each is written out where it is used ([`inline`](super::inline)), so a reader follows no references.

use anteroom_domain::credential::Scope;
use anteroom_domain::identity_provider::ProviderKind;
use anteroom_domain::text::Language;
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::wire::{Time, Uuid4};

/// Gives a type its schema; a type that no value is made of is declared along.
macro_rules! scalar {
    ($(#[$doc:meta])+ $name:ident: $schema:expr) => {
        $(#[$doc])+
        #[derive(Debug)]
        pub(crate) enum $name {}
        scalar!($name: $schema);
    };
    ($name:ident: $schema:expr) => {
        impl ToSchema for $name {}
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }
    };
}

scalar!(Uuid4: text("uuid").pattern(Some(UUID4)).examples(examples(["3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60"])));
scalar!(Time: text("date-time").pattern(Some(MILLISECONDS)).examples(examples(["2026-03-14T09:26:53.589Z"])));
scalar!(
    /// An e-mail address, in any case.
    Email: text("email").max_length(Some(254)).examples(examples(["john@example.com"]))
);
scalar!(
    /// One line of free text.
    Line: line(256)
);
scalar!(
    /// A telephone number as it was typed.
    Phone: line(64).examples(examples(["+1 703 555 0100"]))
);
scalar!(
    /// The merchant's own identifier.
    ExternalId: line(256).examples(examples(["usr_42"]))
);
scalar!(
    /// The text of a note.
    NoteText: string().min_length(Some(1)).max_length(Some(500))
);
scalar!(
    /// An absolute http or https address without a user name.
    WebAddress: text("uri").max_length(Some(2083)).examples(examples(["https://example.com/account"]))
);
scalar!(
    /// An IPv4 or IPv6 address.
    IpAddress: string().max_length(Some(45)).examples(examples(["198.51.100.7", "2001:db8::7"]))
);
scalar!(
    /// The origin of a web page.
    WebOrigin: text("uri").examples(examples(["https://shop.example"]))
);
scalar!(
    /// An absolute https address without a user name.
    SecureAddress: text("uri").max_length(Some(2083)).examples(examples(["https://cdn.example/logo.svg"]))
);
scalar!(
    /// An absolute https address without a user name, with `{token}` in it once, behind the host.
    TemplateAddress: string().max_length(Some(2083)).examples(examples(["https://shop.example/reset?token={token}"]))
);
scalar!(
    /// A host, with a port unless it is that of http or https.
    WebHost: string().examples(examples(["shop.example", "localhost:3000"]))
);
scalar!(
    /// A language that mails are written in.
    LanguageTag: one_of(Language::ALL.map(Language::as_str))
);
scalar!(
    /// A colour: red, green and blue, two hexadecimal digits each.
    ColorText: string().pattern(Some("^#[0-9A-Fa-f]{6}$")).examples(examples(["#1f6b58"]))
);
scalar!(
    /// A country by ISO 3166-1 alpha-2, in any case.
    Country: string().pattern(Some("^ *[A-Za-z]{2} *$")).examples(examples(["US"]))
);
scalar!(
    /// A kind of customer.
    CustomerType: one_of(["individual", "team"])
);
scalar!(
    /// How a file of customers is written.
    FileFormat: one_of(["csv", "ndjson"])
);
scalar!(
    /// What customers are sorted by; a hyphen turns the order round.
    CustomerSorting: one_of(["email", "-email", "name", "-name", "created_at", "-created_at"])
);
scalar!(
    /// A moment by RFC 3339.
    Moment: text("date-time").examples(examples(["2026-03-14T09:26:53Z"]))
);
scalar!(
    /// What a member may do for the customer.
    MemberRole: one_of(["owner", "billing_manager", "member"])
);
scalar!(
    /// What an access token may do.
    ScopeName: one_of(Scope::ALL.map(Scope::as_str))
);
scalar!(
    /// Who acts in a session.
    Actor: one_of(["customer", "member"])
);
scalar!(
    /// A kind of session.
    SessionKind: one_of(["customer", "member", "store"])
);
scalar!(
    /// A whole number of 1 or more.
    Count: ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))
);
scalar!(
    /// A whole number of 0 or more.
    Offset: ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
);
scalar!(
    /// The session that asks.
    CurrentSession: one_of(["current"])
);
scalar!(
    /// The kind of what was removed.
    AddressObject: one_of(["address"])
);
scalar!(
    /// Whether shoppers prove their e-mail before they sign in.
    VerificationRule: one_of(["off", "required"])
);
scalar!(
    /// What is verified.
    VerifiedEntity: one_of(["email"])
);
scalar!(
    /// What a verification is proved by.
    VerificationCode: one_of(["token"])
);
scalar!(
    /// What a receipt is about.
    SessionObject: one_of(["session"])
);
scalar!(
    /// What a receipt is about.
    CustomerObject: one_of(["customer"])
);
scalar!(
    /// What a receipt is about.
    PasskeyObject: one_of(["passkey"])
);
scalar!(
    /// What a receipt is about.
    LinkedProviderObject: one_of(["linked_provider"])
);
scalar!(
    /// True or false.
    Flag: ObjectBuilder::new().schema_type(Type::Boolean)
);
scalar!(
    /// Always true.
    Yes: ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true]))
);
scalar!(
    /// Always false.
    No: ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false]))
);
scalar!(
    /// Text of any kind.
    Text: string()
);

scalar!(
    /// The name of a document.
    DocumentName: one_of(["workspace", "store", "portal"])
);
scalar!(
    /// What one can sign in with.
    ProviderName: string().max_length(Some(32)).pattern(Some("^[a-z][a-z0-9-]*$")).examples(examples(["emailpass", "google"]))
);
scalar!(
    /// What a provider speaks.
    ProviderType: one_of(ProviderKind::ALL.map(ProviderKind::as_str))
);
scalar!(
    /// A domain, such as `shop.example`.
    Domain: string().max_length(Some(253)).examples(examples(["shop.example"]))
);
scalar!(
    /// What a second factor is shown by.
    SecondFactorMethod: one_of(["totp", "recovery_code"])
);
scalar!(
    /// What a challenge is passed by.
    ChallengeMethod: one_of(["totp", "recovery_code", "passkey"])
);
scalar!(
    /// What a second factor is: a time-based code of an app.
    FactorProvider: one_of(["totp"])
);
scalar!(
    /// Whether an app has shown its first code.
    FactorStatus: one_of(["pending", "enabled"])
);
scalar!(
    /// How one signs in.
    FlowName: one_of(["credentials", "code", "passkey", "redirect"])
);
scalar!(
    /// The file of a document.
    DocumentFile: one_of(["workspace.json", "store.json", "portal.json"])
);

const UUID4: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$";
const NO_CONTROLS: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";
const MILLISECONDS: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$";

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn line(longest: usize) -> ObjectBuilder {
    string().max_length(Some(longest)).pattern(Some(NO_CONTROLS))
}

fn text(format: &str) -> ObjectBuilder {
    string().format(Some(SchemaFormat::Custom(format.to_owned())))
}

fn one_of<const N: usize>(names: [&str; N]) -> ObjectBuilder {
    string().enum_values(Some(names.map(Value::from)))
}

fn examples<const N: usize>(examples: [&str; N]) -> Vec<Value> {
    examples.into_iter().map(|example| json!(example)).collect()
}
