//! Why nobody is vouched for.

/// Why nobody is vouched for. The text is for the log: it holds nothing that somebody might sign in with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The provider does not answer, or not in time.
    #[error("no answer from the provider: {0}")]
    Unreachable(String),
    /// What the provider says breaks the protocol, or is not from whom it should be.
    #[error("the provider's answer is not to be trusted: {0}")]
    Untrusted(&'static str),
    /// The provider does not take the code, or the shop's credentials with it.
    #[error("the provider has refused the code: {0}")]
    Refused(String),
}
