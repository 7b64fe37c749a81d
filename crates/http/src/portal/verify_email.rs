//! `/{slug}/portal/verify-email`: the page that a mailed link leads to, where somebody proves their e-mail address.
//!
//! Opening it spends nothing, because mail scanners open links too: the form does. It signs nobody in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Claim, EmailProof};
use anteroom_domain::workspace::Workspace;
use askama::Template;
use serde_json::json;

use super::calm::Picture;
use super::forms::{OpenedBy, field, refuse_foreign};
use super::mailed_link::{self, say};
use super::page::{Frame, framed, secret, see_other};
use super::visitor::Visitor;
use crate::Http;
use crate::body::Body;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

request_schema!(
    /// The form of the page.
    form VerifyEmailForm {
        /// The token of the mailed link.
        #[schema(nullable = false)]
        token: Option<String>,
        /// Whether whoever sends it has not made the account, and takes it over.
        #[schema(nullable = false)]
        claim: Option<String>,
    }
);

#[derive(Template)]
#[template(path = "portal/verify_email.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    token: &'a str,
    /// Whether somebody else may have made the account.
    is_claimable: bool,
}

pub(super) fn showing() -> Operation {
    let operation =
        Operation::new(Tag::Pages, "showEmailVerification", "Show where to prove an e-mail address");
    mailed_link::showing(
        operation.describes("Spends nothing. A link that opens nothing any more is said to be one."),
    )
}

pub(super) fn proving() -> Operation {
    Operation::new(Tag::Pages, "verifyEmail", "Prove an e-mail address")
        .describes(
            "Spends the token. It signs nobody in. With `claim`, nothing that was set up before opens the account any more, and the page to choose a \
             password follows.",
        )
        .path::<Text>("slug", "The workspace.")
        .takes_form::<VerifyEmailForm>(json!({"token": examples::VERIFICATION_TOKEN}))
        .answers_text(StatusCode::OK, "It is done, or the link opens nothing any more.", "text/html")
        .with_header("Referrer-Policy", "`no-referrer`: the address may hold the token.")
        .answers_nothing(StatusCode::SEE_OTHER, "The account is claimed: on to the page where its owner chooses a password.")
        .with_header("Location", "That page, with its token.")
        .with_header("Referrer-Policy", "`no-referrer`: the address may hold the token.")
        .refuses("A page of somebody else's sent the form.", Failure::ForeignOrigin)
        .refuses("No workspace has this slug.", Failure::NoSuchRoute)
}

pub(super) async fn show(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Failure> {
    let token = mailed_link::token_of(&request);
    let Some(proof) = http.app().email_proof(&visitor.workspace, &token).await? else {
        return opens_nothing(&visitor.workspace);
    };
    let (frame, portal) = (Frame::of(&visitor.workspace), visitor.portal());
    let is_claimable = proof == EmailProof::Own;
    framed(StatusCode::OK, frame, &Page { frame, portal: &portal, token: &token, is_claimable }).map(secret)
}

pub(super) async fn prove(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Code)?;
    let typed = body.form().await?;
    let token = field(&typed, "token").unwrap_or_default();
    if field(&typed, "claim").is_some() {
        return claim(&http, &visitor, &token).await;
    }
    match http.app().verify_email(&visitor.workspace, &token).await? {
        Some(_) => {
            let text = "Thank you. You can go back to the shop and sign in.";
            say(&visitor.workspace, Picture::Done, "Your e-mail address is confirmed", text)
        }
        None => opens_nothing(&visitor.workspace),
    }
}

/// Gives the account to whoever reads its mail, and nobody else.
async fn claim(http: &Http, visitor: &Visitor, token: &str) -> Result<HttpResponse, Failure> {
    let workspace = &visitor.workspace;
    match http.app().claim_account(workspace, token).await? {
        Some(Claim::Granted(Some(reset))) => {
            let page = format!("{}/password-reset?token={}", visitor.portal(), reset.reveal());
            Ok(secret(see_other(&page)))
        }
        Some(Claim::Granted(None)) => {
            let text =
                "Nothing that was set up before opens it any more. You can go back to the shop and sign in.";
            say(workspace, Picture::Done, "The account is yours alone", text)
        }
        Some(Claim::Guarded) => {
            let text = "It asks for a second factor, which this link does not take the place of. Please write to the shop.";
            say(workspace, Picture::Link, "The account is protected", text)
        }
        None => opens_nothing(workspace),
    }
}

fn opens_nothing(workspace: &Workspace) -> Result<HttpResponse, Failure> {
    let text = "It was used before, it is older than a day, or another one was sent since. Ask for a new one in the shop.";
    say(workspace, Picture::Link, "This link opens nothing any more", text)
}
