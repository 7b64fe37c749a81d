//! A customer in the list.

use anteroom_app::ListedCustomer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::workspace::customer::{CustomerBody, CustomerWith};
use crate::workspace::member::MemberBody;

pub(super) type CustomerEntry<'a> = CustomerWith<'a, ListedBesides<'a>>;

/// A customer, with its members if they were asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedCustomer)]
pub(super) struct ListedBesides<'a> {
    /// Its members, oldest first; there if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    members: Option<Vec<MemberBody<'a>>>,
}

impl<'a> From<&'a ListedCustomer> for CustomerEntry<'a> {
    fn from(listed: &'a ListedCustomer) -> Self {
        let members = listed.members.as_ref().map(|members| members.iter().map(MemberBody::from).collect());
        Self { customer: CustomerBody::from(&listed.billed), more: ListedBesides { members } }
    }
}
