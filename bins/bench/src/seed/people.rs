//! Customers who sign in, each with an address and an owner.

use anteroom_app::{OsRandom, SystemClock};
use anteroom_auth::password::{HashMemory, NewPassword, PasswordPolicy};
use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId, ProviderIdentity};
use anteroom_domain::customer::{Contact, Customer, CustomerId, CustomerKind};
use anteroom_domain::member::{Member, MemberId, Role};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::session::Provider;
use anteroom_domain::text::{CountryCode, Email, InvalidText, Line, Phone, Province};
use anteroom_domain::{Clock, Id};
use anteroom_store::{StoreError, StoreExt, Unit};

use super::{BATCH, PASSWORD, World};

/// Whom sessions are for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    number: usize,
    pub(super) customer: CustomerId,
    pub(super) member: MemberId,
    pub(super) identity: AuthIdentityId,
}

impl Person {
    fn new(number: usize) -> Self {
        Self {
            number,
            customer: Id::random(&OsRandom),
            member: Id::random(&OsRandom),
            identity: Id::random(&OsRandom),
        }
    }

    /// What they sign in with.
    pub(super) fn email(&self) -> String {
        format!("grace.hopper-{}@example.com", self.number)
    }
}

/// Adds so many people.
pub(super) fn insert(world: &World, count: usize) -> anyhow::Result<Vec<Person>> {
    let people: Vec<_> = (0..count).map(Person::new).collect();
    // One hash for all: to make one for each would take minutes.
    let hash = NewPassword::parse(PASSWORD, &PasswordPolicy::default(), "")?;
    let hash = hash.hash(&OsRandom, &mut HashMemory::new())?;
    world.in_parts(|number, count| {
        let mine = people.chunks(people.len().div_ceil(count)).nth(number).unwrap_or_default();
        for batch in mine.chunks(BATCH) {
            world.store.write(|unit| {
                batch.iter().try_for_each(|person| insert_one(unit, world, person, hash.as_str()))
            })?;
        }
        Ok(())
    })?;
    Ok(people)
}

/// What goes wrong with a person.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Text(#[from] InvalidText),
}

fn insert_one(unit: &mut dyn Unit, world: &World, person: &Person, hash: &str) -> Result<(), Fault> {
    let (now, workspace_id) = (SystemClock.now(), world.workspace.id);
    let email = Email::parse(&person.email())?;
    let contact = Contact {
        first_name: Line::parse("Grace")?,
        last_name: Line::parse("Hopper")?,
        company_name: Line::parse("Navy")?,
        phone: Phone::parse("+1 202 555 0100")?,
    };
    unit.insert_customer(&Customer {
        id: person.customer,
        workspace_id,
        kind: CustomerKind::Individual,
        has_account: true,
        external_id: None,
        email: email.clone(),
        email_verified: false,
        name: None,
        billing_name: None,
        contact,
        avatar_url: None,
        metadata: Metadata::default(),
        store_metadata: StoreMetadata::default(),
        created_at: now,
        modified_at: None,
        deleted_at: None,
        disabled_at: None,
    })?;
    unit.insert_member(&Member {
        id: person.member,
        workspace_id,
        customer_id: person.customer,
        external_id: None,
        email: email.clone(),
        name: Line::parse("Grace Hopper")?,
        role: Role::Owner,
        created_at: now,
        modified_at: None,
    })?;
    let country = CountryCode::parse("us")?;
    unit.insert_address(&Address {
        id: Id::random(&OsRandom),
        customer_id: person.customer,
        is_default_shipping: true,
        is_default_billing: true,
        postal: PostalAddress {
            address_name: Line::parse("Home")?,
            company: None,
            first_name: Line::parse("Grace")?,
            last_name: Line::parse("Hopper")?,
            address_1: Line::parse("12 Navy Yard")?,
            address_2: None,
            city: Line::parse("Arlington")?,
            country_code: Some(country),
            province: Province::parse("us-va", Some(country))?,
            postal_code: Line::parse("22202")?,
            phone: Phone::parse("+1 202 555 0100")?,
        },
        metadata: StoreMetadata::default(),
        created_at: now,
        updated_at: now,
    })?;
    let identity = AuthIdentity {
        id: person.identity,
        workspace_id,
        customer_id: Some(person.customer),
        created_at: now,
    };
    let provider = ProviderIdentity {
        id: Id::random(&OsRandom),
        workspace_id,
        auth_identity_id: person.identity,
        provider: Provider::EmailPass,
        email,
        password_hash: hash.to_owned(),
        created_at: now,
    };
    Ok(unit.insert_identity(&identity, &provider)?)
}
