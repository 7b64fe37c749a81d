#![doc = include_str!("../README.md")]

mod access_tokens;
mod account_deletion;
mod activity;
mod addresses;
mod admission;
mod attempts;
mod authenticator_apps;
mod cache;
pub mod change;
mod claims;
mod client;
mod credential_posts;
mod customer_edits;
mod customer_lists;
mod customer_names;
mod customer_sessions;
mod customer_state;
mod customer_upserts;
mod customers;
mod demo;
mod doors;
mod email_changes;
mod email_verifications;
mod error;
mod exports;
mod idempotency;
mod identity_providers;
mod imports;
mod installation;
mod jobs;
mod letters;
mod long_lists;
mod mails;
pub mod measure;
mod members;
mod memories;
mod merges;
mod names;
pub mod observe;
mod passkeys;
mod password_resets;
mod passwords;
mod portal;
mod presence;
mod provider_links;
mod provider_sign_ins;
mod publishable_keys;
mod readiness;
mod registration_notices;
mod second_factor;
mod sessions;
mod shopper_sessions;
mod sign_in_codes;
mod sign_in_methods;
mod signing_keys;
mod store_addresses;
mod store_auth;
mod store_customers;
mod store_sessions;
mod stuffing;
mod sweeps;
mod system;
mod token_leaks;
mod uses;
mod workspaces;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use anteroom_auth::jwt::KeySet;
use anteroom_auth::keys::Keys;
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::session::Lifetimes;
use anteroom_domain::{Clock, Random};
use anteroom_mail::{Templates, Transport};
use anteroom_oauth::OAuth;
use anteroom_store::{Listener, Store};

pub use access_tokens::{
    AccessTokenChanges, Grantor, IssuedAccessToken, Merchant, NewAccessToken, RotatedAccessToken,
};
pub use activity::{Credential, Limit, MailFate, SessionKind};
pub use addresses::{AddressChanges, NewAddress};
pub use authenticator_apps::{AddedAuthenticatorApp, ChangedSecondFactors, SecondFactors};
pub use cache::{About, Known, Memory, Remembered, Sight, Weigh};
pub use claims::Claim;
pub use client::{Client, Device, Forwarder, network};
pub use customer_edits::CustomerEdits;
pub use customer_lists::{CustomerPage, CustomerQuery, ListedCustomer};
pub use customer_sessions::{MemberChoice, NewCustomerSession, OpenedCustomerSession, PortalToken};
pub use customer_state::CustomerState;
pub use customer_upserts::{CustomerUpsert, Upserted};
pub use customers::{BilledCustomer, NewCustomer, NewOwner};
pub use demo::Demo;
pub use doors::DoorSizes;
pub use email_verifications::EmailProof;
pub use error::{
    CustomerRef, Error, FactorFault, Forbidden, Kind, MemberRef, Missing, NotRepeatable, Refusal,
    Unauthenticated,
};
pub use exports::Exporter;
pub use idempotency::{Attempt, Begun, Once, Repeatable, Subject, SubjectId};
pub use identity_providers::{NewIdentityProvider, ProviderSecret};
pub use imports::{IMPORT_PIECE, ImportPiece, Imported, Importer, OnConflict, PlacedRecord, RefusedRecord};
pub use installation::{SetUpError, recognise, set_up};
pub use members::{MemberChanges, NewMember, WhichMember};
pub use merges::MergedCustomer;
pub use passkeys::{AskedPasskey, PasskeyAnswer};
pub use passwords::{PasswordChange, RenewedSignIn};
pub use portal::{CustomerChanges, EnteredPortal, EntryCode};
pub use presence::Presence;
pub use provider_links::ProviderLink;
pub use provider_sign_ins::{Browser, Return, SentAway};
pub use publishable_keys::NewPublishableKey;
pub use second_factor::{Challenged, Entry, FactorCode, SecondFactor};
pub use sessions::{AnySession, CustomerSessionFilter};
pub use signing_keys::SigningKeyState;
pub use store_addresses::AddressQuery;
pub use store_auth::Credentials;
pub use store_customers::{CustomerUpdate, NewStoreCustomer};
pub use store_sessions::{OpenedCookie, Shopper, ShopperId, SignIn, SignedIn};
// What the checks of credentials give, and what lists are asked with.
pub use anteroom_store::{
    AddressField, AddressFilter, Among, CustomerField, CustomerFilter, Listing, MemberFilter, PortalAccess,
    SessionCounts, Span, StoreAccess, Topic,
};
pub use system::{OsRandom, SystemClock};
pub use token_leaks::LeakReport;
pub use workspaces::{
    LifetimeChanges, LinkTemplateChanges, MailChanges, NewWorkspace, PortalLookChanges, ProviderChanges,
    SettingsChanges, SwitchedWorkspace,
};

