//! A workspace to try things in, and makers of records.

use std::sync::atomic::{AtomicU64, Ordering};

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Contact, Customer, CustomerId, CustomerKind};
use anteroom_domain::job::{JobHolder, JobLease};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::session::{CustomerSession, Provider, StoreSession};
use anteroom_domain::text::{Email, ExternalId, Line, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_domain::{Id, TokenHash};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::{Constraint, Store, StoreError, StoreExt, Unit};

/// Some seconds after a moment that has microseconds.
pub(super) fn at(seconds: i64) -> OffsetDateTime {
    datetime!(2026-01-02 03:04:05.678901 UTC) + Duration::seconds(seconds)
}

/// Sixteen bytes that no other call gives.
fn fresh() -> [u8; 16] {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).to_le_bytes()
}

pub(super) fn id<T>() -> Id<T> {
    Id::from_random_bytes(fresh())
}

pub(super) fn hash() -> TokenHash {
    let mut bytes = [0xA5; 32];
    bytes.iter_mut().zip(fresh()).for_each(|(to, from)| *to = from);
    TokenHash::new(bytes)
}

/// A hash whose beginning is that of `other`, but not its id.
pub(super) fn neighbour(other: &TokenHash) -> TokenHash {
    let mut bytes = *other.bytes();
    bytes.iter_mut().skip(6).for_each(|byte| *byte = !*byte);
    TokenHash::new(bytes)
}

pub(super) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(super) fn line(text: &str) -> Option<Line> {
    Line::parse(text).unwrap()
}

pub(super) fn external_id(text: &str) -> Option<ExternalId> {
    ExternalId::parse(text).unwrap()
}

/// Asserts that the database refused for that reason.
#[track_caller]
pub(super) fn assert_conflict<T: std::fmt::Debug>(result: Result<T, StoreError>, constraint: Constraint) {
    match result {
        Err(StoreError::Conflict(found)) if found == constraint => {}
        other => assert_eq!(format!("{other:?}"), format!("a conflict with {constraint:?}")),
    }
}

/// A store and one workspace in it.
pub(super) struct World<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) workspace: WorkspaceId,
}

impl<'a> World<'a> {
    pub(super) fn new(store: &'a dyn Store) -> Self {
        let record = workspace();
        let world = Self { store, workspace: record.id };
        world.write(|unit| unit.insert_workspace(&record));
        world
    }

    pub(super) fn read<T>(&self, f: impl FnOnce(&mut dyn Unit) -> Result<T, StoreError>) -> T {
        self.store.read(f).unwrap()
    }

    pub(super) fn write<T>(&self, f: impl FnOnce(&mut dyn Unit) -> Result<T, StoreError>) -> T {
        self.store.write(f).unwrap()
    }

    /// An account that is not stored yet.
    pub(super) fn customer(&self, address: &str) -> Customer {
        Customer {
            id: id(),
            workspace_id: self.workspace,
            kind: CustomerKind::Individual,
            has_account: true,
            external_id: None,
            email: email(address),
            email_verified: false,
            name: None,
            billing_name: None,
            contact: Contact::default(),
            avatar_url: None,
            metadata: Metadata::default(),
            store_metadata: StoreMetadata::default(),
            created_at: at(0),
            modified_at: None,
            deleted_at: None,
            disabled_at: None,
        }
    }

    /// An account that is stored.
    pub(super) fn stored_customer(&self, address: &str) -> Customer {
        let customer = self.customer(address);
        self.write(|unit| unit.insert_customer(&customer));
        customer
    }

    pub(super) fn member(&self, customer: CustomerId, address: &str, role: Role) -> Member {
        Member {
            id: id(),
            workspace_id: self.workspace,
            customer_id: customer,
            external_id: None,
            email: email(address),
            name: line("Ada"),
            role,
            created_at: at(0),
            modified_at: None,
        }
    }

    pub(super) fn session(&self, customer: CustomerId) -> CustomerSession {
        CustomerSession {
            token_hash: hash(),
            workspace_id: self.workspace,
            customer_id: customer,
            member_id: None,
            return_url: None,
            created_at: at(0),
            expires_at: at(3600),
            revoked_at: None,
            entered_at: None,
        }
    }

    /// A portal session that is stored.
    pub(super) fn stored_session(&self, customer: CustomerId) -> CustomerSession {
        let session = self.session(customer);
        assert!(self.write(|unit| unit.insert_customer_session(&session)));
        session
    }

    pub(super) fn identity(&self, address: &str) -> (AuthIdentity, ProviderIdentity) {
        let identity =
            AuthIdentity { id: id(), workspace_id: self.workspace, customer_id: None, created_at: at(0) };
        let provider = ProviderIdentity {
            id: id(),
            workspace_id: self.workspace,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email: email(address),
            password_hash: "$argon2id$old".to_owned(),
            created_at: at(0),
        };
        (identity, provider)
    }

    pub(super) fn stored_identity(&self, address: &str) -> (AuthIdentity, ProviderIdentity) {
        let (identity, provider) = self.identity(address);
        self.write(|unit| unit.insert_identity(&identity, &provider));
        (identity, provider)
    }
}

/// A lease of five minutes.
pub(super) fn lease(holder: &str, seconds: i64) -> JobLease {
    let holder = JobHolder::from_stored(holder.to_owned());
    JobLease { holder, taken_at: at(seconds), expires_at: at(seconds) + JobLease::LIFE }
}

pub(super) fn workspace() -> Workspace {
    let id: WorkspaceId = id();
    Workspace {
        id,
        slug: Slug::parse(&format!("shop-{}", id.uuid().simple())).unwrap(),
        name: line("Shop").unwrap(),
        settings: WorkspaceSettings::default(),
        created_at: at(0),
        modified_at: None,
        disabled_at: None,
    }
}

pub(super) fn address(customer: CustomerId) -> Address {
    Address {
        id: id(),
        customer_id: customer,
        is_default_shipping: false,
        is_default_billing: false,
        postal: PostalAddress::default(),
        metadata: StoreMetadata::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(super) fn store_session(identity: &AuthIdentity) -> StoreSession {
    StoreSession {
        id: id(),
        workspace_id: identity.workspace_id,
        auth_identity_id: identity.id,
        provider: Provider::EmailPass,
        cookie_hash: None,
        ip_address: Some([192, 0, 2, 7].into()),
        user_agent: line("Browser"),
        created_at: at(0),
        last_used_at: at(0),
        expires_at: at(3600),
        revoked_at: None,
    }
}
