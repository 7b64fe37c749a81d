//! `POST /api/customers/{customer_id}/merge`: lets another customer go up in this one.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, MergedCustomer, Missing};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::text::ExternalId;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, boolean, id, no_query, path_id};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::customer::CustomerBody;

request_schema!(
    /// A customer that is to go up in another.
    CustomerMerge {
        /// The id of the customer that goes up.
        from: Uuid4,
        /// Whether to tell only what would happen.
        #[schema(default = false)]
        dry_run: Option<bool>,
    }
);

struct Request {
    from: CustomerId,
    dry_run: bool,
}

impl FromBody for Request {
    type Schema = CustomerMerge;

    fn read(body: &mut Fields) -> Option<Self> {
        let from = body.required("from", id);
        let dry_run = body.optional("dry_run", boolean).unwrap_or(false);
        Some(Self { from: from?, dry_run })
    }
}

/// What a merge does, or would do.
#[derive(Serialize, ToSchema)]
#[schema(as = MergedCustomer)]
struct Response<'a> {
    /// Whether nothing has been changed.
    dry_run: bool,
    /// The customer that goes up. Its id is another name of the one that remains.
    merged_id: Uuid4,
    /// Your own identifier of the one that goes up, if it becomes another name of the one that remains, which has its own.
    external_id_alias: Option<&'a str>,
    moved: Moved,
    ended: Ended,
    /// The customer that remains, as it is afterwards.
    customer: CustomerBody<'a>,
}

/// What the remaining customer gets.
#[derive(Serialize, ToSchema)]
struct Moved {
    addresses: u64,
    members: u64,
    /// Those who sign in to the shop.
    sign_ins: u64,
}

/// What ends.
#[derive(Serialize, ToSchema)]
struct Ended {
    /// Members whom the remaining customer has already, by e-mail or external id, and the owner of an individual.
    members: u64,
    /// Live sessions of every kind.
    sessions: u64,
}

impl<'a> Response<'a> {
    fn new(merged: &'a MergedCustomer, dry_run: bool) -> Self {
        Self {
            dry_run,
            merged_id: merged.merged.into(),
            external_id_alias: merged.external_id_alias.as_ref().map(ExternalId::as_str),
            moved: Moved {
                addresses: merged.moved_addresses,
                members: merged.moved_members,
                sign_ins: merged.moved_sign_ins,
            },
            ended: Ended {
                members: merged.ended_members,
                sessions: merged.ended_portal_sessions + merged.ended_store_sessions,
            },
            customer: CustomerBody::from(&merged.survivor),
        }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "mergeCustomers", "Merge two customers")
        .describes(
            "The customer `from` goes up in the one of the path, which remains: it keeps what it has and gets what it \
             lacks. Addresses, members and sign-ins to the shop become its own; the sessions of the one that goes up end \
             at once (where several servers share a database, on the others within a second). Its id, and its \
             `external_id` if both have one, stay other names of the customer that remains, wherever a customer is \
             named, until that one is deleted.\n\n\
             There is no undo: try it with `dry_run` first. What has been merged already is left as it is, so a call may \
             be repeated.",
        )
        .path::<Uuid4>("customer_id", "The id of the customer that remains.")
        .takes::<Request>(json!({"from": examples::MERGED, "dry_run": true}))
        .answers::<Response<'_>>("What has happened, or would happen.", examples::merged())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (app, workspace) = (http.app(), caller.0.workspace.id);
    let into = path_id("customer_id", &path)?;
    no_query(&request)?;
    let Request { from, dry_run } = body.parse().await?;
    let merged = if dry_run {
        app.preview_merge(workspace, into, from).await?
    } else {
        app.merge_customers(workspace, into, from).await?
    };
    Ok(HttpResponse::Ok().json(Response::new(&merged, dry_run)))
}
