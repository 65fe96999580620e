//! Resolves names to addresses: once per connection, filtered, and then connected to unchanged.
//!
//! The system resolver is used, because it needs no further library and knows the machine's hosts
//! file and search rules. Its results pass through the guard. A name that resolves differently a
//! moment later has no effect, because it is not resolved again.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot};
use url::Host;

use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::settings::{AllowList, NetSettings};

/// The maximum number of concurrent lookups: each holds a thread, even after its caller has left.
const LOOKUPS_MAX: usize = 64;
/// The maximum number of addresses tried per name.
const ADDRESSES_MAX: usize = 4;

/// A resolver of names to addresses.
#[async_trait::async_trait]
pub(crate) trait Names: Send + Sync {
    async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The system resolver.
pub(crate) struct SystemNames(Arc<Semaphore>);

impl SystemNames {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(LOOKUPS_MAX)))
    }
}

#[async_trait::async_trait]
impl Names for SystemNames {
    async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let permit = Arc::clone(&self.0).acquire_owned().await.map_err(io::Error::other)?;
        let name = name.to_owned();
        let (sender, receiver) = oneshot::channel();
        // A separate thread, because a silent name server must not block other lookups.
        thread::Builder::new().name("name".to_owned()).spawn(move || {
            let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(permit);
            // The caller may have left.
            drop(sender.send(addresses));
        })?;
        receiver.await.map_err(io::Error::other)?
    }
}

/// Resolves an origin to the addresses that may be connected to, in the order of attempts. The
/// list is never empty.
pub(crate) async fn resolve(
    origin: &Origin,
    names: &dyn Names,
    settings: &NetSettings,
) -> Result<Vec<SocketAddr>, Refusal> {
    let port = origin.port;
    let mut addresses = match &origin.host {
        Host::Ipv4(ip) => vec![SocketAddr::new((*ip).into(), port)],
        Host::Ipv6(ip) => vec![SocketAddr::new((*ip).into(), port)],
        Host::Domain(name) => match settings.rule_for(name) {
            Some(address) => vec![address],
            None => names.addresses(name, port).await.map_err(|e| Refusal::Dns(e.to_string()))?,
        },
    };
    let first = addresses.first().copied();
    addresses.retain(|address| settings.may_connect(*address, origin.list).is_ok());
    addresses.truncate(ADDRESSES_MAX);
    match first {
        None => Err(Refusal::Dns("the name has no address".to_owned())),
        Some(address) if addresses.is_empty() => Err(blocked(address, origin.list, settings)),
        Some(_) => Ok(addresses),
    }
}

/// Builds the refusal for an address that the guard blocks.
pub(crate) fn blocked(address: SocketAddr, list: AllowList, settings: &NetSettings) -> Refusal {
    let why =
        settings.may_connect(address, list).err().unwrap_or("it is not the requested address");
    Refusal::Blocked { address: address.to_string(), why: why.to_owned() }
}
