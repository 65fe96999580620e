//! The guard of addresses, which keeps requests out of the private network.
//!
//! Pure. A URL is checked before its name is resolved ([`origin`]). Every socket address is
//! checked before it is connected to ([`NetSettings::may_connect`]), whether it was in the URL or
//! came from DNS. Both checks use the allow list of the request's purpose, which the [`Origin`]
//! carries to the connection.

use std::net::{IpAddr, SocketAddr};

use lexicon::hosts::LOCAL_NAMES;
use url::{Host, Url};

use crate::public_address::PORTS;
use crate::settings::{AllowList, NetSettings};

/// The target of a URL, before its name is resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// Whether the connection is encrypted.
    pub(crate) encrypted: bool,
    /// The name or address, without the dot of a fully qualified name.
    pub(crate) host: Host<String>,
    /// The port of the URL.
    pub(crate) port: u16,
    /// The allow list for its addresses. A kept connection serves requests of one list only.
    pub(crate) list: AllowList,
}

/// Checks a URL as written: scheme, credentials, port, and name or literal address.
pub(crate) fn origin(
    url: &Url,
    settings: &NetSettings,
    list: AllowList,
) -> Result<Origin, &'static str> {
    let encrypted = match url.scheme() {
        "http" => false,
        "https" => true,
        _ => return Err("only http and https are supported"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address contains a user name or password");
    }
    let port = url.port_or_known_default().unwrap_or_default();
    let port_is_allowed = settings.allowed(list).iter().any(|allowed| allowed.port() == port);
    let host = match url.host() {
        None => return Err("the address has no host"),
        Some(Host::Ipv4(ip)) => literal(SocketAddr::new(ip.into(), port), settings, list)?,
        Some(Host::Ipv6(ip)) => literal(SocketAddr::new(ip.into(), port), settings, list)?,
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            if name.is_empty() || name.split('.').any(str::is_empty) {
                return Err("the host name has an empty label");
            }
            let has_rule = settings.rule_for(name).is_some();
            if !has_rule && !port_is_allowed && is_local_name(name) {
                return Err("the host name is not public");
            }
            Host::Domain(name.to_owned())
        }
    };
    if !PORTS.contains(&port) && !port_is_allowed {
        return Err("the port needs an entry in the allow list");
    }
    Ok(Origin { encrypted, host, port, list })
}

fn literal(
    address: SocketAddr,
    settings: &NetSettings,
    list: AllowList,
) -> Result<Host<String>, &'static str> {
    settings.may_connect(address, list)?;
    Ok(match address.ip() {
        IpAddr::V4(ip) => Host::Ipv4(ip),
        IpAddr::V6(ip) => Host::Ipv6(ip),
    })
}

/// Reports whether a name has a single label or a suffix that no public registry assigns.
fn is_local_name(name: &str) -> bool {
    let ends_in = |ending: &str| {
        name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !name.contains('.') || LOCAL_NAMES.iter().any(|ending| ends_in(ending))
}

#[cfg(test)]
mod tests;
