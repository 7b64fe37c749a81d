//! Many rows at once, as grouped commits write them.

use std::collections::HashSet;
use std::sync::{Arc, Barrier, Mutex};

use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::session::{CustomerSession, StoreSession};

use super::world::{World, assert_conflict, at, hash, id, store_session};
use crate::{
    Changes, Constraint, CookieOutcome, Listener, Mode, NewStoreCookie, PasswordSignIn, Store, StoreExt,
    Topic,
};

/// Batches.
pub fn batches(store: &dyn Store) {
    sessions_of_the_portal_are_added_for_those_who_are_there(&World::new(store));
    sign_ins_are_opened_by_the_password_of_the_moment(&World::new(store));
    answers_are_kept_all_or_none(&World::new(store));
    cookies_are_set_as_if_one_after_the_other(&World::new(store));
    first_cookies_are_given_once(&World::new(store));
    a_cookie_of_an_ended_session_leaves_the_others_alone(&World::new(store));
    the_latest_use_of_each_stays(&World::new(store));
    what_a_batch_changes_is_told(&World::new(store));
}

/// Batches that want the same rows.
pub fn batches_race(store: &dyn Store) {
    first_cookies_are_given_once_to_those_who_race(&World::new(store));
    cookies_of_the_same_sessions_wait_for_each_other(&World::new(store));
    uses_of_the_same_sessions_wait_for_each_other(&World::new(store));
}

fn sessions_of_the_portal_are_added_for_those_who_are_there(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let made = |count: usize| -> Vec<_> { (0..count).map(|_| world.session(customer)).collect() };
    let add = |sessions: &[CustomerSession]| {
        let sessions: Vec<_> = sessions.iter().collect();
        world.store.write(|unit| unit.insert_customer_sessions(&sessions))
    };
    let found = |session: &CustomerSession| {
        world.read(|unit| unit.portal_access(&session.token_hash)).map(|access| access.session)
    };
    for count in [0, 1, 64, 1001] {
        let sessions = made(count);
        let added = add(&sessions).unwrap();
        assert_eq!(added, sessions.iter().map(|session| session.token_hash).collect());
        assert!(sessions.iter().all(|session| found(session).as_ref() == Some(session)));
    }
    let deleted = world.stored_customer("b@example.com").id;
    world.write(|unit| unit.delete_customer(world.workspace, deleted, at(1)));
    let mut sessions = made(64);
    sessions.get_mut(20).unwrap().customer_id = deleted;
    sessions.get_mut(40).unwrap().customer_id = id();
    let added = add(&sessions).unwrap();
    assert_eq!(added.len(), 62);
    assert!(sessions.iter().all(|session| found(session).is_some() == added.contains(&session.token_hash)));
    let mut sessions = made(64);
    sessions.get_mut(40).unwrap().member_id = Some(id());
    assert_conflict(add(&sessions), Constraint::Reference);
    assert!(sessions.iter().all(|session| found(session).is_none()), "all or none");
}

fn sign_ins_are_opened_by_the_password_of_the_moment(world: &World<'_>) {
    let people = ["a@example.com", "b@example.com"].map(|address| world.stored_identity(address));
    let sign_in = |(identity, provider): &(AuthIdentity, ProviderIdentity)| PasswordSignIn {
        session: StoreSession { user_agent: None, ..store_session(identity) },
        provider: provider.clone(),
    };
    let [ada, grace] = people.each_ref();
    let made = |count: usize| -> Vec<_> { (0..count).map(|_| sign_in(grace)).collect() };
    let open = |sign_ins: &[PasswordSignIn]| {
        let sign_ins: Vec<_> = sign_ins.iter().collect();
        world.store.write(|unit| unit.open_store_sessions(&sign_ins))
    };
    let found = |PasswordSignIn { session, .. }: &PasswordSignIn| {
        world.read(|unit| unit.store_access(world.workspace, session.id)).map(|access| access.session)
    };
    for count in [0, 1, 64, 1001] {
        let sign_ins = made(count);
        let opened = open(&sign_ins).unwrap();
        assert_eq!(opened, sign_ins.iter().map(|sign_in| sign_in.session.id).collect());
        assert!(sign_ins.iter().all(|sign_in| found(sign_in).as_ref() == Some(&sign_in.session)));
    }
    let (outdated, mut sign_ins) = (sign_in(ada), made(64));
    assert!(world.write(|unit| unit.replace_password_hash(&outdated.provider, "$argon2id$new")));
    sign_ins.get_mut(20).unwrap().provider.id = id();
    sign_ins.insert(40, outdated.clone());
    let opened = open(&sign_ins).unwrap();
    assert_eq!(opened.len(), 63);
    assert!(sign_ins.iter().all(|sign_in| found(sign_in).is_some() == opened.contains(&sign_in.session.id)));
    let mut unit = world.store.begin(Mode::Append).unwrap();
    assert!(unit.open_store_sessions(&[&outdated]).unwrap().is_empty());
    unit.commit().unwrap();
    let (taken, mut sign_ins) = (sign_ins.remove(0), made(64));
    sign_ins.get_mut(40).unwrap().session.id = taken.session.id;
    assert_conflict(open(&sign_ins), Constraint::Other);
    assert!(sign_ins.iter().filter(|sign_in| found(sign_in).is_some()).count() == 1, "all or none");
}

