//! Failures as a calm page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::Kind;

use super::calm::{Calm, Picture};
use super::page::Frame;
use crate::failure::Failure;
use crate::route::matched;

pub(crate) fn render(failure: &Failure, status: StatusCode, request: &HttpRequest) -> HttpResponse {
    let (heading, text) = words(failure);
    let portal = portal(request).filter(|_| status != StatusCode::NOT_FOUND);
    let page =
        Calm { frame: Frame::default(), picture: Picture::Trouble, heading, text, portal: portal.as_deref() };
    page.answer(status).unwrap_or_else(|_unprintable| HttpResponse::new(status))
}

/// The portal that the path belongs to. A page about something unknown leads to none, so that all of them are alike.
fn portal(request: &HttpRequest) -> Option<String> {
    let is_portal = matched(request).is_some_and(|route| route.path.starts_with("/{slug}/portal"));
    let slug = request.match_info().get("slug").filter(|_| is_portal)?;
    Some(format!("/{slug}/portal"))
}

fn words(failure: &Failure) -> (&'static str, &'static str) {
    match failure {
        Failure::App(error) => kind_words(error.kind()),
        Failure::NoSuchRoute | Failure::NoSuchShop | Failure::NoSuchAddress(_) => kind_words(Kind::NotFound),
        Failure::MethodNotAllowed { .. } => (
            "This page works differently",
            "It cannot be used in the way your browser asked for it. Go back and try again from there.",
        ),
        Failure::TooLarge => (
            "That is more than we can take",
            "What you sent is too large, so nothing was changed. Go back, shorten it and send it again.",
        ),
        Failure::TimedOut => (
            "That took too long",
            "What you sent did not arrive in time, so nothing was changed. Please check your connection and try again.",
        ),
        Failure::ForeignOrigin => (
            "This did not come from our page",
            "To keep your account safe, changes are taken from the portal’s own pages only. Nothing was changed.",
        ),
        Failure::Page(_) => kind_words(Kind::Internal),
        Failure::Faults(_)
        | Failure::NotJson { .. }
        | Failure::UnsupportedMediaType
        | Failure::PublishableKeyMissing
        | Failure::PublishableKeyInvalid
        | Failure::NoText(_)
        | Failure::NoCallback(_)
        | Failure::NotSelectable(_)
        | Failure::NotSortable(_)
        | Failure::NoSuchProvider(_)
        | Failure::InvalidCode => kind_words(Kind::Refused),
    }
}

fn kind_words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Unauthenticated => (
            "Please ask the shop for a new link",
            "You are not signed in here, or your visit has ended. Go back to the shop and open your account from there.",
        ),
        Kind::Forbidden => (
            "Your role does not include this",
            "The owner of the account or a billing manager can make this change. Nothing was changed.",
        ),
        Kind::NotFound => (
            "There is nothing here",
            "The address may be mistyped, or the page is gone. If you came from a shop, go back and open your account \
             from there.",
        ),
        Kind::Refused | Kind::Duplicate | Kind::OtherRequest => (
            "We could not read that",
            "What your browser sent makes no sense to us, so nothing was changed. Go back and try again.",
        ),
        Kind::TooMany => (
            "That was too often",
            "There were many attempts of late, so nothing was looked at. Please wait a little and try again.",
        ),
        Kind::Unavailable | Kind::Running => (
            "We will be right back",
            "The portal is out of breath at the moment. Please try again in a few seconds.",
        ),
        Kind::BadGateway | Kind::Internal => (
            "Something went wrong on our side",
            "It is not your fault, and we have noted it. Please try again in a moment.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;
    use anteroom_app::Error;

    #[test]
    fn a_failure_is_a_page_of_its_status_that_tells_nothing_of_the_inside() {
        let inside = || askama::Error::custom("secret of the inside");
        for (failure, status, heading) in [
            (Failure::App(Error::Overloaded { door: "database" }), 503, "We will be right back"),
            (Failure::Page(inside()), 500, "Something went wrong on our side"),
            (Failure::TooLarge, 413, "That is more than we can take"),
            (Failure::TimedOut, 408, "That took too long"),
            (Failure::NoSuchRoute, 404, "There is nothing here"),
        ] {
            let request = TestRequest::default().to_http_request();
            let answer = render(&failure, StatusCode::from_u16(status).unwrap(), &request);
            assert_eq!(answer.status().as_u16(), status);
            assert!(answer.headers().contains_key("content-security-policy"));
            let bytes = answer.into_body().try_into_bytes().unwrap();
            let page = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(page.contains(&format!("<h1>{heading}</h1>")), "{page}");
            assert!(!page.contains("database") && !page.contains("secret"), "{page}");
        }
    }
}
