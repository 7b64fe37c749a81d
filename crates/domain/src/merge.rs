//! What becomes of a customer in whom another one goes up.

use crate::customer::{Contact, Customer, CustomerKind};
use crate::member::{Member, MemberId, Role};

/// Why a customer cannot go up in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeFault {
    /// There is no such customer.
    Unknown,
    /// It is the other.
    Itself,
    /// One is a team, the other an individual.
    KindsDiffer,
    /// The survivor would get an account, and another account has its e-mail.
    EmailTaken,
    /// Together they have more addresses than a book holds.
    TooManyAddresses,
    /// Together they have more of the merchant's notes than are kept.
    TooMuchMetadata,
    /// Together they have more of the shopper's notes than are kept.
    TooMuchStoreMetadata,
}

impl Customer {
    /// What it is when `merged` has gone up in it: it keeps what it has, and gets what it lacks. Otherwise every reason
    /// that the two records give.
    ///
    /// First and last name come from one record, and a name comes only where none is shown, so that no name is put together
    /// from two people's. Who may not sign in as one of them may not sign in as both. The proof of an e-mail that both have
    /// is taken over with the account of whoever gave it; an account does not get that of a guest.
    pub fn after_merging(&self, merged: &Self) -> Result<Self, Vec<MergeFault>> {
        let metadata = self.metadata.filled_from(&merged.metadata);
        let store_metadata = merged.store_metadata.merged(self.store_metadata.as_map().clone());
        let faults = [
            (self.kind != merged.kind).then_some(MergeFault::KindsDiffer),
            metadata.is_err().then_some(MergeFault::TooMuchMetadata),
            store_metadata.is_err().then_some(MergeFault::TooMuchStoreMetadata),
        ];
        let faults: Vec<_> = faults.into_iter().flatten().collect();
        let (Ok(metadata), Ok(store_metadata), true) = (metadata, store_metadata, faults.is_empty()) else {
            return Err(faults);
        };
        let is_proven = merged.email_verified && merged.has_account && merged.email == self.email;
        Ok(Self {
            has_account: self.has_account || merged.has_account,
            external_id: self.external_id.clone().or_else(|| merged.external_id.clone()),
            email_verified: self.email_verified || is_proven,
            name: if self.display_name().is_some() { self.name.clone() } else { merged.name.clone() },
            billing_name: self.billing_name.clone().or_else(|| merged.billing_name.clone()),
            contact: self.contact.filled_from(&merged.contact),
            avatar_url: self.avatar_url.clone().or_else(|| merged.avatar_url.clone()),
            metadata,
            store_metadata,
            disabled_at: self.disabled_at.or(merged.disabled_at),
            ..self.clone()
        })
    }
}

impl Contact {
    fn filled_from(&self, other: &Self) -> Self {
        let named = if self.first_name.is_none() && self.last_name.is_none() { other } else { self };
        Self {
            first_name: named.first_name.clone(),
            last_name: named.last_name.clone(),
            company_name: self.company_name.clone().or_else(|| other.company_name.clone()),
            phone: self.phone.clone().or_else(|| other.phone.clone()),
        }
    }
}

/// What becomes of the members of a customer that goes up in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedMembers {
    /// Those who are none of the survivor's: somebody there has their e-mail or external id, or an individual has its
    /// one member.
    pub ended: Vec<MemberId>,
    /// Those who are the survivor's from then on.
    pub moved: Vec<MemberId>,
    /// Whether the owner is a billing manager there, because the survivor has its own.
    pub owner_steps_down: bool,
}

