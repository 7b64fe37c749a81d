//! What proves who asks.

use anteroom_domain::credential::{AccessToken, ProviderIdentity, PublishableKey, Scope, Scopes};
use anteroom_domain::page::Page;
use anteroom_domain::session::Provider;
use time::OffsetDateTime;

use super::world::{World, assert_conflict, at, email, hash, id, line, store_session};
use crate::{Constraint, Listing, Store, StoreExt};

/// [`Credentials`](crate::Credentials).
pub fn credentials(store: &dyn Store) {
    an_access_token_opens_its_workspace(&World::new(store));
    access_tokens_are_listed(&World::new(store), &World::new(store));
    an_access_token_is_revoked_once(&World::new(store), &World::new(store));
    an_access_token_is_changed_while_it_lives(&World::new(store), &World::new(store));
    the_last_use_of_an_access_token_stays(&World::new(store));
    a_publishable_key_names_its_workspace(&World::new(store));
    publishable_keys_are_listed_and_revoked_once(&World::new(store), &World::new(store));
    a_publishable_key_is_renamed_while_it_lives(&World::new(store), &World::new(store));
    an_identity_is_found_by_its_name(&World::new(store), &World::new(store));
    an_identity_is_linked_once(&World::new(store));
    those_who_sign_in_are_renamed(&World::new(store), &World::new(store));
    a_registration_is_removed_and_an_account_is_not(&World::new(store));
    a_password_is_replaced_when_it_is_the_old_one(&World::new(store));
}

fn an_access_token_opens_its_workspace(world: &World<'_>) {
    let token = AccessToken {
        id: id(),
        workspace_id: world.workspace,
        token_hash: hash(),
        scopes: [Scope::StoreForward, Scope::CustomersRead].into_iter().collect(),
        comment: line("Server").unwrap(),
        created_at: at(0),
        modified_at: Some(at(4)),
        expires_at: Some(at(1)),
        rotated_at: Some(at(5)),
        revoked_at: Some(at(2)),
        last_used_at: Some(at(3)),
    };
    let forever = AccessToken {
        id: id(),
        token_hash: hash(),
        scopes: Scopes::from_iter([]),
        modified_at: None,
        expires_at: None,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
        ..token.clone()
    };
    let workspace = world.read(|unit| unit.workspace(world.workspace)).unwrap();
    for token in [&token, &forever] {
        world.write(|unit| unit.insert_access_token(token));
        let found = world.read(|unit| unit.access_token(&token.token_hash));
        assert_eq!(found, Some((token.clone(), workspace.clone())));
    }
    assert_eq!(world.read(|unit| unit.access_token(&hash())), None);
    let twin = AccessToken { id: id(), ..token.clone() };
    assert_conflict(world.store.write(|unit| unit.insert_access_token(&twin)), Constraint::Other);
    let stray = AccessToken { id: id(), token_hash: hash(), workspace_id: id(), ..token };
    assert_conflict(world.store.write(|unit| unit.insert_access_token(&stray)), Constraint::Reference);
}

/// A live access token that is stored, made so many seconds after the beginning.
fn stored_token(world: &World<'_>, made: i64, expires_at: Option<OffsetDateTime>) -> AccessToken {
    let token = AccessToken {
        id: id(),
        workspace_id: world.workspace,
        token_hash: hash(),
        scopes: Scopes::all(),
        comment: line("Server").unwrap(),
        created_at: at(made),
        modified_at: None,
        expires_at,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    world.write(|unit| unit.insert_access_token(&token));
    token
}

fn found(world: &World<'_>, token: &AccessToken) -> AccessToken {
    world.read(|unit| unit.access_token(&token.token_hash)).unwrap().0
}

fn access_tokens_are_listed(world: &World<'_>, other: &World<'_>) {
    let (first, second, newest) =
        (stored_token(world, 0, None), stored_token(world, 0, Some(at(1))), stored_token(world, 1, None));
    let foreign = stored_token(other, 2, None);
    world.write(|unit| unit.revoke_access_token(world.workspace, first.id, at(5)));
    let first = AccessToken { revoked_at: Some(at(5)), ..first };
    let list = |world: &World<'_>, offset, limit| {
        let page = Page { offset, limit };
        let listed = world.read(|unit| unit.access_tokens(world.workspace, Listing::All, page));
        (listed.items, listed.total)
    };
    let live = |world: &World<'_>, now, offset, limit| {
        let page = Page { offset, limit };
        let listed = world.read(|unit| unit.access_tokens(world.workspace, Listing::LiveAt(at(now)), page));
        (listed.items, listed.total)
    };
    let (ending, endless) = (second.clone(), newest.clone());
    assert_eq!(live(world, 0, 0, 100), (vec![endless.clone(), ending.clone()], 2));
    assert_eq!(live(world, 0, 1, 1), (vec![ending], 2));
    assert_eq!(live(world, 1, 0, 100), (vec![endless], 1), "it has ended by itself");
    assert_eq!(live(other, 0, 0, 100), (vec![foreign.clone()], 1));
    let mut same_age = vec![first, second];
    same_age.sort_by_key(|token| token.id.uuid());
    let all = [vec![newest], same_age].concat();
    assert_eq!(list(world, 0, 100), (all.clone(), 3));
    assert_eq!(list(world, 1, 1), (all.iter().skip(1).take(1).cloned().collect(), 3));
    assert_eq!(list(world, 3, 1), (vec![], 3));
    assert_eq!(list(other, 0, 100), (vec![foreign], 1));
    let page = Page { offset: 0, limit: 1 };
    for which in [Listing::All, Listing::LiveAt(at(0))] {
        let nowhere = world.read(|unit| unit.access_tokens(id(), which, page));
        assert_eq!((nowhere.items, nowhere.total), (vec![], 0));
    }
}

