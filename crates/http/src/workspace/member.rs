//! The member as the Workspace API shows and takes it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use anteroom_app::{Error, Forbidden, MemberChanges, MemberFilter, Missing, NewMember, Refusal};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::text::{Email, ExternalId, Line};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::list::Wanted;
use super::names;
use crate::body::FromBody;
use crate::fields::{Fields, text};
use crate::openapi::scalars::{
    Email as EmailText, ExternalId as ExternalIdText, Line as LineText, MemberRole,
};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, examples};
use crate::wire::{Time, Uuid4};

/// A person who acts for a customer.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    workspace_id: Uuid4,
    customer_id: Uuid4,
    email: &'a str,
    name: Option<&'a str>,
    external_id: Option<&'a str>,
    /// What the member may do for the customer.
    #[schema(value_type = MemberRole)]
    role: &'static str,
}

impl<'a> From<&'a Member> for MemberBody<'a> {
    fn from(member: &'a Member) -> Self {
        Self {
            id: member.id.into(),
            created_at: member.created_at.into(),
            modified_at: member.modified_at.map(Time),
            workspace_id: member.workspace_id.into(),
            customer_id: member.customer_id.into(),
            email: member.email.as_str(),
            name: member.name.as_ref().map(Line::as_str),
            external_id: member.external_id.as_ref().map(ExternalId::as_str),
            role: member.role.as_str(),
        }
    }
}

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
pub(super) struct Addition(pub(super) NewMember);

impl FromBody for Addition {
    type Schema = CustomersMemberCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        read_new_member(body).map(Self)
    }
}

impl Addition {
    pub(super) fn example() -> Value {
        json!({"email": "jane@example.com", "name": "Jane Doe", "role": "billing_manager"})
    }
}

/// Reads what is said of a new member, whomever they act for.
pub(super) fn read_new_member(body: &mut Fields) -> Option<NewMember> {
    let email = body.required("email", text(Email::parse));
    let name = body.optional("name", text(Line::parse)).flatten();
    let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
    let role = body.optional("role", text(names::role)).unwrap_or(Role::Member);
    Some(NewMember { email: email?, name, external_id, role })
}

pub(super) fn created(member: &Member) -> HttpResponse {
    HttpResponse::Created().json(MemberBody::from(member))
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
pub(super) struct Update(pub(super) MemberChanges);

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
pub(super) struct Listing {
    pub(super) filter: MemberFilter,
    pub(super) wanted: Wanted,
}

impl Listing {
    pub(super) fn read(query: &mut Fields) -> Self {
        let email = query.optional("email", text(Email::parse));
        let external_id = query.optional("external_id", text(names::external_id));
        let role = query.optional("role", text(names::role));
        let filter = MemberFilter { email, external_id, role, ..MemberFilter::default() };
        Self { filter, wanted: Wanted::read(query) }
    }
}

/// What routes for members have in common.
impl Operation {
    /// The filters of every list of members.
    pub(super) fn filters_members(self) -> Self {
        self.query::<EmailText>("email", "Only members of this e-mail, in any case.")
            .query::<ExternalIdText>("external_id", "Only members of this identifier of yours.")
            .query::<MemberRole>("role", "Only members of this role.")
    }

    /// The answer to a member that was added, and what is refused.
    pub(super) fn creates_member(self) -> Self {
        self.describes("A member of that e-mail whom the customer has already is answered as it is, so a call may be repeated.")
            .creates::<MemberBody<'_>>("The member.", examples::member())
            .refuses("The workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
            .refuses("The customer is an individual.", Error::Forbidden(Forbidden::IndividualHasOneMember))
            .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
            .refuses("The customer has an owner already.", Error::refused(Refusal::OwnerExists))
    }

    /// The changes of a member, the answer, and what is refused.
    pub(super) fn updates_member(self) -> Self {
        self.describes(
            "What is left out stays as it is. A customer has exactly one owner: a member who becomes it takes over from \
             the one before, who goes on as billing manager, and the owner takes no other role. A role counts from the \
             next request of the member's sessions on; another e-mail ends them.",
        )
        .takes::<Update>(json!({"name": "Jane Doe", "role": "owner"}))
        .answers::<MemberBody<'_>>("The member.", examples::member())
        .refuses("The workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
        .refuses("There is no such member.", Error::NotFound(Missing::Member))
        .refuses("The customer would be without an owner.", Error::refused(Refusal::OwnerNeeded(Role::Member)))
    }

    /// The end of a member, and what is refused.
    pub(super) fn deletes_member(self) -> Self {
        self.describes(
            "The member's sessions end at once (where several servers share a database, on the others within a second), \
             and its e-mail and identifier are free again.",
        )
        .answers_nothing(StatusCode::NO_CONTENT, "It is removed.")
        .refuses("The workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
        .refuses("There is no such member.", Error::NotFound(Missing::Member))
        .refuses("The member is the owner.", Error::refused(Refusal::OwnerStays))
    }
}
