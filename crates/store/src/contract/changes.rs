//! What those who listen are told of each change.

use std::sync::{Arc, Mutex, Weak};

use anteroom_domain::credential::{AccessToken, PublishableKey, Scopes, SealedSigningKey};
use anteroom_domain::customer::Customer;
use anteroom_domain::job::{JobOutcome, JobRun};
use anteroom_domain::mail::MailTemplate;
use anteroom_domain::member::Role;
use anteroom_domain::session::{PortalCookie, StoreSession};
use anteroom_domain::workspace::{WorkspaceId, WorkspaceSettings};

use super::email_verifications::verification;
use super::password_resets::reset;
use super::world::{World, address, at, hash, id, lease, line, store_session, workspace};
use crate::{
    Changes, Constraint, InstallationRecord, Listener, Merge, Mode, NewStoreCookie, PasswordSignIn, Store,
    StoreError, Topic, Unit,
};

/// What a unit tells when it is committed. Not for a store that has been used already.
pub fn changes(store: &dyn Store) {
    who_listens_is_told_until_it_is_gone(&World::new(store));
    what_is_not_committed_is_not_told(&World::new(store));
    a_unit_tells_all_that_it_changes_at_once(&World::new(store));
    installation_and_workspaces(&World::new(store));
    customers(&World::new(store));
    below_a_customer(&World::new(store));
    merges(&World::new(store));
    credentials(&World::new(store));
    portal_sessions(&World::new(store));
    store_sessions(&World::new(store));
    what_nobody_keeps(&World::new(store));
}

/// Nothing that anybody can have in memory.
const NOTHING: [Topic; 0] = [];

/// Writes down what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<Changes>>);

impl Listener for Notes {
    fn changed(&self, changes: &Changes) {
        self.0.lock().unwrap().push(changes.clone());
    }
}

impl Notes {
    fn of(store: &dyn Store) -> Arc<Self> {
        let notes = Arc::<Self>::default();
        let listener: Weak<Self> = Arc::downgrade(&notes);
        store.listen(listener);
        notes
    }

    fn take(&self) -> Vec<Changes> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A message about these, if there are any.
fn message(topics: &[Topic]) -> Vec<Changes> {
    let mut changes = Changes::default();
    for topic in topics {
        changes.add(*topic);
    }
    if changes.is_nothing() { Vec::new() } else { vec![changes] }
}

impl World<'_> {
    /// Asserts that a unit of this tells about these topics, and gives what it gave.
    #[track_caller]
    fn tells<T>(&self, topics: &[Topic], work: impl FnOnce(&mut dyn Unit) -> Result<T, StoreError>) -> T {
        let notes = Notes::of(self.store);
        let value = self.write(work);
        assert_eq!(notes.take(), message(topics));
        value
    }
}

fn who_listens_is_told_until_it_is_gone(world: &World<'_>) {
    let (one, other) = (Notes::of(world.store), Notes::of(world.store));
    let update = || world.write(|unit| unit.update_workspace_settings(world.workspace, &settings(), at(1)));
    assert!(update());
    let told = message(&[Topic::Workspace(world.workspace)]);
    assert_eq!((one.take(), other.take()), (told.clone(), told.clone()));
    drop(other);
    assert!(update());
    assert_eq!(one.take(), told);
}

fn what_is_not_committed_is_not_told(world: &World<'_>) {
    let notes = Notes::of(world.store);
    let mut unit = world.store.begin(Mode::Write).unwrap();
    assert!(unit.update_workspace_settings(world.workspace, &settings(), at(1)).unwrap());
    assert_eq!(notes.take(), []);
    drop(unit);
    world.read(|unit| unit.workspace(world.workspace));
    world.store.begin(Mode::Read).unwrap().commit().unwrap();
    assert_eq!(notes.take(), []);
}

fn a_unit_tells_all_that_it_changes_at_once(world: &World<'_>) {
    let [a, b] = ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")));
    let rival = Customer { email: a.email.clone(), ..b.clone() };
    world.tells(&[Topic::Customer(b.id), Topic::Workspace(world.workspace)], |unit| {
        unit.update_customer(&b)?;
        unit.update_workspace_settings(world.workspace, &settings(), at(1))?;
        super::world::assert_conflict(unit.update_customer(&rival), Constraint::CustomerEmail);
        unit.update_customer(&b)
    });
    world.tells(&NOTHING, |unit| {
        super::world::assert_conflict(unit.update_customer(&rival), Constraint::CustomerEmail);
        Ok(())
    });
}

fn settings() -> WorkspaceSettings {
    WorkspaceSettings::default()
}

