//! How the steps are done, and what is noted of them.

use std::sync::Arc;

use anteroom_app::change::Change;
use anteroom_app::{CustomerUpdate, Error, Kind, MemberChoice, NewCustomerSession, Once};
use anteroom_domain::Id;
use anteroom_domain::session::{Provider, StoreSession};
use anteroom_domain::text::Line;
use anteroom_store::{StoreError, StoreExt};

use crate::history::{Credential, End, Named, Thing, When};
use crate::script::{Node, Step};
use crate::shop::{Held, Opened, Person, Secret, Shop};

impl Shop {
    /// Does a step at a server, and notes what came of it.
    pub(crate) async fn take(self: &Arc<Self>, step: Step) {
        let (opened, held) = (self.opened.read().unwrap().clone(), self.held.read().unwrap().clone());
        match step {
            Step::OpenSession(node, which) => self.open_session(node, which.of(&self.people).unwrap()).await,
            Step::SignIn(node, which) => self.sign_in(node, which.of(&self.people).unwrap()).await,
            Step::Show(node, which) => self.show(node, which.of(&held).unwrap()).await,
            Step::ReadRecord(node, which) => self.read_record(node, which.of(&shoppers(held))).await,
            Step::Rename(node, which) => self.rename(node, which.of(&self.people).unwrap(), 1).await,
            Step::RenameAgain(node, which) => self.rename(node, which.of(&self.people).unwrap(), 0).await,
            Step::EndOne(node, which) => {
                if let Some(opened) = which.of(&opened) {
                    self.end_one(node, opened).await;
                }
            }
            Step::EndAllOf(node, which) => self.end_all_of(node, which.of(&self.people).unwrap()).await,
            Step::ReplaceCookie(node, which) => {
                let sign_ins: Vec<_> = opened.into_iter().filter(|opened| opened.sign_in.is_some()).collect();
                if let Some(opened) = which.of(&sign_ins) {
                    self.take_cookie(node, opened).await;
                }
            }
            Step::EndAccessToken(node) => {
                let when = self.began(node);
                let ended = self.app(node).revoke_access_token(self.workspace().id, self.access_token).await;
                self.note_end(when, Thing::AccessToken, &ended);
            }
            Step::EndPublishableKey(node) => {
                let (when, key) = (self.began(node), self.publishable_key);
                let ended = self.app(node).revoke_publishable_key(self.workspace().id, key).await;
                self.note_end(when, Thing::PublishableKey, &ended);
            }
            Step::Delete(node, which) => {
                let (person, when) = (which.of(&self.people).unwrap(), self.began(node));
                let ended =
                    self.app(node).delete_customer(self.workspace().id, person.as_customer(), true).await;
                self.note_end(when, Thing::Customer(person.number), &ended);
            }
            Step::GoUp(node, which) => self.go_up(node, which.of(&self.people).unwrap()).await,
            Step::Storm(node, which, ending) => {
                self.storm(node, which.of(&self.people).unwrap(), ending).await;
            }
            Step::Rest(time) => tokio::time::sleep(time).await,
        }
    }

    pub(crate) async fn end_one(&self, node: Node, opened: &Opened) {
        let when = self.began(node);
        let ended = self.app(node).revoke_session(self.workspace().id, opened.id).await;
        self.note_end(when, Thing::Session(opened.number), &ended);
    }

    pub(crate) async fn end_all_of(&self, node: Node, person: &Person) {
        let (customer, when) = (person.customer.customer, self.began(node));
        let ended = self.app(node).revoke_sessions_of_customer(self.workspace().id, customer).await;
        self.note_end(when, Thing::SessionsOf(person.number), &ended);
    }

    /// A newcomer goes up in a person, whose own sessions go on.
    async fn go_up(&self, node: Node, person: &Person) {
        let Some(newcomer) = Person::newcomer(self, node, person).await else { return };
        self.open_session(node, &newcomer).await;
        let (into, from, when) = (person.customer.customer, newcomer.customer.customer, self.began(node));
        let merged = self.app(node).merge_customers(self.workspace().id, into, from).await;
        // Where the person is gone the newcomer stays.
        if !matches!(merged, Err(Error::NotFound(_))) {
            self.note_end(when, Thing::Customer(newcomer.number), &merged);
        }
    }

