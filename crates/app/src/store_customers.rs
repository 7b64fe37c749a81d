//! A shopper's own record.

use anteroom_domain::Id;
use anteroom_domain::customer::{Contact, Customer};
use anteroom_domain::metadata::StoreMetadata;
use anteroom_domain::text::{Email, Language, Line, Phone};
use anteroom_domain::workspace::EmailVerificationRule;
use anteroom_store::{Constraint, Mode, StoreError, Topic, Unit};
use serde_json::{Map, Value};

use crate::addresses::merged;
use crate::change::Change;
use crate::{App, Error, Once, Refusal, Shopper, ShopperId, SignIn, Unauthenticated};

/// The customer that a registration becomes.
#[derive(Debug, Clone, Default)]
pub struct NewStoreCustomer {
    /// The registered e-mail, or nothing.
    pub email: Option<Email>,
    /// Who they are and where they are reached.
    pub contact: Contact,
    /// The shopper's notes.
    pub metadata: Map<String, Value>,
}

/// What a shopper changes about themself.
#[derive(Debug, Clone, Default)]
pub struct CustomerUpdate {
    /// Given name.
    pub first_name: Change<Line>,
    /// Family name.
    pub last_name: Change<Line>,
    /// The company bought for.
    pub company_name: Change<Line>,
    /// Telephone number.
    pub phone: Change<Phone>,
    /// Keys to be merged into the notes; clearing empties them.
    pub metadata: Change<Map<String, Value>>,
}

impl App {
    /// Turns a registration into a customer with an account. Where shoppers prove their e-mail before they sign in, a mail is sent
    /// to do so.
    pub async fn create_store_customer(
        &self,
        sign_in: &SignIn,
        new: NewStoreCustomer,
        language: Option<Language>,
        once: Once<Shopper>,
    ) -> Result<Shopper, Error> {
        if sign_in.customer().is_some() {
            return Err(Refusal::AlreadyACustomer.into());
        }
        let (identity, now) = (sign_in.identity().clone(), self.now());
        let app = self.clone();
        self.forget([Topic::Identity(identity.id)]);
        self.doors()
            .db(Mode::Write, move |unit| {
                let registered = unit.provider_identities(identity.id)?.into_iter().map(|known| known.email);
                let mut registered = registered.collect::<Vec<_>>();
                let elsewhere = unit.federated_identities(identity.id)?;
                registered.extend(elsewhere.into_iter().map(|known| known.email));
                let email = match new.email {
                    Some(email) if registered.contains(&email) => email,
                    Some(_) => return Err(Refusal::EmailDiffers.into()),
                    None => registered.pop().ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))?,
                };
                let store_metadata = merged(&StoreMetadata::default(), new.metadata)?;
                let customer = Customer {
                    has_account: true,
                    contact: new.contact,
                    store_metadata,
                    ..Customer::new(Id::random(app.random()), identity.workspace_id, email, now)
                };
                match unit.insert_customer(&customer) {
                    Err(StoreError::Conflict(Constraint::CustomerEmail)) => {
                        return Err(Refusal::AccountExists.into());
                    }
                    other => other?,
                }
                if !unit.link_customer(identity.id, customer.id)? {
                    return Err(Refusal::AlreadyACustomer.into());
                }
                let workspace = unit.workspace(identity.workspace_id)?.ok_or_else(gone)?;
                if workspace.settings.email_verification == EmailVerificationRule::Required {
                    app.mail_verification(unit, &workspace, customer.clone(), language)?;
                }
                let made = Shopper { customer, addresses: Vec::new() };
                once.keep(unit, made.customer.id, &made)?;
                Ok(made)
            })
            .await
    }

    /// Changes what a shopper says about themself. Nothing different leaves the time of the last change as it was.
    pub async fn update_shopper(
        &self,
        shopper_id: ShopperId,
        update: CustomerUpdate,
    ) -> Result<Shopper, Error> {
        let now = self.now();
        self.settle([Topic::Customer(shopper_id.customer)], move |unit| {
            let mut customer = held(unit, shopper_id)?;
            let before = customer.clone();
            update.first_name.apply(&mut customer.contact.first_name);
            update.last_name.apply(&mut customer.contact.last_name);
            update.company_name.apply(&mut customer.contact.company_name);
            update.phone.apply(&mut customer.contact.phone);
            customer.store_metadata = match update.metadata {
                Change::Keep => customer.store_metadata,
                Change::Clear => StoreMetadata::default(),
                Change::Set(changes) => merged(&customer.store_metadata, changes)?,
            };
            if customer != before {
                customer.modified_at = Some(now);
                unit.update_customer(&customer)?;
            }
            shopper(unit, customer)
        })
        .await
    }
}

pub(crate) fn shopper(unit: &mut dyn Unit, customer: Customer) -> Result<Shopper, Error> {
    Ok(Shopper { addresses: unit.addresses(customer.id)?, customer })
}

/// The shopper, held against other writers until the unit ends.
pub(crate) fn held(
    unit: &mut dyn Unit,
    ShopperId { workspace, customer }: ShopperId,
) -> Result<Customer, Error> {
    unit.customer_for_update(workspace, customer)?.ok_or_else(gone)
}

/// The customer was deleted since its credential was looked at.
pub(crate) fn gone() -> Error {
    Error::Unauthenticated(Unauthenticated::InvalidToken)
}
