//! `POST /auth/customer/{provider}`: signs in with e-mail and password.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Credentials;
use anteroom_domain::text::Email;

use super::credentials::Typed;
use super::{provider, token};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    provider(&request)?;
    let Typed { email, password } = Typed::read(body).await?;
    let signed_in = match Email::parse(&email) {
        Ok(email) => {
            let credentials = Credentials { email, password };
            http.app().sign_in(&workspace, credentials, caller::user_agent(&request)).await?
        }
        Err(_) => http.app().sign_in_as_nobody(&password).await?,
    };
    Ok(token(&signed_in))
}
