//! Which proxies are believed when they say for whom they speak.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The networks of proxies that stand in front of the server. What they add to `X-Forwarded-For` is believed, and what
/// anybody else writes there is not. None unless an operator names them.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads addresses and networks such as `10.0.0.0/8`, separated by commas or white space; what is wrong otherwise, as
    /// the end of a sentence that begins with what was read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let items = text.split([',', ' ', '\t', '\n']).filter(|item| !item.is_empty());
        items.map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Who is nearest on the way and no proxy: the one whom the nearest proxies speak for. Where all of them are proxies, the
    /// farthest; `None` where the way is at its end. What lies beyond is left on the way.
    pub(super) fn nearest_other(&self, way: &mut impl Iterator<Item = IpAddr>) -> Option<IpAddr> {
        let mut last = None;
        for address in way {
            last = Some(address);
            if !self.contain(address) {
                break;
            }
        }
        last
    }

    fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(item: &str) -> Result<IpNet, String> {
    let alone = item.parse::<IpAddr>().map(IpNet::from);
    let network: IpNet = alone.or_else(|_no_address| item.parse()).map_err(|_no_network| {
        format!("should be addresses and networks such as 10.0.0.0/8, and {item:?} is neither")
    })?;
    if network.prefix_len() == 0 {
        return Err(format!("has {item}, which is everybody: then anybody could choose an address"));
    }
    if network.addr() != network.network() {
        return Err(format!("has {item}, which is no network: do you mean {}?", network.trunc()));
    }
    Ok(network)
}

/// The addresses that values of `X-Forwarded-For` name, nearest first; it ends at the first that is none.
pub(super) fn forwarded<'v>(
    values: impl DoubleEndedIterator<Item = &'v str>,
) -> impl Iterator<Item = IpAddr> {
    values.rev().flat_map(|value| value.rsplit(',')).map_while(|hop| address(hop.trim()))
}

/// An address as proxies write it, some with the port; an IPv4 address never as an IPv6 one.
fn address(text: &str) -> Option<IpAddr> {
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(in_brackets).as_ref().map(IpAddr::to_canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_through(proxies: &str, peer: &str, forwarded_for: &[&str]) -> Vec<String> {
        let proxies = TrustedProxies::parse(proxies).unwrap();
        let mut way = [peer.parse().unwrap()].into_iter().chain(forwarded(forwarded_for.iter().copied()));
        std::iter::from_fn(|| proxies.nearest_other(&mut way)).map(|found| found.to_string()).collect()
    }

    #[test]
    fn lg_07_the_nearest_that_is_no_trusted_proxy_counts() {
        for (proxies, peer, forwarded_for, expected) in [
            ("", "192.0.2.1", vec![], "192.0.2.1"),
            ("", "192.0.2.1", vec!["198.51.100.1"], "192.0.2.1"),
            ("10.0.0.0/8", "192.0.2.1", vec!["198.51.100.1"], "192.0.2.1"),
            ("10.0.0.0/8", "10.1.2.3", vec![], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", vec!["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", vec!["203.0.113.9", "198.51.100.1,10.9.9.9"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", vec!["10.7.7.7 , 10.9.9.9"], "10.7.7.7"),
            ("10.0.0.0/8", "10.1.2.3", vec!["203.0.113.9, unknown"], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", vec!["203.0.113.9,"], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", vec!["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.0/8 2001:db8::/32", "2001:db8::1", vec!["[2001:db9::7]:443"], "2001:db9::7"),
            ("2001:db8::5", "2001:db8::5", vec!["[2001:db9::7]"], "2001:db9::7"),
            ("10.1.2.3", "10.1.2.3", vec!["::ffff:198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", "10.1.2.4", vec!["198.51.100.1"], "10.1.2.4"),
        ] {
            let seen = seen_through(proxies, peer, &forwarded_for);
            assert_eq!(seen[0], expected, "{proxies:?} {peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn what_lies_beyond_is_left_on_the_way() {
        let seen = seen_through("10.0.0.0/8", "10.1.2.3", &["203.0.113.9, 198.51.100.1, 10.9.9.9"]);
        assert_eq!(seen, ["198.51.100.1", "203.0.113.9"]);
        assert_eq!(seen_through("", "192.0.2.1", &["203.0.113.9"]), ["192.0.2.1", "203.0.113.9"]);
    }

    #[test]
    fn networks_are_read_and_mistakes_told() {
        for good in ["", "10.0.0.0/8", "127.0.0.1, ::1", "192.168.0.0/16\n2001:db8::/32"] {
            assert!(TrustedProxies::parse(good).is_ok(), "{good}");
        }
        for (bad, told) in [
            ("proxy.example", "and \"proxy.example\" is neither"),
            ("10.0.0.0/33", "is neither"),
            ("10.0.0.1/8", "do you mean 10.0.0.0/8?"),
            ("127.0.0.1, 0.0.0.0/0", "has 0.0.0.0/0, which is everybody"),
            ("::/0", "which is everybody"),
        ] {
            let fault = TrustedProxies::parse(bad).unwrap_err();
            assert!(fault.contains(told), "{bad}: {fault}");
        }
    }
}