fn answers_are_kept_all_or_none(world: &World<'_>) {
    let made = |count: usize| -> Vec<_> { (0..count).map(|_| world.answer(0)).collect() };
    let keep = |answers: &[IdempotentAnswer]| {
        let answers: Vec<_> = answers.iter().collect();
        world.store.write(|unit| unit.insert_idempotent_answers(&answers))
    };
    for count in [0, 1, 64] {
        let answers = made(count);
        keep(&answers).unwrap();
        assert!(answers.iter().all(|answer| world.given(answer, 1) == Some(answer.sealed.clone())));
        let next: Vec<_> = answers
            .into_iter()
            .map(|answer| IdempotentAnswer {
                sealed: b"next".to_vec(),
                key_hash: answer.key_hash,
                ..world.answer(60)
            })
            .collect();
        keep(&next).unwrap();
        assert!(
            next.iter().all(|answer| world.given(answer, 61) == Some(b"next".to_vec())),
            "each has expired"
        );
    }
    let (living, mut answers) = (world.answer(0), made(64));
    keep(std::slice::from_ref(&living)).unwrap();
    answers.insert(40, IdempotentAnswer { sealed: b"rival".to_vec(), ..living.clone() });
    assert_conflict(keep(&answers), Constraint::IdempotentAnswer);
    assert_eq!(world.given(&living, 1), Some(living.sealed.clone()));
    answers.remove(40);
    assert!(answers.iter().all(|answer| world.given(answer, 1).is_none()));
}

impl World<'_> {
    /// Somebody signed in that many times.
    fn sign_ins(&self, address: &str, count: usize) -> Vec<StoreSession> {
        let (identity, _) = self.stored_identity(address);
        let sessions: Vec<_> = (0..count).map(|_| store_session(&identity)).collect();
        self.write(|unit| sessions.iter().try_for_each(|session| unit.insert_store_session(session)));
        sessions
    }

    fn sign_in(&self, session: &StoreSession) -> StoreSession {
        self.read(|unit| unit.store_access(self.workspace, session.id)).unwrap().session
    }
}

fn cookie(session: &StoreSession, now: i64, replaces: Option<&StoreSession>) -> NewStoreCookie {
    let replaces = replaces.map(|replaced| replaced.id);
    NewStoreCookie { session: session.id, cookie: hash(), at: at(now), replaces }
}

fn cookies_are_set_as_if_one_after_the_other(world: &World<'_>) {
    use CookieOutcome::{Gone, Replaced, Set};
    let set = |cookies: &[NewStoreCookie]| world.write(|unit| unit.set_store_cookies(cookies));
    assert_eq!(set(&[]), []);
    let sessions = world.sign_ins("a@example.com", 64);
    let cookies: Vec<_> = sessions.iter().map(|session| cookie(session, 1, None)).collect();
    assert_eq!(set(&cookies), [Set; 64]);
    for (session, new) in sessions.iter().zip(&cookies) {
        let now = world.sign_in(session);
        assert_eq!((now.cookie_hash, now.last_used_at), (Some(new.cookie), at(1)));
    }
    let [a, b, c, d, ..] = sessions.as_slice() else { return assert!(sessions.len() > 4) };
    let last = cookie(a, 5, None);
    let cookies = [
        cookie(a, 2, Some(b)),
        // It has just ended.
        cookie(b, 3, Some(c)),
        cookie(a, 4, Some(b)),
        cookie(d, 4, Some(c)),
        last,
    ];
    assert_eq!(set(&cookies), [Replaced, Gone, Set, Replaced, Set]);
    assert_eq!(world.sign_in(a).cookie_hash, Some(last.cookie));
    let ends = [a, b, c, d].map(|session| world.sign_in(session).revoked_at);
    assert_eq!(ends, [None, Some(at(2)), Some(at(4)), None]);
}

