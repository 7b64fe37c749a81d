//! Whether the server lives, whether it can work, and the keys that verify its JWTs.

use actix_web::http::{Method, header};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::failure::Failure;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};
use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/health/live",
        who: Who::Anyone,
        handler: || web::to(live),
        operation: describe_live,
    },
    Route {
        method: Method::GET,
        path: "/health/ready",
        who: Who::Anyone,
        handler: || web::to(ready),
        operation: describe_ready,
    },
    Route {
        method: Method::GET,
        path: "/.well-known/jwks.json",
        who: Who::Anyone,
        handler: || web::to(jwks),
        operation: describe_jwks,
    },
];

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `live` or `ready`.
    status: &'static str,
}

fn describe_live() -> Operation {
    Operation::new(Tag::Server, "getLive", "Whether the server lives")
        .answers::<Health>("The process answers.", json!({"status": "live"}))
}

/// The process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "live" })
}

fn describe_ready() -> Operation {
    Operation::new(Tag::Server, "getReady", "Whether the server can work")
        .describes("503 while the database is away.")
        .answers::<Health>("The database answers too.", json!({"status": "ready"}))
}

/// The database answers too, and takes writes; 503 while it does not.
async fn ready(http: web::Data<Http>) -> Result<HttpResponse, Failure> {
    http.app().check_ready().await?;
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}

request_schema!(
    /// A set of public keys (RFC 7517).
    JwkSet {
        keys: Vec<Jwk>,
    }
);

request_schema!(
    /// An Ed25519 public key (RFC 8037).
    Jwk {
        kty: String,
        crv: String,
        x: String,
        kid: String,
        alg: String,
        #[serde(rename = "use")]
        usage: String,
    }
);

fn describe_jwks() -> Operation {
    Operation::new(Tag::Server, "getKeys", "Get the public keys")
        .describes("The keys that verify the JWTs of this server.")
        .answers::<JwkSet>(
            "The key set.",
            json!({"keys": [{
                "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "kid": "2f", "alg": "EdDSA", "use": "sig",
            }]}),
        )
}

/// The JWK set (RFC 7517) of the installation.
async fn jwks(http: web::Data<Http>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(http.app().jwks())
}
