//! The socket addresses of the public internet: those that may be connected to without an entry in
//! an allow list.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The ports of the open web. Any other port needs an entry in an allow list of the settings.
pub(crate) const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// IPv4 networks outside the open internet: network, prefix length, description.
const BLOCKED_V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private network"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier or cloud internal network"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "cloud platform service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local or cloud metadata"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private network"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private network"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved or broadcast"),
];

/// The only IPv6 block assigned to the open internet. Everything outside is blocked: loopback,
/// unique local, link-local, site-local, multicast, discard, SRv6, and the forms that carry an IPv4
/// address (compatible, mapped, translated, NAT64).
const OPEN_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocked networks inside [`OPEN_V6`].
const BLOCKED_V6: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments or Teredo"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4, which carries an IPv4 address"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Checks that a socket address is a public address with a port of the open web. The error is the
/// reason.
pub(crate) fn is_public(address: SocketAddr) -> Result<(), &'static str> {
    if let Some(why) = blocked_ip(address.ip()) {
        return Err(why);
    }
    if PORTS.contains(&address.port()) {
        Ok(())
    } else {
        Err("the port needs an entry in the allow list")
    }
}

/// Returns the reason why an address is not on the open internet, or `None` if it is.
fn blocked_ip(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => {
            let within = |&&(network, prefix, _): &&(Ipv4Addr, u32, &str)| {
                (ip.to_bits() ^ network.to_bits()) >> (32 - prefix) == 0
            };
            BLOCKED_V4.iter().find(within).map(|&(_, _, why)| why)
        }
        IpAddr::V6(ip) => {
            let within = |network: Ipv6Addr, prefix: u32| {
                (ip.to_bits() ^ network.to_bits()) >> (128 - prefix) == 0
            };
            if !within(OPEN_V6.0, OPEN_V6.1) {
                return Some("not a global IPv6 address");
            }
            let mut blocked = BLOCKED_V6.iter();
            blocked.find(|&&(network, prefix, _)| within(network, prefix)).map(|&(_, _, why)| why)
        }
    }
}
