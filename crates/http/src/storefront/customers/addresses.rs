//! A shopper's own address book.

pub(in crate::storefront) mod create;
pub(in crate::storefront) mod delete;
pub(in crate::storefront) mod list;
mod requests;
pub(in crate::storefront) mod retrieve;
pub(in crate::storefront) mod update;

use anteroom_app::{Error, Missing};
use anteroom_domain::address::AddressId;

use crate::failure::Failure;
use crate::fields::path_id;
use crate::openapi::{Operation, examples};
use crate::wire::Uuid4;

/// The address whose id is in the path.
fn address_in_path(path: &str) -> Result<AddressId, Failure> {
    Ok(path_id("address_id", path)?)
}

/// What was done with the address of that id, which may be nobody's or somebody else's.
fn of_address<T>(id: AddressId, done: Result<T, Error>) -> Result<T, Failure> {
    done.map_err(|error| match error {
        Error::NotFound(Missing::Address) => Failure::NoSuchAddress(id.to_string()),
        other => other.into(),
    })
}

impl Operation {
    /// A parameter in the path that names an address of the shopper's book.
    fn names_an_address(self) -> Self {
        self.path::<Uuid4>("address_id", "The address's id.")
            .refuses("The shopper has no such address.", Failure::NoSuchAddress(examples::ADDRESS.to_owned()))
    }
}
