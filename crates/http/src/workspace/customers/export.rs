//! `GET /api/customers/export`: every customer of the workspace, as a file.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Exporter};
use anteroom_domain::text::InvalidText;
use anteroom_transfer::{Format, Writer};
use futures_util::stream;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, query, text};
use crate::openapi::scalars::FileFormat;
use crate::openapi::{Operation, Tag};

const CSV: &str = "text/csv; charset=utf-8; header=present";
const NDJSON: &str = "application/x-ndjson";

struct Request {
    format: Format,
}

impl Request {
    fn read(query: &mut Fields) -> Self {
        let format = |name: &str| Format::parse(name).ok_or(InvalidText("should be csv or ndjson"));
        Self { format: query.optional("format", text(format)).unwrap_or(Format::Csv) }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "exportCustomers", "Export customers")
        .describes(
            "Every customer with addresses and members, newest first, in the columns that `anteroom customer import` reads. \
             Hashes of passwords are not among them. A text that a spreadsheet would take for a formula has an apostrophe in front. \
             The file is written while it is read, each customer as it is at that moment; when it breaks off, so does the connection, and \
             the file is not whole.",
        )
        .query::<FileFormat>("format", "How it is written: `csv`, or `ndjson`, a JSON object a line; `csv` if nothing is said.")
        .queries(Request::read)
        .answers_text(StatusCode::OK, "The customers.", "text/csv")
        .answers_text(StatusCode::OK, "The customers.", NDJSON)
        .with_header("Content-Disposition", "A name for the file.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let Request { format } = query(&request, Request::read)?;
    let workspace = &caller.0.workspace;
    let mut exporter = http.app().exporter(workspace.id, false);
    let writer = Writer::new(format, false);
    // Before the status is said: what fails later can only break the file off.
    let first = exporter.next().await?;
    let beginning = web::Bytes::from([writer.head(), writer.piece(&first)].concat());
    let name = format!("attachment; filename=\"{}-customers.{}\"", workspace.slug, format.as_str());
    let content_type = match format {
        Format::Csv => CSV,
        Format::Ndjson => NDJSON,
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .content_type(content_type)
        .streaming(stream::unfold(Some((Some(beginning), exporter)), move |state| piece(state, writer))))
}

/// What is still to be sent: what was read already, and where the rest comes from.
type Rest = Option<(Option<web::Bytes>, Exporter)>;

/// The next piece of the file. It is read when the one before is on its way, so that whoever reads slowly holds nothing up.
async fn piece(rest: Rest, writer: Writer) -> Option<(Result<web::Bytes, Error>, Rest)> {
    let (read, mut exporter) = rest?;
    if let Some(beginning) = read {
        return Some((Ok(beginning), Some((None, exporter))));
    }
    match exporter.next().await {
        Ok(records) if records.is_empty() => None,
        Ok(records) => Some((Ok(writer.piece(&records).into()), Some((None, exporter)))),
        Err(error) => {
            let error_text = error.with_causes();
            tracing::warn!(error = error_text, "an export of customers was broken off");
            Some((Err(error), None))
        }
    }
}
