//! Whether mails get away.

use actix_web::rt::System;

use super::Finding;
use crate::config::Config;
use crate::wiring;

const CHECK: &str = "mail";
const TEMPLATES: &str = "mail templates";

/// Talks to the mail server, sends nothing, and tries every file that stands for ours.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let faults = wiring::templates(config).1;
    let faults = faults.iter().map(|fault| {
        Finding::warn(TEMPLATES, fault.to_string(), "until it is right, mails have the built-in words")
    });
    std::iter::once(transport(config)).chain(faults).collect()
}

fn transport(config: &Config) -> Finding {
    let Some(options) = &config.mail.smtp else {
        let what = format!("mails are written into {}", wiring::outbox(config).display());
        return Finding::ok(CHECK, what);
    };
    let server = match wiring::smtp(config) {
        Ok(Some(server)) => server,
        Ok(None) => return Finding::ok(CHECK, "no mail server is set"),
        Err(error) => return Finding::error(CHECK, &error),
    };
    let name = format!("mail server {}:{}", options.host, options.port);
    match System::new().block_on(server.check()) {
        Ok(()) => Finding::ok(CHECK, format!("{name} answers")),
        Err(error) => {
            let what = format!("{name} cannot be used: {:#}", anyhow::Error::new(error));
            Finding::fail(
                CHECK,
                what,
                "look at the settings mail.smtp_host, _port, _encryption, _username and _password",
            )
        }
    }
}
