//! Who is signed in, as the portal shows it.

use anteroom_app::PortalAccess;
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::member::Role;
use anteroom_domain::text::Line;

use super::page::initial;

/// Who is signed in.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// Nothing when they gave none; then the e-mail takes its place.
    pub(super) name: Option<String>,
    pub(super) email: &'a str,
    /// What they may do, when a member acts.
    pub(super) role: Option<&'static str>,
    /// The team that a member acts for.
    pub(super) acts_for: Option<String>,
}

impl<'a> From<&'a PortalAccess> for Reader<'a> {
    fn from(access: &'a PortalAccess) -> Self {
        let PortalAccess { customer, member, .. } = access;
        let is_team = customer.kind == CustomerKind::Team;
        let own_name = || customer.display_name();
        let Some(member) = member else {
            return Self { name: own_name(), email: customer.email.as_str(), role: None, acts_for: None };
        };
        // Who is the customer goes by the customer's name, which the portal can change. A member is called by the
        // e-mail while nobody has a better name.
        let is_customer = !is_team && member.email == customer.email;
        let member_name =
            member.name.as_ref().map(Line::as_str).filter(|name| *name != member.email.as_str());
        let name = if is_customer { own_name() } else { member_name.map(str::to_owned) };
        let team = || own_name().unwrap_or_else(|| customer.email.as_str().to_owned());
        Self {
            name,
            email: member.email.as_str(),
            role: Some(role(member.role)),
            acts_for: is_team.then(team),
        }
    }
}

impl Reader<'_> {
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(self.email)
    }

    pub(super) fn letter(&self) -> String {
        initial(self.title())
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::BillingManager => "Billing manager",
        Role::Member => "Member",
    }
}
