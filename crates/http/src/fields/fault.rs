//! What can be wrong with what was sent, in no API's words yet.

use anteroom_domain::text::InvalidText;
use serde_json::Value;

/// One fault of what was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    /// In which part of the request.
    pub(crate) place: Place,
    /// The way to the field, outermost first; empty when it is the part as a whole.
    pub(crate) path: Vec<String>,
    /// What is wrong.
    pub(crate) problem: Problem,
    /// What was sent there; `null` when nothing was, or when it may be a secret.
    pub(crate) input: Value,
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Header,
    Body,
    Query,
    Path,
}

impl Place {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It is required.
    Missing,
    /// It has another JSON type.
    Type { expected: JsonType },
    /// There is no such field.
    Unknown,
    /// Its value breaks a rule, which the text says about "the value".
    Rule(&'static str),
}

impl From<InvalidText> for Problem {
    fn from(invalid: InvalidText) -> Self {
        Self::Rule(invalid.0)
    }
}

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl JsonType {
    /// The type of a value.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// The name in messages.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}
