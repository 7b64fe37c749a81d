//! `Idempotency-Key`, on every route that honours it.

mod at_rest;
mod ignored;
mod keys;
mod life;
mod races;
mod refusals;
mod replay;

use anteroom_testkit::app::{Answer, Call, TestApp};
use serde_json::{Value, json};

/// The `id` of the requests that are repeated.
const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";

/// A route that honours the key, ready to be called.
struct Case {
    /// The route's path in the table.
    route: &'static str,
    path: String,
    /// The credential: the access token, or a JWT.
    bearer: String,
    body: Value,
    /// What the route takes as well, but is another request; none where it takes one body alone.
    other: Option<Value>,
    status: u16,
}

impl Case {
    fn is_shops(&self) -> bool {
        !self.path.starts_with("/api")
    }

    /// The request without a body, a key or a credential.
    fn anonymous(&self, app: &TestApp) -> Call {
        if self.is_shops() { app.shop("POST", &self.path) } else { app.post(&self.path) }
    }

    fn call(&self, app: &TestApp) -> Call {
        self.anonymous(app).bearer(&self.bearer)
    }

    /// A key that no other case has.
    fn key(&self) -> String {
        format!("{KEY}:{}", self.route)
    }

    /// Sends the request under a key.
    async fn send(&self, app: &TestApp, key: &str) -> Answer {
        self.call(app).header("idempotency-key", key).json(&self.body).send().await
    }

    /// How many things there are of the kind that the route makes.
    async fn effects(&self, app: &TestApp) -> usize {
        let count = |list: &Value| usize::try_from(list["meta"]["total"].as_u64().unwrap()).unwrap();
        let listed = |path: String| async move { app.merchant("GET", &path).send().await.expect(200) };
        match self.route {
            "/api/customer-sessions" => count(&listed("/api/customer-sessions".to_owned()).await),
            "/api/members" => {
                let customer = self.body["customer_id"].as_str().unwrap();
                count(&listed(format!("/api/members?customer_id={customer}")).await)
            }
            path if path.starts_with("/api/customers/") => count(&listed(self.path.clone()).await),
            "/api/customers" => {
                let external_id = self.body["external_id"].as_str().unwrap();
                let path = format!("/api/customers/external/{external_id}");
                usize::from(app.merchant("GET", &path).send().await.status == 200)
            }
            "/store/customers/me/addresses" => {
                let me = app.shop("GET", "/store/customers/me").bearer(&self.bearer).send().await.expect(200);
                me["customer"]["addresses"].as_array().unwrap().len()
            }
            "/store/customers" => {
                let refreshed = app.shop("POST", "/auth/token/refresh").bearer(&self.bearer).send().await;
                let jwt = refreshed.expect(200)["token"].as_str().unwrap().to_owned();
                usize::from(app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.status == 200)
            }
            "/api/publishable-keys" => count(&listed("/api/publishable-keys".to_owned()).await),
            path if path.starts_with("/api/workspace-access-tokens") => {
                count(&listed("/api/workspace-access-tokens".to_owned()).await)
            }
            // A sign-in has one cookie or none; which one is live is looked at where it matters.
            _ => 1,
        }
    }
}

