//! Customers that go up in others.

use anteroom_domain::address::Address;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::session::Provider;

use super::races::winners;
use super::world::{World, address, assert_conflict, at, email, external_id, id, line, store_session};
use crate::{Constraint, Merge, Store, StoreExt, Unit};

/// [`Merges`](crate::Merges).
pub fn merges(store: &dyn Store) {
    everything_below_moves(&World::new(store));
    members_end_or_step_down(&World::new(store));
    a_name_leads_to_the_survivor(&World::new(store), &World::new(store));
    a_name_leads_to_the_last_survivor(&World::new(store));
    a_name_that_leads_to_somebody_is_taken(&World::new(store));
    names_end_with_the_survivor(&World::new(store));
    what_is_left_cannot_be_changed(&World::new(store));
    two_are_held(&World::new(store), &World::new(store));
}

/// Merges at the same moment.
pub fn merges_race(store: &dyn Store) {
    each_of_two_wants_the_other(&World::new(store));
    of_two_survivors_one_gets_it(&World::new(store));
}

pub(super) fn merge(world: &World<'_>, merged: CustomerId, survivor: CustomerId) -> Merge {
    Merge {
        workspace: world.workspace,
        merged,
        survivor,
        keeps_external_id: true,
        ended_members: Vec::new(),
        owner_steps_down: false,
        at: at(5),
    }
}

fn named(world: &World<'_>, name: &str) -> Customer {
    let customer = Customer {
        external_id: external_id(name),
        name: line(name),
        ..world.customer(&format!("{name}@example.com"))
    };
    world.write(|unit| unit.insert_customer(&customer));
    customer
}

fn by_name(world: &World<'_>, name: &str) -> Option<CustomerId> {
    let name = external_id(name).unwrap();
    world.read(|unit| unit.customer_by_external_id(world.workspace, &name)).map(|found| found.id)
}

fn survivor(world: &World<'_>, id: CustomerId) -> Option<CustomerId> {
    world.read(|unit| unit.survivor(world.workspace, id)).map(|found| found.id)
}

fn everything_below_moves(world: &World<'_>) {
    let [gone, stays] = ["a", "b"].map(|name| named(world, name));
    let session = world.stored_session(gone.id);
    let mut home = address(gone.id);
    home.is_default_billing = true;
    let owner = world.member(gone.id, "o@example.com", Role::Owner);
    let (identity, provider) = world.stored_identity("a@example.com");
    let shop = store_session(&identity);
    let mut answer = world.answer(0);
    answer.customer_id = Some(gone.id);
    world.write(|unit| {
        unit.insert_address(&home)?;
        unit.insert_member(&owner)?;
        unit.link_customer(identity.id, gone.id)?;
        unit.insert_store_session(&shop)?;
        unit.insert_idempotent_answer(&answer)
    });
    assert_eq!(world.read(|unit| unit.identities(gone.id)), [identity.id]);
    assert_eq!(world.read(|unit| unit.all_members(gone.id)), std::slice::from_ref(&owner));

    assert!(world.write(|unit| unit.merge_customer(&merge(world, gone.id, stays.id))));
    assert_eq!(world.read(|unit| unit.customer(world.workspace, gone.id)), None);
    assert_eq!(world.read(|unit| unit.customer(world.workspace, stays.id)), Some(stays.clone()));
    assert!(world.read(|unit| unit.addresses(gone.id)).is_empty());
    let moved = Address { customer_id: stays.id, updated_at: at(5), ..home };
    assert_eq!(world.read(|unit| unit.addresses(stays.id)), [moved]);
    let moved = Member { customer_id: stays.id, modified_at: Some(at(5)), ..owner };
    assert_eq!(world.read(|unit| unit.all_members(stays.id)), [moved]);
    assert!(world.read(|unit| unit.all_members(gone.id)).is_empty());
    assert_eq!(world.read(|unit| unit.identities(stays.id)), [identity.id]);
    assert!(world.read(|unit| unit.identities(gone.id)).is_empty());
    let (signs_in, _) = world
        .read(|unit| unit.identity_by_email(world.workspace, Provider::EmailPass, &provider.email))
        .unwrap();
    assert_eq!(signs_in.customer_id, Some(stays.id));
    let access = world.read(|unit| unit.portal_access(&session.token_hash)).unwrap();
    assert_eq!(access.customer.id, stays.id, "the caller has ended it");
    let link = world.read(|unit| unit.customer_session_by_token(world.workspace, &[session.token_hash]));
    assert_eq!(link.unwrap().customer_id, stays.id);
    assert!(world.write(|unit| unit.anonymize_customer(world.workspace, stays.id, at(6))));
    let kept = world.read(|unit| unit.idempotent_answer(world.workspace, &answer.key_hash, at(1)));
    assert_eq!(kept, None, "it goes with the survivor");
}

