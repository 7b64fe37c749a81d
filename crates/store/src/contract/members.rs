//! Members.

use anteroom_domain::customer::Customer;
use anteroom_domain::member::{Member, Role};
use anteroom_domain::page::{Listed, Page};

use super::world::{World, assert_conflict, at, email, external_id, id};
use crate::{Constraint, MemberFilter, Store, StoreExt};

/// [`Members`](crate::Members).
pub fn members(store: &dyn Store) {
    each_way_finds_the_member(&World::new(store), &World::new(store));
    names_are_taken_once_per_customer(&World::new(store));
    an_update_writes_what_can_change(&World::new(store));
    a_list_comes_in_pages(&World::new(store));
    a_list_is_narrowed(&World::new(store), &World::new(store));
    ownership_is_handed_over(&World::new(store));
    a_removed_member_is_gone(&World::new(store), &World::new(store));
}

fn each_way_finds_the_member(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let stranger = world.stored_customer("b@example.com").id;
    let member = Member {
        external_id: external_id("m/1"),
        modified_at: Some(at(1)),
        ..world.member(customer.id, "M@Example.com", Role::Owner)
    };
    world.write(|unit| unit.insert_member(&member));
    let some = Some(member.clone());
    let (name, address) = (external_id("m/1").unwrap(), email("m@EXAMPLE.com"));
    assert_eq!(world.read(|unit| unit.member(world.workspace, member.id)), some);
    assert_eq!(world.read(|unit| unit.member_by_external_id(customer.id, &name)), some);
    assert_eq!(world.read(|unit| unit.member_by_email(customer.id, &address)), some);
    assert_eq!(world.read(|unit| unit.owner(customer.id)), some);
    assert_eq!(world.read(|unit| unit.count_members(customer.id)), 1);
    let younger = Member { created_at: at(1), ..world.member(stranger, "n@example.com", Role::Owner) };
    world.write(|unit| unit.insert_member(&younger));
    let of = |customers: &[_]| world.read(|unit| unit.members_of(customers));
    assert_eq!(of(&[stranger, id(), customer.id]), [member.clone(), younger.clone()]);
    assert_eq!(of(&[stranger]), std::slice::from_ref(&younger));
    assert!(of(&[]).is_empty());
    world.write(|unit| unit.delete_customer(world.workspace, stranger, at(2)));
    assert!(of(&[stranger]).is_empty());

    assert_eq!(world.read(|unit| unit.member(other.workspace, member.id)), None);
    assert_eq!(world.read(|unit| unit.member(world.workspace, id())), None);
    assert_eq!(world.read(|unit| unit.member_by_external_id(stranger, &name)), None);
    assert_eq!(world.read(|unit| unit.member_by_email(stranger, &address)), None);
    assert_eq!(world.read(|unit| unit.owner(stranger)), None);
    assert_eq!(world.read(|unit| unit.count_members(stranger)), 0);
}

fn names_are_taken_once_per_customer(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let neighbour = world.stored_customer("b@example.com").id;
    let first =
        Member { external_id: external_id("1"), ..world.member(customer, "m@example.com", Role::Owner) };
    let with = |address, role| world.member(customer, address, role);
    world.write(|unit| {
        unit.insert_member(&first)?;
        let twin = with("M@EXAMPLE.com", Role::Member);
        assert_conflict(unit.insert_member(&twin), Constraint::MemberEmail);
        let twin = Member { external_id: external_id("1"), ..with("n@example.com", Role::Member) };
        assert_conflict(unit.insert_member(&twin), Constraint::MemberExternalId);
        assert_conflict(unit.insert_member(&with("n@example.com", Role::Owner)), Constraint::MemberOwner);
        assert_conflict(
            unit.insert_member(&Member { customer_id: neighbour, ..first.clone() }),
            Constraint::Other,
        );
        unit.insert_member(&with("n@example.com", Role::Member))?;
        unit.insert_member(&with("o@example.com", Role::Member))?;
        unit.insert_member(&Member { id: id(), customer_id: neighbour, ..first.clone() })
    });
    assert_eq!(world.read(|unit| unit.count_members(customer)), 3);
    let stray = world.member(id(), "m@example.com", Role::Member);
    assert_conflict(world.store.write(|unit| unit.insert_member(&stray)), Constraint::Reference);
}

