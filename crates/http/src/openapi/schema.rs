//! What a body may hold, written as a type.

/// Declares what a JSON body may hold, for its schema alone: requests are read field by field, and no value of the type
/// is ever made. A field that may be absent is an `Option`; what is not named is refused.
///
/// A test holds every such type to the parser of its endpoint. A `form` is open: browsers may send more than was asked for.
macro_rules! request_schema {
    ($(#[$doc:meta])+ $name:ident $(as $alias:ident)? { $($fields:tt)* }) => {
        $(#[$doc])+
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[schema(as = $alias)])?
        #[expect(dead_code, reason = "it is described, and never made")]
        pub(crate) struct $name { $($fields)* }
    };
    ($(#[$doc:meta])+ form $name:ident { $($fields:tt)* }) => {
        $(#[$doc])+
        #[derive(utoipa::ToSchema)]
        #[expect(dead_code, reason = "it is described, and never made")]
        pub(crate) struct $name { $($fields)* }
    };
    ($(#[$doc:meta])+ enum $name:ident { $($variants:tt)* }) => {
        $(#[$doc])+
        #[derive(utoipa::ToSchema)]
        #[serde(untagged)]
        #[expect(dead_code, reason = "it is described, and never made")]
        pub(crate) enum $name { $($variants)* }
    };
}

pub(crate) use request_schema;