fn an_access_token_is_revoked_once(world: &World<'_>, other: &World<'_>) {
    let (token, spared) = (stored_token(world, 0, None), stored_token(world, 0, None));
    let ending = stored_token(world, 0, Some(at(10)));
    let revoke = |world: &World<'_>, id, now| {
        world.write(|unit| unit.revoke_access_token(world.workspace, id, at(now)))
    };
    assert!(!revoke(other, token.id, 1));
    assert!(!revoke(world, id(), 1));
    assert!(!revoke(world, ending.id, 10), "it has ended by itself");
    assert!(revoke(world, ending.id, 9));
    assert!(revoke(world, token.id, 1));
    assert!(!revoke(world, token.id, 2));
    assert_eq!(found(world, &token).revoked_at, Some(at(1)));
    assert_eq!(found(world, &spared), spared);
}

fn an_access_token_is_changed_while_it_lives(world: &World<'_>, other: &World<'_>) {
    let (token, spared) = (stored_token(world, 0, Some(at(10))), stored_token(world, 0, None));
    let live = |world: &World<'_>, token: &AccessToken, now| {
        world.read(|unit| unit.live_access_token(world.workspace, token.id, at(now)))
    };
    assert_eq!(live(world, &token, 9).as_ref(), Some(&token));
    assert_eq!(live(world, &token, 10), None);
    assert_eq!((live(other, &token, 9), live(other, &spared, 9)), (None, None));

    let changed = AccessToken {
        scopes: [Scope::MembersRead].into_iter().collect(),
        comment: line("Other server").unwrap(),
        modified_at: Some(at(5)),
        expires_at: Some(at(20)),
        rotated_at: Some(at(5)),
        ..token.clone()
    };
    let update = |token: &AccessToken, now| world.write(|unit| unit.update_access_token(token, at(now)));
    assert!(!update(&AccessToken { workspace_id: other.workspace, ..changed.clone() }, 5));
    assert!(!update(&AccessToken { id: id(), ..changed.clone() }, 5));
    assert!(!update(&changed, 10), "it has ended by itself");
    assert_eq!(found(world, &token), token);
    assert!(update(&changed, 9));
    assert_eq!(found(world, &token), changed);
    let endless =
        AccessToken { expires_at: None, rotated_at: None, modified_at: Some(at(6)), ..changed.clone() };
    assert!(update(&endless, 6));
    assert_eq!(found(world, &token), endless);
    assert!(world.write(|unit| unit.revoke_access_token(world.workspace, token.id, at(7))));
    assert!(!update(&changed, 8), "somebody has ended it");
    assert_eq!(live(world, &token, 8), None);
    assert_eq!(found(world, &spared), spared);
}

fn the_last_use_of_an_access_token_stays(world: &World<'_>) {
    let (token, spared) = (stored_token(world, 0, None), stored_token(world, 0, None));
    for (now, last) in [(60, 60), (30, 60), (90, 90)] {
        world.write(|unit| unit.touch_access_tokens(&[(token.id, at(now))]));
        assert_eq!(found(world, &token).last_used_at, Some(at(last)));
    }
    world.write(|unit| unit.touch_access_tokens(&[(id(), at(1))]));
    assert_eq!(found(world, &spared).last_used_at, None);
}

