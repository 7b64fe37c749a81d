//! What a use case answers when it does not do what was asked.

use std::fmt::Write;
use std::num::NonZeroU32;
use std::time::Duration;

use anteroom_auth::passkey::PasskeyFault;
use anteroom_auth::password::PasswordFault;
use anteroom_domain::credential::{AccessTokenId, Scope};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::{MemberId, Role};
use anteroom_domain::merge::MergeFault;
use anteroom_domain::text::{Email, ExternalId, Issuer, Origin, ReturnUrl};
use anteroom_store::StoreError;

use crate::activity::Limit;

/// A use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The credential is missing or does not open this.
    #[error("not authenticated: {0:?}")]
    Unauthenticated(Unauthenticated),
    /// The credential is good, but not for this.
    #[error("not allowed: {0:?}")]
    Forbidden(Forbidden),
    /// What the path names does not exist in this workspace.
    #[error("{0:?} was not found")]
    NotFound(Missing),
    /// What was asked contradicts what is there, or a rule of the product.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// The request carries an `Idempotency-Key` under which it cannot be answered.
    #[error("not repeatable: {0:?}")]
    NotRepeatable(NotRepeatable),
    /// There have been too many attempts; nothing was looked at.
    #[error("too many attempts, by {by:?}")]
    TooManyAttempts {
        /// What counts them.
        by: Limit,
        /// How many there may be at once.
        allowed: NonZeroU32,
        /// How many seconds until there may be another one; at least one.
        seconds: u64,
    },
    /// Too many wait at a door already; nothing was done.
    #[error("too many wait for {door}")]
    Overloaded {
        /// Which door.
        door: &'static str,
    },
    /// No answer came in time. What was asked may have been done meanwhile, or be done yet, whole: never half of it.
    #[error("no answer from {door} in time")]
    TimedOut {
        /// Which door.
        door: &'static str,
    },
    /// The database cannot be reached at the moment.
    #[error("database is unavailable")]
    Unavailable(#[source] StoreError),
    /// Other units were in the way of this one; nothing was done.
    #[error("others were in the way")]
    Interrupted(#[source] StoreError),
    /// The database failed in a way we did not foresee.
    #[error("store failed")]
    Store(#[source] StoreError),
    /// Password hashing failed.
    #[error("password hashing failed")]
    Hash(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A provider on whose page somebody signs in does not answer.
    #[error("provider is away")]
    ProviderAway,
    /// Signing a JWT failed.
    #[error("signing failed")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An authenticator could not be asked: a bug.
    #[error("an authenticator could not be asked")]
    Unaskable(#[source] PasskeyFault),
    /// An answer that was to be kept could not be put together: a bug.
    #[error("an answer could not be put together")]
    Unrendered,
    /// The example of the first start breaks a rule of ours: a bug.
    #[error("the first start's example is invalid")]
    Example(#[source] anteroom_domain::text::InvalidText),
    /// The work behind a door panicked.
    #[error("work behind the {door} door panicked")]
    Panicked {
        /// Which door.
        door: &'static str,
    },
}

impl Error {
    /// A single refusal.
    pub fn refused(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }

    /// There have been too many attempts: the next may be after that time.
    pub fn too_many(by: Limit, allowed: NonZeroU32, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self::TooManyAttempts { by, allowed, seconds: seconds.max(1) }
    }

    /// What went wrong and each of its causes, for the log.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            // Writing to a String does not fail.
            let _ = write!(text, ": {cause}");
            source = cause.source();
        }
        text
    }

    /// Whether it is the outcome of the request, so that a repetition is to be answered the same. The others are of the
    /// moment or of the credential, and a repetition may fare better.
    pub fn is_outcome(&self) -> bool {
        match self.kind() {
            Kind::Forbidden | Kind::NotFound | Kind::Refused | Kind::Duplicate => true,
            Kind::Unauthenticated
            | Kind::TooMany
            | Kind::Running
            | Kind::OtherRequest
            | Kind::Unavailable
            | Kind::BadGateway
            | Kind::Internal => false,
        }
    }

    /// What kind of answer it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Unauthenticated(_) => Kind::Unauthenticated,
            Self::Forbidden(_) => Kind::Forbidden,
            Self::NotFound(_) => Kind::NotFound,
            Self::Refused(refusals) if refusals.contains(&Refusal::AccountExists) => Kind::Duplicate,
            Self::Refused(_) => Kind::Refused,
            Self::TooManyAttempts { .. } => Kind::TooMany,
            Self::NotRepeatable(NotRepeatable::Running) => Kind::Running,
            Self::NotRepeatable(NotRepeatable::OtherRequest) => Kind::OtherRequest,
            Self::Overloaded { .. } | Self::TimedOut { .. } | Self::Unavailable(_) | Self::Interrupted(_) => {
                Kind::Unavailable
            }
            Self::ProviderAway => Kind::BadGateway,
            Self::Store(_)
            | Self::Hash(_)
            | Self::Signing(_)
            | Self::Unaskable(_)
            | Self::Unrendered
            | Self::Example(_)
            | Self::Panicked { .. } => Kind::Internal,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::Interrupted(_) => Self::Interrupted(error),
            _ => Self::Store(error),
        }
    }
}

impl From<FactorFault> for Error {
    fn from(fault: FactorFault) -> Self {
        Refusal::Factor(fault).into()
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal)
    }
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is explained at Error")]
pub enum Kind {
    Unauthenticated,
    Forbidden,
    NotFound,
    Refused,
    Duplicate,
    TooMany,
    Running,
    OtherRequest,
    Unavailable,
    BadGateway,
    Internal,
}

/// Why a request is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No credential came along.
    Missing,
    /// The token is mistyped, unknown, expired or revoked, or its owner is gone.
    InvalidToken,
    /// The cookie is unknown, expired or revoked, or its owner is gone.
    InvalidCookie,
    /// The access token by which a server speaks for shoppers is mistyped, unknown, expired, revoked or another workspace's.
    InvalidServerToken,
    /// The JWT is good, but its registration has no customer yet.
    NotACustomer,
    /// Unknown e-mail or wrong password; which, is not said.
    WrongEmailOrPassword,
    /// Somebody has registered that e-mail.
    IdentityExists,
    /// The code is wrong, was used before or has expired; or the flow has none.
    WrongCode,
    /// No sign-in waits for a second factor under that token: it is unknown, passed or over.
    NoChallenge,
    /// The passkey is unknown, or its authenticator's answer is not to be trusted.
    WrongPasskey,
    /// The provider has signed nobody in, or does not take its code.
    ProviderRefused,
    /// What the provider says is not to be trusted.
    ProviderUntrusted,
    /// The provider says no e-mail of whoever has signed in.
    ProviderWithoutEmail,
    /// Somebody has proved who they are, and their account is disabled.
    AccountDisabled,
}

