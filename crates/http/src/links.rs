//! Every absolute link that the server gives out, built from its configured address and never from a request.

use anteroom_domain::text::{Origin, Slug};

use crate::Http;

impl Http {
    /// Where a portal link leads: the page that spends the code.
    pub(crate) fn portal_entry_url(&self, slug: &Slug, code: &str) -> String {
        format!("{}/{slug}/portal?code={code}", self.base())
    }

    /// Our own origin.
    pub(crate) fn origin(&self) -> Origin {
        Origin::of(&self.options().public_url)
    }

    fn base(&self) -> &str {
        self.options().public_url.as_str().trim_end_matches('/')
    }
}
