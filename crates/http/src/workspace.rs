//! The Workspace API (seed 1): what a merchant's server calls, and what a customer session's token opens.

pub(crate) mod customer;
mod customer_sessions;
pub(crate) mod problem;

use actix_web::http::Method;
use actix_web::web;
use anteroom_domain::credential::Scope;

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::POST,
    path: "/api/customer-sessions",
    who: Who::Merchant(Scope::CustomerSessionsWrite),
    handler: || web::to(customer_sessions::create::handle),
}];
