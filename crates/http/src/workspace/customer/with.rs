//! The customer with more beside its fields.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::CustomerBody;

/// A customer with the fields of `T` beside its own. It is described under the name of `T`.
#[derive(Serialize)]
pub(crate) struct CustomerWith<'a, T> {
    #[serde(flatten)]
    pub(crate) customer: CustomerBody<'a>,
    #[serde(flatten)]
    pub(crate) more: T,
}

impl<T: ToSchema> ToSchema for CustomerWith<'_, T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        CustomerBody::schemas(schemas);
        T::schemas(schemas);
    }
}

impl<T: ToSchema> PartialSchema for CustomerWith<'_, T> {
    fn schema() -> RefOr<Schema> {
        match (CustomerBody::schema(), T::schema()) {
            (RefOr::T(Schema::Object(mut customer)), RefOr::T(Schema::Object(more))) => {
                customer.description = more.description;
                customer.properties.extend(more.properties);
                customer.required.extend(more.required);
                customer.into()
            }
            (customer, _) => customer,
        }
    }
}
