//! One object of each kind that paths name, for tests that walk the table of routes.

use anteroom_domain::workspace::Workspace;
use anteroom_http::Route;
use anteroom_store::{Listing, StoreExt};
use anteroom_testkit::app::{Call, TestApp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::support::{ABSENT, id, text};

/// What a path's parameters can be filled with, by their names.
#[derive(Debug, Clone)]
pub(super) struct Objects(Vec<(&'static str, String)>);

impl Objects {
    /// One object of each kind in a workspace, made there by its own servers: a team with a member, an address and a
    /// session, an access token, a publishable key, a provider.
    pub(super) async fn of(app: &TestApp, workspace: &Workspace, token: &str, name: &str) -> Self {
        let make =
            async |path: &str, body: Value| app.post(path).bearer(token).json(&body).send().await.expect(201);
        let customer = json!({
            "email": format!("{name}@example.com"), "external_id": name, "type": "team",
            "billing_address": {"country": "GB", "city": "London"},
        });
        let customer = make("/api/customers", customer).await;
        let member = json!({
            "customer_id": customer["id"], "email": format!("m@{name}.example"), "external_id": format!("{name}-m"),
        });
        let member = make("/api/members", member).await;
        let session = json!({"customer_id": customer["id"], "member_id": member["id"]});
        let session = make("/api/customer-sessions", session).await;
        let key = id(&customer).parse().unwrap();
        let addresses = app.store().read(|unit| unit.addresses(key)).unwrap();
        let other_token = app.token_with(workspace, "customers:read").await;
        let other = app.app.authenticate_access_token(&other_token).await.unwrap();
        app.key_of(workspace).await;
        let page = anteroom_domain::page::Page { offset: 0, limit: 1 };
        let keys = app.store().read(|unit| unit.publishable_keys(workspace.id, Listing::All, page)).unwrap();
        let provider = json!({
            "type": "google", "client_id": "shop", "client_secret": "secret",
            "callback_urls": ["https://shop.example/callback"],
        });
        let path = format!("/api/workspace/providers/{name}");
        app.call("PUT", &path).bearer(token).json(&provider).send().await.expect(201);
        Self(vec![
            ("provider", name.to_owned()),
            ("customer_id", id(&customer).to_owned()),
            ("external_id", text(&customer["external_id"]).to_owned()),
            ("member_id", id(&member).to_owned()),
            ("external_member_id", text(&member["external_id"]).to_owned()),
            ("address_id", addresses[0].id.to_string()),
            ("session_id", id(&session).to_owned()),
            ("token_id", other.token.to_string()),
            ("key_id", keys.items[0].id.to_string()),
        ])
    }

    /// What nobody has, for each of them.
    pub(super) fn nobodys(&self) -> Self {
        let absent =
            |name: &str| if name.starts_with("external") || name == "provider" { "nobody" } else { ABSENT };
        Self(self.0.iter().map(|(name, _)| (*name, absent(name).to_owned())).collect())
    }

    /// The same with another object in one place.
    pub(super) fn with(mut self, name: &'static str, other: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, other.to_owned()));
        self
    }

    /// The object of that name.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == name);
        let Some((_, object)) = found else {
            unreachable!("{{{name}}} is new in a path: say in {} what it stands for", file!())
        };
        object
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, object)| (*name, object.as_str()))
    }

    /// A route's path, filled.
    pub(super) fn path(&self, route: &Route) -> String {
        let fill = |segment: &str| match parameter(segment) {
            Some(name) => utf8_percent_encode(self.get(name), NON_ALPHANUMERIC).to_string(),
            None => segment.to_owned(),
        };
        route.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

/// The parameters of a path.
pub(super) fn parameters(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(parameter)
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The OpenAPI documents that the routes below `/api` are in: they show a good body for each, and name the fields.
#[derive(Debug)]
pub(super) struct Document([Value; 2]);

impl Document {
    pub(super) async fn of(app: &TestApp) -> Self {
        let read = async |name: &str| app.get(&format!("/openapi/{name}.json")).send().await.expect(200);
        Self([read("workspace").await, read("portal").await])
    }

    /// What is said of a route, and the document that says it.
    fn operation(&self, route: &Route) -> (&Value, &Value) {
        let method = route.method.as_str().to_lowercase();
        let said = self.0.iter().map(|document| (&document["paths"][route.path][&method], document));
        said.into_iter().find(|(operation, _)| operation.is_object()).unwrap()
    }

    /// The body that is shown for a route, if it takes one.
    pub(super) fn body(&self, route: &Route) -> Option<&Value> {
        self.operation(route).0["requestBody"]["content"]["application/json"].get("example")
    }

    /// The fields of a route's body, and whether each is a list.
    pub(super) fn fields(&self, route: &Route) -> Vec<(&str, bool)> {
        let (operation, document) = self.operation(route);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let named = schema["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
        let fields = named.unwrap_or(schema)["properties"].as_object().into_iter().flatten();
        fields.map(|(name, field)| (name.as_str(), field.get("items").is_some())).collect()
    }

    /// The parameters of a route's query.
    pub(super) fn queries(&self, route: &Route) -> Vec<&str> {
        let parameters = self.operation(route).0["parameters"].as_array();
        let parameters = parameters.into_iter().flatten().filter(|one| one["in"] == "query");
        parameters.map(|one| text(&one["name"])).collect()
    }

    /// A call of a route as it is shown, at that path.
    pub(super) fn call(&self, app: &TestApp, route: &Route, path: &str) -> Call {
        with_body(app.call(route.method.as_str(), path), self.body(route))
    }

    /// As [`call`](Self::call), with another e-mail where one is shown: only one customer can have it.
    pub(super) fn call_as(&self, app: &TestApp, route: &Route, path: &str, email: &str) -> Call {
        let mut body = self.body(route).cloned();
        if let Some(shown) = body.as_mut().and_then(|body| body.get_mut("email")) {
            *shown = json!(email);
        }
        with_body(app.call(route.method.as_str(), path), body.as_ref())
    }
}

fn with_body(call: Call, body: Option<&Value>) -> Call {
    match body {
        Some(body) => call.json(body),
        None => call,
    }
}