fn an_update_writes_what_can_change(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let [first, second] = ["m@example.com", "n@example.com"].map(|address| {
        let member = world.member(customer, address, Role::Member);
        world.write(|unit| unit.insert_member(&member));
        member
    });
    let changed = Member {
        external_id: external_id("1"),
        email: email("O@example.com"),
        name: None,
        role: Role::Owner,
        modified_at: Some(at(1)),
        ..first
    };
    assert!(world.write(|unit| unit.update_member(&Member { created_at: at(9), ..changed.clone() })));
    let stored = world.read(|unit| unit.member(world.workspace, changed.id));
    assert_eq!(stored.as_ref(), Some(&changed), "not the moment of creation");
    assert_eq!(stored.unwrap().email.as_str(), "O@example.com", "as it was typed");
    world.write(|unit| {
        let twin = |member: &Member| member.clone();
        let mut update = |member: &Member| unit.update_member(member);
        let email = Member { email: changed.email.clone(), ..twin(&second) };
        assert_conflict(update(&email), Constraint::MemberEmail);
        let name = Member { external_id: changed.external_id.clone(), ..twin(&second) };
        assert_conflict(update(&name), Constraint::MemberExternalId);
        assert_conflict(update(&Member { role: Role::Owner, ..twin(&second) }), Constraint::MemberOwner);
        update(&Member { role: Role::BillingManager, ..twin(&second) })
    });
    let stranger = world.stored_customer("b@example.com").id;
    assert!(!world.write(|unit| unit.update_member(&Member { customer_id: stranger, ..second.clone() })));
    assert!(!world.write(|unit| unit.update_member(&Member { id: id(), ..second.clone() })));
    world.write(|unit| unit.delete_customer(world.workspace, customer, at(2)));
    assert!(!world.write(|unit| unit.update_member(&second)));
}

fn page(world: &World<'_>, filter: &MemberFilter, offset: u32, limit: u32) -> Listed<Member> {
    world.read(|unit| unit.members(world.workspace, filter, Page { offset, limit }))
}

fn a_list_comes_in_pages(world: &World<'_>) {
    let all = MemberFilter::default();
    assert_eq!(page(world, &all, 0, 10), Listed { items: vec![], total: 0 });
    let customer = world.stored_customer("a@example.com").id;
    let mut made: Vec<_> = (0..5)
        .map(|n| Member {
            // Two of a moment: the id decides.
            created_at: at(n / 2),
            ..world.member(customer, &format!("m{n}@example.com"), Role::Member)
        })
        .collect();
    world.write(|unit| made.iter().rev().try_for_each(|member| unit.insert_member(member)));
    made.sort_by_key(|member| (std::cmp::Reverse(member.created_at), *member.id.uuid().as_bytes()));
    let expected =
        |range: std::ops::Range<usize>| Listed { items: made.get(range).unwrap().to_vec(), total: 5 };
    assert_eq!(page(world, &all, 0, 100), expected(0..5));
    assert_eq!(page(world, &all, 0, 2), expected(0..2));
    assert_eq!(page(world, &all, 2, 2), expected(2..4));
    assert_eq!(page(world, &all, 4, 2), expected(4..5));
    assert_eq!(page(world, &all, 5, 2), expected(5..5));
    assert_eq!(page(world, &all, u32::MAX, 2), expected(5..5));
}

