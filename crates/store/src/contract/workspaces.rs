//! Workspaces.

use anteroom_domain::text::{
    Color, Email, Language, LinkTemplate, Origin, PasskeyDomain, ReturnHost, ReturnUrl, SecureUrl,
};
use anteroom_domain::workspace::{
    EmailVerificationRule, LinkTemplates, MailSettings, PortalLook, Providers, SessionLifetimes, Workspace,
    WorkspaceSettings,
};
use time::Duration;

use super::world::{World, assert_conflict, at, id, line, workspace};
use crate::{Constraint, Store, StoreError, StoreExt};

/// [`Workspaces`](crate::Workspaces).
pub fn workspaces(store: &dyn Store) {
    one_is_the_only_one(store);
    let world = World::new(store);
    a_slug_is_taken_once(&world);
    settings_are_replaced(&world);
    whatever_is_chosen_is_read_back(&world);
    a_workspace_is_renamed(&world);
    a_workspace_is_disabled_and_enabled(&world);
    all_are_listed_by_slug(&world);
}

fn one_is_the_only_one(store: &dyn Store) {
    let only = || store.read::<_, StoreError>(|unit| unit.only_workspace()).unwrap();
    assert_eq!(only(), None);
    let world = World::new(store);
    assert_eq!(only().map(|workspace| workspace.id), Some(world.workspace));
    World::new(store);
    assert_eq!(only(), None);
}

fn a_slug_is_taken_once(world: &World<'_>) {
    let first = workspace();
    world.write(|unit| unit.insert_workspace(&first));
    assert_eq!(world.read(|unit| unit.workspace(first.id)).as_ref(), Some(&first));
    assert_eq!(world.read(|unit| unit.workspace_by_slug(&first.slug)).as_ref(), Some(&first));
    assert_eq!(world.write(|unit| unit.workspace_for_update(first.id)).as_ref(), Some(&first));

    let second = Workspace { slug: first.slug.clone(), ..workspace() };
    assert_conflict(world.store.write(|unit| unit.insert_workspace(&second)), Constraint::WorkspaceSlug);
    assert_eq!(world.read(|unit| unit.workspace(second.id)), None);
    assert_eq!(world.read(|unit| unit.workspace_by_slug(&workspace().slug)), None);
    assert_eq!(world.write(|unit| unit.workspace_for_update(second.id)), None);
}

fn settings_are_replaced(world: &World<'_>) {
    let origin = |text| Origin::parse(text).unwrap();
    let (a, b, c) =
        (origin("https://b.example"), origin("https://a.example"), origin("http://localhost:3000"));
    let is_listed = |origin: &Origin| world.read(|unit| unit.origin_is_listed(origin));
    let mut record = workspace();
    record.settings.allowed_origins = vec![a.clone(), b.clone()];
    world.write(|unit| unit.insert_workspace(&record));
    assert!(is_listed(&a) && is_listed(&b) && !is_listed(&c));

    let settings = WorkspaceSettings {
        member_model_enabled: false,
        allowed_origins: vec![c.clone(), a.clone()],
        ..WorkspaceSettings::default()
    };
    assert!(world.write(|unit| unit.update_workspace_settings(record.id, &settings, at(9))));
    let stored = world.read(|unit| unit.workspace(record.id)).unwrap();
    assert_eq!((&stored.settings, stored.modified_at), (&settings, Some(at(9))));
    assert!(is_listed(&a) && !is_listed(&b) && is_listed(&c));

    let none = WorkspaceSettings::default();
    assert!(world.write(|unit| unit.update_workspace_settings(record.id, &none, at(10))));
    assert!(!is_listed(&a));
    assert!(!world.write(|unit| unit.update_workspace_settings(id(), &settings, at(11))));
    assert!(!is_listed(&a));
}

