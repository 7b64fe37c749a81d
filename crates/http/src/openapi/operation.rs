//! What a route says about itself.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{HeaderBuilder, Ref, RefOr, Required};

use super::Tag;
use super::scalars::{Count, Text};
use crate::body::{FromBody, Nothing};
use crate::failure::Failure;
use crate::fields::Fields;

/// What a route says about itself. What its row in the table of routes says already is added from there
/// ([`follows`](super::follows)).
pub(crate) struct Operation {
    pub(super) tag: Tag,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<RequestBody>,
    pub(super) answers: Vec<(StatusCode, Response)>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    /// Reads a query, to see which parameters it asks for.
    #[cfg(test)]
    pub(super) reads_query: Option<super::agreement::ReadsQuery>,
}

/// The body that a route takes.
pub(super) struct RequestBody {
    pub(super) content_type: &'static str,
    pub(super) content: Content,
    pub(super) required: bool,
    #[cfg(test)]
    pub(super) examined: Option<super::agreement::Examined>,
}

/// One way in which a route refuses: when, and the failure it then answers with, which tells status and body.
pub(super) struct Refusal {
    pub(super) when: &'static str,
    pub(super) failure: Failure,
}

impl Operation {
    /// A route of that tag; `id` names it for generators of clients, `summary` for readers.
    pub(crate) fn new(tag: Tag, id: &'static str, summary: &'static str) -> Self {
        Self {
            tag,
            id,
            summary,
            description: "",
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            refusals: Vec::new(),
            schemas: Vec::new(),
            #[cfg(test)]
            reads_query: None,
        }
    }

    /// What a reader should know, in Markdown.
    pub(crate) fn describes(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// A parameter in the path.
    pub(crate) fn path<T: ToSchema>(self, name: &str, description: &str) -> Self {
        self.parameter::<T>(ParameterIn::Path, Required::True, name, description)
    }

    /// A parameter in the query, which may be left out.
    pub(crate) fn query<T: ToSchema>(self, name: &str, description: &str) -> Self {
        self.parameter::<T>(ParameterIn::Query, Required::False, name, description)
    }

    /// A parameter in the query that may be given several times.
    pub(crate) fn repeated_query<T: ToSchema>(self, name: &str, description: &str) -> Self {
        let values = ArrayBuilder::new().items(T::schema());
        self.styled_query(ParameterStyle::Form, name, description, values)
    }

    /// Parameters `name[key]` in the query, by keys of the caller's own, each of which may be given several times.
    pub(crate) fn keyed_query<T: ToSchema>(self, name: &str, description: &str) -> Self {
        let values = ArrayBuilder::new().items(T::schema());
        let keys = ObjectBuilder::new().additional_properties(Some(Schema::from(values)));
        self.styled_query(ParameterStyle::DeepObject, name, description, keys)
    }

    fn styled_query(
        mut self,
        style: ParameterStyle,
        name: &str,
        description: &str,
        schema: impl Into<RefOr<Schema>>,
    ) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .description(Some(description))
            .style(Some(style))
            .explode(Some(true))
            .schema(Some(schema));
        self.parameters.push(parameter.build());
        self
    }

    /// The parameters of every list.
    fn pages(self) -> Self {
        self.query::<Count>("page", "Which page, from 1; the first if nothing is said.")
            .query::<Count>("limit", "How many entries a page has: 10 if nothing is said, at most 100.")
    }

    /// A header, which may be left out.
    pub(crate) fn header<T: ToSchema>(self, name: &str, description: &str) -> Self {
        self.parameter::<T>(ParameterIn::Header, Required::False, name, description)
    }