fn a_list_is_narrowed(world: &World<'_>, other: &World<'_>) {
    let make = |world: &World<'_>, name: &str| {
        let customer =
            Customer { external_id: external_id(name), ..world.customer(&format!("{name}@example.com")) };
        let owner = world.member(customer.id, "o@example.com", Role::Owner);
        let member = Member {
            external_id: external_id("m/1"),
            ..world.member(customer.id, "m@example.com", Role::BillingManager)
        };
        world.write(|unit| {
            unit.insert_customer(&customer)?;
            unit.insert_member(&owner)?;
            unit.insert_member(&member)
        });
        (customer.id, owner.id)
    };
    let (first, owner) = make(world, "one");
    let (second, _) = make(world, "two");
    make(other, "one");
    let count = |filter: &MemberFilter| page(world, filter, 0, 10).total;
    let all = MemberFilter::default();
    assert_eq!(count(&all), 4);
    assert_eq!(count(&MemberFilter { customer: Some(first), ..all.clone() }), 2);
    assert_eq!(count(&MemberFilter { customer: Some(id()), ..all.clone() }), 0);
    let named = MemberFilter { customer_external_id: external_id("one"), ..all.clone() };
    assert_eq!(count(&named), 2);
    assert_eq!(count(&MemberFilter { customer: Some(second), ..named.clone() }), 0);
    assert_eq!(count(&MemberFilter { role: Some(Role::Member), ..all.clone() }), 0);
    let owners = MemberFilter { email: Some(email("O@EXAMPLE.com")), ..all.clone() };
    assert_eq!(count(&owners), 2, "in whatever case, and of every customer");
    assert_eq!(count(&MemberFilter { external_id: external_id("m/1"), ..owners.clone() }), 0);
    assert_eq!(count(&MemberFilter { external_id: external_id("m/1"), ..all.clone() }), 2);
    assert_eq!(count(&MemberFilter { external_id: external_id("M/1"), ..all.clone() }), 0);
    assert_eq!(count(&MemberFilter { customer: Some(second), ..owners }), 1);
    let owners = page(world, &MemberFilter { role: Some(Role::Owner), ..named }, 0, 10);
    assert_eq!(owners.items.iter().map(|member| member.id).collect::<Vec<_>>(), [owner]);
    world.write(|unit| unit.delete_customer(world.workspace, first, at(1)));
    assert_eq!(count(&all), 2);
}

fn ownership_is_handed_over(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let owner = world.member(customer, "o@example.com", Role::Owner);
    let heir = world.member(customer, "h@example.com", Role::Member);
    let with = |member: &Member, role| Member { role, ..member.clone() };
    world.write(|unit| {
        unit.insert_member(&owner)?;
        unit.insert_member(&heir)?;
        assert_conflict(unit.update_member(&with(&heir, Role::Owner)), Constraint::MemberOwner);
        assert!(unit.update_member(&with(&owner, Role::BillingManager))?);
        assert!(unit.update_member(&with(&heir, Role::Owner))?);
        Ok(())
    });
    assert_eq!(world.read(|unit| unit.owner(customer)), Some(with(&heir, Role::Owner)));
}

fn a_removed_member_is_gone(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let stranger = world.stored_customer("b@example.com").id;
    let member =
        Member { external_id: external_id("m/1"), ..world.member(customer, "m@example.com", Role::Owner) };
    let mut session = world.session(customer);
    session.member_id = Some(member.id);
    world.write(|unit| {
        unit.insert_member(&member)?;
        unit.insert_customer_session(&session)
    });
    let whose = |workspace, member| world.read(|unit| unit.customer_of_member(workspace, member));
    assert_eq!(whose(world.workspace, member.id), Some(customer));
    assert_eq!(whose(other.workspace, member.id), None);
    assert_eq!(whose(world.workspace, id()), None);
    assert!(!world.write(|unit| unit.delete_member(stranger, member.id, at(1))));
    assert!(!world.write(|unit| unit.delete_member(customer, id(), at(1))));
    assert!(world.read(|unit| unit.portal_access(&session.token_hash)).is_some());

    assert!(world.write(|unit| unit.delete_member(customer, member.id, at(1))));
    assert!(!world.write(|unit| unit.delete_member(customer, member.id, at(2))));
    assert!(!world.write(|unit| unit.update_member(&member)));
    assert_eq!(world.read(|unit| unit.member(world.workspace, member.id)), None);
    assert_eq!(world.read(|unit| unit.owner(customer)), None);
    assert_eq!(world.read(|unit| unit.count_members(customer)), 0);
    assert_eq!(world.read(|unit| unit.portal_access(&session.token_hash)), None);
    assert_eq!(whose(world.workspace, member.id), Some(customer), "who asks again is told that it is gone");

    let again = Member { id: id(), ..member };
    world.write(|unit| unit.insert_member(&again));
    assert_eq!(world.read(|unit| unit.owner(customer)), Some(again));
}
