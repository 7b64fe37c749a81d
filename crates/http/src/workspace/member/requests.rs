//! What is asked about members, whichever path names them.

use anteroom_app::{MemberChanges, MemberFilter, NewMember};
use anteroom_domain::member::Role;
use anteroom_domain::text::{Email, ExternalId, Line};
use serde_json::{Value, json};

use crate::body::FromBody;
use crate::fields::{Fields, text};
use crate::openapi::scalars::{
    Email as EmailText, ExternalId as ExternalIdText, Line as LineText, MemberRole,
};
use crate::openapi::schema::request_schema;
use crate::workspace::list::Wanted;
use crate::workspace::names;

request_schema!(
    /// A member to be added to the customer.
    CustomersMemberCreate {
        /// The member's e-mail address.
        email: EmailText,
        /// The member's full name.
        name: Option<LineText>,
        /// Your own identifier of the member, which no other member of the customer has.
        external_id: Option<ExternalIdText>,
        /// What the member may do; `member` if nothing is said.
        role: Option<MemberRole>,
    }
);

/// A new member of a customer whom the path names.
pub(in crate::workspace) struct Addition(pub(in crate::workspace) NewMember);

impl FromBody for Addition {
    type Schema = CustomersMemberCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        read_new_member(body).map(Self)
    }
}

impl Addition {
    pub(in crate::workspace) fn example() -> Value {
        json!({"email": "jane@example.com", "name": "Jane Doe", "role": "billing_manager"})
    }
}

/// Reads what is said of a new member, whomever they act for.
pub(in crate::workspace) fn read_new_member(body: &mut Fields) -> Option<NewMember> {
    let email = body.required("email", text(Email::parse));
    let name = body.optional("name", text(Line::parse)).flatten();
    let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
    let role = body.optional("role", text(names::role)).unwrap_or(Role::Member);
    Some(NewMember { email: email?, name, external_id, role })
}

request_schema!(
    /// What a member is to be changed to.
    MemberUpdate {
        /// The member's full name.
        name: Option<LineText>,
        /// The member's e-mail address, which no other member of the customer has. Another one ends the member's sessions.
        #[schema(nullable = false)]
        email: Option<EmailText>,
        /// What the member may do. A new `owner` takes over from the one before, who becomes a `billing_manager`.
        #[schema(nullable = false)]
        role: Option<MemberRole>,
    }
);

/// Changes of a member.
pub(in crate::workspace) struct Update(pub(in crate::workspace) MemberChanges);

impl FromBody for Update {
    type Schema = MemberUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(MemberChanges {
            name: body.change("name", text(Line::parse)),
            email: body.replacement("email", text(Email::parse)),
            role: body.replacement("role", text(names::role)),
        }))
    }
}

/// Which of the members of a customer a list has, and which page of it.
pub(in crate::workspace) struct Listing {
    pub(in crate::workspace) filter: MemberFilter,
    pub(in crate::workspace) wanted: Wanted,
}

impl Listing {
    pub(in crate::workspace) fn read(query: &mut Fields) -> Self {
        let email = query.optional("email", text(Email::parse));
        let external_id = query.optional("external_id", text(names::external_id));
        let role = query.optional("role", text(names::role));
        let filter = MemberFilter { email, external_id, role, ..MemberFilter::default() };
        Self { filter, wanted: Wanted::read(query) }
    }
}
