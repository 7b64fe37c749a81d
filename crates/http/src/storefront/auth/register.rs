//! `POST /auth/customer/{provider}/register`: registers an e-mail with a password, and signs in.

use actix_web::{HttpRequest, HttpResponse, rt, web};
use anteroom_app::{Credentials, Error, Refusal, Unauthenticated};
use anteroom_auth::password::PasswordFault;
use anteroom_domain::text::Email;
use serde_json::{Value, json};

use super::credentials::{self, CredentialsSchema, Typed};
use super::{TokenBody, form_provider, makes_device_known, signed_in_with, speaks_for_shoppers};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fault, Place};
use crate::openapi::scalars::ProviderName;
use crate::openapi::{Operation, Tag, examples};

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

pub(crate) fn operation() -> Operation {
    makes_device_known(speaks_for_shoppers(Operation::new(Tag::SignIn, "register", "Register")
        .describes(
            "Registers an e-mail with a password, and signs in. The JWT has no customer yet: `POST /store/customers` \
             makes one. Somebody who stopped in between may register again with the same password. A workspace may choose \
             that an e-mail which is taken is answered like any other; that JWT opens nothing.",
        )
        .path::<ProviderName>("provider", "What to sign in with.")
        .takes_as::<CredentialsSchema>(credentials::example())
        .answers::<TokenBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
        .refuses("Somebody has registered the e-mail.", Error::Unauthenticated(Unauthenticated::IdentityExists))
        .refuses("The e-mail or the password is missing, or is no text.", Failure::NoText("Password"))
        .refuses("There is no such provider, or the workspace has switched it off.", Failure::NoSuchProvider("google".to_owned()))
        .refuses("The password is too common.", Error::refused(Refusal::Password(PasswordFault::Common)))
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)))
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let client = caller::client(&http, &request, workspace.id).await?;
    form_provider(&request, &workspace)?;
    let credentials = Typed::read(body).await?.parse()?;
    let email = credentials.email.clone();
    let signed_in = http.app().register(&workspace, credentials, client.clone()).await?;
    if workspace.settings.silent_registration {
        let (app, registered) = (http.app().clone(), signed_in.auth_identity_id);
        // What it takes to write a mail down would tell that there is somebody to write to.
        rt::spawn(async move { app.tell_of_registration(&workspace, email, registered).await });
    }
    Ok(signed_in_with(&http, &client, &signed_in).json(TokenBody { token: &signed_in.jwt }))
}
