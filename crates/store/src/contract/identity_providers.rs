//! Providers, those who sign in by them, and those who have been sent to their pages.

use anteroom_domain::identity_provider::{
    FederatedIdentity, IdentityProvider, ProviderKind, ProviderName, ProviderSettings, SealedSecret,
    SignInFlow,
};
use anteroom_domain::text::{Issuer, ReturnUrl};

use super::races::winners;
use super::world::{World, assert_conflict, at, email, hash, id, line};
use crate::{Constraint, Store, StoreExt};

/// Providers and who signs in by them.
pub fn identity_providers(store: &dyn Store) {
    let (world, other) = (World::new(store), World::new(store));
    a_provider_is_put_and_removed(&world, &other);
    somebody_is_known_by_issuer_and_subject(&world, &other);
    one_way_in_is_taken(&world, &other);
    a_flow_is_spent_once(&world);
    a_flow_to_link_goes_with_its_customer(&world);
    flows_that_are_over_are_removed(&world);
}

/// Of those who spend a flow at once, one does.
pub fn identity_providers_race(store: &dyn Store) {
    of_sixteen_one_spends_it(&World::new(store));
}

fn of_sixteen_one_spends_it(world: &World<'_>) {
    let flow = stored_flow(world, 0);
    let spend = |_| world.write(|unit| unit.spend_sign_in_flow(&flow.state_hash));
    assert_eq!(winners::<16>(spend), 1);
}

fn name(text: &str) -> ProviderName {
    ProviderName::parse(text).unwrap()
}

fn issuer(text: &str) -> Issuer {
    Issuer::parse(text).unwrap()
}

fn provider(world: &World<'_>, called: &str) -> IdentityProvider {
    IdentityProvider {
        workspace_id: world.workspace,
        name: name(called),
        settings: ProviderSettings {
            kind: ProviderKind::Oidc,
            display_name: line("Keycloak").unwrap(),
            issuer: issuer("https://login.example"),
            client_id: line("shop").unwrap(),
            callback_urls: vec![ReturnUrl::parse("https://shop.example/callback").unwrap()],
            trusts_email: true,
            is_enabled: true,
        },
        sealed_secret: Some(SealedSecret(vec![1, 2, 3])),
        created_at: at(0),
        modified_at: None,
    }
}

fn a_provider_is_put_and_removed(world: &World<'_>, other: &World<'_>) {
    let (one, mut two) = (provider(world, "b"), provider(world, "a"));
    for provider in [&one, &two, &provider(other, "a")] {
        world.write(|unit| unit.put_identity_provider(provider));
    }
    two.sealed_secret = None;
    two.settings.is_enabled = false;
    two.modified_at = Some(at(1));
    world.write(|unit| unit.put_identity_provider(&two));
    let all = world.read(|unit| unit.identity_providers(world.workspace));
    assert_eq!(all, [two.clone(), one.clone()]);
    let found = |called| world.read(|unit| unit.identity_provider(world.workspace, name(called)));
    assert_eq!((found("a"), found("c")), (Some(two), None));
    let remove = |called| world.write(|unit| unit.delete_identity_provider(world.workspace, name(called)));
    assert_eq!((remove("a"), remove("a"), found("b")), (true, false, Some(one)));
    assert!(world.read(|unit| unit.identity_provider(other.workspace, name("a"))).is_some());
}

fn federated(world: &World<'_>, customer_address: &str, by: &str, subject: &str) -> FederatedIdentity {
    let (identity, _) = world.stored_identity(customer_address);
    FederatedIdentity {
        workspace_id: world.workspace,
        issuer: issuer(by),
        subject: subject.to_owned(),
        auth_identity_id: identity.id,
        email: email(customer_address),
        created_at: at(0),
    }
}

