//! The Store API (seed 2): what a shop's front end calls.

mod account;
mod auth;
mod cookie;
pub(crate) mod customer;
mod customers;
mod page;
pub(crate) mod problem;
mod query;
mod selection;

use actix_web::http::Method;
use actix_web::web;

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}/register",
        who: Who::Shop,
        handler: || web::to(auth::register::handle),
        operation: auth::register::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}",
        who: Who::Shop,
        handler: || web::to(auth::sign_in::handle),
        operation: auth::sign_in::operation,
    },
    Route {
        method: Method::GET,
        path: "/auth/customer/{provider}",
        who: Who::Shop,
        handler: || web::to(auth::send_away::handle),
        operation: auth::send_away::operation,
    },
    Route {
        method: Method::GET,
        path: "/auth/customer/providers",
        who: Who::Shop,
        handler: || web::to(auth::providers::handle),
        operation: auth::providers::operation,
    },
    Route {
        method: Method::GET,
        path: "/auth/customer/{provider}/callback",
        who: Who::Shop,
        handler: || web::to(auth::callback::handle),
        operation: auth::callback::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}/callback",
        who: Who::Shop,
        handler: || web::to(auth::callback::handle),
        operation: auth::callback::operation_by_post,
    },
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}/reset-password",
        who: Who::Shop,
        handler: || web::to(auth::reset_password::handle),
        operation: auth::reset_password::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/customer/{provider}/update",
        who: Who::Shop,
        handler: || web::to(auth::update::handle),
        operation: auth::update::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/verification/request",
        who: Who::SignedIn,
        handler: || web::to(auth::verification::request::handle),
        operation: auth::verification::request::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/verification/confirm",
        who: Who::Shop,
        handler: || web::to(auth::verification::confirm::handle),
        operation: auth::verification::confirm::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/token/refresh",
        who: Who::SignedIn,
        handler: || web::to(auth::refresh::handle),
        operation: auth::refresh::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/session",
        who: Who::ShopperByJwt,
        handler: || web::to(auth::open_session::handle),
        operation: auth::open_session::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/auth/session",
        who: Who::ShopperByCookie,
        handler: || web::to(auth::end_session::handle),
        operation: auth::end_session::operation,
    },
    Route {
        method: Method::GET,
        path: "/auth/mfa/factors",
        who: Who::Shopper,
        handler: || web::to(auth::mfa::list::handle),
        operation: auth::mfa::list::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/mfa/factors",
        who: Who::Shopper,
        handler: || web::to(auth::mfa::start::handle),
        operation: auth::mfa::start::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/mfa/factors/{factor_id}/verify",
        who: Who::Shopper,
        handler: || web::to(auth::mfa::verify::handle),
        operation: auth::mfa::verify::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/auth/mfa/factors/{factor_id}",
        who: Who::Shopper,
        handler: || web::to(auth::mfa::disable::handle),
        operation: auth::mfa::disable::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/mfa/recovery-codes",
        who: Who::Shopper,
        handler: || web::to(auth::mfa::recovery_codes::handle),
        operation: auth::mfa::recovery_codes::operation,
    },
    Route {
        method: Method::POST,
        path: "/auth/mfa/challenges/{challenge_id}/verify",
        who: Who::Shop,
        handler: || web::to(auth::mfa::verify_challenge::handle),
        operation: auth::mfa::verify_challenge::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers",
        who: Who::Registration,
        handler: || web::to(customers::create::handle),
        operation: customers::create::operation,
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me",
        who: Who::Shopper,
        handler: || web::to(customers::retrieve::handle),
        operation: customers::retrieve::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me",
        who: Who::Shopper,
        handler: || web::to(customers::update::handle),
        operation: customers::update::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/delete",
        who: Who::Shopper,
        handler: || web::to(account::delete::handle),
        operation: account::delete::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/email",
        who: Who::Shopper,
        handler: || web::to(account::email::handle),
        operation: account::email::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/password",
        who: Who::Shopper,
        handler: || web::to(account::password::handle),
        operation: account::password::operation,
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me/sessions",
        who: Who::Shopper,
        handler: || web::to(account::sessions::list::handle),
        operation: account::sessions::list::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/store/customers/me/sessions",
        who: Who::Shopper,
        handler: || web::to(account::sessions::end_all::handle),
        operation: account::sessions::end_all::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/store/customers/me/sessions/{session_id}",
        who: Who::Shopper,
        handler: || web::to(account::sessions::end::handle),
        operation: account::sessions::end::operation,
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me/passkeys",
        who: Who::Shopper,
        handler: || web::to(account::passkeys::list::handle),
        operation: account::passkeys::list::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/passkeys",
        who: Who::Shopper,
        handler: || web::to(account::passkeys::create::handle),
        operation: account::passkeys::create::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/passkeys/options",
        who: Who::Shopper,
        handler: || web::to(account::passkeys::ask::handle),
        operation: account::passkeys::ask::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/store/customers/me/passkeys/{passkey_id}",
        who: Who::Shopper,
        handler: || web::to(account::passkeys::delete::handle),
        operation: account::passkeys::delete::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/addresses",
        who: Who::Shopper,
        handler: || web::to(customers::addresses::create::handle),
        operation: customers::addresses::create::operation,
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me/addresses",
        who: Who::Shopper,
        handler: || web::to(customers::addresses::list::handle),
        operation: customers::addresses::list::operation,
    },
    Route {
        method: Method::GET,
        path: "/store/customers/me/addresses/{address_id}",
        who: Who::Shopper,
        handler: || web::to(customers::addresses::retrieve::handle),
        operation: customers::addresses::retrieve::operation,
    },
    Route {
        method: Method::POST,
        path: "/store/customers/me/addresses/{address_id}",
        who: Who::Shopper,
        handler: || web::to(customers::addresses::update::handle),
        operation: customers::addresses::update::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/store/customers/me/addresses/{address_id}",
        who: Who::Shopper,
        handler: || web::to(customers::addresses::delete::handle),
        operation: customers::addresses::delete::operation,
    },
];