impl Unauthenticated {
    /// Whether something that can be guessed was wrong, so that it counts.
    pub(crate) fn is_wrong_guess(self) -> bool {
        matches!(self, Self::WrongEmailOrPassword | Self::WrongCode)
    }
}

/// Why somebody known may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// The access token lacks a scope.
    InsufficientScope(Scope),
    /// The member's role is too small.
    RoleTooSmall,
    /// The e-mail has an account that whoever signs in by a provider has not proved to be theirs.
    AccountToBeProved,
    /// The workspace has its member model switched off.
    MemberModelOff,
    /// An individual customer has one member, its owner.
    IndividualHasOneMember,
    /// The access token to be rotated has scopes that the asking one lacks.
    ScopesBeyondOwn,
    /// Somebody signed in did not know their password.
    WrongPassword,
    /// Somebody signed in did not show their second factor.
    WrongCode,
    /// Somebody signed in showed a passkey that is not theirs, or whose answer is not to be trusted.
    WrongPasskey,
    /// A provider whose account somebody signed in was to link does not vouch for them, because of that.
    NotVouchedFor(Unauthenticated),
    /// Somebody who signed in some time ago has to show once more that it is they who sit there.
    ReauthenticationRequired,
}

/// Why a request cannot be answered under its `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRepeatable {
    /// The same request is being answered at this moment.
    Running,
    /// The key belongs to another request.
    OtherRequest,
}

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is its name")]
pub enum Missing {
    AccessToken,
    Address,
    AuthenticatorApp,
    Customer,
    CustomerSession,
    IdentityProvider,
    Member,
    Passkey,
    ProviderLink,
    PublishableKey,
    StoreSession,
    Workspace,
}

