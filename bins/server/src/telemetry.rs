//! Logs, to stderr: pretty on a terminal, else one JSON object a line.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{Log, LogFormat};

/// What the frameworks tell of every start and stop, we tell ourselves; the operator's directives come after and win.
const QUIET: &str = "actix_server=warn,actix_web=warn";

/// Starts logging.
pub(crate) fn start(log: &Log) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", log.level))?;
    let is_terminal = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // To tell of a log that cannot be written would go to stderr too, and to fail there is a panic: on a full disk each
    // request would end so.
    let builder = builder.log_internal_errors(false);
    match log.format {
        LogFormat::Pretty => builder.compact().with_ansi(is_terminal).init(),
        LogFormat::Auto if is_terminal => builder.compact().init(),
        LogFormat::Auto | LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    // A panic is a bug, and its line belongs with the others.
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panicked")));
    Ok(())
}
