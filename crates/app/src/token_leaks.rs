//! Ending tokens that were found in public places.

use std::sync::Arc;

use anteroom_auth::token::{CustomerSession, MemberSession, PlainToken, WorkspaceAccess};
use anteroom_domain::TokenHash;
use anteroom_domain::text::Line;
use anteroom_domain::workspace::Workspace;
use anteroom_mail::{LeakedToken, Letter};
use anteroom_store::{Mode, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::{App, Error, SessionKind};

/// A text that may be one of our tokens, as its hash.
#[derive(Debug, Clone, Copy)]
enum Suspect {
    AccessToken(TokenHash),
    Session(TokenHash),
}

/// A text that somebody has found in a public place.
#[derive(Debug, Clone)]
pub struct LeakReport {
    /// What may be a token of ours.
    pub token: String,
    /// Where it was found, in the words of whoever found it.
    pub place: Option<String>,
}

/// What came of one.
#[derive(Debug)]
struct Found {
    workspace: Arc<Workspace>,
    topic: Topic,
    /// What an access token is for.
    comment: Option<Line>,
    /// Whether it still opened something.
    was_live: bool,
}

/// The most tokens that a mail names.
const NAMED: usize = 20;

impl App {
    /// Ends those of the tokens that are ours; for each, whether it is. One that had ended is ours too. What is mistyped costs no
    /// query, and nobody is told whose a token is: each workspace's security contact hears of its own.
    pub async fn end_leaked_tokens(&self, reports: &[LeakReport]) -> Result<Vec<bool>, Error> {
        let suspects: Vec<_> = reports.iter().map(|report| self.suspect(&report.token)).collect();
        let (app, places, now) = (self.clone(), places(reports), self.now());
        let end_all = move |unit: &mut dyn Unit| {
            let end = |suspect: Option<Suspect>| suspect.map_or(Ok(None), |suspect| end(unit, suspect, now));
            let found = suspects.into_iter().map(end).collect::<Result<Vec<_>, StoreError>>()?;
            app.tell_contacts(unit, &found, places)?;
            Ok(found)
        };
        let found = self.doors().db(Mode::Write, end_all).await?;
        self.forget(found.iter().flatten().map(|found| found.topic));
        for Found { workspace, topic, .. } in found.iter().flatten().filter(|found| found.was_live) {
            let what = if let Topic::AccessToken(_) = topic {
                "an access token"
            } else {
                self.activity().ended(SessionKind::Portal, 1);
                "the token of a customer session"
            };
            let slug = workspace.slug.as_str();
            tracing::warn!(
                workspace.slug = slug,
                "{what} of workspace {slug} was found in a public place, and is ended"
            );
        }
        Ok(found.iter().map(Option::is_some).collect())
    }

    /// Writes a mail to the contact of each workspace whose tokens have ended by this.
    fn tell_contacts(
        &self,
        unit: &mut dyn Unit,
        found: &[Option<Found>],
        places: Vec<Option<String>>,
    ) -> Result<(), StoreError> {
        let mut told: Vec<(&Arc<Workspace>, Vec<LeakedToken>)> = Vec::new();
        for (found, place) in found.iter().zip(places) {
            let Some(Found { workspace, comment, was_live: true, .. }) = found else { continue };
            let comment = comment.as_ref().map(|comment| comment.as_str().to_owned());
            let token = LeakedToken { comment, place };
            match told.iter_mut().find(|(known, _)| known.id == workspace.id) {
                Some((_, tokens)) => tokens.push(token),
                None => told.push((workspace, vec![token])),
            }
        }
        for (workspace, mut tokens) in told {
            let Some(contact) = workspace.settings.mail.security_contact.clone() else { continue };
            let more = tokens.len().saturating_sub(NAMED);
            tokens.truncate(NAMED);
            let letter = Letter::TokensLeaked { tokens, more };
            self.envelope(workspace, None, &letter, Letter::NOTICE_LIFE).post(unit, None, contact)?;
        }
        Ok(())
    }

    fn suspect(&self, text: &str) -> Option<Suspect> {
        let keys = &self.0.keys;
        let access =
            || PlainToken::<WorkspaceAccess>::parse(text).map(|token| Suspect::AccessToken(token.hash(keys)));
        let customer = || PlainToken::<CustomerSession>::parse(text).map(|token| token.hash(keys));
        let member = || PlainToken::<MemberSession>::parse(text).map(|token| token.hash(keys));
        access().or_else(|| customer().or_else(member).map(Suspect::Session))
    }
}

fn end(unit: &mut dyn Unit, suspect: Suspect, now: OffsetDateTime) -> Result<Option<Found>, StoreError> {
    match suspect {
        Suspect::AccessToken(hash) => {
            let Some((token, workspace)) = unit.access_token(&hash)? else { return Ok(None) };
            let was_live = unit.revoke_access_token(workspace.id, token.id, now)?;
            let (topic, comment) = (Topic::AccessToken(token.id), Some(token.comment));
            Ok(Some(Found { workspace: Arc::new(workspace), topic, comment, was_live }))
        }
        Suspect::Session(hash) => {
            let Some(access) = unit.portal_access(&hash)? else { return Ok(None) };
            let (session, workspace) = (access.session, access.workspace);
            let was_live = unit.revoke_customer_session(workspace.id, session.id(), now)?;
            let topic = Topic::CustomerSession(session.id());
            Ok(Some(Found { workspace, topic, comment: None, was_live }))
        }
    }
}

/// Where texts were found, as a mail may say it: in one line of two hundred characters at most, and nothing that a program makes a link of.
fn places(reports: &[LeakReport]) -> Vec<Option<String>> {
    let place = |report: &LeakReport| {
        let place = report.place.as_deref()?.trim();
        let place = place.split_once("://").map_or(place, |(_, behind)| behind);
        let plain: String = place.chars().filter(char::is_ascii_graphic).take(200).collect();
        (!plain.is_empty()).then_some(plain)
    };
    reports.iter().map(place).collect()
}