    pub(crate) async fn open_session(&self, node: Node, person: &Person) {
        let new = NewCustomerSession {
            customer: person.as_customer(),
            member: MemberChoice::Unnamed,
            return_url: None,
            life: None,
        };
        let (app, workspace, when) = (self.app(node), self.workspace(), self.began(node));
        let opened = app.create_customer_session(workspace, new, Once::unrepeated()).await;
        let Some(opened) = self.received(when, &person.existence, opened) else { return };
        let when = when.answered(self);
        self.note_name(
            when,
            person.number,
            opened.customer.customer.contact.first_name.as_ref().map(Line::as_str),
        );
        let number = self.number();
        let ends_with =
            vec![Thing::Customer(person.number), Thing::SessionsOf(person.number), Thing::Session(number)];
        let secret = Secret::PortalToken(opened.token.reveal().to_owned());
        let token = self.hold(secret, Some(person.number), when, ends_with.clone());
        let id = opened.session.id();
        self.opened.write().unwrap().push(Opened { number, customer: person.number, id, sign_in: None });

        // The link of a session works as long as the session does.
        let entering = self.began(node);
        let entered = match app.enter_portal(workspace, opened.entry_code.reveal()).await {
            Ok(entered) => {
                entered.ok_or(Error::Unauthenticated(anteroom_app::Unauthenticated::InvalidCookie))
            }
            Err(error) => Err(error),
        };
        if let Some(entered) = self.received(entering, &token, entered) {
            let secret = Secret::PortalCookie(entered.cookie.reveal().to_owned());
            self.hold(secret, Some(person.number), when, ends_with);
        }
    }

    pub(crate) async fn sign_in(&self, node: Node, person: &Person) {
        let (server, when) = (self.servers.at(node), self.began(node));
        let now = server.app.now();
        let session = StoreSession {
            id: Id::random(server.app.random()),
            workspace_id: self.workspace().id,
            auth_identity_id: person.identity.id,
            provider: Provider::EmailPass,
            cookie_hash: None,
            ip_address: None,
            user_agent: None,
            created_at: now,
            last_used_at: now,
            expires_at: now + server.app.settings().lifetimes.absolute,
            revoked_at: None,
        };
        let stored =
            tokio::task::block_in_place(|| server.store().write(|unit| unit.insert_store_session(&session)));
        match stored {
            Ok(()) => {}
            // The customer is gone, or others were writing all the time.
            Err(StoreError::Conflict(_) | StoreError::Unavailable(_)) => return,
            Err(error) => panic!("a sign-in fails: {error:?}"),
        }
        let (number, when) = (self.number(), when.answered(self));
        let ends_with =
            vec![Thing::Customer(person.number), Thing::SessionsOf(person.number), Thing::Session(number)];
        let name = format!("sign-in {number} of {}, {when:?}", person.number);
        let life = Arc::new(Credential { name, opened: when, ends_with: ends_with.clone() });
        let id = Id::from_uuid(session.id.uuid()).unwrap();
        let opened = Opened { number, customer: person.number, id, sign_in: Some((session, life)) };
        self.opened.write().unwrap().push(opened.clone());

        let Some((cookie, text)) = self.take_cookie(node, &opened).await else { return };
        let showing = self.began(node);
        let shown = server.app.authenticate_cookie(self.workspace(), &text).await;
        if let Some(sign_in) = self.received(showing, &cookie, shown) {
            // Unless it has ended since.
            if let Ok(refreshed) = server.app.refresh(&sign_in).await {
                self.hold(Secret::Jwt(refreshed.jwt), Some(person.number), when, ends_with);
            }
        }
    }

    /// Takes a cookie for a sign-in, in place of any that it has.
    pub(crate) async fn take_cookie(&self, node: Node, opened: &Opened) -> Option<(Arc<Credential>, String)> {
        let (session, life) = opened.sign_in.as_ref()?;
        let (thing, when) = (Thing::CookieOf(opened.number), self.began(node));
        let customer = self.people[opened.customer].customer;
        let taken = self.app(node).open_cookie_session(session, customer, None, Once::unrepeated()).await;
        if taken.as_ref().is_err_and(|error| error.kind() == Kind::Unavailable) {
            self.note(End { when, thing, for_what: None });
        }
        let text = self.received(when, life, taken)?.value.reveal().to_owned();
        let when = when.answered(self);
        let mut ends_with = life.ends_with.clone();
        ends_with.push(thing);
        // Noted before anybody can show it.
        let secret = Secret::StoreCookie(text.clone());
        let cookie = self.hold(secret, Some(opened.customer), when, ends_with);
        self.note(End { when, thing, for_what: Some(Arc::clone(&cookie)) });
        Some((cookie, text))
    }

