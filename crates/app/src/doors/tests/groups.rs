//! Commands that are applied together, on both databases.

use std::sync::{Condvar, PoisonError, Weak};

use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::session::{CustomerSession, Provider, StoreSession, StoreSessionId};
use anteroom_domain::text::{Email, Line, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceSettings};
use anteroom_domain::{Id, Random, TokenHash};
use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Constraint, PasswordSignIn, StoreExt};
use anteroom_testkit::clock::ManualClock;
use anteroom_testkit::random::SeededRandom;
use tempfile::TempDir;
use time::{Duration as Span, OffsetDateTime};

use super::*;

/// A store that lets nobody begin to write until it is told to.
#[derive(Debug)]
struct Gate {
    store: SqlStore,
    is_open: Mutex<bool>,
    opened: Condvar,
    begun: Sender<()>,
}

impl Gate {
    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

impl Store for Gate {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        if mode.writes() {
            self.begun.send(()).unwrap();
            let is_open = self.is_open.lock().unwrap();
            drop(
                self.opened.wait_while(is_open, |is_open| !*is_open).unwrap_or_else(PoisonError::into_inner),
            );
        }
        self.store.begin(mode)
    }

    fn listen(&self, listener: Weak<dyn Listener>) {
        self.store.listen(listener);
    }

    fn feed(&self) -> Result<Box<dyn Feed>, StoreError> {
        self.store.feed()
    }

    fn pool(&self) -> PoolState {
        self.store.pool()
    }

    fn writes_in_turn(&self) -> bool {
        self.store.writes_in_turn()
    }
}

/// A shop with a customer, and doors that nobody has passed yet.
struct Shop {
    doors: Doors,
    gate: Arc<Gate>,
    has_begun: Receiver<()>,
    random: SeededRandom,
    customer: Customer,
    identity: AuthIdentity,
    provider: ProviderIdentity,
    url: String,
    _folder: TempDir,
}

const NOW: OffsetDateTime = ManualClock::START;

impl Shop {
    fn sqlite(patience: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self::at(url, folder, patience)
    }

    fn postgres(patience: Duration) -> Option<Self> {
        anteroom_testkit::postgres::database()
            .map(|url| Self::at(url, tempfile::tempdir().unwrap(), patience))
    }

    fn at(url: String, folder: TempDir, patience: Duration) -> Self {
        let store = SqlStore::open(&SqlOptions::new(url.clone())).unwrap();
        store.migrate().unwrap();
        let random = SeededRandom::new(1);
        let workspace = Workspace {
            id: Id::random(&random),
            slug: Slug::parse("acme").unwrap(),
            name: Line::parse("Acme").unwrap().unwrap(),
            settings: WorkspaceSettings::default(),
            created_at: NOW,
            modified_at: None,
            disabled_at: None,
        };
        let email = Email::parse("ada@example.com").unwrap();
        let customer = Customer {
            id: Id::random(&random),
            workspace_id: workspace.id,
            kind: CustomerKind::Individual,
            has_account: true,
            external_id: None,
            email: email.clone(),
            email_verified: false,
            name: None,
            billing_name: None,
            contact: Contact::default(),
            avatar_url: None,
            metadata: Metadata::default(),
            store_metadata: StoreMetadata::default(),
            created_at: NOW,
            modified_at: None,
            deleted_at: None,
            disabled_at: None,
        };
        let identity = AuthIdentity {
            id: Id::random(&random),
            workspace_id: workspace.id,
            customer_id: None,
            created_at: NOW,
        };
        let provider = ProviderIdentity {
            id: Id::random(&random),
            workspace_id: workspace.id,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email,
            password_hash: "$argon2id$".to_owned(),
            created_at: NOW,
        };
        let written: Result<(), StoreError> = store.write(|unit| {
            unit.insert_workspace(&workspace)?;
            unit.insert_customer(&customer)?;
            unit.insert_identity(&identity, &provider)
        });
        written.unwrap();
        let (begun, has_begun) = channel();
        let gate = Arc::new(Gate { store, is_open: Mutex::new(false), opened: Condvar::new(), begun });
        let sizes = DoorSizes {
            database_threads: NonZeroUsize::new(4).unwrap(),
            database_queue: 100,
            database_patience: patience,
            hash_threads: NonZeroUsize::MIN,
            hash_queue: 1,
        };
        let store: Arc<dyn Store> = Arc::<Gate>::clone(&gate);
        let doors = Doors::open(&store, sizes).unwrap();
        Self { doors, gate, has_begun, random, customer, identity, provider, url, _folder: folder }
    }

