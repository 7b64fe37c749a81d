//! `POST /auth/customer/{provider}/register`: registers an e-mail with a password, and signs in.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Credentials;
use anteroom_domain::text::Email;
use serde_json::Value;

use super::credentials::Typed;
use super::{provider, token};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fault, Place};

impl Typed {
    fn parse(self) -> Result<Credentials, Fault> {
        let email = Email::parse(&self.email).map_err(|invalid| Fault {
            place: Place::Body,
            path: vec!["email".to_owned()],
            problem: invalid.into(),
            input: Value::Null,
        })?;
        Ok(Credentials { email, password: self.password })
    }
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    provider(&request)?;
    let credentials = Typed::read(body).await?.parse()?;
    let signed_in = http.app().register(&workspace, credentials, caller::user_agent(&request)).await?;
    Ok(token(&signed_in))
}
