//! Whether the server lives, whether it can work, and the keys that verify its JWTs.

use actix_web::http::{Method, header};
use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::Http;
use crate::failure::Failure;
use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/health/live", who: Who::Anyone, handler: || web::to(live) },
    Route { method: Method::GET, path: "/health/ready", who: Who::Anyone, handler: || web::to(ready) },
    Route {
        method: Method::GET,
        path: "/.well-known/jwks.json",
        who: Who::Anyone,
        handler: || web::to(jwks),
    },
];

/// The process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// The database answers too, and takes writes; 503 while it does not.
async fn ready(http: web::Data<Http>) -> Result<HttpResponse, Failure> {
    http.app().check_ready().await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ready"})))
}

/// The JWK set (RFC 7517) of the installation.
async fn jwks(http: web::Data<Http>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(http.app().jwks())
}