    fn hash(&self) -> TokenHash {
        let random: &dyn Random = &self.random;
        TokenHash::new(random.bytes())
    }

    fn sign_in(&self) -> StoreSession {
        StoreSession {
            id: Id::random(&self.random),
            workspace_id: self.identity.workspace_id,
            auth_identity_id: self.identity.id,
            provider: Provider::EmailPass,
            cookie_hash: None,
            ip_address: None,
            user_agent: None,
            created_at: NOW,
            last_used_at: NOW,
            expires_at: NOW + Span::HOUR,
            revoked_at: None,
        }
    }

    fn open(&self, session: &StoreSession) -> Command {
        let provider = self.provider.clone();
        Command::OpenStoreSession(Box::new(PasswordSignIn { session: session.clone(), provider }))
    }

    fn stored_sign_in(&self) -> StoreSession {
        let session = self.sign_in();
        let stored: Result<(), StoreError> =
            self.gate.store.write(|unit| unit.insert_store_session(&session));
        stored.unwrap();
        session
    }

    fn answer(&self) -> IdempotentAnswer {
        IdempotentAnswer {
            key_hash: self.hash(),
            workspace_id: self.identity.workspace_id,
            customer_id: None,
            sealed: b"sealed".to_vec(),
            created_at: NOW,
            expires_at: NOW + Span::HOUR,
        }
    }

    fn customer_session(&self, answer: Option<IdempotentAnswer>) -> (TokenHash, Command) {
        let session = CustomerSession {
            token_hash: self.hash(),
            workspace_id: self.customer.workspace_id,
            customer_id: self.customer.id,
            member_id: None,
            return_url: None,
            created_at: NOW,
            expires_at: NOW + Span::HOUR,
            revoked_at: None,
            entered_at: None,
        };
        (session.token_hash, Command::OpenCustomerSession { session, owner: None, answer })
    }

    fn cookie(&self, id: StoreSessionId, replaces: Option<StoreSessionId>) -> (TokenHash, Command) {
        let cookie = self.hash();
        (cookie, Command::SetStoreCookie { id, cookie, at: NOW, replaces, answer: None })
    }

    /// What is stored of a sign-in.
    fn stored(&self, id: StoreSessionId) -> Option<StoreSession> {
        let workspace = self.identity.workspace_id;
        let found: Result<_, StoreError> = self.gate.store.read(|unit| unit.store_access(workspace, id));
        found.unwrap().map(|access| access.session)
    }

    fn is_portal_session(&self, token: &TokenHash) -> bool {
        let found: Result<_, StoreError> = self.gate.store.read(|unit| unit.portal_access(token));
        found.unwrap().is_some()
    }

    /// What comes of commands that all wait, because as many units as write at once have begun and cannot go on.
    fn submit_together(&self, commands: Vec<Command>) -> Vec<Result<Outcome, Error>> {
        runtime().block_on(async {
            let mut first: Vec<_> = (0..self.at_once())
                .map(|_| Box::pin(self.doors.submit(self.customer_session(None).1)))
                .collect();
            for begun in &mut first {
                assert!(futures_util::poll!(begun).is_pending());
                self.has_begun.recv().unwrap();
            }
            let mut waiting = Box::pin(join_all(commands.into_iter().map(|one| self.doors.submit(one))));
            assert!(futures_util::poll!(&mut waiting).is_pending());
            self.gate.open();
            assert!(join_all(first).await.iter().all(|outcome| matches!(outcome, Ok(Outcome::Applied))));
            waiting.await
        })
    }

