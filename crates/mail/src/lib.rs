#![doc = include_str!("../README.md")]

mod device;
mod file;
mod letter;
mod local;
mod mail;
mod smtp;
mod templates;
mod transport;
mod words;

pub use file::FileTransport;
pub use letter::{LeakedToken, Letter};
pub use mail::{Mail, Sender, Unwritable};
pub use smtp::{Encryption, Login, SmtpOptions, SmtpTransport, Unreachable, Unusable};
pub use templates::{TemplateFault, Templates, Unrendered};
pub use transport::{HandOver, Transport, Undelivered};
pub use words::{Occasion, Words};