fn first_cookies_are_given_once(world: &World<'_>) {
    let give = |cookies: &[NewStoreCookie]| world.write(|unit| unit.set_first_store_cookies(cookies));
    assert!(give(&[]).is_empty());
    let sessions = world.sign_ins("a@example.com", 64);
    let mut cookies: Vec<_> = sessions.iter().map(|session| cookie(session, 1, None)).collect();
    let [ended, nobodys, twice, ..] = cookies.as_slice() else { return assert!(cookies.len() > 3) };
    let (ended, nobodys, twice) = (*ended, *nobodys, NewStoreCookie { cookie: hash(), ..*twice });
    world.write(|unit| unit.revoke_store_session(ended.session, at(1)));
    cookies.get_mut(1).unwrap().session = id();
    cookies.push(twice);
    let given = give(&cookies);
    assert_eq!(given.len(), 62, "none to one that has ended, to nobody, or for the second time");
    assert!(!given.contains(&ended.cookie) && !given.contains(&nobodys.cookie));
    for session in &sessions {
        let now = world.sign_in(session);
        let has_one =
            cookies.iter().any(|cookie| cookie.session == session.id && given.contains(&cookie.cookie));
        assert_eq!(now.cookie_hash.is_some(), has_one);
        assert_eq!((now.last_used_at == at(1)), has_one);
        assert!(now.cookie_hash.is_none_or(|hash| given.contains(&hash)));
    }
    assert!(give(&cookies).is_empty(), "each has one");
    let late = world.sign_ins("b@example.com", 1);
    let late: Vec<_> = late.iter().map(|session| cookie(session, 3600, None)).collect();
    assert!(give(&late).is_empty(), "it has ended by itself");
}

fn a_cookie_of_an_ended_session_leaves_the_others_alone(world: &World<'_>) {
    use CookieOutcome::{Gone, Replaced};
    let sessions = world.sign_ins("a@example.com", 3);
    let [ended, live, replaced] = sessions.as_slice() else { return assert_eq!(sessions.len(), 3) };
    world.write(|unit| unit.revoke_store_session(ended.id, at(1)));
    let nobody = StoreSession { id: id(), ..live.clone() };
    let cookies = [cookie(ended, 2, None), cookie(&nobody, 2, None), cookie(live, 2, Some(replaced))];
    assert_eq!(world.write(|unit| unit.set_store_cookies(&cookies)), [Gone, Gone, Replaced]);
    let late = [cookie(live, 3600, None)];
    assert_eq!(world.write(|unit| unit.set_store_cookies(&late)), [Gone], "it has ended by itself");
}

fn the_latest_use_of_each_stays(world: &World<'_>) {
    let sessions = world.sign_ins("a@example.com", 3);
    let [first, second, spared] = sessions.as_slice() else { return assert_eq!(sessions.len(), 3) };
    world.write(|unit| unit.touch_store_sessions(&[]));
    let note = |uses: &[_]| world.write(|unit| unit.touch_store_sessions(uses));
    note(&[(first.id, at(30)), (second.id, at(50)), (first.id, at(40)), (id(), at(60))]);
    note(&[(first.id, at(10)), (second.id, at(60))]);
    let used = [first, second, spared].map(|session| world.sign_in(session).last_used_at);
    assert_eq!(used, [at(40), at(60), at(0)]);
}

struct Told(Mutex<Vec<Changes>>);

impl Listener for Told {
    fn changed(&self, changes: &Changes) {
        self.0.lock().unwrap().push(changes.clone());
    }
}