fn whatever_is_chosen_is_read_back(world: &World<'_>) {
    let template = |path: &str| LinkTemplate::parse(&format!("https://shop.example/{path}/{{token}}")).ok();
    let host = |text| ReturnHost::parse(text).unwrap();
    let everything = WorkspaceSettings {
        member_model_enabled: false,
        allowed_origins: Vec::new(),
        lifetimes: SessionLifetimes {
            customer_session: Some(Duration::minutes(5)),
            idle: Some(Duration::minutes(30)),
            absolute: Some(Duration::days(7)),
            jwt: Some(Duration::HOUR),
        },
        return_url_hosts: vec![host("b.example"), host("a.example:8443")],
        providers: Providers {
            emailpass: false,
            otp: true,
            passkey_domain: Some(PasskeyDomain::parse("shop.example").unwrap()),
        },
        silent_registration: true,
        email_verification: EmailVerificationRule::Required,
        portal: PortalLook {
            brand_name: line("Acme \u{1f9e1}"),
            color: Color::parse("#1f6b58").ok(),
            logo_url: SecureUrl::parse("https://cdn.example/Logo.svg?v=1").ok(),
            back_url: ReturnUrl::parse("http://Shop.example/").ok(),
        },
        mail: MailSettings {
            sender_name: line("Acme"),
            sender_address: Email::parse("Shop@Acme.example").ok(),
            language: Language::German,
            security_contact: Email::parse("Security@Acme.example").ok(),
        },
        links: LinkTemplates {
            password_reset: template("reset"),
            verify_email: template("verify"),
            change_email: template("change"),
        },
    };
    let kept = |settings: &WorkspaceSettings| {
        let record = workspace();
        world.write(|unit| unit.insert_workspace(&record));
        assert!(world.write(|unit| unit.update_workspace_settings(record.id, settings, at(9))));
        world.read(|unit| unit.workspace(record.id)).unwrap().settings
    };
    assert_eq!(kept(&everything), everything);
    let mut record = workspace();
    record.settings = everything;
    world.write(|unit| unit.insert_workspace(&record));
    assert_eq!(world.read(|unit| unit.workspace_by_slug(&record.slug)), Some(record));
    let one = WorkspaceSettings {
        lifetimes: SessionLifetimes { jwt: Some(Duration::HOUR), ..SessionLifetimes::default() },
        ..WorkspaceSettings::default()
    };
    assert_eq!(kept(&one), one);
}

fn a_workspace_is_renamed(world: &World<'_>) {
    let (record, spared) = (workspace(), workspace());
    for record in [&record, &spared] {
        world.write(|unit| unit.insert_workspace(record));
    }
    let rename = |id| world.write(|unit| unit.rename_workspace(id, &line("Market").unwrap(), at(9)));
    assert!(rename(record.id));
    let found = world.read(|unit| unit.workspace(record.id)).unwrap();
    assert_eq!((found.name, found.modified_at), (line("Market").unwrap(), Some(at(9))));
    assert_eq!((found.slug, found.settings), (record.slug, record.settings));
    assert!(!rename(id()));
    assert_eq!(world.read(|unit| unit.workspace(spared.id)), Some(spared));
}

fn a_workspace_is_disabled_and_enabled(world: &World<'_>) {
    let (record, spared) = (workspace(), workspace());
    for record in [&record, &spared] {
        world.write(|unit| unit.insert_workspace(record));
    }
    let set = |id, since, now| world.write(|unit| unit.set_workspace_disabled(id, since, at(now)));
    for (since, now) in [(Some(at(8)), 9), (None, 10)] {
        assert!(set(record.id, since, now));
        let found = world.read(|unit| unit.workspace(record.id)).unwrap();
        assert_eq!((found.disabled_at, found.is_enabled()), (since, since.is_none()));
        assert_eq!(found, Workspace { disabled_at: since, modified_at: Some(at(now)), ..record.clone() });
        assert_eq!(world.read(|unit| unit.workspace_by_slug(&record.slug)), Some(found));
    }
    assert!(!set(id(), Some(at(8)), 9));
    assert_eq!(world.read(|unit| unit.workspace(spared.id)), Some(spared));
    let made = Workspace { disabled_at: Some(at(1)), ..workspace() };
    world.write(|unit| unit.insert_workspace(&made));
    assert_eq!(world.read(|unit| unit.workspace(made.id)), Some(made));
}

fn all_are_listed_by_slug(world: &World<'_>) {
    let slugs = world.read(|unit| unit.workspaces()).into_iter().map(|w| w.slug.as_str().to_owned());
    assert!(slugs.is_sorted(), "in the order of bytes, whatever the database's language");
}