    /// Shows something to a server.
    pub(crate) async fn show(&self, node: Node, held: &Held) {
        let (app, workspace, when) = (self.app(node), self.workspace().id, self.began(node));
        let mut name = None;
        let answer = match &held.secret {
            Secret::PortalToken(text) => app.authenticate_portal_token(text).await.map(|access| {
                name = Some(access.customer.contact.first_name.clone());
            }),
            Secret::PortalCookie(text) => {
                app.authenticate_portal_cookie(workspace, text).await.map(|access| {
                    name = Some(access.customer.contact.first_name.clone());
                })
            }
            Secret::Jwt(text) => app.authenticate_jwt(workspace, text).await.map(drop),
            Secret::StoreCookie(text) => app.authenticate_cookie(self.workspace(), text).await.map(drop),
            Secret::AccessToken(text) => app.authenticate_access_token(text).await.map(drop),
            Secret::PublishableKey(text) => app.workspace_by_publishable_key(text).await.and_then(|found| {
                found.map(drop).ok_or(Error::Unauthenticated(anteroom_app::Unauthenticated::InvalidToken))
            }),
        };
        self.received(when, &held.credential, answer);
        if let (Some(name), Some(customer)) = (name, held.customer) {
            self.note_name(when, customer, name.as_ref().map(Line::as_str));
        }
    }

    /// Reads a shopper's record over HTTP.
    pub(crate) async fn read_record(&self, node: Node, held: Option<&Arc<Held>>) {
        let Some(held) = held else { return };
        let (Secret::Jwt(jwt), Some(customer)) = (&held.secret, held.customer) else { return };
        let when = self.began(node);
        let answer = self.servers.at(node).shop("GET", "/store/customers/me").bearer(jwt).send().await;
        match answer.status {
            200 => {
                self.note_shown(when, &held.credential, true);
                self.note_name(when, customer, answer.json()["customer"]["first_name"].as_str());
            }
            401 => self.note_shown(when, &held.credential, false),
            503 => {}
            _ => panic!("to read a record fails: {answer:?}"),
        }
    }

    /// Gives a shopper the name that is so many further, after whoever gave them the one before has been answered.
    pub(crate) async fn rename(&self, node: Node, person: &Person, further: u64) {
        let mut name = person.name.lock().await;
        let Some(next) = name.map(|last| last + further).filter(|next| *next > 0) else { return };
        let when = self.began(node);
        let given = |when| Named { when, customer: person.number, name: next };
        let first_name = Change::Set(Line::parse(&next.to_string()).unwrap().unwrap());
        let update = CustomerUpdate { first_name, ..CustomerUpdate::default() };
        let renamed = self.app(node).update_shopper(person.customer, update).await;
        *name = match &renamed {
            Ok(_) => Some(next),
            Err(_) => None,
        };
        let is_unknown = renamed.as_ref().is_err_and(|error| error.kind() == Kind::Unavailable);
        if self.received(when, &person.existence, renamed).is_some() {
            self.history.lock().unwrap().given.push(given(when.answered(self)));
        } else if is_unknown {
            self.history.lock().unwrap().given.push(given(when));
        }
    }

    /// Notes how something was received, and gives what it opens. A server that has too much to do says nothing.
    fn received<T>(&self, when: When, credential: &Arc<Credential>, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(opened) => {
                self.note_shown(when, credential, true);
                Some(opened)
            }
            Err(error) => {
                match error.kind() {
                    Kind::Unauthenticated | Kind::Refused => self.note_shown(when, credential, false),
                    Kind::Unavailable => {}
                    _ => panic!("{} is received with {error:?}", credential.name),
                }
                None
            }
        }
    }

    fn workspace(&self) -> &anteroom_domain::workspace::Workspace {
        &self.servers.at(Node::One).workspace
    }
}

/// Those who have a JWT.
pub(crate) fn shoppers(mut held: Vec<Arc<Held>>) -> Vec<Arc<Held>> {
    held.retain(|held| matches!(held.secret, Secret::Jwt(_)));
    held
}
