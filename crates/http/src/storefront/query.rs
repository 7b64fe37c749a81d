//! Query strings as the clients of Medusa write them.

use actix_web::HttpRequest;
use anteroom_app::Among;

use super::selection::{Record, Selection};
use crate::failure::Failure;
use crate::fields::{Fault, Fields, Problem, text};
use crate::openapi::Operation;
use crate::openapi::scalars::Text;

/// Reads a query string and reports every fault of it.
pub(super) fn read<T>(request: &HttpRequest, read: impl FnOnce(&mut Fields) -> T) -> Result<T, Vec<Fault>> {
    let mut fields = Fields::of_query_in_qs(request.query_string());
    let read = read(&mut fields);
    fields.finish(Some(read))
}

/// Reads a query string that may choose fields and nothing else.
pub(super) fn selection<T: Record>(request: &HttpRequest) -> Result<Selection, Failure> {
    if request.query_string().is_empty() {
        return Ok(Selection::default());
    }
    selected::<T>(read(request, wanted_fields)?)
}

/// Reads `fields`, which says nothing yet about a kind of record.
pub(super) fn wanted_fields(query: &mut Fields) -> Option<String> {
    query.optional("fields", text(|names| Ok::<_, Problem>(names.to_owned())))
}

/// The fields that were wanted of a kind of record.
pub(super) fn selected<T: Record>(wanted: Option<String>) -> Result<Selection, Failure> {
    wanted.map_or_else(|| Ok(Selection::default()), |names| Selection::parse(&names, T::SHAPE))
}

/// Reads which texts a field may have: `name=a`, several times or as a list, and the operators `$eq`, `$in`, `$ne`, `$nin`.
/// What is said in several of these ways all holds.
pub(super) fn among(
    query: &mut Fields,
    name: &str,
    parse: impl Fn(&str) -> Result<String, Problem>,
) -> Among {
    let mut of = |name: &str| query.repeated(name, |value| text(&parse)(value));
    let mut among = Among::default();
    for name in [name.to_owned(), format!("{name}[$eq]"), format!("{name}[$in]")] {
        let texts = of(&name);
        if !texts.is_empty() {
            let known = among.any_of.take();
            let is_known = |text: &String| known.as_ref().is_none_or(|known| known.contains(text));
            among.any_of = Some(texts.into_iter().filter(is_known).collect());
        }
    }
    for name in [format!("{name}[$ne]"), format!("{name}[$nin]")] {
        among.none_of.extend(of(&name));
    }
    among
}

impl Operation {
    /// The parameter `fields`, of a kind of record, and nothing else in the query.
    pub(super) fn selects(self) -> Self {
        self.selectable().queries(wanted_fields)
    }

    /// The parameter `fields`.
    pub(super) fn selectable(self) -> Self {
        self.query::<Text>(
            "fields",
            "Which fields are shown, with commas between: plain names are shown alone, `+name` besides, `-name` not; \
             `*addresses` and `addresses.*` are all of an address, `addresses.city` one field. `id` always is.",
        )
        .refuses("A field was asked for that there is not.", Failure::NotSelectable(vec!["colour".to_owned()]))
    }

    /// The parameters that [`among`] reads.
    pub(super) fn narrows(self, name: &str, about: &str) -> Self {
        let operators = [
            ("", ""),
            ("[$eq]", " The same as without the operator."),
            ("[$in]", " The same as without the operator."),
            ("[$ne]", " Turned round: not this one."),
            ("[$nin]", " Turned round: none of these."),
        ];
        operators.into_iter().fold(self, |operation, (operator, more)| {
            operation.repeated_query::<Text>(&format!("{name}{operator}"), &format!("{about}{more}"))
        })
    }
}