fn members_end_or_step_down(world: &World<'_>) {
    let [gone, stays] = ["a", "b"].map(|name| named(world, name).id);
    let owners = [gone, stays].map(|customer| world.member(customer, "o@example.com", Role::Owner));
    let [owner, other] = ["p@example.com", "m@example.com"].map(|name| world.member(gone, name, Role::Owner));
    let other = Member { role: Role::Member, ..other };
    world.write(|unit| unit.insert_member(owners.last().unwrap()));
    world.write(|unit| {
        unit.insert_member(&owner)?;
        unit.insert_member(&other)
    });
    let plain = merge(world, gone, stays);
    assert_conflict(world.store.write(|unit| unit.merge_customer(&plain)), Constraint::MemberOwner);
    assert_eq!(survivor(world, gone), None, "a conflict leaves nothing behind");
    let told = Merge { ended_members: vec![other.id], owner_steps_down: true, ..plain };
    assert!(world.write(|unit| unit.merge_customer(&told)));
    assert_eq!(world.read(|unit| unit.member(world.workspace, other.id)), None);
    let stepped_down = world.read(|unit| unit.member(world.workspace, owner.id)).unwrap();
    assert_eq!((stepped_down.role, stepped_down.customer_id), (Role::BillingManager, stays));
    assert_eq!(world.read(|unit| unit.count_members(stays)), 2);
}

fn a_name_leads_to_the_survivor(world: &World<'_>, other: &World<'_>) {
    let [gone, stays] = ["a", "b"].map(|name| named(world, name).id);
    assert_eq!((survivor(world, gone), by_name(world, "a")), (None, Some(gone)));
    assert!(!world.write(|unit| {
        let foreign = Merge { workspace: other.workspace, ..merge(world, gone, stays) };
        unit.merge_customer(&foreign)
    }));
    assert!(world.write(|unit| unit.merge_customer(&merge(world, gone, stays))));
    assert!(!world.write(|unit| unit.merge_customer(&merge(world, gone, stays))), "once");
    assert_eq!((survivor(world, gone), by_name(world, "a")), (Some(stays), Some(stays)));
    assert_eq!((survivor(world, stays), by_name(world, "b")), (None, Some(stays)));
    assert_eq!((survivor(other, gone), by_name(other, "a"), survivor(world, id())), (None, None, None));
    let opens = |id| world.write(|unit| unit.insert_customer_session(&world.session(id)));
    assert!(!opens(gone) && opens(stays), "a name is nobody who lives");
}

fn a_name_leads_to_the_last_survivor(world: &World<'_>) {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| named(world, name).id);
    for (merged, survivor) in [(a, b), (c, b), (b, d)] {
        assert!(world.write(|unit| unit.merge_customer(&merge(world, merged, survivor))));
    }
    assert_eq!([a, b, c].map(|id| survivor(world, id)), [Some(d); 3]);
    assert_eq!(["a", "b", "c", "d"].map(|name| by_name(world, name)), [Some(d); 4]);
}

fn a_name_that_leads_to_somebody_is_taken(world: &World<'_>) {
    let [gone, stays, third] = ["a", "b", "c"].map(|name| named(world, name));
    world.write(|unit| unit.merge_customer(&merge(world, gone.id, stays.id)));
    let heir = Customer { external_id: external_id("a"), ..world.customer("a@example.com") };
    world.write(|unit| {
        assert_conflict(unit.insert_customer(&heir), Constraint::CustomerExternalId);
        let renamed = Customer { external_id: external_id("a"), ..third.clone() };
        assert_conflict(unit.update_customer(&renamed), Constraint::CustomerExternalId);
        unit.insert_customer(&Customer { external_id: None, ..heir.clone() })
    });
    let taken_over = Merge { keeps_external_id: false, ..merge(world, third.id, stays.id) };
    world.write(|unit| {
        assert!(unit.merge_customer(&taken_over)?);
        unit.insert_customer(&Customer { external_id: external_id("c"), ..world.customer("c@example.com") })
    });
    assert_ne!(by_name(world, "c"), Some(stays.id), "it was not kept");
}

