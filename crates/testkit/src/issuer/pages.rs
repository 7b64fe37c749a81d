//! What the issuer serves.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::{self, Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use anteroom_domain::Clock;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::tokens::{id_token, public_key};
use super::{CLIENT, Grant, Lie, SECRET, Shared};

type Texts = HashMap<String, String>;

pub(super) fn mount(config: &mut ServiceConfig, shared: &Arc<Shared>) {
    config
        .app_data(Data::from(Arc::clone(shared)))
        .route("/.well-known/openid-configuration", web::get().to(document))
        .route("/jwks", web::get().to(keys))
        .route("/authorize", web::get().to(authorize))
        .route("/token", web::post().to(token))
        .route("/userinfo", web::get().to(userinfo))
        .route("/login/oauth/authorize", web::get().to(authorize))
        .route("/login/oauth/access_token", web::post().to(github_token))
        .route("/api/v3/user", web::get().to(github_user))
        .route("/api/v3/user/emails", web::get().to(github_emails));
}

async fn document(shared: Data<Shared>) -> HttpResponse {
    let address = &shared.address;
    let lie = shared.state().lie;
    let issuer = if lie == Lie::DocumentOfAnother { "https://evil.example" } else { address };
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "userinfo_endpoint": format!("{address}/userinfo"),
        "jwks_uri": format!("{address}/jwks"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(shared: Data<Shared>) -> HttpResponse {
    shared.state().keys_asked += 1;
    HttpResponse::Ok().json(json!({"keys": [{"kty": "future"}, public_key()]}))
}

/// Signs somebody in, and sends the browser back at once.
async fn authorize(shared: Data<Shared>, Query(query): Query<Texts>) -> HttpResponse {
    let asked = |name: &str| query.get(name).cloned().unwrap_or_default();
    if asked("client_id") != CLIENT || asked("code_challenge_method") != "S256" {
        return HttpResponse::BadRequest().body("no client, or no PKCE");
    }
    let mut state = shared.state();
    let code = format!("code-{}", state.grants.len() + state.issued);
    let grant = Grant {
        person: state.person.clone(),
        nonce: query.get("nonce").cloned(),
        callback_url: asked("redirect_uri"),
        challenge: asked("code_challenge"),
    };
    state.grants.insert(code.clone(), grant);
    let mut back = Url::parse(&asked("redirect_uri")).unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked("state"));
    match state.lie {
        Lie::MixedUp => drop(back.query_pairs_mut().append_pair("iss", "https://evil.example")),
        Lie::Unnamed => {}
        _ => drop(back.query_pairs_mut().append_pair("iss", &shared.address)),
    }
    HttpResponse::Found().insert_header((LOCATION, back.as_str())).finish()
}

/// The grant of a code that was given to this client for this verifier and callback; it is spent.
fn spent(shared: &Shared, form: &Texts) -> Option<Grant> {
    let mut state = shared.state();
    let grant = state.grants.remove(form.get("code")?)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")?));
    (challenge == grant.challenge && form.get("redirect_uri") == Some(&grant.callback_url)).then(|| {
        state.issued += 1;
        grant
    })
}

async fn token(shared: Data<Shared>, request: HttpRequest, Form(form): Form<Texts>) -> HttpResponse {
    let lie = shared.state().lie;
    match lie {
        Lie::Redirect => {
            return HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/userinfo")).finish();
        }
        Lie::Endless => return HttpResponse::Ok().body("x".repeat(1024 * 1024)),
        Lie::Broken => return HttpResponse::InternalServerError().body("no"),
        _ => {}
    }
    // RFC 6749, 2.3.1: both are written as in a form before they are put together.
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    let given = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap());
    if given != Some(format!("Basic {basic}").as_str()) {
        return HttpResponse::Unauthorized().json(json!({"error": "invalid_client"}));
    }
    let Some(grant) = spent(&shared, &form) else {
        return HttpResponse::BadRequest().json(json!({"error": "invalid_grant"}));
    };
    let says_email = !shared.state().says_email_when_asked;
    let id_token = id_token(&shared.address, &grant, says_email, lie, shared.clock.now());
    HttpResponse::Ok().json(json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": id_token,
    }))
}

async fn userinfo(shared: Data<Shared>) -> HttpResponse {
    let person = shared.state().person.clone();
    HttpResponse::Ok()
        .json(json!({"sub": person.subject, "email": person.email, "email_verified": person.verified}))
}

/// GitHub says what is wrong with status 200.
async fn github_token(shared: Data<Shared>, Form(form): Form<Texts>) -> HttpResponse {
    if form.get("client_secret").map(String::as_str) != Some(SECRET) {
        return HttpResponse::Ok().json(json!({"error": "incorrect_client_credentials"}));
    }
    match spent(&shared, &form) {
        Some(_) => HttpResponse::Ok()
            .json(json!({"access_token": "access", "token_type": "bearer", "scope": "user"})),
        None => HttpResponse::Ok().json(json!({"error": "bad_verification_code"})),
    }
}

async fn github_user(shared: Data<Shared>) -> HttpResponse {
    let id: u64 = shared.state().person.subject.parse().unwrap_or_default();
    HttpResponse::Ok().json(json!({"id": id, "login": "ada", "email": null}))
}

async fn github_emails(shared: Data<Shared>) -> HttpResponse {
    let person = shared.state().person.clone();
    HttpResponse::Ok().json(json!([
        {"email": "other@example.com", "primary": false, "verified": true, "visibility": null},
        {"email": person.email, "primary": true, "verified": person.verified, "visibility": "private"},
    ]))
}
