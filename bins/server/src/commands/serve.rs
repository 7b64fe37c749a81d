//! `anteroom serve`.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::task::Poll;
use std::time::Duration;

use actix_web::rt::System;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, HttpServer};
use anteroom_http::{Http, Options};
use anyhow::{Context, anyhow};

use crate::config::{Config, Listen};
use crate::{first_start, telemetry, wiring};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 2048;

pub(super) fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    System::new().block_on(serve(config))
}

/// The port is taken before anything is made, so that a busy one leaves no demo whose token nobody has seen.
async fn serve(mut config: Config) -> anyhow::Result<()> {
    outlive_file_limits()?;
    let listener = bind(&config.server.listen)?;
    let address = listener.local_addr()?;
    let public_url = config.server.public_url(address.port())?;

    let store = wiring::open(&config)?;
    for migration in store.migrate()? {
        tracing::info!(migration, "database migrated");
    }
    let app = wiring::wire(&mut config, &public_url, store)?;
    let options = Options {
        public_url: public_url.clone(),
        base_domain: config.server.base_domain.clone(),
        session_cookie: config.session_cookie.clone(),
    };
    first_start::welcome(&app, &config, &public_url).await?;

    let http = Http::new(app, options);
    HttpServer::new(move || App::new().configure(|service| http.mount(service)))
        .workers(config.server.workers.get())
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(10)
        .shutdown_signal(asked_to_stop()?)
        .listen(listener)?
        .run()
        .await
        .context("the server failed")?;
    tracing::info!("stopped");
    Ok(())
}

fn bind(listen: &Listen) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind((listen.host.as_str(), listen.port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "{listen} is in use by another program: stop that, or set another server.listen (ANTEROOM__SERVER__LISTEN)"
        ),
        _ => anyhow!("cannot listen on {listen} ({error}): set another server.listen (ANTEROOM__SERVER__LISTEN)"),
    })?;
    socket2::SockRef::from(&listener).listen(BACKLOG)?;
    Ok(listener)
}

/// Makes a limit of the size of files (`ulimit -f`) an error of the write that meets it, like a full disk. Unhandled, its
/// signal would end the process.
fn outlive_file_limits() -> io::Result<()> {
    /// The same number wherever this program runs; tokio has no name for it.
    const SIGXFSZ: i32 = 25;
    signal(SignalKind::from_raw(SIGXFSZ)).map(drop)
}

/// Ends when the process is asked to stop; the server then finishes the requests under way.
fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    Ok(poll_fn(move |context| {
        if signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            tracing::info!("stopping: requests under way are finished first");
            return Poll::Ready(());
        }
        Poll::Pending
    }))
}
