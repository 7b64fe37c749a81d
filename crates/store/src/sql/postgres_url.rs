//! Whether a PostgreSQL URL has the form that libpq takes, said without the URL, which holds a password.

use std::net::Ipv6Addr;

/// What is wrong with a URL whose hosts are `hosts`, to be read after "database URL"; `None` when its form is right.
pub(super) fn fault(url: &str, hosts: &str) -> Option<&'static str> {
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Some("has a space: write %20 for it")
    } else if !is_percent_encoded(url) {
        Some("has a % that two hex digits do not follow: write %25 for it")
    } else if !hosts.split(',').all(is_host) {
        Some("has a host that is none: write HOST, HOST:PORT or [ADDRESS]:PORT")
    } else {
        None
    }
}

fn is_percent_encoded(url: &str) -> bool {
    url.split('%')
        .skip(1)
        .all(|rest| rest.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())))
}

/// A name or an address, which may be left out, and a port, which may be left out too.
fn is_host(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(address, rest)| {
            // What follows % is the network card that reaches the address.
            let address = address.split_once('%').map_or(address, |(address, _)| address);
            address.parse::<Ipv6Addr>().is_ok()
                && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
        });
    }
    let (host, port) = text.split_once(':').unwrap_or((text, ""));
    !host.contains(['[', ']']) && is_port(port)
}

/// Nothing is the port that PostgreSQL has by custom.
fn is_port(text: &str) -> bool {
    text.is_empty() || text.parse::<u16>().is_ok_and(|port| port != 0)
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn what_libpq_takes_is_right_and_the_rest_is_named() {
        for hosts in
            ["", "a", "a:1", "a:", "[::1]", "[::1]:5432", "[fe80::1%25eth0]", "a,b:2,[::1]", "%2Frun"]
        {
            assert_eq!(fault(&format!("postgres://u:p%20w@{hosts}/d"), hosts), None, "{hosts}");
        }
        for hosts in ["[bad", "[bad]", "[::1]5432", "a:b", "a:0", "a:70000", "bad]", "::1"] {
            let fault = fault(&format!("postgres://{hosts}/d"), hosts).unwrap_or_default();
            assert!(fault.starts_with("has a host that is none"), "{hosts}: {fault}");
        }
        for (url, start) in [("postgres://u:p w@a/d", "has a space"), ("postgres://u:5%@a/d", "has a %")] {
            assert!(fault(url, "a").is_some_and(|fault| fault.starts_with(start)), "{url}");
        }
    }
}
