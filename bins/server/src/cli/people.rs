//! Customers and their sessions.

use clap::{Args, Subcommand};

use super::{Export, Import, In, Output, Paging};

#[derive(Debug, Subcommand)]
pub(crate) enum Customer {
    /// List customers, newest first
    List {
        #[command(flatten)]
        workspace: In,
        /// Only those with this e-mail, in any case
        #[arg(long)]
        email: Option<String>,
        /// Only the one with this external id
        #[arg(long, value_name = "ID")]
        external_id: Option<String>,
        #[command(flatten)]
        paging: Paging,
        #[command(flatten)]
        output: Output,
    },
    /// Take customers in from a file; an import that was interrupted goes on where it was
    Import(Import),
    /// Write every customer of a workspace into a file, with addresses and members
    Export(Export),
    /// Show a customer with addresses, members and how many sessions are live
    Show {
        #[command(flatten)]
        customer: CustomerName,
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
}

/// How a customer is named.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct CustomerName {
    /// The customer
    pub(crate) id: Option<String>,
    /// The merchant's own identifier of the customer
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
}

/// Whose sessions, where the id that a command takes is a session's.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SessionOwner {
    /// The customer
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
    /// The merchant's own identifier of the customer
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Session {
    /// List a customer's live sessions: in the shop, then in the portal, each newest first
    List {
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        owner: SessionOwner,
        #[command(flatten)]
        paging: Paging,
        #[command(flatten)]
        output: Output,
    },
    /// End a session: its token, cookies and JWTs stop working within a second
    Revoke {
        /// The session's id, as `session list` shows it
        id: String,
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
}
