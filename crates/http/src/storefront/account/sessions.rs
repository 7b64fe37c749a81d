//! `/store/customers/me/sessions`

pub(in crate::storefront) mod end;
pub(in crate::storefront) mod end_all;
pub(in crate::storefront) mod list;