fn publishable_keys_are_listed_and_revoked_once(world: &World<'_>, other: &World<'_>) {
    let stored = |world: &World<'_>, made| {
        let key = PublishableKey {
            id: id(),
            workspace_id: world.workspace,
            key: format!("pk_{}", id::<PublishableKey>()),
            title: line("Web shop").unwrap(),
            created_at: at(made),
            modified_at: None,
            revoked_at: None,
        };
        world.write(|unit| unit.insert_publishable_key(&key));
        key
    };
    let (first, second, newest) = (stored(world, 0), stored(world, 0), stored(world, 1));
    let foreign = stored(other, 2);
    let revoke = |world: &World<'_>, id, now| {
        world.write(|unit| unit.revoke_publishable_key(world.workspace, id, at(now)))
    };
    assert!(!revoke(other, first.id, 1));
    assert!(!revoke(world, id(), 1));
    assert!(revoke(world, first.id, 1));
    assert!(!revoke(world, first.id, 2));
    let named = |key: &PublishableKey| world.read(|unit| unit.workspace_by_publishable_key(&key.key));
    assert_eq!(named(&first), None);
    assert!(named(&second).is_some());

    let list_of = |world: &World<'_>, which, offset, limit| {
        let page = Page { offset, limit };
        let listed = world.read(|unit| unit.publishable_keys(world.workspace, which, page));
        (listed.items, listed.total)
    };
    let list = |world: &World<'_>, offset, limit| list_of(world, Listing::All, offset, limit);
    let living = Listing::LiveAt(at(0));
    assert_eq!(list_of(world, living, 0, 100), (vec![newest.clone(), second.clone()], 2));
    assert_eq!(list_of(world, living, 1, 1), (vec![second.clone()], 2));
    let mut same_age = vec![PublishableKey { revoked_at: Some(at(1)), ..first }, second];
    same_age.sort_by_key(|key| key.id.uuid());
    let all = [vec![newest], same_age].concat();
    assert_eq!(list(world, 0, 100), (all.clone(), 3));
    assert_eq!(list(world, 1, 1), (all.iter().skip(1).take(1).cloned().collect(), 3));
    assert_eq!(list(world, 3, 1), (vec![], 3));
    assert_eq!(list(other, 0, 100), (vec![foreign], 1));
}

fn a_publishable_key_is_renamed_while_it_lives(world: &World<'_>, other: &World<'_>) {
    let key = PublishableKey {
        id: id(),
        workspace_id: world.workspace,
        key: "pk_renamed".to_owned(),
        title: line("Web shop").unwrap(),
        created_at: at(0),
        modified_at: None,
        revoked_at: None,
    };
    world.write(|unit| unit.insert_publishable_key(&key));
    let live = |world: &World<'_>| world.read(|unit| unit.live_publishable_key(world.workspace, key.id));
    assert_eq!((live(world).as_ref(), live(other)), (Some(&key), None));
    assert_eq!(world.read(|unit| unit.live_publishable_key(world.workspace, id())), None);

    let renamed = PublishableKey { title: line("Market").unwrap(), modified_at: Some(at(5)), ..key.clone() };
    let update = |key: &PublishableKey| world.write(|unit| unit.update_publishable_key(key));
    assert!(!update(&PublishableKey { workspace_id: other.workspace, ..renamed.clone() }));
    assert!(!update(&PublishableKey { id: id(), ..renamed.clone() }));
    assert_eq!(live(world).as_ref(), Some(&key));
    assert!(update(&renamed));
    assert_eq!(live(world).as_ref(), Some(&renamed));
    assert!(world.write(|unit| unit.revoke_publishable_key(world.workspace, key.id, at(6))));
    assert!(!update(&key));
    assert_eq!(live(world), None);
}

fn a_publishable_key_names_its_workspace(world: &World<'_>) {
    let make = |key: &str, revoked_at| PublishableKey {
        id: id(),
        workspace_id: world.workspace,
        key: key.to_owned(),
        title: line("Web shop").unwrap(),
        created_at: at(0),
        modified_at: None,
        revoked_at,
    };
    let key = make("pk_one", None);
    world.write(|unit| {
        unit.insert_publishable_key(&key)?;
        assert_conflict(unit.insert_publishable_key(&make("pk_one", None)), Constraint::Other);
        unit.insert_publishable_key(&make("pk_two", Some(at(1))))
    });
    let named = |text| {
        let found = world.read(|unit| unit.workspace_by_publishable_key(text));
        found.map(|(key, workspace)| (key, workspace.id))
    };
    assert_eq!(named("pk_one"), Some((key.id, world.workspace)));
    assert_eq!(named("PK_ONE"), None);
    assert_eq!(named("pk_two"), None, "revoked");
    assert_eq!(named("pk_three"), None);
}