fn installation_and_workspaces(world: &World<'_>) {
    let record = InstallationRecord { key_check: [7; 32], created_at: at(0) };
    let key = SealedSigningKey { kid: "a".to_owned(), sealed: vec![1], created_at: at(0), signs_from: at(0) };
    world.tells(&NOTHING, |unit| {
        unit.insert_installation(&record)?;
        unit.write_nothing_new()?;
        unit.insert_signing_key(&key)?;
        unit.insert_workspace(&workspace())?;
        unit.workspace_for_update(world.workspace)
    });
    let nobody: WorkspaceId = id();
    let update = |unit: &mut dyn Unit, id| unit.update_workspace_settings(id, &settings(), at(1));
    assert!(!world.tells(&NOTHING, |unit| update(unit, nobody)));
    assert!(world.tells(&[Topic::Workspace(world.workspace)], |unit| update(unit, world.workspace)));
    let rename = |unit: &mut dyn Unit, id| unit.rename_workspace(id, &line("Market").unwrap(), at(1));
    assert!(!world.tells(&NOTHING, |unit| rename(unit, nobody)));
    assert!(world.tells(&[Topic::Workspace(world.workspace)], |unit| rename(unit, world.workspace)));
    let disable = |unit: &mut dyn Unit, id| unit.set_workspace_disabled(id, Some(at(1)), at(1));
    assert!(!world.tells(&NOTHING, |unit| disable(unit, nobody)));
    assert!(world.tells(&[Topic::Workspace(world.workspace)], |unit| disable(unit, world.workspace)));
}

fn customers(world: &World<'_>) {
    let workspace = world.workspace;
    let customer = world.customer("a@example.com");
    let about = [Topic::Customer(customer.id)];
    assert!(!world.tells(&NOTHING, |unit| unit.update_customer(&customer)));
    world.tells(&NOTHING, |unit| unit.insert_customer(&customer));
    world.tells(&NOTHING, |unit| unit.customer_for_update(workspace, customer.id));
    assert!(world.tells(&about, |unit| unit.update_customer(&customer)));
    assert!(!world.tells(&NOTHING, |unit| unit.delete_customer(id(), customer.id, at(1))));
    assert!(world.tells(&about, |unit| unit.delete_customer(workspace, customer.id, at(1))));
    assert!(!world.tells(&NOTHING, |unit| unit.delete_customer(workspace, customer.id, at(2))));
    assert!(!world.tells(&NOTHING, |unit| unit.update_customer(&customer)));
    assert!(!world.tells(&NOTHING, |unit| unit.anonymize_customer(id(), customer.id, at(1))));
    assert!(world.tells(&about, |unit| unit.anonymize_customer(workspace, customer.id, at(1))));
}

fn below_a_customer(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let about = [Topic::Customer(customer)];
    let member = world.member(customer, "m@example.com", Role::Member);
    assert!(!world.tells(&NOTHING, |unit| unit.update_member(&member)));
    world.tells(&about, |unit| unit.insert_member(&member));
    assert!(world.tells(&about, |unit| unit.update_member(&member)));
    assert!(world.tells(&about, |unit| unit.delete_member(customer, member.id, at(1))));
    assert!(!world.tells(&NOTHING, |unit| unit.delete_member(customer, member.id, at(1))));
    let mut home = address(customer);
    (home.is_default_shipping, home.is_default_billing) = (true, true);
    assert!(!world.tells(&NOTHING, |unit| unit.update_address(&home)));
    world.tells(&about, |unit| unit.insert_address(&home));
    assert!(world.tells(&about, |unit| unit.update_address(&home)));
    assert!(world.tells(&about, |unit| unit.clear_default_shipping(customer, at(1))));
    assert!(!world.tells(&NOTHING, |unit| unit.clear_default_shipping(customer, at(1))));
    assert!(world.tells(&about, |unit| unit.clear_default_billing(customer, at(1))));
    assert!(!world.tells(&NOTHING, |unit| unit.clear_default_billing(customer, at(1))));
    assert!(world.tells(&about, |unit| unit.delete_address(customer, home.id)));
    assert!(!world.tells(&NOTHING, |unit| unit.delete_address(customer, home.id)));
}

fn merges(world: &World<'_>) {
    let [merged, survivor] =
        ["a@example.com", "b@example.com"].map(|address| world.stored_customer(address).id);
    let (identity, _) = world.stored_identity("a@example.com");
    world.write(|unit| unit.link_customer(identity.id, merged));
    world.tells(&NOTHING, |unit| unit.both_for_update(world.workspace, (merged, survivor)));
    let merge = Merge {
        workspace: world.workspace,
        merged,
        survivor,
        keeps_external_id: false,
        ended_members: Vec::new(),
        owner_steps_down: false,
        at: at(1),
    };
    let about = [Topic::Customer(merged), Topic::Customer(survivor), Topic::Identity(identity.id)];
    assert!(world.tells(&about, |unit| unit.merge_customer(&merge)));
    assert!(!world.tells(&NOTHING, |unit| unit.merge_customer(&merge)));
}

