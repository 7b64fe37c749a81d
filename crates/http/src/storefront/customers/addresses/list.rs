//! `GET /store/customers/me/addresses`: the shopper's address book.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{AddressField, AddressFilter, AddressQuery};
use anteroom_domain::page::{Direction, Page, Sort};
use anteroom_domain::text::{CountryCode, Line};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, flag, text};
use crate::openapi::scalars::{Count, Flag, Line as LineText, Moment, Offset, Text};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::{AddressBody, ShownAddress};
use crate::storefront::page;
use crate::storefront::query::{self, among, selected, wanted_fields};
use crate::storefront::selection::Shown;

/// How the bounds of a span are named.
const BOUNDS: [&str; 4] = ["$gte", "$gt", "$lte", "$lt"];

struct Request {
    filter: AddressFilter,
    order: Option<String>,
    page: Page,
    fields: Option<String>,
}

impl Request {
    fn read(query: &mut Fields) -> Self {
        let line = |text: &str| -> Result<String, Problem> {
            Ok(Line::parse(text)?.ok_or(Problem::Rule("should not be blank"))?.to_string())
        };
        let country = |code: &str| Ok(CountryCode::parse(code)?.as_str().to_owned());
        let filter = AddressFilter {
            query: query.optional("q", text(Line::parse)).flatten(),
            city: among(query, "city", line),
            postal_code: among(query, "postal_code", line),
            country_code: among(query, "country_code", country),
            created: query.span("created_at", BOUNDS),
            updated: query.span("updated_at", BOUNDS),
        };
        let order = query.optional("order", text(|name| Ok::<_, Problem>(name.to_owned())));
        // Taken, and makes no difference: what was deleted is gone.
        query.optional("with_deleted", text(flag));
        Self { filter, order, page: page::read(query), fields: wanted_fields(query) }
    }
}

/// The order of a name with or without a hyphen before it; oldest first if nothing is said.
fn sort(order: Option<String>) -> Result<Sort<AddressField>, Failure> {
    let Some(order) = order.filter(|order| !order.is_empty()) else {
        return Ok(AddressField::OLDEST_FIRST);
    };
    let (direction, name) = match order.strip_prefix('-') {
        Some(name) => (Direction::Descending, name),
        None => (Direction::Ascending, order.as_str()),
    };
    match field(name) {
        Some(field) => Ok(Sort { field, direction }),
        None => Err(Failure::NotSortable(name.to_owned())),
    }
}

fn field(name: &str) -> Option<AddressField> {
    Some(match name {
        "id" => AddressField::Id,
        "address_name" => AddressField::AddressName,
        "is_default_shipping" => AddressField::IsDefaultShipping,
        "is_default_billing" => AddressField::IsDefaultBilling,
        "company" => AddressField::Company,
        "first_name" => AddressField::FirstName,
        "last_name" => AddressField::LastName,
        "address_1" => AddressField::Address1,
        "address_2" => AddressField::Address2,
        "city" => AddressField::City,
        "country_code" => AddressField::CountryCode,
        "province" => AddressField::Province,
        "postal_code" => AddressField::PostalCode,
        "phone" => AddressField::Phone,
        "created_at" => AddressField::CreatedAt,
        "updated_at" => AddressField::UpdatedAt,
        _ => return None,
    })
}

/// A piece of the address book.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressList)]
struct Response<'a> {
    addresses: Vec<ShownAddress<'a>>,
    /// How many addresses the whole list has.
    count: u64,
    offset: u32,
    limit: u32,
}

pub(crate) fn operation() -> Operation {
    let operation = Operation::new(Tag::Shopper, "listAddresses", "List the addresses")
        .describes("The address book, oldest first unless another order is asked for. Filters narrow the list together.")
        .query::<LineText>("q", "Only those with this text in a line on the envelope, in any case.")
        .narrows("city", "Only those in this city, or in one of these if it is given several times.")
        .narrows("postal_code", "Only those with this postal code, or with one of these.")
        .narrows("country_code", "Only those in this country, or in one of these.");
    let spans = [("created_at", "made"), ("updated_at", "last changed")];
    spans
        .into_iter()
        .fold(operation, |operation, (name, done)| {
            let bounds = ["then or later", "later", "then or earlier", "earlier"];
            BOUNDS.into_iter().zip(bounds).fold(operation, |operation, (bound, when)| {
                let about = format!("Only those {done} {when}.");
                operation.query::<Moment>(&format!("{name}[{bound}]"), &about)
            })
        })
        .query::<Text>(
            "order",
            "The field by which they are sorted, any but `customer_id` and `metadata`, after a hyphen the other way round. \
             Those without come last.",
        )
        .query::<Flag>("with_deleted", "Makes no difference: what is deleted is gone.")
        .query::<Offset>("offset", "How many addresses to pass over.")
        .query::<Count>("limit", "How many addresses to list: 50 if nothing is said, at most 100.")
        .selectable()
        .queries(Request::read)
        .answers::<Response<'_>>(
            "A piece of the list.",
            json!({"addresses": [examples::shoppers_address()], "count": 1, "offset": 0, "limit": 50}),
        )
        .refuses("There is no such field to sort by.", Failure::NotSortable("colour".to_owned()))
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    let Request { filter, order, page, fields } = query::read(&request, Request::read)?;
    let (selection, sort) = (selected::<AddressBody<'_>>(fields)?, sort(order)?);
    let query = AddressQuery { filter, sort, page };
    let found = http.app().shoppers_addresses(caller.shopper, query).await?;
    let shown = |address| Shown::new(AddressBody::from(address), &selection);
    Ok(HttpResponse::Ok().json(Response {
        addresses: found.items.iter().map(shown).collect(),
        count: found.total,
        offset: page.offset,
        limit: page.limit,
    }))
}
