//! The Store API (seed 2): what a shop's front end calls.

mod auth;
mod cookie;
mod customer;
mod customers;
pub(crate) mod problem;

use actix_web::http::Method;
use actix_web::web;

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}/register",
        who: Who::Shop,
        handler: || web::to(auth::register::handle),
    },
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}",
        who: Who::Shop,
        handler: || web::to(auth::sign_in::handle),
    },
    Route {
        method: Method::POST,
        path: "/auth/token/refresh",
        who: Who::SignedIn,
        handler: || web::to(auth::refresh::handle),
    },
    Route {
        method: Method::POST,
        path: "/auth/session",
        who: Who::ShopperByJwt,
        handler: || web::to(auth::open_session::handle),
    },
    Route {
        method: Method::DELETE,
        path: "/auth/session",
        who: Who::ShopperByCookie,
        handler: || web::to(auth::end_session::handle),
    },
    Route {
        method: Method::POST,
        path: "/store/customers",
        who: Who::Registration,
        handler: || web::to(customers::create::handle),
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me",
        who: Who::Shopper,
        handler: || web::to(customers::retrieve::handle),
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me",
        who: Who::Shopper,
        handler: || web::to(customers::update::handle),
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/addresses",
        who: Who::Shopper,
        handler: || web::to(customers::add_address::handle),
    },
];
