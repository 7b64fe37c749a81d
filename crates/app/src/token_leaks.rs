//! Ending tokens that were found in public places.

use anteroom_auth::token::{CustomerSession, MemberSession, PlainToken, WorkspaceAccess};
use anteroom_domain::TokenHash;
use anteroom_domain::text::Slug;
use anteroom_store::{Mode, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::{App, Error, SessionKind};

/// A text that may be one of our tokens, as its hash.
#[derive(Debug, Clone, Copy)]
enum Suspect {
    AccessToken(TokenHash),
    Session(TokenHash),
}

/// What came of one.
#[derive(Debug)]
struct Found {
    workspace: Slug,
    topic: Topic,
    /// Whether it still opened something.
    was_live: bool,
}

impl App {
    /// Ends those of the tokens that are ours; for each, whether it is. One that had ended is ours too. What is mistyped costs no
    /// query, and nobody is told whose a token is.
    pub async fn end_leaked_tokens(&self, tokens: &[String]) -> Result<Vec<bool>, Error> {
        let suspects: Vec<_> = tokens.iter().map(|token| self.suspect(token)).collect();
        let (asked, now) = (suspects.clone(), self.now());
        let end_all = move |unit: &mut dyn Unit| {
            let end = |suspect: Option<Suspect>| suspect.map_or(Ok(None), |suspect| end(unit, suspect, now));
            Ok(asked.into_iter().map(end).collect::<Result<Vec<_>, StoreError>>()?)
        };
        let found = self.doors().db(Mode::Write, end_all).await?;
        self.forget(found.iter().flatten().map(|found| found.topic));
        for (found, suspect) in found.iter().zip(suspects) {
            let Some(Found { workspace, was_live: true, .. }) = found else { continue };
            let what = if let Some(Suspect::AccessToken(_)) = suspect {
                "an access token"
            } else {
                self.activity().ended(SessionKind::Portal, 1);
                "the token of a customer session"
            };
            let slug = workspace.as_str();
            tracing::warn!(
                workspace.slug = slug,
                "{what} of workspace {slug} was found in a public place, and is ended"
            );
        }
        Ok(found.iter().map(Option::is_some).collect())
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
            Ok(Some(Found { workspace: workspace.slug, topic: Topic::AccessToken(token.id), was_live }))
        }
        Suspect::Session(hash) => {
            let Some(access) = unit.portal_access(&hash)? else { return Ok(None) };
            let (session, workspace) = (access.session, access.workspace);
            let was_live = unit.revoke_customer_session(workspace.id, session.id(), now)?;
            let topic = Topic::CustomerSession(session.id());
            Ok(Some(Found { workspace: workspace.slug.clone(), topic, was_live }))
        }
    }
}