/// All of them, on a workspace that is prepared for them.
async fn cases(app: &TestApp) -> Vec<Case> {
    let team = team(app, "team@example.com").await;
    let jwt = customer(app, "ada@example.com").await;
    let (member, other_member) =
        (|n| json!({"email": format!("m{n}@example.com")}), json!({"email": "o@example.com"}));
    let (address, other_address) = (json!({"line1": "1", "is_default_billing": true}), json!({"line1": "2"}));
    let rotated = json!({"comment": "rotated", "scopes": ["members:read"]});
    let rotated =
        app.merchant("POST", "/api/workspace-access-tokens").json(&rotated).send().await.expect(201);
    let rotated = rotated["workspace_access_token"]["id"].as_str().unwrap();
    let case = |route: &'static str, bearer: &str, body, other, status| Case {
        route,
        path: route
            .replace("{customer_id}", &team)
            .replace("{external_id}", "team")
            .replace("{token_id}", rotated),
        bearer: bearer.to_owned(),
        body,
        other,
        status,
    };
    let owner = app.merchant("GET", &format!("/api/members?customer_id={team}")).send().await.expect(200);
    vec![
        case(
            "/api/customer-sessions",
            &app.token,
            json!({"customer_id": team, "member_id": owner["data"][0]["id"], "expires_in": 600}),
            Some(json!({"customer_id": team, "member_id": owner["data"][0]["id"], "expires_in": 601})),
            201,
        ),
        case(
            "/api/customers",
            &app.token,
            json!({"email": "new@example.com", "external_id": "new", "metadata": {"a": 1, "b": 2}, "owner": {"name": "N", "external_id": "n"}}),
            Some(json!({"email": "other@example.com"})),
            201,
        ),
        case(
            "/api/customers/external/{external_id}/addresses",
            &app.token,
            address.clone(),
            Some(other_address.clone()),
            201,
        ),
        case(
            "/api/customers/external/{external_id}/members",
            &app.token,
            member(1),
            Some(other_member.clone()),
            201,
        ),
        case("/api/customers/{customer_id}/addresses", &app.token, address, Some(other_address), 201),
        case("/api/customers/{customer_id}/members", &app.token, member(2), Some(other_member), 201),
        case(
            "/api/members",
            &app.token,
            json!({"customer_id": team, "email": "member@example.com"}),
            Some(json!({"customer_id": team, "email": "other@example.com"})),
            201,
        ),
        case(
            "/api/publishable-keys",
            &app.token,
            json!({"title": "web", "origin": "https://shop.example"}),
            Some(json!({"title": "market"})),
            201,
        ),
        case(
            "/api/workspace-access-tokens",
            &app.token,
            json!({"comment": "server", "scopes": ["members:read"], "expires_in": 3600}),
            Some(json!({"comment": "server", "scopes": ["members:write"], "expires_in": 3600})),
            201,
        ),
        case(
            "/api/workspace-access-tokens/{token_id}/rotate",
            &app.token,
            json!({"overlap": 60}),
            Some(json!({"overlap": 61})),
            201,
        ),
        case("/auth/session", &jwt, json!({}), None, 200),
        case(
            "/store/customers",
            &registration(app, "eva@example.com").await,
            json!({"email": "eva@example.com", "first_name": "Eva"}),
            Some(json!({"first_name": "Eve"})),
            200,
        ),
        case(
            "/store/customers/me/addresses",
            &jwt,
            json!({"city": "London", "country_code": "gb", "is_default_billing": true}),
            Some(json!({"city": "Paris"})),
            200,
        ),
    ]
}

/// A team with its owner; its id.
async fn team(app: &TestApp, email: &str) -> String {
    let new = json!({"email": email, "type": "team", "external_id": "team"});
    let team = app.merchant("POST", "/api/customers").json(&new);
    team.send().await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn typed(email: &str) -> Value {
    json!({"email": email, "password": "correct horse battery"})
}

async fn token(app: &TestApp, path: &str, email: &str) -> String {
    let answer = app.shop("POST", path).json(&typed(email)).send().await.expect(200);
    answer["token"].as_str().unwrap().to_owned()
}

/// The JWT of a registration without a customer.
async fn registration(app: &TestApp, email: &str) -> String {
    token(app, "/auth/customer/emailpass/register", email).await
}

/// The JWT of a new customer.
async fn customer(app: &TestApp, email: &str) -> String {
    let registration = registration(app, email).await;
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    token(app, "/auth/customer/emailpass", email).await
}

/// An answer as its client can tell it: all but the headers that are each answer's own.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = ["date", "x-request-id", "idempotency-replayed"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned())).collect();
    headers.sort_unstable();
    (answer.status, headers, answer.text())
}

/// `again` is the answer of before, and says so.
#[track_caller]
fn assert_replayed(first: &Answer, again: &Answer) {
    assert_eq!(told(first), told(again));
    assert_eq!(
        (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
        ("", "true"),
        "{}",
        again.text()
    );
}

/// What a second request under the key of another is told.
fn other_request(case: &Case) -> Value {
    let message = "The Idempotency-Key was used for another request.";
    if case.is_shops() {
        return json!({"type": "invalid_data", "message": message});
    }
    json!({"error": "RequestValidationError", "detail": [
        {"type": "value_error", "loc": ["header", "idempotency-key"], "msg": message, "input": null}
    ]})
}
