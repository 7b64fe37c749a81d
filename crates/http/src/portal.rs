//! The customer portal: pages for people, without a line of script that they need.
//!
//! A link from a merchant's server leads to the entry page ([`entry`]), whose form spends the link's code for a cookie
//! ([`enter`]); with the cookie, [`home`] shows the customer. Begin with [`visitor`]: who stands at the door.

mod address;
mod calm;
mod cancel_email_change;
mod cookie;
mod country;
mod enter;
mod entry;
mod forms;
mod home;
mod mailed_link;
mod page;
mod password_reset;
pub(crate) mod problem;
mod profile;
mod reader;
mod reload;
mod sign_out;
mod verify_email;
mod visitor;

use actix_web::http::Method;
use actix_web::web;

pub(crate) use forms::field;
pub(crate) use page::{Frame, page};

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/{slug}/portal",
        who: Who::Portal,
        handler: || web::to(home::handle),
        operation: home::operation,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/enter",
        who: Who::Portal,
        handler: || web::to(reload::handle),
        operation: reload::enter,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/enter",
        who: Who::Anyone,
        handler: || web::to(enter::handle),
        operation: enter::operation,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/password-reset",
        who: Who::Anyone,
        handler: || web::to(password_reset::show),
        operation: password_reset::showing,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/password-reset",
        who: Who::Anyone,
        handler: || web::to(password_reset::choose),
        operation: password_reset::choosing,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/cancel-email-change",
        who: Who::Anyone,
        handler: || web::to(cancel_email_change::show),
        operation: cancel_email_change::showing,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/cancel-email-change",
        who: Who::Anyone,
        handler: || web::to(cancel_email_change::cancel),
        operation: cancel_email_change::cancelling,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/verify-email",
        who: Who::Anyone,
        handler: || web::to(verify_email::show),
        operation: verify_email::showing,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/verify-email",
        who: Who::Anyone,
        handler: || web::to(verify_email::prove),
        operation: verify_email::proving,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/profile",
        who: Who::Portal,
        handler: || web::to(reload::handle),
        operation: reload::profile,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/profile",
        who: Who::Portal,
        handler: || web::to(profile::handle),
        operation: profile::operation,
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/sign-out",
        who: Who::Portal,
        handler: || web::to(reload::handle),
        operation: reload::sign_out,
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/sign-out",
        who: Who::Portal,
        handler: || web::to(sign_out::handle),
        operation: sign_out::operation,
    },
];
