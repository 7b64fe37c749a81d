//! What stands between a server and PostgreSQL, and can make single connections go silent.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What the connection says of itself that hears what other servers change.
const LISTENER: &[u8] = b"anteroom change feed";

/// Passes everything on. While it is on, it passes on nothing more of connections that listen, and leaves them open: as a
/// firewall that has forgotten them.
pub(crate) struct Muffle {
    at: SocketAddr,
    is_on: Arc<AtomicBool>,
}

impl Muffle {
    /// Before the PostgreSQL server at that URL. Its threads end with their connections, or the test.
    pub(crate) fn before(url: &str) -> Self {
        let behind = authority(url).to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (at, is_on) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let muffle = Self { at, is_on: Arc::clone(&is_on) };
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&behind).unwrap());
                let is_listener = Arc::new(AtomicBool::new(false));
                let ways = [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)];
                for (from, to) in ways {
                    let (is_on, is_listener) = (Arc::clone(&is_on), Arc::clone(&is_listener));
                    thread::spawn(move || pass_on(from, to, &is_on, &is_listener));
                }
            }
        });
        muffle
    }

    /// The URL with this in the server's place.
    pub(crate) fn url(&self, url: &str) -> String {
        url.replace(authority(url), &self.at.to_string())
    }

    /// Makes those who listen go silent, now and later; or no longer, and then those that went silent break.
    pub(crate) fn turn(&self, is_on: bool) {
        self.is_on.store(is_on, Ordering::SeqCst);
    }
}

/// The host and the port.
fn authority(url: &str) -> &str {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split('/').next().unwrap()
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, is_on: &AtomicBool, is_listener: &AtomicBool) {
    let (mut bytes, mut is_cut) = (vec![0; 65_536], false);
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let bytes = bytes.get(..count).unwrap();
        if bytes.windows(LISTENER.len()).any(|words| words == LISTENER) {
            is_listener.store(true, Ordering::SeqCst);
        }
        let is_silent = is_on.load(Ordering::SeqCst) && is_listener.load(Ordering::SeqCst);
        if is_silent {
            is_cut = true;
        } else if is_cut || to.write_all(bytes).is_err() {
            // Of a stream that lacks a piece nothing is of use any more.
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
