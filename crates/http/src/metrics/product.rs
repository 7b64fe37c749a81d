//! What the use cases have counted, under its public names.

use std::fmt;

use anteroom_app::observe::{Mode, Observation};
use anteroom_app::{Credential, Limit, MailFate, SessionKind};

use super::Families;

pub(super) fn write(seen: &Observation, families: &mut Families<'_>) -> fmt::Result {
    doors(seen, families)?;
    database(seen, families)?;
    families.histogram(
        "anteroom_password_hash_duration_seconds",
        "Time a password hash took to be made or compared",
        [([], seen.password_hashes)],
    )?;
    sessions(seen, families)?;
    families.counter(
        "anteroom_mails",
        "Mails that were tried, by what became of them",
        seen.mails.iter().map(|(fate, times)| ([("outcome", outcome(*fate))], *times)),
    )?;
    families.counter(
        "anteroom_limited",
        "Attempts that were refused because there had been too many, by what slowed them down",
        seen.limited.iter().map(|(limit, times)| ([("limit", of_what(*limit))], *times)),
    )?;
    families.counter(
        "anteroom_credential_stuffing",
        "Addresses that were found to try the names and passwords of others",
        [([], seen.credential_stuffing)],
    )
}

fn doors(seen: &Observation, families: &mut Families<'_>) -> fmt::Result {
    let doors = || seen.doors.iter().map(|door| ([("door", door.door)], door));
    families.gauge(
        "anteroom_door_queue_length",
        "Work that waits at a door",
        doors().map(|(labels, door)| (labels, door.waiting)),
    )?;
    families.gauge(
        "anteroom_door_queue_limit",
        "Work that may wait at a door; what is more is refused",
        doors().map(|(labels, door)| (labels, door.limit)),
    )?;
    families.counter(
        "anteroom_door_admitted",
        "Work that a door let in",
        doors().map(|(labels, door)| (labels, door.admitted)),
    )?;
    families.counter(
        "anteroom_door_refused",
        "Work that a door refused because its queue was full",
        doors().map(|(labels, door)| (labels, door.refused)),
    )?;
    families.histogram(
        "anteroom_door_wait_seconds",
        "Time that work waited at a door for its turn",
        doors().map(|(labels, door)| (labels, door.wait)),
    )
}

fn database(seen: &Observation, families: &mut Families<'_>) -> fmt::Result {
    let units = || seen.units.iter().map(|units| ([("mode", mode(units.mode))], units));
    families.gauge(
        "anteroom_database_connections",
        "Connections to the database, by what they do",
        [([("state", "in_use")], seen.pool.in_use), ([("state", "idle")], seen.pool.idle)],
    )?;
    families.gauge(
        "anteroom_database_connections_limit",
        "Connections to the database there may be",
        [([], seen.pool.limit)],
    )?;
    families.histogram(
        "anteroom_database_connection_wait_seconds",
        "Time until a unit of work had its connection and, where one may write at a time, its turn",
        units().map(|(labels, units)| (labels, units.wait)),
    )?;
    families.histogram(
        "anteroom_database_unit_duration_seconds",
        "Time a unit of work took, from asking for a connection to its end",
        units().map(|(labels, units)| (labels, units.took)),
    )?;
    families.counter(
        "anteroom_command_groups",
        "Units of work that applied commands: small writes that wait at the same time share one",
        [([], seen.groups.groups)],
    )?;
    families.counter(
        "anteroom_commands_applied",
        "Commands that they applied",
        [([], seen.groups.commands)],
    )?;
    families.counter(
        "anteroom_database_unavailable",
        "Units of work and commands that found the database away, or waited behind one that did",
        [([], seen.database_unavailable)],
    )
}

fn sessions(seen: &Observation, families: &mut Families<'_>) -> fmt::Result {
    let kinds = || seen.sessions.iter().map(|counts| ([("kind", kind(counts.kind))], counts));
    families.counter(
        "anteroom_sessions_opened",
        "Sessions opened",
        kinds().map(|(labels, counts)| (labels, counts.opened)),
    )?;
    families.counter(
        "anteroom_sessions_ended",
        "Sessions ended before they expired",
        kinds().map(|(labels, counts)| (labels, counts.ended)),
    )?;
    families.counter(
        "anteroom_credential_checks",
        "Credentials looked at, by what they are and whether they were good",
        seen.checks.iter().flat_map(|counts| {
            let credential = credential(counts.credential);
            [("accepted", counts.accepted), ("refused", counts.refused)]
                .map(|(result, times)| ([("credential", credential), ("result", result)], times))
        }),
    )
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Read => "read",
        Mode::Write | Mode::Append => "write",
    }
}

fn outcome(fate: MailFate) -> &'static str {
    match fate {
        MailFate::Sent => "sent",
        MailFate::PutOff => "put_off",
        MailFate::Refused => "refused",
    }
}

fn kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Portal => "portal",
        SessionKind::Store => "store",
    }
}

fn credential(credential: Credential) -> &'static str {
    match credential {
        Credential::AccessToken => "access_token",
        Credential::PublishableKey => "publishable_key",
        Credential::PortalToken => "portal_token",
        Credential::EntryCode => "entry_code",
        Credential::PortalCookie => "portal_cookie",
        Credential::Password => "password",
        Credential::Passkey => "passkey",
        Credential::SecondFactor => "second_factor",
        Credential::Jwt => "jwt",
        Credential::StoreCookie => "store_cookie",
    }
}

fn of_what(limit: Limit) -> &'static str {
    match limit {
        Limit::Address => "address",
        Limit::Workspace => "workspace",
        Limit::Account => "account",
    }
}
