//! The product's HTTP server on a free port, on a thread of its own.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::{App, HttpServer};
use anteroom_http::Http;
use anteroom_http::metrics::Metrics;

/// Stops when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    at: SocketAddr,
    handle: ServerHandle,
    http: Http,
}

impl Server {
    pub(super) fn start(http: Http) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let (tell, told) = mpsc::channel();
        let mounted = http.clone();
        thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().configure(|config| mounted.mount(config)));
                let server =
                    server.workers(1).disable_signals().shutdown_timeout(1).listen(listener).unwrap().run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { at, handle: told.recv().unwrap(), http }
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.http.metrics()
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}", self.at)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The order is sent by this call already; the future would only wait for the end.
        drop(self.handle.stop(false));
    }
}
