//! Customer rows.

use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::text::{Email, ExternalId, Line, Phone, ReturnUrl, folded};
use diesel::dsl::auto_type;
use diesel::prelude::*;
use serde_json::Map;

use super::{document, id, instant, map, text};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::customers;
use crate::sql::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = customers, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct CustomerRow {
    id: DbUuid,
    workspace_id: DbUuid,
    #[diesel(embed)]
    columns: CustomerColumns,
    created_at: DbTime,
    deleted_at: Option<DbTime>,
}

/// What can change about a living customer.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customers, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in crate::sql) struct CustomerColumns {
    kind: String,
    has_account: bool,
    external_id: Option<String>,
    email: String,
    email_key: String,
    email_verified: bool,
    name: Option<String>,
    billing_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    company_name: Option<String>,
    phone: Option<String>,
    avatar_url: Option<String>,
    metadata: DbJson,
    store_metadata: DbJson,
    modified_at: Option<DbTime>,
    disabled_at: Option<DbTime>,
    name_key: String,
    external_id_key: String,
}

/// Whether a customer is found by the same as one of these columns: by those who search, and by the unique indexes.
#[auto_type(no_type_alias)]
pub(in crate::sql) fn is_found_alike<'a>(columns: &'a CustomerColumns) -> _ {
    let external_id: Option<&'a str> = columns.external_id.as_deref();
    let email_key: &'a str = &columns.email_key;
    let external_id_key: &'a str = &columns.external_id_key;
    let name_key: &'a str = &columns.name_key;
    let metadata: &'a DbJson = &columns.metadata;
    let has_account: bool = columns.has_account;
    customers::has_account
        .eq(has_account)
        .and(customers::external_id_key.eq(external_id_key))
        // Whose key is the same and who has none is compared with none.
        .and(customers::external_id.is_null().or(customers::external_id.eq(external_id)))
        .and(customers::email_key.eq(email_key))
        .and(customers::name_key.eq(name_key))
        .and(customers::metadata.eq(metadata))
}

impl CustomerRow {
    /// Its id.
    pub(in crate::sql) fn id(&self) -> DbUuid {
        self.id
    }
}

impl From<&Customer> for CustomerRow {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id.into(),
            workspace_id: customer.workspace_id.into(),
            columns: customer.into(),
            created_at: DbTime(customer.created_at),
            deleted_at: customer.deleted_at.map(DbTime),
        }
    }
}

impl From<&Customer> for CustomerColumns {
    fn from(customer: &Customer) -> Self {
        let Contact { first_name, last_name, company_name, phone } = &customer.contact;
        Self {
            kind: customer.kind.as_str().to_owned(),
            has_account: customer.has_account,
            external_id: text!(customer.external_id),
            email: customer.email.as_str().to_owned(),
            email_key: customer.email.key().to_owned(),
            email_verified: customer.email_verified,
            name: text!(customer.name),
            billing_name: text!(customer.billing_name),
            first_name: text!(first_name),
            last_name: text!(last_name),
            company_name: text!(company_name),
            phone: text!(phone),
            avatar_url: text!(customer.avatar_url),
            metadata: document(customer.metadata.as_map()),
            store_metadata: document(customer.store_metadata.as_map()),
            modified_at: customer.modified_at.map(DbTime),
            disabled_at: customer.disabled_at.map(DbTime),
            name_key: customer.name_key(),
            external_id_key: folded(customer.external_id.as_ref().map_or("", ExternalId::as_str)),
        }
    }
}

impl CustomerRow {
    /// What stays of the customer when nobody shall know who it was.
    pub(in crate::sql) fn into_anonymous(self, email: String, at: DbTime) -> CustomerColumns {
        CustomerColumns {
            kind: self.columns.kind,
            has_account: self.columns.has_account,
            external_id: None,
            email: email.clone(),
            email_key: email,
            email_verified: false,
            name: None,
            billing_name: None,
            first_name: None,
            last_name: None,
            company_name: None,
            phone: None,
            avatar_url: None,
            metadata: document(&Map::new()),
            store_metadata: document(&Map::new()),
            modified_at: Some(at),
            disabled_at: self.columns.disabled_at,
            name_key: String::new(),
            external_id_key: String::new(),
        }
    }

    /// What stays of the customer when it has gone up in another: a name that leads there.
    pub(in crate::sql) fn into_alias(
        mut self,
        email: String,
        at: DbTime,
        keeps_external_id: bool,
    ) -> CustomerColumns {
        let external_id = self.columns.external_id.take().filter(|_| keeps_external_id);
        CustomerColumns { external_id, ..self.into_anonymous(email, at) }
    }
}

impl TryFrom<CustomerRow> for Customer {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self, StoreError> {
        let columns = row.columns;
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            kind: CustomerKind::parse(&columns.kind).ok_or(StoreError::Corrupt("customer kind"))?,
            has_account: columns.has_account,
            external_id: columns.external_id.map(ExternalId::from_stored),
            email: Email::from_stored(columns.email, columns.email_key),
            email_verified: columns.email_verified,
            name: columns.name.map(Line::from_stored),
            billing_name: columns.billing_name.map(Line::from_stored),
            contact: Contact {
                first_name: columns.first_name.map(Line::from_stored),
                last_name: columns.last_name.map(Line::from_stored),
                company_name: columns.company_name.map(Line::from_stored),
                phone: columns.phone.map(Phone::from_stored),
            },
            avatar_url: columns.avatar_url.map(ReturnUrl::from_stored),
            metadata: Metadata::from_stored(map(columns.metadata)?),
            store_metadata: StoreMetadata::from_stored(map(columns.store_metadata)?),
            created_at: row.created_at.0,
            modified_at: instant(columns.modified_at),
            deleted_at: instant(row.deleted_at),
            disabled_at: instant(columns.disabled_at),
        })
    }
}
