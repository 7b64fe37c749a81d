//! `POST /api/customers/{customer_id}/send-password-reset`: mails a customer a link to choose another password.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerRef, Error, Missing, Refusal};
use anteroom_domain::Id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::names::customer_in_path;

/// Nothing: what became of the mail is seen in the mailbox.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
pub(super) struct AcceptedBody {}

/// What both routes that mail a password reset say of themselves.
pub(super) fn described(operation: Operation) -> Operation {
    let somebody = CustomerRef::Id(Id::from_random_bytes([0x5e; 16]));
    operation
        .describes(
            "Mails the customer a link with which they choose another password: once, and within 30 minutes. It leads where \
             `links.password_reset` of the workspace says, else to a page of ours. Older links open nothing any more. Nobody \
             but the mailbox sees the link, and the old password stays until another is chosen. A customer is mailed five \
             times an hour at most; after that the answer is the same, no mail is sent, and the last link stays good.",
        )
        .takes_nothing()
        .accepts::<AcceptedBody>("The mail is on its way.", serde_json::json!({}))
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
        .refuses(
            "Nobody signs in as the customer with a password, or the workspace has switched that off.",
            Error::refused(Refusal::NoPasswordToReset(somebody.clone())),
        )
        .refuses("The customer is disabled.", Error::refused(Refusal::NoResetWhileDisabled(somebody)))
}

pub(crate) fn operation() -> Operation {
    described(Operation::new(Tag::Customers, "sendPasswordReset", "Mail a password reset"))
        .path::<Uuid4>("customer_id", "The customer's id.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let which = customer_in_path(&path)?;
    no_query(&request)?;
    body.parse_nothing().await?;
    http.app().send_password_reset(&caller.0.workspace, which, None).await?;
    Ok(HttpResponse::Accepted().json(AcceptedBody {}))
}