/// What contradicts what is there, or a rule of the product, with the value it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The customer named in the body does not exist in the workspace.
    UnknownCustomer(CustomerRef),
    /// The customer named in the body is disabled.
    DisabledCustomer(CustomerRef),
    /// The member named in the body does not exist, or is not the customer's.
    UnknownMember(MemberRef),
    /// A member was named, but the workspace has its member model switched off.
    MemberModelOff(MemberRef),
    /// A team's session is opened for one of its members.
    MemberRequired,
    /// Nobody signs in as the customer with a password.
    NoPasswordToReset(CustomerRef),
    /// The customer is disabled, and gets no link to choose another password.
    NoResetWhileDisabled(CustomerRef),
    /// Another living customer has the e-mail.
    EmailTaken(Email),
    /// Another living customer has the external id.
    ExternalIdTaken(ExternalId),
    /// The customer has an external id, which stays; what it was to become.
    ExternalIdFixed(Option<ExternalId>),
    /// A team was to become an individual.
    TeamStaysTeam,
    /// Another living member of the customer has the e-mail.
    MemberEmailTaken(Email),
    /// Another living member of the customer has the external id.
    MemberExternalIdTaken(ExternalId),
    /// The workspace lists hosts for the way back, and this one's is not among them.
    ReturnHostNotListed(ReturnUrl),
    /// The customer has an owner.
    OwnerExists,
    /// The member is the owner, and this role would leave the customer without one.
    OwnerNeeded(Role),
    /// The member is the owner, whom nobody removes.
    OwnerStays,
    /// The password is none that protects.
    Password(PasswordFault),
    /// The JWT's identity has a customer already.
    AlreadyACustomer,
    /// The e-mail differs from the one that was registered.
    EmailDiffers,
    /// The e-mail is proved already.
    EmailVerified,
    /// The e-mail is the one that the customer has.
    EmailUnchanged,
    /// A customer with an account has the e-mail.
    AccountExists,
    /// The customer named in the body cannot go up in the one of the path.
    NotMergeable(CustomerId, MergeFault),
    /// The address book is full.
    TooManyAddresses,
    /// The billing address would be an address more than the book holds.
    NoRoomForBillingAddress,
    /// The country of an address has no such state or province.
    UnknownProvince {
        /// What is said about "the value".
        rule: &'static str,
        /// The state or province.
        province: String,
    },
    /// The cursor is none of this list.
    ForeignCursor(String),
    /// The shopper's metadata would grow too large or has text that cannot be kept.
    Metadata(&'static str),
    /// A workspace has the slug.
    SlugTaken(String),
    /// An access token was to be given a scope that the asking one lacks.
    ScopeBeyondOwn(Scope),
    /// The access token was rotated before.
    RotatedBefore(AccessTokenId),
    /// The workspace lists as many origins as it may, and not this one.
    TooManyOrigins(Origin),
    /// The shop does not list the URL that a provider is to send somebody back to.
    CallbackNotListed,
    /// Whoever comes back from a provider has no state that is good for this browser, provider and shop.
    NoSignInState,
    /// Whoever comes back from a provider has no code.
    NoSignInCode,
    /// The issuer is on this machine, which the operator has not allowed.
    LoopbackIssuer(Issuer),
    /// The provider wants a secret, and none was given for this issuer.
    ProviderSecretMissing,
    /// The workspace has as many providers as it may.
    TooManyProviders,
    /// It is about what a customer signs in with.
    Factor(FactorFault),
    /// No workspace could be told from the request.
    WhichWorkspace,
    /// The publishable key and the host name different workspaces.
    WorkspacesDisagree,
}

/// What is against a change in what a customer signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorFault {
    /// The customer has as many authenticator apps as it may.
    TooManyAuthenticatorApps,
    /// The customer has no second factor, and so no recovery codes.
    NoSecondFactor,
    /// The shop takes no passkeys.
    NoPasskeys,
    /// The customer has as many passkeys as it may.
    TooManyPasskeys,
    /// The authenticator was asked nothing that this answers: the question is unknown, answered, over or somebody else's.
    NoPasskeyCeremony,
    /// The answer of an authenticator that was to make a passkey is not to be trusted.
    PasskeyUntrusted,
    /// The account elsewhere signs in as another customer.
    LinkedElsewhere,
    /// The customer has linked as many accounts elsewhere as it may.
    TooManyProviderLinks,
    /// Without it nobody could sign in as the customer.
    LastWayToSignIn,
}

/// How a customer is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// By our id.
    Id(CustomerId),
    /// By the merchant's id.
    External(ExternalId),
}

/// How a member of a customer is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberRef {
    /// By our id.
    Id(MemberId),
    /// By the merchant's id.
    External(ExternalId),
}
