//! The customer portal: pages for people, without a line of script that they need.
//!
//! A link from a merchant's server leads to the entry page ([`entry`]), whose form spends the link's code for a cookie
//! ([`enter`]); with the cookie, [`home`] shows the customer. Begin with [`visitor`]: who stands at the door.

mod address;
mod assets;
mod calm;
mod cookie;
mod country;
mod enter;
mod entry;
mod forms;
mod home;
mod page;
pub(crate) mod problem;
mod profile;
mod reader;
mod reload;
mod sign_out;
mod visitor;

use actix_web::http::Method;
use actix_web::web;

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/assets/{file}",
        who: Who::Anyone,
        handler: || web::to(assets::handle),
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal",
        who: Who::Portal,
        handler: || web::to(home::handle),
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/enter",
        who: Who::Portal,
        handler: || web::to(reload::handle),
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/enter",
        who: Who::Anyone,
        handler: || web::to(enter::handle),
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/profile",
        who: Who::Portal,
        handler: || web::to(reload::handle),
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/profile",
        who: Who::Portal,
        handler: || web::to(profile::handle),
    },
    Route {
        method: Method::GET,
        path: "/{slug}/portal/sign-out",
        who: Who::Portal,
        handler: || web::to(reload::handle),
    },
    Route {
        method: Method::POST,
        path: "/{slug}/portal/sign-out",
        who: Who::Portal,
        handler: || web::to(sign_out::handle),
    },
];
