//! What the routes for members say of themselves alike, whichever path names the member.

use actix_web::http::StatusCode;
use anteroom_app::{Error, Forbidden, Missing, Refusal};
use anteroom_domain::member::Role;
use serde_json::json;

use super::{MemberBody, Update};
use crate::openapi::scalars::{Email, ExternalId, MemberRole};
use crate::openapi::{Operation, examples};

impl Operation {
    /// The filters of every list of members.
    pub(in crate::workspace) fn filters_members(self) -> Self {
        self.query::<Email>("email", "Only members of this e-mail, in any case.")
            .query::<ExternalId>("external_id", "Only members of this identifier of yours.")
            .query::<MemberRole>("role", "Only members of this role.")
    }

    /// The answer to a member that was added, and what is refused.
    pub(in crate::workspace) fn creates_member(self) -> Self {
        self.describes("A member of that e-mail whom the customer has already is answered as it is, so a call may be repeated.")
            .creates::<MemberBody<'_>>("The member.", examples::member())
            .refuses("The workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
            .refuses("The customer is an individual.", Error::Forbidden(Forbidden::IndividualHasOneMember))
            .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
            .refuses("The customer has an owner already.", Error::refused(Refusal::OwnerExists))
    }

    /// The changes of a member, the answer, and what is refused.
    pub(in crate::workspace) fn updates_member(self) -> Self {
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
    pub(in crate::workspace) fn deletes_member(self) -> Self {
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