use activity::Activity;
use cache::{Freshness, Listening};
use doors::Doors;
use idempotency::Running;
use long_lists::LongLists;
use memories::Memories;
use readiness::LastWrite;
use signing_keys::KnownKeys;
use stuffing::Stuffing;
use uses::Uses;

/// The product: every use case is a method of it. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    doors: Doors,
    store: Arc<dyn Store>,
    activity: Activity,
    last_write: LastWrite,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    mail: Arc<dyn Transport>,
    templates: Templates,
    oauth: OAuth,
    keys: Keys,
    jwt: KnownKeys,
    settings: Settings,
    /// Requests that may be repeated and are not answered yet.
    running: Arc<Running>,
    uses: Uses,
    stuffing: Stuffing,
    long_lists: LongLists,
    memories: Memories,
    _listening: Option<Listening>,
}

/// What an operator decides about the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The `iss` of JWTs: the server's public URL, without a slash at the end.
    pub issuer: String,
    /// How long the shop's sessions and JWTs live.
    pub lifetimes: Lifetimes,
    /// How old the youngest signing key gets before another is made; `None` leaves that to the operator.
    pub signing_key_period: Option<time::Duration>,
    /// What a password must be.
    pub passwords: PasswordPolicy,
    /// How many attempts at an account may fail one after the other before the next has to wait, at most
    /// [`FailedAttempts::MOST_ALLOWED`](anteroom_domain::sign_in::FailedAttempts::MOST_ALLOWED); `None` is as many as one likes.
    pub failures_per_account: Option<NonZeroU32>,
    /// Threads and queues.
    pub doors: DoorSizes,
    /// What is kept in memory.
    pub memory: MemorySettings,
}

/// What is kept in memory of the database.
#[derive(Debug, Clone, Copy)]
pub struct MemorySettings {
    /// How many bytes of it there may be, about.
    pub bytes: u64,
    /// Whether to listen to what other processes change, for as long as the app lives. Without it everything in memory is
    /// used for less than a second: enough for a command that ends soon.
    pub listens: bool,
}

impl Default for MemorySettings {
    /// Half a gibibyte, which is some 300,000 sessions at work; and an open ear.
    fn default() -> Self {
        Self { bytes: 512 * 1024 * 1024, listens: true }
    }
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids, tokens and salts.
    pub random: Arc<dyn Random>,
    /// Takes mails over.
    pub mail: Arc<dyn Transport>,
    /// Put mails into words.
    pub templates: Templates,
    /// Signs people in on other people's pages.
    pub oauth: OAuth,
    /// Keys derived from the master key.
    pub keys: Keys,
    /// Keys that sign JWTs; see [`set_up`].
    pub jwt: KeySet,
    /// What the operator decides.
    pub settings: Settings,
}

impl App {
    /// Puts the product together and starts its threads.
    pub fn new(parts: Parts) -> Result<Self, std::io::Error> {
        let Parts { store, clock, random, mail, templates, oauth, keys, jwt, settings } = parts;
        let memories = Memories::new(settings.memory.bytes);
        let doors = Doors::open(&store, settings.doors)?;
        let freshness: Arc<dyn Listener> = Arc::<Freshness>::clone(&memories.freshness);
        store.listen(Arc::downgrade(&freshness));
        let listens = settings.memory.listens;
        let listening = listens.then(|| Listening::start(&store, &memories.freshness)).transpose()?;
        Ok(Self(Arc::new(Inner {
            doors,
            store,
            activity: Activity::default(),
            last_write: LastWrite::default(),
            clock,
            random,
            mail,
            templates,
            oauth,
            keys,
            jwt: KnownKeys::new(jwt),
            settings,
            running: Arc::default(),
            uses: Uses::default(),
            stuffing: Stuffing::default(),
            long_lists: LongLists::default(),
            memories,
            _listening: listening,
        })))
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The public keys that verify our JWTs, as a JWK set (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        self.0.jwt.get().jwks()
    }

    fn doors(&self) -> &Doors {
        &self.0.doors
    }

    fn memories(&self) -> &Memories {
        &self.0.memories
    }

    /// Counts that somebody was refused by a limit that is not the use cases' own.
    pub fn count_limited(&self, limit: Limit) {
        self.activity().limited(limit);
    }

    fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// The present moment, by the clock it was made with.
    pub fn now(&self) -> time::OffsetDateTime {
        self.0.clock.now()
    }

    /// The source of randomness it was made with.
    pub fn random(&self) -> &dyn Random {
        &*self.0.random
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
