//! Names to addresses: asked once per connection, filtered, and then connected to as they are.
//!
//! The machine's own resolver is used: it needs no further library and knows the machine's hosts
//! file and search rules. Whatever it answers passes the guard; a name that answers differently a
//! moment later changes nothing, for the name is not asked again.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot};
use url::Host;

use crate::address::Endpoint;
use crate::public_address::may_connect;
use crate::refusal::Refusal;
use crate::settings::NetSettings;

/// Lookups that may run at a time: each holds a thread, even when nobody waits for it any more.
const LOOKUPS_MAX: usize = 64;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// Something that knows the addresses of names.
#[async_trait::async_trait]
pub(crate) trait Names: Send + Sync {
    async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The machine's resolver.
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
        let (answer, found) = oneshot::channel();
        // A thread of its own: a name server that is silent must not keep anybody else waiting.
        thread::Builder::new().name("name".to_owned()).spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(permit);
            // Whoever asked may have left.
            drop(answer.send(found));
        })?;
        found.await.map_err(io::Error::other)?
    }
}

/// The addresses that may be connected to, in the order in which to try them; never none.
pub(crate) async fn resolve(
    endpoint: &Endpoint,
    names: &dyn Names,
    settings: &NetSettings,
) -> Result<Vec<SocketAddr>, Refusal> {
    let port = endpoint.port;
    let mut found = match &endpoint.host {
        Host::Ipv4(ip) => vec![SocketAddr::new((*ip).into(), port)],
        Host::Ipv6(ip) => vec![SocketAddr::new((*ip).into(), port)],
        Host::Domain(name) => match settings.rule_for(name) {
            Some(address) => vec![address],
            None => names.addresses(name, port).await.map_err(|e| Refusal::Dns(e.to_string()))?,
        },
    };
    let first = found.first().copied();
    found.retain(|address| may_connect(*address, &settings.allow).is_ok());
    found.truncate(ADDRESSES_MAX);
    match first {
        None => Err(Refusal::Dns("it has no address".to_owned())),
        Some(address) if found.is_empty() => Err(blocked(address, settings)),
        Some(_) => Ok(found),
    }
}

/// The refusal for an address that the guard does not let through.
pub(crate) fn blocked(address: SocketAddr, settings: &NetSettings) -> Refusal {
    let why =
        may_connect(address, &settings.allow).err().unwrap_or("it is not the address asked for");
    Refusal::Blocked { address: address.to_string(), why: why.to_owned() }
}
