//! `POST /store/customers`: turns a registration into a customer.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::NewStoreCustomer;
use anteroom_domain::customer::Contact;
use anteroom_domain::text::{Email, Line, Phone};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::RegistrationCaller;
use crate::failure::Failure;
use crate::fields::{Fields, map, text};
use crate::idempotency;

struct Request(NewStoreCustomer);

impl FromBody for Request {
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

pub(crate) async fn handle(
    RegistrationCaller { access }: RegistrationCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (Request(new), repeat) = idempotency::read(&request, &access, body).await?;
    repeat.answer(super::answer, |once| http.app().create_store_customer(&access, new, once)).await
}
