#![doc = include_str!("../README.md")]

mod device;
mod file;
mod letter;
mod local;
mod mail;
mod templates;
mod transport;
mod words;

pub use file::FileTransport;
pub use letter::Letter;
pub use mail::{Mail, Sender, Unwritable};
pub use templates::{Templates, Unrendered};
pub use transport::{HandOver, Transport, Undelivered};
pub use words::{Occasion, Words};