fn credentials(world: &World<'_>) {
    let workspace = world.workspace;
    let token = AccessToken {
        id: id(),
        workspace_id: workspace,
        token_hash: hash(),
        scopes: Scopes::all(),
        comment: line("Server").unwrap(),
        created_at: at(0),
        modified_at: None,
        expires_at: None,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    world.tells(&NOTHING, |unit| unit.insert_access_token(&token));
    let update = |unit: &mut dyn Unit| unit.update_access_token(&token, at(1));
    assert!(world.tells(&[Topic::AccessToken(token.id)], update));
    let revoke = |unit: &mut dyn Unit| unit.revoke_access_token(workspace, token.id, at(1));
    assert!(world.tells(&[Topic::AccessToken(token.id)], revoke));
    assert!(!world.tells(&NOTHING, revoke));
    assert!(!world.tells(&NOTHING, update));

    let key = PublishableKey {
        id: id(),
        workspace_id: workspace,
        key: "pk_changes".to_owned(),
        title: line("Web shop").unwrap(),
        created_at: at(0),
        modified_at: None,
        revoked_at: None,
    };
    world.tells(&NOTHING, |unit| unit.insert_publishable_key(&key));
    assert!(world.tells(&NOTHING, |unit| unit.update_publishable_key(&key)));
    let revoke = |unit: &mut dyn Unit| unit.revoke_publishable_key(workspace, key.id, at(1));
    assert!(world.tells(&[Topic::PublishableKey(key.id)], revoke));
    assert!(!world.tells(&NOTHING, revoke));

    let (identity, provider) = world.identity("a@example.com");
    world.tells(&NOTHING, |unit| unit.insert_identity(&identity, &provider));
    let customer = world.stored_customer("a@example.com").id;
    let link = |unit: &mut dyn Unit| unit.link_customer(identity.id, customer);
    assert!(world.tells(&[Topic::Identity(identity.id), Topic::Customer(customer)], link));
    assert!(!world.tells(&NOTHING, link));
    let [from, to] = ["a@example.com", "b@example.com"].map(super::world::email);
    let rename = |unit: &mut dyn Unit| unit.rename_identities(customer, &from, &to);
    assert_eq!(world.tells(&NOTHING, rename), 1, "who signs in asks the database");
    let (half, _) = world.stored_identity("a@example.com");
    let remove = |unit: &mut dyn Unit| unit.delete_registration(half.id);
    assert!(world.tells(&[Topic::Identity(half.id)], remove));
    assert!(!world.tells(&NOTHING, remove));
}

fn portal_sessions(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let session = world.session(customer);
    let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(0) };
    world.tells(&NOTHING, |unit| unit.insert_customer_session(&session));
    let enter = |unit: &mut dyn Unit| unit.enter_customer_session(&session.token_hash, at(1));
    assert!(world.tells(&NOTHING, enter), "who comes by a link asks the database");
    world.tells(&NOTHING, |unit| unit.insert_portal_cookie(&cookie));
    let revoke = |unit: &mut dyn Unit| unit.revoke_customer_session(world.workspace, session.id(), at(1));
    assert!(world.tells(&[Topic::CustomerSession(session.id())], revoke));
    assert!(!world.tells(&NOTHING, revoke));
    let member = world.member(customer, "m@example.com", Role::Member);
    let mut session = world.session(customer);
    session.member_id = Some(member.id);
    world.write(|unit| {
        unit.insert_member(&member)?;
        unit.insert_customer_session(&session)
    });
    let revoke_members = |unit: &mut dyn Unit| unit.revoke_member_sessions(customer, member.id, at(1));
    assert_eq!(world.tells(&[Topic::Customer(customer)], revoke_members), 1);
    assert_eq!(world.tells(&NOTHING, revoke_members), 0);
    world.stored_session(customer);
    let revoke_all = |unit: &mut dyn Unit| unit.revoke_customer_sessions(customer, at(1));
    assert_eq!(world.tells(&[Topic::Customer(customer)], revoke_all), 1);
    assert_eq!(world.tells(&NOTHING, revoke_all), 0);
    world.stored_session(customer);
    let revoke_everybodys = |unit: &mut dyn Unit| unit.revoke_customer_sessions_in(world.workspace, at(1));
    assert_eq!(world.tells(&[Topic::Workspace(world.workspace)], revoke_everybodys), 1);
    assert_eq!(world.tells(&NOTHING, revoke_everybodys), 0);
}

