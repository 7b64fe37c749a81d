//! `PATCH /api/customer-portal/customers/me`: changes the customer that the session acts for.

use actix_web::{HttpResponse, web};
use anteroom_app::CustomerChanges;
use anteroom_domain::text::Line;

use super::MeBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::{Fields, text};
use crate::workspace::customer::read_billing_address;

struct Request(CustomerChanges);

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(CustomerChanges {
            name: body.change("name", text(Line::parse)),
            billing_name: body.change("billing_name", text(Line::parse)),
            billing_address: body.change_object("billing_address", read_billing_address),
        }))
    }
}

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request(changes) = body.parse().await?;
    let customer = http.app().update_portal_customer(&caller.0, changes).await?;
    Ok(HttpResponse::Ok().json(MeBody::from(&customer)))
}