impl MergedMembers {
    /// Of the members of both, who are of that kind.
    pub fn of(kind: CustomerKind, survivors: &[Member], merged: &[Member]) -> Self {
        let is_full = kind == CustomerKind::Individual && !survivors.is_empty();
        let is_taken = |member: &&Member| {
            is_full
                || survivors.iter().any(|other| {
                    other.email == member.email
                        || (other.external_id.is_some() && other.external_id == member.external_id)
                })
        };
        let (ended, moved): (Vec<_>, Vec<_>) = merged.iter().partition(is_taken);
        let owns = |member: &Member| member.role == Role::Owner;
        let ids = |members: &[&Member]| members.iter().map(|member| member.id).collect();
        Self {
            ended: ids(&ended),
            moved: ids(&moved),
            owner_steps_down: survivors.iter().any(owns) && moved.into_iter().any(owns),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::id::Id;
    use crate::metadata::{Metadata, StoreMetadata};
    use crate::text::{Email, ExternalId, Line};

    fn line(text: &str) -> Option<Line> {
        Line::parse(text).unwrap()
    }

    fn external_id(text: &str) -> Option<ExternalId> {
        ExternalId::parse(text).unwrap()
    }

    fn customer(email: &str) -> Customer {
        Customer {
            id: Id::from_random_bytes([1; 16]),
            workspace_id: Id::from_random_bytes([2; 16]),
            kind: CustomerKind::Individual,
            has_account: false,
            external_id: None,
            email: Email::parse(email).unwrap(),
            email_verified: false,
            name: None,
            billing_name: None,
            contact: Contact::default(),
            avatar_url: None,
            metadata: Metadata::default(),
            store_metadata: StoreMetadata::default(),
            created_at: datetime!(2026-01-02 03:04 UTC),
            modified_at: None,
            deleted_at: None,
            disabled_at: None,
        }
    }

    fn named(first: &str, last: &str) -> Customer {
        let contact = Contact { first_name: line(first), last_name: line(last), ..Contact::default() };
        Customer { contact, ..customer("a@example.com") }
    }

    #[test]
    fn what_is_there_stays_and_what_lacks_is_filled() {
        let full = Customer {
            external_id: external_id("1"),
            name: line("Ada Ltd"),
            billing_name: line("Ada"),
            disabled_at: Some(datetime!(2026-02-03 04:05 UTC)),
            ..named("Ada", "Lovelace")
        };
        let bare = customer("b@example.com");
        assert_eq!(full.after_merging(&bare), Ok(full.clone()));
        let filled = bare.after_merging(&full).unwrap();
        assert_eq!(filled, Customer { email: bare.email, ..full });
    }

    #[test]
    fn no_name_is_put_together_from_two() {
        let shown = |customer: Customer| customer.display_name().unwrap();
        let company = Customer { name: line("Engines"), ..named("", "Hopper") };
        assert_eq!(shown(named("Ada", "").after_merging(&company).unwrap()), "Ada");
        assert_eq!(shown(company.after_merging(&named("Ada", "Lovelace")).unwrap()), "Engines");
        assert_eq!(shown(customer("b@example.com").after_merging(&company).unwrap()), "Engines");
    }

    #[test]
    fn an_account_is_not_proven_by_a_guest() {
        let guest = Customer { email_verified: true, ..customer("a@example.com") };
        let account = Customer { has_account: true, ..customer("A@example.com") };
        assert!(!account.after_merging(&guest).unwrap().email_verified);
        let proven = Customer { email_verified: true, ..account.clone() };
        let unproven = Customer { email_verified: false, ..guest };
        let after = unproven.after_merging(&proven).unwrap();
        assert!(after.email_verified && after.has_account);
        assert!(!customer("b@example.com").after_merging(&proven).unwrap().email_verified);
    }

    #[test]
    fn every_reason_is_given() {
        let notes = |from: u32| (from..from + 50).map(|n| (n.to_string(), n.into())).collect();
        let large = |key: &str| [(key.to_owned(), "x".repeat(9_000).into())].into_iter().collect();
        let with = |from, key| Customer {
            metadata: Metadata::parse(notes(from)).unwrap(),
            store_metadata: StoreMetadata::default().merged(large(key)).unwrap(),
            ..customer("a@example.com")
        };
        let team = Customer { kind: CustomerKind::Team, ..with(1, "b") };
        let all =
            vec![MergeFault::KindsDiffer, MergeFault::TooMuchMetadata, MergeFault::TooMuchStoreMetadata];
        assert_eq!(with(0, "a").after_merging(&team), Err(all));
        assert!(with(0, "a").after_merging(&with(0, "a")).is_ok());
    }

    #[test]
    fn members_find_their_place() {
        let member = |n: u8, email: &str, role| Member {
            id: Id::from_random_bytes([n; 16]),
            workspace_id: Id::from_random_bytes([2; 16]),
            customer_id: Id::from_random_bytes([1; 16]),
            external_id: external_id(&n.to_string()),
            email: Email::parse(email).unwrap(),
            name: None,
            role,
            created_at: datetime!(2026-01-02 03:04 UTC),
            modified_at: None,
        };
        let ours = [member(1, "o@example.com", Role::Owner), member(2, "m@example.com", Role::Member)];
        let owner = member(3, "p@example.com", Role::Owner);
        let same_email = member(4, "M@example.com", Role::Member);
        let same_id = Member { external_id: external_id("1"), ..member(5, "q@example.com", Role::Member) };
        let theirs = [owner.clone(), same_email.clone(), same_id.clone()];
        let of = |kind, survivors| MergedMembers::of(kind, survivors, &theirs);
        let ended = vec![same_email.id, same_id.id];
        let expected = MergedMembers { ended, moved: vec![owner.id], owner_steps_down: true };
        assert_eq!(of(CustomerKind::Team, &ours), expected);
        let all = vec![owner.id, same_email.id, same_id.id];
        let expected = MergedMembers { ended: vec![], moved: all.clone(), owner_steps_down: false };
        assert_eq!(of(CustomerKind::Team, &[]), expected);
        let expected = MergedMembers { ended: all, moved: vec![], owner_steps_down: false };
        assert_eq!(of(CustomerKind::Individual, &ours), expected);
        let nameless = Member { external_id: None, ..owner };
        let others = [Member { external_id: None, ..member(6, "r@example.com", Role::Member) }];
        assert_eq!(MergedMembers::of(CustomerKind::Team, &others, &[nameless]).moved.len(), 1);
    }
}
