//! The Workspace API (seed 1): what a merchant's server calls, and what a customer session's token opens.

pub(crate) mod customer;
mod customer_portal;
mod customer_sessions;
mod customers;
mod list;
mod member;
mod members;
mod names;
pub(crate) mod problem;
mod session;
mod settings;

use actix_web::http::Method;
use actix_web::web;
use anteroom_domain::credential::Scope;

use crate::route::{Route, Who};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/api/customer-sessions",
        who: Who::Merchant(Scope::CustomerSessionsWrite),
        handler: || web::to(customer_sessions::create::handle),
        operation: customer_sessions::create::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customer-sessions",
        who: Who::Merchant(Scope::CustomerSessionsRead),
        handler: || web::to(customer_sessions::list::handle),
        operation: customer_sessions::list::operation,
    },
    Route {
        method: Method::POST,
        path: "/api/customer-sessions/introspect",
        who: Who::Merchant(Scope::CustomerSessionsRead),
        handler: || web::to(customer_sessions::introspect::handle),
        operation: customer_sessions::introspect::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customer-sessions/{session_id}",
        who: Who::Merchant(Scope::CustomerSessionsRead),
        handler: || web::to(customer_sessions::show::handle),
        operation: customer_sessions::show::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/api/customer-sessions/{session_id}",
        who: Who::Merchant(Scope::CustomerSessionsWrite),
        handler: || web::to(customer_sessions::revoke::handle),
        operation: customer_sessions::revoke::operation,
    },
    Route {
        method: Method::POST,
        path: "/api/customers",
        who: Who::Merchant(Scope::CustomersWrite),
        handler: || web::to(customers::create::handle),
        operation: customers::create::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customers/{customer_id}",
        who: Who::Merchant(Scope::CustomersRead),
        handler: || web::to(customers::show::handle),
        operation: customers::show::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/api/customers/{customer_id}",
        who: Who::Merchant(Scope::CustomersWrite),
        handler: || web::to(customers::delete::handle),
        operation: customers::delete::operation,
    },
    Route {
        method: Method::POST,
        path: "/api/customers/{customer_id}/merge",
        who: Who::Merchant(Scope::CustomersWrite),
        handler: || web::to(customers::merge::handle),
        operation: customers::merge::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customers/{customer_id}/sessions",
        who: Who::Merchant(Scope::CustomerSessionsRead),
        handler: || web::to(customers::sessions::list::handle),
        operation: customers::sessions::list::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/api/customers/{customer_id}/sessions",
        who: Who::Merchant(Scope::CustomerSessionsWrite),
        handler: || web::to(customers::sessions::revoke::handle),
        operation: customers::sessions::revoke::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customers/{customer_id}/store-metadata",
        who: Who::Merchant(Scope::CustomersRead),
        handler: || web::to(customers::store_metadata::handle),
        operation: customers::store_metadata::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customers/external/{external_id}",
        who: Who::Merchant(Scope::CustomersRead),
        handler: || web::to(customers::external::show::handle),
        operation: customers::external::show::operation,
    },
    Route {
        method: Method::DELETE,
        path: "/api/customers/external/{external_id}",
        who: Who::Merchant(Scope::CustomersWrite),
        handler: || web::to(customers::external::delete::handle),
        operation: customers::external::delete::operation,
    },
    Route {
        method: Method::POST,
        path: "/api/members",
        who: Who::Merchant(Scope::MembersWrite),
        handler: || web::to(members::create::handle),
        operation: members::create::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/members",
        who: Who::Merchant(Scope::MembersRead),
        handler: || web::to(members::list::handle),
        operation: members::list::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/members/{member_id}",
        who: Who::Merchant(Scope::MembersRead),
        handler: || web::to(members::show::handle),
        operation: members::show::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/workspace",
        who: Who::Merchant(Scope::WorkspaceRead),
        handler: || web::to(settings::show::handle),
        operation: settings::show::operation,
    },
    Route {
        method: Method::PATCH,
        path: "/api/workspace",
        who: Who::Merchant(Scope::WorkspaceWrite),
        handler: || web::to(settings::update::handle),
        operation: settings::update::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customer-portal/customer-session/introspect",
        who: Who::CustomerSession,
        handler: || web::to(customer_portal::introspect::handle),
        operation: customer_portal::introspect::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customer-portal/customer-session/user",
        who: Who::CustomerSession,
        handler: || web::to(customer_portal::user::handle),
        operation: customer_portal::user::operation,
    },
    Route {
        method: Method::GET,
        path: "/api/customer-portal/customers/me",
        who: Who::CustomerSession,
        handler: || web::to(customer_portal::me::show::handle),
        operation: customer_portal::me::show::operation,
    },
    Route {
        method: Method::PATCH,
        path: "/api/customer-portal/customers/me",
        who: Who::CustomerSession,
        handler: || web::to(customer_portal::me::update::handle),
        operation: customer_portal::me::update::operation,
    },
];
