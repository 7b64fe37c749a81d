//! `anteroom serve`.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::rt::{self, System};
use actix_web::{App, HttpServer};
use anteroom_http::{Http, Options};
use anteroom_jobs::Runner;
use anyhow::{Context, anyhow};

use crate::background::Background;
use crate::config::{self, Config, Listen};
use crate::ending::{self, Ending};
use crate::wiring::Patience;
use crate::{first_start, metrics, telemetry, wiring};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 2048;

pub(super) fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    System::new().block_on(serve(config))
}

/// The ports are taken before anything is made, so that a busy one leaves no demo whose token nobody has seen.
async fn serve(mut config: Config) -> anyhow::Result<()> {
    outlive_file_limits()?;
    let listener = bind(&config.server.listen, "server.listen")?;
    let metrics_listener =
        config.metrics_listen.as_ref().map(|listen| bind(listen, "metrics.listen")).transpose()?;
    let address = listener.local_addr()?;
    let public_url = config.server.public_url(address.port())?;

    let store = wiring::open(&config)?;
    for migration in store.migrate()? {
        tracing::info!(migration, "database migrated");
    }
    let app = wiring::wire(&mut config, &public_url, store, Patience::OfARequest)?;
    let options = Options {
        public_url: public_url.clone(),
        base_domain: config.server.base_domain.clone(),
        session_cookie: config.session_cookie.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        credential_posts: config.limits.credential_posts,
        leak_reporters: config.leak_reporters.clone(),
    };
    tell_of_mails(&config);
    let runner = config.jobs_enabled.then(|| wiring::runner(&app));
    // From here on a signal is heard, so that whoever reads that the server listens can stop it.
    let ending = Ending::default();
    let stop = asked_to_stop(ending.clone(), runner.clone())?;
    first_start::welcome(&app, &config, &public_url).await?;

    let http = Http::new(app.clone(), options);
    let metrics =
        metrics_listener.map(|listener| serve_metrics(&http, runner.clone(), listener)).transpose()?;
    let server = HttpServer::new(move || App::new().configure(|service| http.mount(service)))
        .workers(config.server.workers.get())
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(ending::PATIENCE.as_secs())
        .shutdown_signal(stop)
        .listen(listener)?
        .run();
    // Nothing fails any more between here and the end, where what a job holds is given back.
    let background = Background::start(app, runner);
    let outcome = server.await;
    background.end(ending.left(Instant::now())).await;
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    outcome.context("the server failed")?;
    tracing::info!("stopped");
    Ok(())
}

fn tell_of_mails(config: &Config) {
    if let Some(server) = &config.mail.smtp {
        tracing::info!(host = server.host, port = server.port, "mails are sent through {}", server.host);
    } else {
        let outbox = wiring::outbox(config);
        tracing::info!(path = %outbox.display(), "mails are written into {}", outbox.display());
    }
    for fault in wiring::templates(config).1.iter() {
        tracing::warn!(%fault, "a file of mail.templates_dir is passed over where it fails");
    }
}

/// Serves the metrics beside the product, and beyond its end, until they are stopped.
fn serve_metrics(http: &Http, runner: Option<Runner>, listener: TcpListener) -> anyhow::Result<ServerHandle> {
    let address = listener.local_addr()?;
    let server = metrics::server(http, runner, listener)?;
    let handle = server.handle();
    rt::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    tracing::info!(%address, "metrics are served");
    Ok(handle)
}

fn bind(listen: &Listen, setting: &str) -> anyhow::Result<TcpListener> {
    let variable = config::variable(setting);
    let listener =
        TcpListener::bind((listen.host.as_str(), listen.port)).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!(
                "{listen} is in use by another program: stop that, or set another {setting} ({variable})"
            ),
            _ => anyhow!("cannot listen on {listen} ({error}): set another {setting} ({variable})"),
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
/// Jobs are told at once.
fn asked_to_stop(
    ending: Ending,
    jobs: Option<Runner>,
) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    Ok(poll_fn(move |context| {
        if signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            tracing::info!("stopping: requests under way are finished first");
            ending.begin(Instant::now());
            jobs.iter().for_each(Runner::stop);
            return Poll::Ready(());
        }
        Poll::Pending
    }))
}