    /// The function that reads the query parameters; a test holds the parameters named here to it.
    #[cfg_attr(not(test), expect(unused_variables, unused_mut, reason = "a test alone looks at it"))]
    pub(crate) fn queries<T: 'static>(mut self, read: fn(&mut Fields) -> T) -> Self {
        #[cfg(test)]
        {
            self.reads_query = Some(Box::new(move |fields| drop(read(fields))));
        }
        self
    }

    /// The JSON body, and one that is good.
    pub(crate) fn takes<T: FromBody>(self, example: Value) -> Self {
        let operation = self.takes_content::<T::Schema>("application/json", !T::MAY_BE_ABSENT, example);
        #[cfg(test)]
        let operation = operation.examined(super::agreement::Examined::of::<T>());
        operation
    }

    /// A body that may be empty, or an empty JSON object.
    pub(crate) fn takes_nothing(self) -> Self {
        self.takes::<Nothing>(json!({}))
    }

    /// The JSON body of a route that does not read it as a [`FromBody`], and one that is good.
    pub(crate) fn takes_as<T: ToSchema>(self, example: Value) -> Self {
        self.takes_content::<T>("application/json", true, example)
    }

    /// As [`takes`](Self::takes), of a route that needs no body each time.
    pub(crate) fn may_take<T: FromBody>(self, example: Value) -> Self {
        let operation = self.takes_content::<T::Schema>("application/json", false, example);
        #[cfg(test)]
        let operation = operation.examined(super::agreement::Examined::of::<T>());
        operation
    }

    /// As [`takes_as`](Self::takes_as), of a route that needs no body each time.
    pub(crate) fn may_take_as<T: ToSchema>(self, example: Value) -> Self {
        self.takes_content::<T>("application/json", false, example)
    }

    /// The fields of an HTML form, which may lack any of them.
    pub(crate) fn takes_form<T: ToSchema>(self, example: Value) -> Self {
        self.takes_content::<T>("application/x-www-form-urlencoded", false, example)
    }

    fn takes_content<T: ToSchema>(
        mut self,
        content_type: &'static str,
        required: bool,
        example: Value,
    ) -> Self {
        let content = self.json::<T>(Some(example));
        self.body = Some(RequestBody {
            content_type,
            content,
            required,
            #[cfg(test)]
            examined: None,
        });
        self
    }

    #[cfg(test)]
    fn examined(mut self, examined: super::agreement::Examined) -> Self {
        if let Some(body) = &mut self.body {
            body.examined = Some(examined);
        }
        self
    }

    /// A JSON answer with status 200, and one that might be.
    pub(crate) fn answers<T: ToSchema>(self, description: &str, example: Value) -> Self {
        self.answers_json::<T>(StatusCode::OK, description, example)
    }

    /// A page of a list, shown with one entry.
    pub(crate) fn lists<L: ToSchema>(self, entry: &Value) -> Self {
        let meta = json!({"total": 1, "page": 1, "per_page": 10, "pages": 1});
        self.pages().answers::<L>("A page of the list.", json!({"data": [entry], "meta": meta}))
    }

    /// A piece of a list that can be read on by a cursor, shown with one entry.
    pub(crate) fn lists_on<L: ToSchema>(self, entry: &Value) -> Self {
        let meta = json!({"total": 1, "page": 1, "per_page": 10, "pages": 1, "next_cursor": null});
        self.pages()
            .query::<Text>("cursor", "Reads on from the `next_cursor` of the same list, in place of `page`.")
            .answers::<L>("A piece of the list.", json!({"data": [entry], "meta": meta}))
    }

    /// A JSON answer with status 201, and one that might be.
    pub(crate) fn creates<T: ToSchema>(self, description: &str, example: Value) -> Self {
        self.answers_json::<T>(StatusCode::CREATED, description, example)
    }

    /// A JSON answer with status 202: it is going to be done.
    pub(crate) fn accepts<T: ToSchema>(self, description: &str, example: Value) -> Self {
        self.answers_json::<T>(StatusCode::ACCEPTED, description, example)
    }

    fn answers_json<T: ToSchema>(mut self, status: StatusCode, description: &str, example: Value) -> Self {
        let content = self.json::<T>(Some(example));
        let answer = ResponseBuilder::new().description(description).content("application/json", content);
        self.answers.push((status, answer.build()));
        self
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(mut self, status: StatusCode, description: &str) -> Self {
        self.answers.push((status, ResponseBuilder::new().description(description).build()));
        self
    }

    /// An answer whose body is text of that content type.
    pub(crate) fn answers_text(mut self, status: StatusCode, description: &str, content_type: &str) -> Self {
        let text = ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build();
        let response = ResponseBuilder::new().description(description).content(content_type, text).build();
        match self.answers.iter_mut().find(|(known, _)| *known == status) {
            Some((_, known)) => known.content.extend(response.content),
            None => self.answers.push((status, response)),
        }
        self
    }

    /// A header of the answer that was named last.
    pub(crate) fn with_header(mut self, name: &str, description: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let header = HeaderBuilder::new().schema(Some(text)).description(Some(description)).build();
        if let Some((_, answer)) = self.answers.last_mut() {
            answer.headers.insert(name.to_owned(), header.into());
        }
        self
    }

    /// A failure of the route's own, and when it happens. Those of credentials, bodies and parameters are known from
    /// the table of routes.
    pub(crate) fn refuses(mut self, when: &'static str, failure: impl Into<Failure>) -> Self {
        self.refusals.push(Refusal { when, failure: failure.into() });
        self
    }

    fn json<T: ToSchema>(&mut self, example: Option<Value>) -> Content {
        ContentBuilder::new().schema(Some(self.reference::<T>())).example(example).build()
    }

    /// A reference to the schema of a type, which is noted with all that it needs.
    pub(super) fn reference<T: ToSchema>(&mut self) -> Ref {
        let name = T::name();
        T::schemas(&mut self.schemas);
        self.schemas.push((name.to_string(), T::schema()));
        Ref::from_schema_name(name)
    }

    fn parameter<T: ToSchema>(
        mut self,
        place: ParameterIn,
        required: Required,
        name: &str,
        description: &str,
    ) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(description))
            .schema(Some(T::schema()));
        self.parameters.push(parameter.build());
        self
    }
}
