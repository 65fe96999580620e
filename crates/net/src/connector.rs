//! Opens connections: to a pinned address, encrypted if required, over HTTP/1.1.
//!
//! Every connection of the program to the open network is made by [`Connector::connect`]: there is no
//! proxy, no second resolver and no way around the guard, for names and literal addresses alike.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::Host;

use crate::body_place::BodyPlaces;
use crate::connection::HttpConnection;
use crate::idle::Idle;
use crate::names::{Names, blocked, resolve};
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::settings::NetSettings;

/// The maximum number of header fields of a response.
const HEADERS_MAX: usize = 256;

/// The transport of requests.
pub(crate) struct Connector {
    pub(crate) settings: Arc<NetSettings>,
    names: Arc<dyn Names>,
    tls: Tls,
    /// The connections that may be reused.
    pub(crate) idle: Idle,
    /// The places of large bodies.
    pub(crate) places: BodyPlaces,
}

impl Connector {
    pub(crate) fn new(settings: Arc<NetSettings>, names: Arc<dyn Names>, tls: Tls) -> Self {
        Self { settings, names, tls, idle: Idle::default(), places: BodyPlaces::default() }
    }

    /// Opens a new connection before `deadline`.
    pub(crate) async fn connect(
        &self,
        origin: &Origin,
        deadline: Instant,
    ) -> Result<HttpConnection, Refusal> {
        let deadline = deadline.min(Instant::now() + self.settings.connect_timeout);
        let connected = timeout_at(deadline, async {
            let addresses = resolve(origin, &*self.names, &self.settings).await?;
            let (stream, remote) = self.connect_any(origin, &addresses, deadline).await?;
            if origin.encrypted {
                let stream = self.tls.encrypt(&origin.host, stream).await?;
                self.handshake(stream, remote).await
            } else {
                self.handshake(stream, remote).await
            }
        });
        connected.await.unwrap_or(Err(Refusal::Timeout))
    }

    /// Connects to the first address that responds. Each attempt may take half of the remaining
    /// time, so that an unreachable address leaves time for the next.
    #[expect(clippy::disallowed_methods, reason = "the one place that opens a connection out")]
    async fn connect_any(
        &self,
        origin: &Origin,
        addresses: &[SocketAddr],
        deadline: Instant,
    ) -> Result<(TcpStream, SocketAddr), Refusal> {
        let mut last = Refusal::Timeout;
        for (number, &address) in addresses.iter().enumerate() {
            let remaining = deadline.saturating_duration_since(Instant::now());
            let limit = if number + 1 < addresses.len() { remaining / 2 } else { remaining };
            match timeout(limit, TcpStream::connect(address)).await {
                Ok(Ok(stream)) if stream.peer_addr().ok() == Some(address) => {
                    // Requests are written in one piece, so batching would only add delay.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, address));
                }
                Ok(Ok(_)) => return Err(blocked(address, origin.list, &self.settings)),
                Ok(Err(error)) => last = Refusal::Connect(error.to_string()),
                Err(_) => last = Refusal::Timeout,
            }
        }
        Err(last)
    }

    async fn handshake<S>(&self, stream: S, remote: SocketAddr) -> Result<HttpConnection, Refusal>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (sender, connection) = Builder::new()
            .max_buf_size(self.settings.headers_bytes_max)
            .max_headers(HEADERS_MAX)
            .ignore_invalid_headers_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Refusal::Connect(error.to_string()))?;
        // An error of the connection is also reported to the caller that waits for the response.
        let task = tokio::spawn(async move { connection.await.unwrap_or_default() }).abort_handle();
        Ok(HttpConnection { sender, remote, task })
    }
}

/// Encryption, initialized on first use, because reading the machine's certificates takes time, and
/// a machine without certificates can still fetch pages over plain HTTP.
#[derive(Default)]
pub(crate) struct Tls(OnceLock<Result<TlsConnector, String>>);

impl Tls {
    #[cfg(test)]
    pub(crate) fn with(config: ClientConfig) -> Self {
        Self(OnceLock::from(Ok(TlsConnector::from(Arc::new(config)))))
    }

    async fn encrypt(
        &self,
        host: &Host<String>,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Refusal> {
        let connector = self.0.get_or_init(connector).clone().map_err(Refusal::Tls)?;
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.clone())
                .map_err(|_| Refusal::Tls("the host name is not valid for TLS".to_owned()))?,
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::V4(*ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::V6(*ip)),
        };
        connector.connect(name, stream).await.map_err(|error| Refusal::Tls(error.to_string()))
    }
}

/// Builds a connector for TLS 1.2 and 1.3 that verifies certificates with the system's verifier.
fn connector() -> Result<TlsConnector, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|error| format!("{error}; install this machine's CA certificates"))?
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The timeout for checking that an idle connection can be reused.
pub(crate) const READY_WAIT: Duration = Duration::from_millis(100);
