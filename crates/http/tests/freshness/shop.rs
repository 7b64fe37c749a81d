//! A shop of two servers, and the people who use it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Instant;

use anteroom_app::{
    App, CustomerRef, Error, Grantor, IssuedAccessToken, Kind, NewAccessToken, NewCustomer, NewOwner,
    NewPublishableKey, Once, ShopperId,
};
use anteroom_domain::Id;
use anteroom_domain::credential::{AccessTokenId, AuthIdentity, ProviderIdentity, PublishableKeyId, Scopes};
use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::session::{CustomerSessionId, Provider, StoreSession};
use anteroom_domain::text::{Email, Line};
use anteroom_store::{StoreError, StoreExt};
use anteroom_testkit::app::{Database, TestApp};

use crate::history::{Credential, End, History, Named, Shown, Thing, When};
use crate::script::Node;

/// Two servers on one database.
pub(crate) struct Servers {
    one: TestApp,
    other: TestApp,
}

impl Servers {
    /// `None` where this machine has no such database.
    pub(crate) async fn on(database: Database) -> Option<Self> {
        let one = TestApp::on(database).await?;
        let other = one.another_server();
        Some(Self { one, other })
    }

    pub(crate) fn at(&self, node: Node) -> &TestApp {
        match node {
            Node::One => &self.one,
            Node::Other => &self.other,
        }
    }
}

/// What somebody shows at the door.
pub(crate) enum Secret {
    PortalToken(String),
    PortalCookie(String),
    Jwt(String),
    StoreCookie(String),
    AccessToken(String),
    PublishableKey(String),
}

/// Something to be shown, and what is known about it.
pub(crate) struct Held {
    pub(crate) secret: Secret,
    pub(crate) credential: Arc<Credential>,
    /// Whose it is.
    pub(crate) customer: Option<usize>,
}

/// A session or a sign-in that can be ended.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) number: usize,
    /// Whose it is.
    pub(crate) customer: usize,
    pub(crate) id: CustomerSessionId,
    /// Of a sign-in, which can have another cookie.
    pub(crate) sign_in: Option<(StoreSession, Arc<Credential>)>,
}

/// A shopper, who is a customer of the portal too.
pub(crate) struct Person {
    pub(crate) number: usize,
    pub(crate) customer: ShopperId,
    pub(crate) identity: AuthIdentity,
    /// That the customer is there: what is asked of the customer itself.
    pub(crate) existence: Arc<Credential>,
    /// The number that is their name. `None` once nobody knows which one they have.
    pub(crate) name: tokio::sync::Mutex<Option<u64>>,
}

/// What there is in the shop, and what has happened there.
pub(crate) struct Shop {
    pub(crate) servers: Arc<Servers>,
    pub(crate) people: Vec<Person>,
    pub(crate) access_token: AccessTokenId,
    pub(crate) publishable_key: PublishableKeyId,
    pub(crate) held: RwLock<Vec<Arc<Held>>>,
    pub(crate) opened: RwLock<Vec<Opened>>,
    pub(crate) history: Mutex<History>,
    begun: Instant,
    numbers: AtomicU64,
}

impl Shop {
    /// Two people, an access token and a key, and no session yet.
    pub(crate) async fn open(servers: &Arc<Servers>) -> Self {
        let app = &servers.one.app;
        let workspace = servers.one.workspace.id;
        let comment = Line::parse("for the test").unwrap().unwrap();
        let new = NewAccessToken { scopes: Scopes::all(), comment: comment.clone(), expires_at: None };
        let made = app.create_access_token(workspace, Grantor::Operator, new, Once::unrepeated()).await;
        let IssuedAccessToken { token, plain: secret } = made.unwrap();
        let new = NewPublishableKey { title: comment, origin: None };
        let key = app.create_publishable_key(workspace, new, Once::unrepeated()).await.unwrap();
        let people = (0..2).map(|number| Person::arrives(&servers.one, number)).collect();
        let shop = Self {
            servers: Arc::clone(servers),
            people,
            access_token: token.id,
            publishable_key: key.id,
            held: RwLock::default(),
            opened: RwLock::default(),
            history: Mutex::default(),
            begun: Instant::now(),
            numbers: AtomicU64::new(0),
        };
        let when = shop.began(Node::One).answered(&shop);
        shop.hold(Secret::AccessToken(secret.reveal().to_owned()), None, when, vec![Thing::AccessToken]);
        shop.hold(Secret::PublishableKey(key.key), None, when, vec![Thing::PublishableKey]);
        shop
    }

    pub(crate) fn app(&self, node: Node) -> &App {
        &self.servers.at(node).app
    }

    /// Something is asked of a server now.
    pub(crate) fn began(&self, node: Node) -> When {
        When { node, begun: self.begun.elapsed(), answered: None }
    }

