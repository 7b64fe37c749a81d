//! What is remembered of the database, kind by kind.

use std::hash::Hash;
use std::sync::Arc;

use anteroom_auth::jwt::Claims;
use anteroom_domain::TokenHash;
use anteroom_domain::address::Address;
use anteroom_domain::credential::{AccessToken, PublishableKeyId};
use anteroom_domain::customer::Customer;
use anteroom_domain::member::Member;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::session::{CustomerSession, StoreSession, StoreSessionId};
use anteroom_domain::text::{Email, ExternalId, Line, LinkTemplate, Phone, ReturnUrl, SecureUrl};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::{Changes, Listener, Mode, OwnedCustomer, PortalAccess, StoreAccess, Topic, Unit};
use quick_cache::sync::Cache;

use crate::cache::{About, Freshness, Memory, Remembered, Sight, Weigh, document, texts};
use crate::observe::MemoryState;
use crate::{App, CustomerRef, Error};

/// What a JWT takes that is remembered to carry one of our signatures, about.
const JWT: u64 = 448;

/// Of how many shares of the room each kind has some.
const SHARES: u64 = 64;

/// What is left for those who make something of what the use cases give.
const LEFT: u64 = 14;

/// Everything that is remembered.
pub(crate) struct Memories {
    pub(crate) freshness: Arc<Freshness>,
    /// Sign-ins to the shop, by what their JWTs name.
    pub(crate) sign_ins: Memory<(WorkspaceId, StoreSessionId), StoreAccess>,
    /// Sign-ins to the shop, by their cookie.
    pub(crate) store_cookies: Memory<(WorkspaceId, TokenHash), StoreAccess>,
    /// Customer sessions, by their token.
    pub(crate) portal_tokens: Memory<TokenHash, PortalAccess>,
    /// Customer sessions, by a cookie of them.
    pub(crate) portal_cookies: Memory<TokenHash, PortalAccess>,
    /// Access tokens, by their hash.
    pub(crate) access_tokens: Memory<TokenHash, TokenAccess>,
    /// Workspaces, by publishable key.
    pub(crate) publishable_keys: Memory<String, KeyAccess>,
    /// Workspaces.
    pub(crate) workspaces: Memory<WorkspaceId, Arc<Workspace>>,
    /// Customers for whom sessions are opened.
    pub(crate) customers: Memory<(WorkspaceId, CustomerRef), OwnedCustomer>,
    /// What JWTs say that carry one of our signatures, by their hash; whether they are current is looked at each time.
    pub(crate) claims: Cache<[u8; 32], Arc<Claims>>,
}

/// What an access token opens.
#[derive(Debug)]
pub(crate) struct TokenAccess {
    pub(crate) token: AccessToken,
    pub(crate) workspace: Arc<Workspace>,
}

/// What a publishable key names.
#[derive(Debug)]
pub(crate) struct KeyAccess {
    pub(crate) key: PublishableKeyId,
    pub(crate) workspace: Arc<Workspace>,
}

impl Memories {
    /// Memories that take so many bytes together when they are full, about.
    pub(crate) fn new(bytes: u64) -> Self {
        let freshness = Arc::new(Freshness::new());
        let part = |share: u64| bytes / SHARES * share;
        Self {
            sign_ins: Memory::new("sign_ins", &freshness, part(8)),
            store_cookies: Memory::new("store_cookies", &freshness, part(8)),
            portal_tokens: Memory::new("portal_tokens", &freshness, part(17)),
            portal_cookies: Memory::new("portal_cookies", &freshness, part(3)),
            access_tokens: Memory::new("access_tokens", &freshness, part(1)),
            publishable_keys: Memory::new("publishable_keys", &freshness, part(1)),
            workspaces: Memory::new("workspaces", &freshness, part(1)),
            customers: Memory::new("customers", &freshness, part(4)),
            claims: Cache::new(usize::try_from(part(7) / JWT).unwrap_or(usize::MAX)),
            freshness,
        }
    }

    /// How each of them does.
    pub(crate) fn states(&self) -> Vec<MemoryState> {
        vec![
            self.sign_ins.state(),
            self.store_cookies.state(),
            self.portal_tokens.state(),
            self.portal_cookies.state(),
            self.access_tokens.state(),
            self.publishable_keys.state(),
            self.workspaces.state(),
            self.customers.state(),
        ]
    }
}

impl App {
    /// Changes something that those topics are about, and forgets here what is remembered about them, also when nothing was
    /// left to change: then another server has just done it, perhaps, and this one has not heard so yet. Whoever has an
    /// answer from here is never contradicted from memory.
    pub(crate) async fn settle<T: Send + 'static>(
        &self,
        topics: impl IntoIterator<Item = Topic>,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let done = self.doors().db(Mode::Write, work).await;
        self.forget(topics);
        done
    }

    /// Forgets here what is remembered about those topics.
    pub(crate) fn forget(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut changes = Changes::default();
        for topic in topics {
            changes.add(topic);
        }
        self.memories().freshness.changed(&changes);
    }

    /// The workspace as all who remember it share it, so that its list of origins is in memory once; looked up since `seen`.
    pub(crate) fn shared(&self, seen: Sight, workspace: Arc<Workspace>) -> Arc<Workspace> {
        let workspaces = &self.memories().workspaces;
        match workspaces.recall(&workspace.id) {
            Some(known) if **known == *workspace => Arc::clone(&known),
            _ => Arc::clone(&workspaces.remember(workspace.id, seen, workspace)),
        }
    }

    /// Begins to look, for somebody who remembers later what is found from now on.
    pub(crate) fn look(&self) -> Sight {
        self.memories().freshness.look()
    }

    /// A memory for what is made of the results of use cases, such as answers that are written: forgotten when its topics
    /// change, and about a fifth as large as all that may be remembered. `kind` is what metrics call it.
    pub fn memory<K: Eq + Hash + Clone, V: Remembered>(&self, kind: &'static str) -> Memory<K, V> {
        let bytes = self.settings().memory.bytes / SHARES * LEFT;
        Memory::new(kind, &self.memories().freshness, bytes)
    }
}