fn what_a_batch_changes_is_told(world: &World<'_>) {
    let sessions = world.sign_ins("a@example.com", 4);
    let [a, b, c, ended] = sessions.as_slice() else { return assert_eq!(sessions.len(), 4) };
    world.write(|unit| unit.revoke_store_session(ended.id, at(1)));
    // Of a first cookie nobody can have read anything.
    world.write(|unit| unit.set_store_cookies(&[cookie(a, 2, None)]));
    let told = Arc::new(Told(Mutex::default()));
    let listener: Arc<dyn Listener> = Arc::<Told>::clone(&told);
    world.store.listen(Arc::downgrade(&listener));
    world.sign_ins("b@example.com", 64);
    world.write(|unit| unit.touch_store_sessions(&[(a.id, at(5)), (b.id, at(5))]));
    world.write(|unit| unit.set_store_cookies(&[cookie(ended, 6, Some(a))]));
    world.write(|unit| unit.set_store_cookies(&[cookie(a, 6, Some(b)), cookie(c, 6, None)]));
    let mut expected = Changes::default();
    for topic in [Topic::StoreCookie(a.id), Topic::StoreSession(b.id)] {
        expected.add(topic);
    }
    let told: Vec<_> =
        told.0.lock().unwrap().iter().filter(|changes| !changes.is_nothing()).cloned().collect();
    assert_eq!(
        told,
        [expected],
        "neither what nobody has seen, nor what nobody keeps, nor what did not happen"
    );
}

/// Each round, sixteen threads name the same sessions in orders of their own.
fn rounds_of_sixteen(sessions: &[StoreSession], work: impl Fn(i64, &[StoreSession]) + Sync) {
    for round in 0..8 {
        let start = Barrier::new(16);
        std::thread::scope(|scope| {
            for n in 0..16 {
                let (mut sessions, start, work) = (sessions.to_vec(), &start, &work);
                sessions.rotate_left(n);
                if n % 2 == 0 {
                    sessions.reverse();
                }
                scope.spawn(move || {
                    start.wait();
                    work(round, &sessions);
                });
            }
        });
    }
}

fn first_cookies_are_given_once_to_those_who_race(world: &World<'_>) {
    let given = Mutex::new(HashSet::new());
    let sessions = world.sign_ins("a@example.com", 16);
    rounds_of_sixteen(&sessions, |round, sessions| {
        let cookies: Vec<_> = sessions.iter().map(|session| cookie(session, round, None)).collect();
        given.lock().unwrap().extend(world.write(|unit| unit.set_first_store_cookies(&cookies)));
    });
    let cookies = sessions.iter().filter_map(|session| world.sign_in(session).cookie_hash).collect();
    assert_eq!(given.into_inner().unwrap(), cookies, "each is whose it was said to be, and the only one");
    assert_eq!(cookies.len(), 16);
}

fn cookies_of_the_same_sessions_wait_for_each_other(world: &World<'_>) {
    let sessions = world.sign_ins("a@example.com", 16);
    rounds_of_sixteen(&sessions, |round, sessions| {
        let cookies: Vec<_> = sessions.iter().map(|session| cookie(session, round, None)).collect();
        let set = world.write(|unit| unit.set_store_cookies(&cookies));
        assert_eq!(set, [CookieOutcome::Set; 16]);
    });
    let (old, rivals) = (world.sign_ins("b@example.com", 1), world.sign_ins("c@example.com", 16));
    let replaced = old.first().unwrap();
    let ended = super::races::winners::<16>(|n| {
        let new = cookie(rivals.get(n).unwrap(), 9, Some(replaced));
        world.write(|unit| unit.set_store_cookies(&[new])) == [CookieOutcome::Replaced]
    });
    assert_eq!(ended, 1, "one of sixteen has ended the other session");
}

fn uses_of_the_same_sessions_wait_for_each_other(world: &World<'_>) {
    let sessions = world.sign_ins("a@example.com", 16);
    rounds_of_sixteen(&sessions, |round, sessions| {
        let uses: Vec<_> = sessions.iter().map(|session| (session.id, at(round))).collect();
        world.write(|unit| unit.touch_store_sessions(&uses));
    });
    assert!(sessions.iter().all(|session| world.sign_in(session).last_used_at == at(7)));
}