    /// A number that nothing else of the shop has.
    pub(crate) fn number(&self) -> usize {
        usize::try_from(self.numbers.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    pub(crate) fn hold(
        &self,
        secret: Secret,
        customer: Option<usize>,
        opened: When,
        ends_with: Vec<Thing>,
    ) -> Arc<Credential> {
        let name = format!("{} of {customer:?}, {opened:?}, ending with {ends_with:?},", secret.kind());
        let credential = Arc::new(Credential { name, opened, ends_with });
        let held = Held { secret, credential: Arc::clone(&credential), customer };
        self.held.write().unwrap().push(Arc::new(held));
        credential
    }

    /// Notes how something was received.
    pub(crate) fn note_shown(&self, when: When, credential: &Arc<Credential>, is_good: bool) {
        let shown = Shown { when: when.answered(self), credential: Arc::clone(credential), is_good };
        self.history.lock().unwrap().shown.push(shown);
    }

    /// Notes what came of ending something. Whoever hears that there is nothing left to end knows as much.
    pub(crate) fn note_end<T>(&self, when: When, thing: Thing, result: &Result<T, Error>) {
        let when = match result {
            Ok(_) | Err(Error::NotFound(_)) => when.answered(self),
            Err(error) => match error.kind() {
                Kind::Unavailable => when,
                _ => panic!("to end {thing:?} fails: {error:?}"),
            },
        };
        self.note(End { when, thing, for_what: None });
    }

    pub(crate) fn note(&self, end: End) {
        self.history.lock().unwrap().ends.push(end);
    }

    /// Notes a name that was read; numbers only.
    pub(crate) fn note_name(&self, when: When, customer: usize, name: Option<&str>) {
        let name = name.map_or(0, |name| name.parse().unwrap());
        let read = Named { when: when.answered(self), customer, name };
        self.history.lock().unwrap().read.push(read);
    }
}

impl When {
    /// The answer has just come.
    pub(crate) fn answered(self, shop: &Shop) -> Self {
        Self { answered: Some(shop.begun.elapsed()), ..self }
    }
}

impl Secret {
    fn kind(&self) -> &'static str {
        match self {
            Self::PortalToken(_) => "a customer session's token",
            Self::PortalCookie(_) => "a portal cookie",
            Self::Jwt(_) => "a JWT",
            Self::StoreCookie(_) => "a shop's cookie",
            Self::AccessToken(_) => "an access token",
            Self::PublishableKey(_) => "a publishable key",
        }
    }
}

impl Person {
    /// Somebody with an account, whose password nobody knows.
    fn arrives(server: &TestApp, number: usize) -> Self {
        let (workspace, random, now) = (server.workspace.id, server.app.random(), server.app.now());
        let id = Id::random(random);
        let email = Email::parse(&format!("{}@example.com", id.uuid().simple())).unwrap();
        let customer = Customer {
            id,
            workspace_id: workspace,
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
            created_at: now,
            modified_at: None,
            deleted_at: None,
            disabled_at: None,
        };
        let identity = AuthIdentity {
            id: Id::random(random),
            workspace_id: workspace,
            customer_id: None,
            created_at: now,
        };
        let provider = ProviderIdentity {
            id: Id::random(random),
            workspace_id: workspace,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email,
            password_hash: "none".to_owned(),
            created_at: now,
        };
        let seed = server.store().write(|unit| {
            unit.insert_customer(&customer)?;
            unit.insert_identity(&identity, &provider)?;
            assert!(unit.link_customer(identity.id, id)?);
            Ok::<_, StoreError>(())
        });
        seed.unwrap();
        let opened = When { node: Node::One, begun: std::time::Duration::ZERO, answered: None };
        let name = format!("customer {number}");
        let existence = Credential { name, opened, ends_with: vec![Thing::Customer(number)] };
        Self {
            number,
            customer: ShopperId::from(&customer),
            identity: AuthIdentity { customer_id: Some(id), ..identity },
            existence: Arc::new(existence),
            name: tokio::sync::Mutex::new(Some(0)),
        }
    }

    /// Somebody whom a merchant's server makes, and who never signs in.
    pub(crate) async fn newcomer(shop: &Shop, node: Node, person: &Self) -> Option<Self> {
        let (server, when) = (shop.servers.at(node), shop.began(node));
        let email = format!("{}@example.com", Id::<Customer>::random(server.app.random()).uuid().simple());
        let new = NewCustomer {
            email: Email::parse(&email).unwrap(),
            kind: CustomerKind::Individual,
            external_id: None,
            name: None,
            billing_address: None,
            avatar_url: None,
            metadata: Metadata::default(),
            owner: NewOwner::default(),
        };
        let made = server.app.create_customer(&server.workspace, new, Once::unrepeated()).await.ok()?;
        let number = shop.people.len() + shop.number();
        let (name, ends_with) = (format!("newcomer {number}"), vec![Thing::Customer(number)]);
        Some(Self {
            number,
            customer: ShopperId::from(&made.customer),
            identity: person.identity.clone(),
            existence: Arc::new(Credential { name, opened: when.answered(shop), ends_with }),
            name: tokio::sync::Mutex::new(None),
        })
    }

    pub(crate) fn as_customer(&self) -> CustomerRef {
        CustomerRef::Id(self.customer.customer)
    }
}