fn store_sessions(world: &World<'_>) {
    let (identity, provider) = world.stored_identity("a@example.com");
    let customer = world.stored_customer("a@example.com").id;
    world.write(|unit| unit.link_customer(identity.id, customer));
    let sessions = [(); 3].map(|()| store_session(&identity));
    world.tells(&NOTHING, |unit| {
        let [first, second, third] = &sessions;
        let sign_in = PasswordSignIn { session: third.clone(), provider };
        assert_eq!(unit.open_store_sessions(&[&sign_in])?.len(), 1);
        unit.insert_store_session(first)?;
        unit.insert_store_session(second)
    });
    let [first, second, third] = sessions;
    let set = |session: &StoreSession, replaces: Option<&StoreSession>| {
        let replaces = replaces.map(|session| session.id);
        let cookie = NewStoreCookie { session: session.id, cookie: hash(), at: at(1), replaces };
        move |unit: &mut dyn Unit| unit.set_store_cookies(&[cookie])
    };
    world.tells(&NOTHING, set(&first, None));
    world.tells(&[Topic::StoreCookie(first.id)], set(&first, None));
    world.tells(&[Topic::StoreSession(first.id)], set(&second, Some(&first)));
    world.tells(&[Topic::StoreCookie(second.id)], set(&second, Some(&first)));
    world.tells(&NOTHING, set(&first, Some(&third)));
    let revoke = |unit: &mut dyn Unit| unit.revoke_store_session(second.id, at(2));
    assert!(world.tells(&[Topic::StoreSession(second.id)], revoke));
    assert!(!world.tells(&NOTHING, revoke));
    let revoke_all = |unit: &mut dyn Unit| unit.revoke_store_sessions(customer, None, at(2));
    assert_eq!(world.tells(&[Topic::Customer(customer)], revoke_all), 1);
    assert_eq!(world.tells(&NOTHING, revoke_all), 0);
    world.write(|unit| unit.insert_store_session(&store_session(&identity)));
    let revoke_everybodys = |unit: &mut dyn Unit| unit.revoke_store_sessions_in(world.workspace, at(2));
    assert_eq!(world.tells(&[Topic::Workspace(world.workspace)], revoke_everybodys), 1);
    assert_eq!(world.tells(&NOTHING, revoke_everybodys), 0);
}

/// When something was last used, what a password is compared with, what is given again, who runs a job, and what has
/// long been over.
fn what_nobody_keeps(world: &World<'_>) {
    let (identity, provider) = world.stored_identity("a@example.com");
    let customer = world.stored_customer("a@example.com").id;
    let session = world.stored_session(customer);
    let sign_in = store_session(&identity);
    let (answer, ada) = (world.answer(0), lease("ada", 0));
    let run = JobRun { started_at: at(0), finished_at: at(1), outcome: JobOutcome::Done, swept: 7 };
    let (reset, message) = (reset(&identity, 0), world.message(customer, 0));
    world.tells(&NOTHING, |unit| {
        unit.insert_store_session(&sign_in)?;
        unit.touch_store_sessions(&[(sign_in.id, at(1))])?;
        unit.touch_access_tokens(&[(id(), at(1))])?;
        assert!(unit.replace_password_hash(&provider, "$argon2id$new")?);
        assert!(unit.set_password_hash(provider.id, "$argon2id$newer")?);
        unit.insert_password_reset(&reset)?;
        assert!(unit.spend_password_reset(&reset.token_hash, at(1))?);
        let verification = verification(customer, 0);
        unit.insert_email_verification(&verification)?;
        assert!(unit.spend_email_verification(&verification.token_hash, at(1))?);
        unit.insert_outbox_message(&message)?;
        assert_eq!(unit.take_outbox_messages(at(0), at(1), 1)?.len(), 1);
        assert!(unit.put_off_outbox_message(message.id, 1, at(2))?);
        assert_eq!(unit.recall_outbox_messages(customer, MailTemplate::PasswordReset)?, 1);
        unit.insert_idempotent_answer(&answer)?;
        assert!(unit.take_job("told", 0, &ada)?);
        assert!(unit.extend_job("told", &ada)?);
        assert!(unit.finish_job("told", &ada.holder, &run)?);
        assert!(unit.take_job("told", 1, &lease("bob", 2))?);
        assert!(unit.release_job("told", &lease("bob", 2).holder)?);
        assert!(unit.sweep_idempotent_answers(at(1_000_000), 10_000)? > 0);
        assert!(unit.sweep_customer_sessions(at(1_000_000), 10_000)? > 0);
        assert!(unit.sweep_store_sessions(at(1_000_000), 10_000)? > 0);
        Ok(())
    });
    assert_eq!(world.read(|unit| unit.portal_access(&session.token_hash)), None, "it has been swept");
}
