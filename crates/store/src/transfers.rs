//! Many customers at once, on their way in or out.

use anteroom_domain::address::Address;
use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::Member;
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::transfer::ImportProgress;
use anteroom_domain::workspace::WorkspaceId;

use crate::{CustomerPlace, StoreError};

/// Records of new customers, to be kept together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewRecords {
    /// The customers.
    pub customers: Vec<Customer>,
    /// Their addresses.
    pub addresses: Vec<Address>,
    /// Their members.
    pub members: Vec<Member>,
    /// Who signs in as them, and by what.
    pub identities: Vec<(AuthIdentity, ProviderIdentity)>,
}

/// Many customers at once. A list is as long as fits one statement: 500 customers do.
pub trait Transfers {
    /// Adds all of them, or none. What is taken conflicts as with one.
    fn insert_records(&mut self, records: &NewRecords) -> Result<(), StoreError>;

    /// The living customers of the workspace that have one of those e-mails or external ids, and deleted ones whose external id is
    /// taken because it leads to the customer that they went up in. In no order.
    fn customers_named(
        &mut self,
        workspace: WorkspaceId,
        emails: &[&Email],
        external_ids: &[&ExternalId],
    ) -> Result<Vec<Customer>, StoreError>;

    /// Which of those e-mails somebody signs in by, as [`Email::key`].
    fn signed_in_by(&mut self, workspace: WorkspaceId, emails: &[&Email]) -> Result<Vec<String>, StoreError>;

    /// The workspace's living customers, newest first, those after `place` and at most `limit` of them; they are not counted.
    fn customers_after(
        &mut self,
        workspace: WorkspaceId,
        place: Option<&CustomerPlace>,
        limit: u32,
    ) -> Result<Vec<Customer>, StoreError>;

    /// The addresses of those customers, oldest first.
    fn addresses_of(&mut self, customers: &[CustomerId]) -> Result<Vec<Address>, StoreError>;

    /// The passwords that those customers' shoppers sign in with, hashed.
    fn passwords_of(&mut self, customers: &[CustomerId]) -> Result<Vec<(CustomerId, String)>, StoreError>;

    /// How far the import of a file has come; absent when none has begun.
    fn import_progress(
        &mut self,
        workspace: WorkspaceId,
        content_hash: &[u8; 32],
    ) -> Result<Option<ImportProgress>, StoreError>;

    /// Notes how far an import has come that had dealt with `before` records, or begins one; `false`, and nothing is noted, when
    /// it has come to another place meanwhile.
    fn note_import(&mut self, progress: &ImportProgress, before: u64) -> Result<bool, StoreError>;
}
