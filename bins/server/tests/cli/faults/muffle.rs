//! What stands between a server and PostgreSQL, and can make single connections go silent.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the connection says of itself that hears what other servers change.
const LISTENER: &[u8] = b"anteroom change feed";

/// Passes everything on. While it is on, it passes on nothing more of connections that listen, and leaves them open: as a
/// firewall that has forgotten them.
pub(crate) struct Muffle {
    at: SocketAddr,
    silence: Arc<Mutex<Silence>>,
}

#[derive(Default)]
struct Silence {
    is_on: bool,
    /// Connections of which something was not passed on.
    cut: Vec<TcpStream>,
}

impl Muffle {
    /// Before the PostgreSQL server at that URL. Its threads end with their connections, or the test.
    pub(crate) fn before(url: &str) -> Self {
        let behind = authority(url).to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (at, silence) = (listener.local_addr().unwrap(), Arc::<Mutex<Silence>>::default());
        let muffle = Self { at, silence: Arc::clone(&silence) };
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&behind).unwrap());
                let is_listener = Arc::new(AtomicBool::new(false));
                let ways = [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)];
                for (from, to) in ways {
                    let (silence, is_listener) = (Arc::clone(&silence), Arc::clone(&is_listener));
                    thread::spawn(move || pass_on(from, to, &silence, &is_listener));
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
        let mut silence = self.silence.lock().unwrap();
        silence.is_on = is_on;
        // Of a stream that lacks a piece nothing is of use any more.
        for stream in silence.cut.drain(..) {
            let _gone = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The host and the port.
fn authority(url: &str) -> &str {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split('/').next().unwrap()
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, silence: &Mutex<Silence>, is_listener: &AtomicBool) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let bytes = bytes.get(..count).unwrap();
        if bytes.windows(LISTENER.len()).any(|words| words == LISTENER) {
            is_listener.store(true, Ordering::SeqCst);
        }
        let mut silence = silence.lock().unwrap();
        if silence.is_on && is_listener.load(Ordering::SeqCst) {
            silence.cut.extend([from.try_clone().unwrap(), to.try_clone().unwrap()]);
            continue;
        }
        drop(silence);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
