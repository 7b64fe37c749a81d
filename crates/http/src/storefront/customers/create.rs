//! `POST /store/customers`: turns a registration into a customer.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, NewStoreCustomer, Refusal, Shopper};
use anteroom_domain::customer::Contact;
use anteroom_domain::text::{Email, Line, Phone};
use serde_json::{Value, json};

use super::Response;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, RegistrationCaller};
use crate::failure::Failure;
use crate::fields::{Fields, map, text};
use crate::idempotency;
use crate::openapi::scalars::{Email as EmailText, Line as LineText, Phone as PhoneText};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::CustomerBody;
use crate::storefront::query::selection;

request_schema!(
    /// A customer to be made of a registration.
    StoreCustomerCreate {
        /// The e-mail address that was registered; it need not be said again.
        email: Option<EmailText>,
        first_name: Option<LineText>,
        last_name: Option<LineText>,
        company_name: Option<LineText>,
        /// A telephone number.
        phone: Option<PhoneText>,
        /// The shopper's own notes, at most 16 KiB.
        metadata: Option<HashMap<String, Value>>,
    }
);

struct Request(NewStoreCustomer);

impl FromBody for Request {
    type Schema = StoreCustomerCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.optional("email", text(Email::parse));
        let mut line = |name| body.optional(name, text(Line::parse)).flatten();
        let (first_name, last_name) = (line("first_name"), line("last_name"));
        let company_name = line("company_name");
        let phone = body.optional("phone", text(Phone::parse)).flatten();
        let metadata = body.optional("metadata", map).unwrap_or_default();
        let contact = Contact { first_name, last_name, company_name, phone };
        Some(Self(NewStoreCustomer { email, contact, metadata }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "createCustomer", "Create the customer")
        .describes(
            "Turns a registration into a customer. The JWT stays without a customer; refreshing it, or signing in \
             again, gives one that has it.",
        )
        .takes::<Request>(json!({"first_name": "Grace", "last_name": "Hopper", "phone": "+1 703 555 0100"}))
        .answers::<Response<'_>>("The customer, with the address book.", json!({"customer": examples::shopper()}))
        .selects()
        .refuses("The registration is a customer already.", Error::refused(Refusal::AlreadyACustomer))
        .refuses("The e-mail is not the registered one.", Error::refused(Refusal::EmailDiffers))
        .refuses("Another account has the e-mail.", Error::refused(Refusal::AccountExists))
}

pub(crate) async fn handle(
    RegistrationCaller { sign_in }: RegistrationCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let selection = selection::<CustomerBody<'_>>(&request)?;
    let (Request(new), repeat) = idempotency::read(&request, &sign_in, body).await?;
    let answer = move |shopper: &Shopper| super::answer(shopper, &selection);
    let language = caller::language(&request);
    let create = |once| http.app().create_store_customer(&sign_in, new, language, once);
    repeat.answer(answer, create).await
}