fn names_end_with_the_survivor(world: &World<'_>) {
    for (anonymize, names) in [(false, ["a", "b"]), (true, ["c", "d"])] {
        let [gone, stays] = names.map(|name| named(world, name).id);
        world.write(|unit| unit.merge_customer(&merge(world, gone, stays)));
        world.write(|unit| {
            if anonymize {
                unit.anonymize_customer(world.workspace, stays, at(6))
            } else {
                unit.delete_customer(world.workspace, stays, at(6))
            }
        });
        assert_eq!((survivor(world, gone), names.map(|name| by_name(world, name))), (None, [None; 2]));
        // Both are free again.
        for name in names {
            named(world, name);
        }
    }
}

fn what_is_left_cannot_be_changed(world: &World<'_>) {
    let [gone, stays] = ["a", "b"].map(|name| named(world, name));
    world.write(|unit| unit.merge_customer(&merge(world, gone.id, stays.id)));
    world.write(|unit| {
        assert!(!unit.update_customer(&gone)?);
        assert!(!unit.delete_customer(world.workspace, gone.id, at(6))?);
        assert!(!unit.anonymize_customer(world.workspace, gone.id, at(6))?);
        assert_eq!(unit.customer_for_update(world.workspace, gone.id)?, None);
        Ok(())
    });
    let freed = world.read(|unit| unit.customers_by_email(world.workspace, &email("a@example.com")));
    assert!(freed.is_empty());
    assert!(!world.write(|unit| unit.insert_customer_session(&world.session(gone.id))));
    assert!(world.write(|unit| unit.anonymize_customer(world.workspace, stays.id, at(7))));
}

fn two_are_held(world: &World<'_>, other: &World<'_>) {
    let [a, b] = ["a", "b"].map(|name| named(world, name));
    let hold = |ids| world.write(|unit| unit.both_for_update(world.workspace, ids));
    assert_eq!(hold((a.id, b.id)), Some((a.clone(), b.clone())));
    assert_eq!(hold((b.id, a.id)), Some((b.clone(), a.clone())));
    assert_eq!(hold((a.id, id())), None);
    assert_eq!(hold((other.stored_customer("a@example.com").id, a.id)), None);
    world.write(|unit| unit.delete_customer(world.workspace, a.id, at(1)));
    assert_eq!(hold((a.id, b.id)), None);
}

/// What a use case does: whoever comes later sees what has happened.
fn try_to_merge(
    world: &World<'_>,
    unit: &mut dyn Unit,
    merged: CustomerId,
    survivor: CustomerId,
) -> Result<bool, crate::StoreError> {
    if unit.both_for_update(world.workspace, (survivor, merged))?.is_none() {
        return Ok(false);
    }
    unit.merge_customer(&merge(world, merged, survivor))
}

fn each_of_two_wants_the_other(world: &World<'_>) {
    let [a, b] = ["a", "b"].map(|name| named(world, name).id);
    let attempt = |n: usize| {
        let (merged, survivor) = if n.is_multiple_of(2) { (a, b) } else { (b, a) };
        world.write(|unit| try_to_merge(world, unit, merged, survivor))
    };
    assert_eq!(winners::<16>(attempt), 1);
    let lives = |id: &CustomerId| world.read(|unit| unit.customer(world.workspace, *id)).is_some();
    let living: Vec<_> = [a, b].into_iter().filter(lives).collect();
    assert_eq!(living.len(), 1);
    assert_eq!(["a", "b"].map(|name| by_name(world, name)), [living.first().copied(); 2]);
}

fn of_two_survivors_one_gets_it(world: &World<'_>) {
    let [a, b, c] = ["a", "b", "c"].map(|name| named(world, name).id);
    let attempt = |n: usize| {
        let survivor = if n.is_multiple_of(2) { b } else { c };
        world.write(|unit| try_to_merge(world, unit, a, survivor))
    };
    assert_eq!(winners::<16>(attempt), 1);
    assert!(survivor(world, a).is_some_and(|survivor| survivor == b || survivor == c));
}
