//! What a body may hold, written as a type.

/// Declares what a JSON body may hold, for its schema alone: requests are read field by field, and no value of the type
/// is ever made. A field that may be absent is an `Option`; what is not named is refused.
///
/// A test holds every such type to the parser of its endpoint. A `form` is open: browsers may send more than was asked for. One
/// `with presence` holds what proves that it is still the customer who sits there, too.
macro_rules! request_schema {
    ($(#[$doc:meta])+ $name:ident $(as $alias:ident)? { $($fields:tt)* }) => {
        $(#[$doc])+
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[schema(as = $alias)])?
        #[expect(dead_code, reason = "it is described, and never made")]
        pub(crate) struct $name { $($fields)* }
    };
    ($(#[$doc:meta])+ $name:ident with presence { $($fields:tt)* }) => {
        request_schema!(
            $(#[$doc])+
            $name {
                $($fields)*
                /// The password; enough where there is no second factor.
                current_password: Option<String>,
                method: Option<crate::openapi::scalars::SecondFactorMethod>,
                /// The second factor: what an app shows, or a recovery code.
                code: Option<String>,
                /// The `flow` of a question to a passkey, which `POST /auth/customer/passkey` asks; enough with its `credential`.
                flow: Option<String>,
                /// The authenticator’s answer: what `PublicKeyCredential.toJSON` gives.
                credential: Option<std::collections::HashMap<String, serde_json::Value>>,
            }
        );
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
