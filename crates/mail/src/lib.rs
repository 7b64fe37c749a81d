#![doc = include_str!("../README.md")]

mod file;
mod mail;
mod transport;
mod words;

pub use file::FileTransport;
pub use mail::{Mail, Sender, Unwritable};
pub use transport::{HandOver, Transport, Undelivered};
pub use words::{Unrendered, Words, password_reset};
