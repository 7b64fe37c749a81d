//! Which addresses of a book a list has, and in which order.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::{Direction, Sort};
use anteroom_domain::text::folded;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::connection::MultiBackend;
use super::customer_lists::inert;
use super::schema::addresses;
use super::types::{DbTime, DbUuid};
use crate::{AddressField, AddressFilter};

type Book<'a> = IntoBoxed<'a, addresses::table, MultiBackend>;

/// The addresses of the customer that the filter lets through.
pub(super) fn filtered(customer: CustomerId, filter: &AddressFilter) -> Book<'_> {
    let mut book = addresses::table.into_boxed().filter(addresses::customer_id.eq(DbUuid::from(customer)));
    if let Some(query) = &filter.query {
        let anywhere = format!("%{}%", inert(&folded(query.as_str())));
        book = book.filter(addresses::search_key.like(anywhere).escape('\\'));
    }
    macro_rules! among {
        ($column:ident) => {
            if let Some(any_of) = &filter.$column.any_of {
                book = book.filter(addresses::$column.eq_any(any_of));
            }
            let none_of = &filter.$column.none_of;
            if !none_of.is_empty() {
                book = book.filter(addresses::$column.is_null().or(addresses::$column.ne_all(none_of)));
            }
        };
    }
    among!(city);
    among!(postal_code);
    among!(country_code);
    macro_rules! within {
        ($span:ident, $column:ident) => {
            if let Some(from) = filter.$span.from {
                book = book.filter(addresses::$column.ge(DbTime(from)));
            }
            if let Some(before) = filter.$span.before {
                book = book.filter(addresses::$column.lt(DbTime(before)));
            }
        };
    }
    within!(created, created_at);
    within!(updated, updated_at);
    book
}

/// Sorts them, ties by id.
pub(super) fn ordered(book: Book<'_>, sort: Sort<AddressField>) -> Book<'_> {
    macro_rules! by {
        ($column:ident) => {
            match sort.direction {
                Direction::Ascending => book.order(addresses::$column.asc()),
                Direction::Descending => book.order(addresses::$column.desc()),
            }
        };
        // The two databases put what is absent at different ends.
        (nullable $column:ident) => {{
            let book = book.order(addresses::$column.is_null().asc());
            match sort.direction {
                Direction::Ascending => book.then_order_by(addresses::$column.asc()),
                Direction::Descending => book.then_order_by(addresses::$column.desc()),
            }
        }};
    }
    let sorted = match sort.field {
        AddressField::Id => by!(id),
        AddressField::AddressName => by!(nullable address_name),
        AddressField::IsDefaultShipping => by!(is_default_shipping),
        AddressField::IsDefaultBilling => by!(is_default_billing),
        AddressField::Company => by!(nullable company),
        AddressField::FirstName => by!(nullable first_name),
        AddressField::LastName => by!(nullable last_name),
        AddressField::Address1 => by!(nullable address_1),
        AddressField::Address2 => by!(nullable address_2),
        AddressField::City => by!(nullable city),
        AddressField::CountryCode => by!(nullable country_code),
        AddressField::Province => by!(nullable province),
        AddressField::PostalCode => by!(nullable postal_code),
        AddressField::Phone => by!(nullable phone),
        AddressField::CreatedAt => by!(created_at),
        AddressField::UpdatedAt => by!(updated_at),
    };
    sorted.then_order_by(addresses::id.asc())
}
