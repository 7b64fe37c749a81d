//! What the parts of a request cost by themselves: tokens, JWTs, and a whole request without a network.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that cannot go on should stop")]

use std::hint::black_box;
use std::sync::Arc;

use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{ACCEPT, AUTHORIZATION, SET_COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use anteroom_app::{
    App, DoorSizes, MemorySettings, NewPublishableKey, NewWorkspace, Once, OsRandom, Parts, Settings,
    SystemClock, set_up,
};
use anteroom_auth::jwt::{Claims, KeySet, SigningKey};
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_auth::leak_reports::LeakReporters;
use anteroom_auth::password::PasswordPolicy;
use anteroom_auth::token::{PlainToken, SessionCookie};
use anteroom_domain::session::Lifetimes;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::{Clock, Id};
use anteroom_http::{Http, Options, PostsPerMinute, SessionCookieOptions, TrustedProxies};
use anteroom_mail::{FileTransport, Templates};
use anteroom_oauth::OAuth;
use anteroom_store::sql::{SqlOptions, SqlStore};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use time::Duration;

criterion_group!(benches, tokens, jwts, requests);
criterion_main!(benches);

const ISSUER: &str = "http://anteroom.test";

fn tokens(criterion: &mut Criterion) {
    let keys = Keys::derive(&MasterKey::generate(&OsRandom));
    let token = PlainToken::<SessionCookie>::generate(&OsRandom);
    let text = token.reveal().to_owned();
    criterion
        .bench_function("token: parse", |b| b.iter(|| PlainToken::<SessionCookie>::parse(black_box(&text))));
    criterion.bench_function("token: hash", |b| b.iter(|| black_box(&token).hash(&keys)));
    criterion
        .bench_function("token: generate", |b| b.iter(|| PlainToken::<SessionCookie>::generate(&OsRandom)));
}

fn jwts(criterion: &mut Criterion) {
    let (keys, now) = (KeySet::new(SigningKey::generate(&OsRandom), []), SystemClock.now());
    let uuid = || Id::<Claims>::random(&OsRandom).uuid();
    let claims = Claims {
        actor: Some(uuid()),
        auth_identity: uuid(),
        provider: "emailpass".to_owned(),
        issuer: ISSUER.to_owned(),
        workspace: uuid(),
        session: uuid(),
        jti: uuid(),
        issued_at: now,
        expires_at: now + Duration::DAY,
    };
    let jwt = keys.issue(&claims).unwrap();
    criterion.bench_function("JWT: issue", |b| b.iter(|| keys.issue(black_box(&claims)).unwrap()));
    criterion
        .bench_function("JWT: verify", |b| b.iter(|| keys.verify(black_box(&jwt), ISSUER, now).unwrap()));
}

/// The product as it is served, called in this thread: routing, caller, use case and body, and no network.
fn requests(criterion: &mut Criterion) {
    let system = actix_web::rt::System::new();
    let (http, key) = system.block_on(product());
    let service =
        system.block_on(init_service(actix_web::App::new().configure(|service| http.mount(service))));
    let cookie = system.block_on(sign_in(&service, &key));
    let check = || {
        let request = TestRequest::get().uri("/store/customers/me");
        let request = request.insert_header(("cookie", cookie.as_str()));
        request.insert_header(("x-publishable-api-key", key.as_str())).to_request()
    };
    let live = || TestRequest::get().uri("/health/live").to_request();
    let ask = async |request| {
        let answer = call_service(&service, request).await;
        assert!(answer.status().is_success());
        read_body(answer).await
    };
    criterion.bench_function("request: GET /health/live", |b| b.iter(|| system.block_on(ask(live()))));
    criterion
        .bench_function("request: GET /store/customers/me", |b| b.iter(|| system.block_on(ask(check()))));
}

async fn product() -> (Http, String) {
    let store = Arc::new(SqlStore::open(&SqlOptions::new("sqlite::memory:")).unwrap());
    store.migrate().unwrap();
    let keys = Keys::derive(&MasterKey::generate(&OsRandom));
    let jwt = set_up(&*store, &keys, &SystemClock, &OsRandom).unwrap();
    let settings = Settings {
        issuer: ISSUER.to_owned(),
        lifetimes: Lifetimes::default(),
        signing_key_period: None,
        passwords: PasswordPolicy::default(),
        failures_per_account: None,
        doors: DoorSizes::for_connections(store.connections()),
        memory: MemorySettings::default(),
    };
    let (clock, random) = (Arc::new(SystemClock), Arc::new(OsRandom));
    let mail = Arc::new(FileTransport::new(std::env::temp_dir()));
    let templates = Templates::built_in();
    let oauth = OAuth::new(false);
    let app = App::new(Parts { store, clock, random, mail, templates, oauth, keys, jwt, settings }).unwrap();
    let (slug, name) = (Slug::parse("shop").unwrap(), Line::parse("Shop").unwrap().unwrap());
    let new = NewWorkspace { slug, name: name.clone(), member_model_enabled: true };
    let workspace = app.create_workspace(new).await.unwrap();
    let new = NewPublishableKey { title: name, origin: None };
    let key = app.create_publishable_key(workspace.id, new, Once::unrepeated()).await.unwrap().key;
    let public_url = ISSUER.parse().unwrap();
    let options = Options {
        public_url,
        base_domain: None,
        session_cookie: SessionCookieOptions::default(),
        credential_posts: PostsPerMinute::UNLIMITED,
        leak_reporters: LeakReporters::default(),
        trusted_proxies: TrustedProxies::default(),
    };
    (Http::new(app, options), key)
}

/// Registers a shopper with an address, and gives their cookie.
async fn sign_in<S>(service: &S, key: &str) -> String
where
    S: Service<actix_http::Request, Response = ServiceResponse, Error = actix_web::Error>,
{
    let post = async |path: &str, jwt: &str, body: Value| {
        let request = TestRequest::post().uri(path).insert_header((ACCEPT, "application/json"));
        let request = request.insert_header((AUTHORIZATION, format!("Bearer {jwt}")));
        let request = request.insert_header(("x-publishable-api-key", key)).set_json(body);
        let answer = call_service(service, request.to_request()).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    };
    let token = async |answer: ServiceResponse| {
        let body: Value = read_body_json(answer).await;
        body["token"].as_str().unwrap().to_owned()
    };
    let person = json!({"email": "grace.hopper@example.com", "password": "only for measuring 7"});
    let jwt = token(post("/auth/customer/emailpass/register", "", person.clone()).await).await;
    post("/store/customers", &jwt, json!({"first_name": "Grace", "last_name": "Hopper"})).await;
    let jwt = token(post("/auth/customer/emailpass", "", person).await).await;
    let address = json!({"address_1": "12 Navy Yard", "city": "Arlington", "country_code": "us", "postal_code": "22202"});
    post("/store/customers/me/addresses", &jwt, address).await;
    let answer = post("/auth/session", &jwt, json!({})).await;
    let cookie = answer.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