fn somebody_is_known_by_issuer_and_subject(world: &World<'_>, other: &World<'_>) {
    const BY: &str = "https://login.example";
    let one = federated(world, "f1@example.com", BY, "s");
    world.write(|unit| unit.insert_federated_identity(&one));
    let find = |world: &World<'_>, by: &str, subject: &str| {
        let found = world.read(|unit| unit.federated_identity(world.workspace, &issuer(by), subject));
        found.map(|(identity, federated)| (identity.id, federated))
    };
    assert_eq!(find(world, BY, "s"), Some((one.auth_identity_id, one.clone())));
    for (world, by, subject) in [(world, BY, "S"), (world, "https://login.example/", "s"), (other, BY, "s")] {
        assert_eq!(find(world, by, subject), None);
    }
    let known = world.read(|unit| unit.federated_identities(one.auth_identity_id));
    assert_eq!(known.as_slice(), std::slice::from_ref(&one));
    let again = federated(world, "f2@example.com", BY, "s");
    let inserted = world.store.write(|unit| unit.insert_federated_identity(&again));
    assert_conflict(inserted, Constraint::FederatedIdentity);
    let stray = FederatedIdentity { auth_identity_id: id(), subject: "t".to_owned(), ..one };
    assert_conflict(world.store.write(|unit| unit.insert_federated_identity(&stray)), Constraint::Reference);
}

fn one_way_in_is_taken(world: &World<'_>, other: &World<'_>) {
    const BY: &str = "https://other.example";
    let [kept, gone] = ["a", "b"].map(|subject| {
        let one = federated(world, &format!("{subject}@w.example"), BY, subject);
        world.write(|unit| unit.insert_federated_identity(&one));
        one
    });
    let take = |world: &World<'_>, by: &str, subject: &str| {
        world.write(|unit| unit.delete_federated_identity(world.workspace, &issuer(by), subject))
    };
    for (world, by, subject) in [(world, BY, "B"), (world, "https://other.example/", "b"), (other, BY, "b")] {
        assert!(!take(world, by, subject));
    }
    assert_eq!((take(world, BY, "b"), take(world, BY, "b")), (true, false));
    let left =
        |one: &FederatedIdentity| world.read(|unit| unit.federated_identities(one.auth_identity_id)).len();
    assert_eq!((left(&kept), left(&gone)), (1, 0));
    let identity = world.read(|unit| unit.auth_identity(world.workspace, gone.auth_identity_id)).unwrap();
    world.write(|unit| {
        unit.insert_bare_identity(&anteroom_domain::credential::AuthIdentity { id: id(), ..identity })
    });
}

fn stored_flow(world: &World<'_>, made: i64) -> SignInFlow {
    let flow = SignInFlow {
        state_hash: hash(),
        workspace_id: world.workspace,
        provider: name("keycloak"),
        customer_id: None,
        callback_url: ReturnUrl::parse("https://shop.example/callback").unwrap(),
        browser_hash: Some(hash()),
        sealed: vec![1, 2, 3],
        created_at: at(made),
        expires_at: at(made + 600),
    };
    world.write(|unit| unit.insert_sign_in_flow(&flow));
    flow
}

fn a_flow_is_spent_once(world: &World<'_>) {
    let flow = stored_flow(world, 0);
    let find = || world.read(|unit| unit.sign_in_flow(&flow.state_hash));
    assert_eq!(find(), Some(flow.clone()));
    let spend = || world.write(|unit| unit.spend_sign_in_flow(&flow.state_hash));
    assert_eq!((spend(), spend(), find()), (true, false, None));
}

fn a_flow_to_link_goes_with_its_customer(world: &World<'_>) {
    let customer = world.stored_customer("links@example.com").id;
    let flow = SignInFlow { state_hash: hash(), customer_id: Some(customer), ..stored_flow(world, 0) };
    world.write(|unit| unit.insert_sign_in_flow(&flow));
    let find = || world.read(|unit| unit.sign_in_flow(&flow.state_hash));
    assert_eq!(find(), Some(flow.clone()));
    assert!(world.write(|unit| unit.delete_customer(world.workspace, customer, at(1))));
    assert_eq!(find(), None);
}

fn flows_that_are_over_are_removed(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_sign_in_flows(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    for made in [0, 10, 20] {
        stored_flow(world, made);
    }
    assert_eq!((sweep(600, 10), sweep(615, 1), sweep(615, 10), sweep(615, 10)), (0, 1, 1, 0));
}