fn an_identity_is_found_by_its_name(world: &World<'_>, other: &World<'_>) {
    let (identity, provider) = world.stored_identity("Ada@Example.com");
    let by_name = |world: &World<'_>, name: &str| {
        world.read(|unit| unit.identity_by_email(world.workspace, Provider::EmailPass, &email(name)))
    };
    assert_eq!(by_name(world, "ada@example.COM"), Some((identity.clone(), provider.clone())));
    assert_eq!(by_name(world, "eve@example.com"), None);
    assert_eq!(by_name(other, "ada@example.com"), None);
    assert_eq!(world.read(|unit| unit.provider_identities(identity.id)), [provider]);
    assert!(world.read(|unit| unit.provider_identities(id())).is_empty());
    other.stored_identity("ada@example.com");

    let (second, name) = world.identity("ADA@example.com");
    world.write(|unit| {
        assert_conflict(unit.insert_identity(&second, &name), Constraint::ProviderIdentity);
        Ok(())
    });
    let customer = world.stored_customer("a@example.com").id;
    let linked = world.write(|unit| unit.link_customer(second.id, customer));
    assert!(!linked, "nothing of the refused identity stays");
    let (mut stray, name) = world.identity("eve@example.com");
    stray.customer_id = Some(id());
    assert_conflict(world.store.write(|unit| unit.insert_identity(&stray, &name)), Constraint::Reference);
}

fn an_identity_is_linked_once(world: &World<'_>) {
    let (identity, _) = world.stored_identity("a@example.com");
    let first = world.stored_customer("a@example.com").id;
    let second = world.stored_customer("b@example.com").id;
    let link = |customer| world.store.write(|unit| unit.link_customer(identity.id, customer));
    assert_conflict(link(id()), Constraint::Reference);
    assert!(link(first).unwrap());
    assert!(!link(second).unwrap());
    assert!(!world.write(|unit| unit.link_customer(id(), second)));
    let (found, _) = world
        .read(|unit| unit.identity_by_email(world.workspace, Provider::EmailPass, &email("a@example.com")))
        .unwrap();
    assert_eq!(found.customer_id, Some(first));
}

fn those_who_sign_in_are_renamed(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let ([first, second], [from, to]) = (
        ["a@example.com", "b@example.com"].map(|name| world.stored_identity(name)),
        ["A@example.com", "New@example.com"].map(email),
    );
    for (identity, _) in [&first, &second] {
        world.write(|unit| unit.link_customer(identity.id, customer));
    }
    world.stored_identity("taken@example.com");
    other.stored_identity("new@example.com");
    let named = |name: &str| {
        let name = email(name);
        let found = world.read(|unit| unit.identity_by_email(world.workspace, Provider::EmailPass, &name));
        found.map(|(identity, provider)| (identity.id, provider.email.as_str().to_owned()))
    };
    world.write(|unit| {
        let taken = unit.rename_identities(customer, &from, &email("taken@example.com"));
        assert_conflict(taken, Constraint::ProviderIdentity);
        assert_eq!(unit.rename_identities(id(), &from, &to)?, 0);
        assert_eq!(unit.rename_identities(customer, &to, &from)?, 0);
        assert_eq!(unit.rename_identities(customer, &from, &to)?, 1);
        Ok(())
    });
    assert_eq!(named("new@example.com"), Some((first.0.id, "New@example.com".to_owned())));
    assert_eq!(named("a@example.com"), None);
    assert_eq!(named("b@example.com").map(|(id, _)| id), Some(second.0.id), "it had another name");
}

fn a_registration_is_removed_and_an_account_is_not(world: &World<'_>) {
    let (half, _) = world.stored_identity("a@example.com");
    let (whole, _) = world.stored_identity("b@example.com");
    let customer = world.stored_customer("b@example.com").id;
    let session = store_session(&half);
    world.write(|unit| {
        unit.insert_store_session(&session)?;
        unit.link_customer(whole.id, customer)
    });
    let remove = |id| world.write(|unit| unit.delete_registration(id));
    assert!(!remove(whole.id));
    assert!(!remove(id()));
    assert!(remove(half.id));
    assert!(!remove(half.id));
    assert_eq!(world.read(|unit| unit.store_access(world.workspace, session.id)), None);
    world.stored_identity("a@example.com");
}

fn a_password_is_replaced_when_it_is_the_old_one(world: &World<'_>) {
    let (identity, provider) = world.stored_identity("a@example.com");
    assert!(world.write(|unit| unit.replace_password_hash(&provider, "$argon2id$new")));
    assert!(!world.write(|unit| unit.replace_password_hash(&provider, "$argon2id$late")));
    let stored = world.read(|unit| unit.provider_identities(identity.id));
    let expected = ProviderIdentity { password_hash: "$argon2id$new".to_owned(), ..provider };
    assert_eq!(stored, std::slice::from_ref(&expected));
    let unknown = ProviderIdentity { id: id(), ..expected };
    assert!(!world.write(|unit| unit.replace_password_hash(&unknown, "$argon2id$x")));
}