    fn at_once(&self) -> usize {
        if self.gate.writes_in_turn() { 1 } else { 2 }
    }
}

const PATIENT: Duration = Duration::from_mins(10);

macro_rules! both_databases {
    ($($test:ident)*) => {$(
        mod $test {
            use super::*;

            #[test]
            fn sqlite() {
                super::$test(&Shop::sqlite(PATIENT));
            }

            #[test]
            fn postgres() {
                if let Some(shop) = Shop::postgres(PATIENT) {
                    super::$test(&shop);
                }
            }
        }
    )*};
}

both_databases!(
    those_who_wait_share_a_transaction
    one_that_is_refused_fails_alone
    cookies_of_one_session_follow_each_other
    nobody_is_refused_but_those_who_find_the_line_full
    more_than_a_group_takes_are_all_applied
);

fn those_who_wait_share_a_transaction(shop: &Shop) {
    let sessions: Vec<_> = (0..64).map(|_| shop.sign_in()).collect();
    let commands = sessions.iter().map(|session| shop.open(session)).collect();
    let answers = shop.submit_together(commands);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Outcome::Applied))), "{answers:?}");
    for session in &sessions {
        assert_eq!(shop.stored(session.id).as_ref(), Some(session));
    }
    let counts = shop.doors.groups();
    assert_eq!(counts.commands, 64 + u64::try_from(shop.at_once()).unwrap());
    assert!(counts.groups <= 4, "{counts:?}");
}

fn one_that_is_refused_fails_alone(shop: &Shop) {
    let taken = shop.answer();
    let kept: Result<(), StoreError> = shop.gate.store.write(|unit| unit.insert_idempotent_answer(&taken));
    kept.unwrap();
    let (live, replaced) = (shop.stored_sign_in(), shop.stored_sign_in());
    let stray = shop.sign_in();
    let outdated = ProviderIdentity { password_hash: "$argon2id$old".to_owned(), ..shop.provider.clone() };
    let outdated = Box::new(PasswordSignIn { session: stray.clone(), provider: outdated });
    let (repeated, repetition) = shop.customer_session(Some(taken));
    let (_, of_nobody) = shop.cookie(Id::random(&shop.random), None);
    let (cookie, given) = shop.cookie(live.id, Some(replaced.id));
    let good: Vec<_> = (0..12).map(|_| shop.customer_session(Some(shop.answer()))).collect();
    let sign_in = shop.sign_in();
    let note = NOW + Span::MINUTE;

    let mut commands = vec![
        Command::OpenStoreSession(outdated),
        repetition,
        of_nobody,
        given,
        shop.open(&sign_in),
        Command::NoteUses { sessions: vec![(live.id, note)], tokens: vec![] },
    ];
    let (tokens, open): (Vec<_>, Vec<_>) = good.into_iter().unzip();
    commands.extend(open);
    let mut answers = shop.submit_together(commands).into_iter();

    let conflict = |answer: Option<Result<Outcome, Error>>| match answer {
        Some(Err(Error::Store(StoreError::Conflict(constraint)))) => Some(constraint),
        _ => None,
    };
    assert!(matches!(answers.next(), Some(Ok(Outcome::Gone))));
    assert_eq!(conflict(answers.next()), Some(Constraint::IdempotentAnswer));
    assert!(matches!(answers.next(), Some(Ok(Outcome::Gone))));
    assert!(matches!(answers.next(), Some(Ok(Outcome::Replaced))));
    assert_eq!(answers.len(), 14);
    assert!(answers.all(|answer| matches!(answer, Ok(Outcome::Applied))));
    assert!(shop.stored(stray.id).is_none() && !shop.is_portal_session(&repeated));
    let live = shop.stored(live.id).unwrap();
    assert_eq!((live.cookie_hash, live.last_used_at), (Some(cookie), note));
    assert_eq!(shop.stored(replaced.id).unwrap().revoked_at, Some(NOW));
    assert!(shop.stored(sign_in.id).is_some() && tokens.iter().all(|token| shop.is_portal_session(token)));
}

