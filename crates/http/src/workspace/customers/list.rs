//! `GET /api/customers`: the customers of the workspace.

mod entry;
mod filter;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerField, CustomerFilter, CustomerQuery, Error, Refusal};
use anteroom_domain::page::{Direction, Sort};

use self::entry::CustomerEntry;
use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, flag, query, text};
use crate::openapi::scalars::{
    CustomerSorting, CustomerType, Email as EmailText, ExternalId as ExternalIdText, Flag, Line, Moment,
    NoteText,
};
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::list::{CursorList, WantedPiece, read_sorting};

struct Request {
    filter: CustomerFilter,
    sorts: Vec<Sort<CustomerField>>,
    with_members: bool,
    piece: WantedPiece,
}

impl Request {
    fn read(query: &mut Fields) -> Self {
        let filter = filter::read(query);
        let newest_first = Sort { field: CustomerField::CreatedAt, direction: Direction::Descending };
        let rule = "should be email, name or created_at, perhaps after a hyphen";
        let sorts = read_sorting(query, field, rule, newest_first);
        let with_members = query.optional("include_members", text(flag)).unwrap_or(false);
        Self { filter, sorts, with_members, piece: WantedPiece::read(query) }
    }
}

fn field(name: &str) -> Option<CustomerField> {
    match name {
        "email" => Some(CustomerField::Email),
        "name" => Some(CustomerField::Name),
        "created_at" => Some(CustomerField::CreatedAt),
        _ => None,
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "listCustomers", "List customers")
        .describes(
            "The customers of the workspace, newest first unless another order is asked for. Filters narrow the list \
             together. `next_cursor` reads the list to its end even while customers come and go; it belongs to the \
             filters and the order of the list that gave it.",
        )
        .query::<EmailText>("email", "Only those of this e-mail, in any case.")
        .query::<ExternalIdText>("external_id", "Only the one of this identifier.")
        .query::<Line>(
            "query",
            "Only those with a word of the name, an e-mail or an identifier that begins so, in any case.",
        )
        .keyed_query::<NoteText>(
            "metadata",
            "Only those with this note: `metadata[plan]=gold`. Of several texts for one key any, of several keys all. \
             Numbers and booleans are compared as JSON writes them.",
        )
        .query::<CustomerType>("type", "Only those of this kind.")
        .query::<Flag>("has_account", "Only those who sign in to the shop, or only those who do not.")
        .query::<Moment>("created_at[gte]", "Only those made then or later.")
        .query::<Moment>("created_at[gt]", "Only those made later.")
        .query::<Moment>("created_at[lte]", "Only those made then or earlier.")
        .query::<Moment>("created_at[lt]", "Only those made earlier.")
        .repeated_query::<CustomerSorting>(
            "sorting",
            "The order: by the first field, and where that is the same by the next; `-created_at` if nothing is said.",
        )
        .query::<Flag>("include_members", "Whether each customer comes with its members.")
        .queries(Request::read)
        .lists_on::<CursorList<'_, CustomerEntry<'_>>>(&examples::customer())
        .refuses("The cursor is of another list.", Error::refused(Refusal::ForeignCursor("?".to_owned())))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let Request { filter, sorts, with_members, piece } = query(&request, Request::read)?;
    let query = CustomerQuery { filter, sorts, start: piece.start(), limit: piece.limit(), with_members };
    let found = http.app().list_customers(&caller.0.workspace, query).await?;
    let next = found.next_cursor.as_deref();
    Ok(HttpResponse::Ok().json(CursorList::<CustomerEntry<'_>>::new(&found.listed, next, &piece)))
}
