//! How browsers reach the server, and whether they will keep its cookie.

use std::net::IpAddr;

use anteroom_domain::workspace::Workspace;
use anteroom_http::SessionCookieOptions;
use url::{Host, Url};

use super::Finding;
use super::site::{Apart, apart};
use crate::config::Server;

/// Whether the address that goes into links is one that clients can use.
pub(super) fn public_url(server: &Server) -> Finding {
    const CHECK: &str = "public url";
    let listen = &server.listen;
    let Some(url) = server.given_public_url() else {
        if is_loopback_name(&listen.host) {
            return Finding::ok(
                CHECK,
                format!("clients on this machine reach the server at http://{listen}"),
            );
        }
        return Finding::warn(
            CHECK,
            format!("server.public_url is not set, so links lead to http://localhost:{}", listen.port),
            "set it to the address under which clients reach the server",
        );
    };
    let shown = url.as_str().trim_end_matches('/');
    if url.host().is_some_and(|host| is_unspecified(&host)) {
        let advice = "set server.public_url to the name under which clients reach the server";
        return Finding::fail(
            CHECK,
            format!("{shown} is an address to listen on, which no client can reach"),
            advice,
        );
    }
    if url.scheme() == "https" {
        return Finding::ok(CHECK, format!("clients reach the server at {shown}"));
    }
    if !is_loopback(url) {
        let what = format!("{shown} carries passwords and cookies in clear text");
        return Finding::warn(
            CHECK,
            what,
            "put a proxy with TLS in front, and let server.public_url begin with https",
        );
    }
    if listen.port != 0 && url.port_or_known_default() != Some(listen.port) {
        let what = format!("links lead to {shown}, and the server listens on {listen}");
        return Finding::warn(
            CHECK,
            what,
            "set the same port, unless a proxy forwards from the one to the other",
        );
    }
    Finding::ok(CHECK, format!("clients on this machine reach the server at {shown}"))
}

/// Whether the shop's cookie can work as it is configured.
pub(super) fn cookie(server: &Server, cookie: &SessionCookieOptions) -> Finding {
    const CHECK: &str = "cookie";
    let same_site = if cookie.cross_site { "None" } else { "Lax" };
    let is_https = server.given_public_url().is_some_and(|url| url.scheme() == "https");
    if !is_https {
        return Finding::ok(CHECK, format!("{} is SameSite={same_site} and not Secure", cookie.name));
    }
    let what =
        format!("{} is SameSite={same_site} and Secure, and this server speaks no TLS itself", cookie.name);
    if is_loopback_name(&server.listen.host) {
        return Finding::ok(CHECK, format!("{what}: a proxy on this machine has to"));
    }
    Finding::warn(
        CHECK,
        format!("{what}; whoever reaches {} past the proxy gets no cookie", server.listen),
        "let only the proxy reach it, by a firewall or by listening on 127.0.0.1",
    )
}

/// Which origins that workspaces list will not get a cookie that works.
pub(super) fn origins(
    server: &Server,
    cookie: &SessionCookieOptions,
    workspaces: &[Workspace],
) -> Vec<Finding> {
    const CHECK: &str = "origins";
    let Ok(url) = server.public_url(server.listen.port) else { return Vec::new() };
    let own = url.as_str().trim_end_matches('/');
    let mut findings = Vec::new();
    for workspace in workspaces {
        for origin in &workspace.settings.allowed_origins {
            let Ok(page) = Url::parse(origin.as_str()) else { continue };
            let reason = match (apart(&url, &page), cookie.cross_site) {
                (None, _) | (Some(Apart::Scheme), true) => continue,
                (Some(Apart::Scheme), false) => "http and https are two sites to a browser",
                (Some(Apart::Domain), false) => {
                    "they are two sites to a browser, and the cookie is SameSite=Lax"
                }
                (Some(Apart::Domain), true) => {
                    "they are two sites to a browser, and many block the cookies of another site"
                }
            };
            let advice = match (
                apart(&url, &page),
                cookie.cross_site,
                is_loopback(&url) && is_loopback(&page),
            ) {
                (Some(Apart::Scheme), ..) => "serve the shop by https too",
                (_, _, true) => {
                    "open the shop by the same name, localhost or 127.0.0.1, as server.public_url has"
                }
                (_, true, _) => "serve both under one domain",
                (_, false, _) => {
                    "serve both under one domain, or set session.cookie_same_site to none, which needs https"
                }
            };
            let what = format!(
                "pages of {origin} (workspace {}) get no cookie from {own}: {reason}",
                workspace.slug
            );
            findings.push(Finding::warn(CHECK, what, advice));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, "every listed origin gets the cookie"));
    }
    findings
}

fn is_unspecified(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_unspecified(),
        Host::Ipv6(address) => address.is_unspecified(),
        Host::Domain(_) => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn is_loopback_name(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