impl Remembered for StoreAccess {
    fn about(&self) -> About {
        let session = self.session.id;
        let customer = self.customer.map(Topic::Customer);
        let identity = Topic::Identity(self.identity.id);
        let workspace = Topic::Workspace(self.identity.workspace_id);
        About::these(
            Topic::StoreSession(session),
            [Some(Topic::StoreCookie(session)), Some(identity), customer, Some(workspace)],
        )
    }
}

impl Weigh for StoreAccess {
    fn heap_bytes(&self) -> usize {
        let StoreSession { user_agent, .. } = &self.session;
        line(user_agent.as_ref())
    }
}

impl Remembered for PortalAccess {
    fn about(&self) -> About {
        let customer = Topic::Customer(self.customer.id);
        let workspace = Topic::Workspace(self.workspace.id);
        About::these(Topic::CustomerSession(self.session.id()), [Some(customer), Some(workspace), None, None])
    }
}

impl Weigh for PortalAccess {
    fn heap_bytes(&self) -> usize {
        let CustomerSession { return_url, .. } = &self.session;
        let return_url = texts([return_url.as_ref().map(ReturnUrl::as_str)]);
        return_url + self.customer.heap_bytes() + self.member.as_ref().map_or(0, Weigh::heap_bytes)
    }
}

impl Remembered for TokenAccess {
    fn about(&self) -> About {
        let workspace = Topic::Workspace(self.workspace.id);
        About::these(Topic::AccessToken(self.token.id), [Some(workspace), None, None, None])
    }
}

impl Weigh for TokenAccess {
    fn heap_bytes(&self) -> usize {
        self.token.comment.as_str().len() + self.workspace.heap_bytes()
    }
}

impl Remembered for KeyAccess {
    fn about(&self) -> About {
        let workspace = Topic::Workspace(self.workspace.id);
        About::these(Topic::PublishableKey(self.key), [Some(workspace), None, None, None])
    }
}

impl Weigh for KeyAccess {
    fn heap_bytes(&self) -> usize {
        self.workspace.heap_bytes()
    }
}

impl Remembered for Arc<Workspace> {
    fn about(&self) -> About {
        About::just(Topic::Workspace(self.id))
    }
}

impl Weigh for Arc<Workspace> {
    fn heap_bytes(&self) -> usize {
        let WorkspaceSettings { allowed_origins, return_url_hosts, portal, mail, links, .. } = &self.settings;
        let origins = allowed_origins.iter().map(|origin| size_of_val(origin) + origin.as_str().len());
        let hosts = return_url_hosts.iter().map(|host| size_of_val(host) + host.as_str().len());
        let listed: usize = origins.chain(hosts).sum();
        let names = [Some(&self.name), portal.brand_name.as_ref(), mail.sender_name.as_ref()];
        let names: usize = names.into_iter().map(line).sum();
        let templates = [&links.password_reset, &links.verify_email, &links.change_email];
        let templates = texts(templates.map(|link| link.as_ref().map(LinkTemplate::as_str)));
        let others = texts([
            Some(self.slug.as_str()),
            portal.logo_url.as_ref().map(SecureUrl::as_str),
            portal.back_url.as_ref().map(ReturnUrl::as_str),
            mail.sender_address.as_ref().map(Email::as_str),
            mail.security_contact.as_ref().map(Email::as_str),
        ]);
        size_of::<Workspace>() + listed + names + templates + others
    }
}

impl Remembered for OwnedCustomer {
    fn about(&self) -> About {
        About::just(Topic::Customer(self.customer.id))
    }
}

impl Weigh for OwnedCustomer {
    fn heap_bytes(&self) -> usize {
        let Self { customer, billing_address, .. } = self;
        customer.heap_bytes() + billing_address.as_ref().map_or(0, Weigh::heap_bytes)
    }
}

impl Weigh for Customer {
    fn heap_bytes(&self) -> usize {
        let contact = &self.contact;
        let lines =
            [&self.name, &self.billing_name, &contact.first_name, &contact.last_name, &contact.company_name];
        let lines: usize = lines.into_iter().map(|text| line(text.as_ref())).sum();
        let others = texts([
            Some(self.email.as_str()),
            self.external_id.as_ref().map(ExternalId::as_str),
            contact.phone.as_ref().map(Phone::as_str),
            self.avatar_url.as_ref().map(ReturnUrl::as_str),
        ]);
        lines + others + document(self.store_metadata.as_map()) + document(Metadata::as_map(&self.metadata))
    }
}

impl Weigh for Member {
    fn heap_bytes(&self) -> usize {
        line(self.name.as_ref())
            + texts([Some(self.email.as_str()), self.external_id.as_ref().map(ExternalId::as_str)])
    }
}

impl Weigh for Address {
    fn heap_bytes(&self) -> usize {
        let postal = &self.postal;
        let lines = [
            &postal.address_name,
            &postal.company,
            &postal.first_name,
            &postal.last_name,
            &postal.address_1,
            &postal.address_2,
            &postal.city,
            &postal.postal_code,
        ];
        let lines: usize = lines.into_iter().map(|text| line(text.as_ref())).sum();
        lines + document(self.metadata.as_map())
    }
}

fn line(line: Option<&Line>) -> usize {
    texts([line.map(Line::as_str)])
}