fn cookies_of_one_session_follow_each_other(shop: &Shop) {
    let (session, other) = (shop.stored_sign_in(), shop.stored_sign_in());
    let (cookies, commands): (Vec<_>, Vec<_>) =
        (0..16).map(|_| shop.cookie(session.id, Some(other.id))).unzip();
    let answers = shop.submit_together(commands);
    let count =
        |outcome| answers.iter().filter(|answer| matches!(answer, Ok(found) if *found == outcome)).count();
    assert_eq!((count(Outcome::Replaced), count(Outcome::Applied)), (1, 15), "{answers:?}");
    assert!(cookies.contains(&shop.stored(session.id).unwrap().cookie_hash.unwrap()));
    assert!(shop.stored(other.id).unwrap().revoked_at.is_some());
}

fn nobody_is_refused_but_those_who_find_the_line_full(shop: &Shop) {
    let commands = (0..103).map(|_| shop.customer_session(None).1).collect();
    let answers = shop.submit_together(commands);
    let refused = answers.iter().filter(|answer| matches!(answer, Err(Error::Overloaded { .. }))).count();
    assert_eq!(refused, 3, "a hundred may wait");
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 100);
}

fn more_than_a_group_takes_are_all_applied(shop: &Shop) {
    let (tokens, commands): (Vec<_>, Vec<_>) = (0..80).map(|_| shop.customer_session(None)).unzip();
    let Shop { doors, gate, has_begun: _has_begun, .. } = shop;
    runtime().block_on(async {
        let mut waiting = Box::pin(join_all(commands.into_iter().map(|one| doors.submit(one))));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        gate.open();
        assert!(waiting.await.iter().all(Result::is_ok));
    });
    assert!(tokens.iter().all(|token| shop.is_portal_session(token)));
}

#[test]
fn a_group_that_cannot_be_committed_is_applied_to_nobody() {
    let Some(shop) = Shop::postgres(PATIENT) else { return };
    // Whoever adds this sign-in is refused, but only at the commit.
    anteroom_testkit::postgres::sql(
        &shop.url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$; \
         CREATE CONSTRAINT TRIGGER late AFTER INSERT ON store_sessions DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION refuse()",
    );
    let (tokens, mut commands): (Vec<_>, Vec<_>) = (0..20).map(|_| shop.customer_session(None)).unzip();
    commands.insert(10, shop.open(&shop.sign_in()));
    let answers = shop.submit_together(commands);
    assert!(answers.iter().all(|answer| matches!(answer, Err(Error::Store(_)))), "{answers:?}");
    assert!(!tokens.iter().any(|token| shop.is_portal_session(token)));
}

#[test]
fn who_has_gone_before_the_turn_is_not_applied() {
    let shop = Shop::sqlite(Duration::from_millis(50));
    let [early, late, last] = [(); 3].map(|()| shop.sign_in());
    runtime().block_on(async {
        let submit = |session: &StoreSession| shop.doors.submit(shop.open(session));
        let timed_out = |answer| matches!(answer, Err(Error::TimedOut { door: "database" }));
        assert!(timed_out(submit(&early).await));
        shop.has_begun.recv().unwrap();
        assert!(timed_out(submit(&late).await));
        shop.gate.open();
        assert!(matches!(submit(&last).await, Ok(Outcome::Applied)));
    });
    assert!(shop.stored(early.id).is_some(), "it had begun");
    assert!(shop.stored(late.id).is_none());
    assert!(shop.stored(last.id).is_some());
}
