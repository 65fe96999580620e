//! Access: which requests a token or a session authorizes, and how often a client may try.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode, header};
use flow::Context;
use model::{By, Clock, Digest};
use tokio::time::Instant;

use crate::problem::Problem;
use crate::session::{OpenSession, Sessions};
use crate::throttle::{Rate, Throttle};
use crate::{cookie, origin, token};

/// The permitted logins of one address: ten at once, and ten a minute.
const LOGINS_PER_CLIENT: Rate = Rate { burst: 10, interval: Duration::from_secs(6) };
/// The permitted logins of all addresses: fifty at once, and fifty a second.
const LOGINS_IN_ALL: Rate = Rate { burst: 50, interval: Duration::from_millis(20) };
/// The permitted requests of one address with an invalid token: sixty at once, and sixty a minute.
const FAILURES_PER_CLIENT: Rate = Rate { burst: 60, interval: Duration::from_secs(1) };
/// The permitted requests of all addresses with an invalid token.
const FAILURES_IN_ALL: Rate = Rate { burst: 200, interval: Duration::from_millis(20) };

/// The credential that authorized a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opener {
    /// None, because none is needed: no token was ever created.
    Nothing,
    /// A token, by its hash.
    Token(Digest),
    /// The session of a browser.
    Session(OpenSession),
}

impl Opener {
    /// Returns the token, also that of a session.
    pub(crate) fn token(self) -> Option<Digest> {
        match self {
            Self::Nothing => None,
            Self::Token(token) | Self::Session(OpenSession { token, .. }) => Some(token),
        }
    }

    /// Returns the principal: the token, also that of a session, or the operator of this machine if
    /// no token is needed.
    pub(crate) fn by(self) -> By {
        self.token().map_or(By::OPERATOR, By::Token)
    }
}

/// The address of a request's client; `None` if the request was made by this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

impl ClientAddress {
    /// Determines the client: the peer of the connection, or the last address before trusted
    /// proxies in the header `X-Forwarded-For`. Any other peer could write any address there.
    pub(crate) fn of(request: &Request, trusted_proxies: &[IpAddr]) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        Self(peer.map(|ConnectInfo(peer)| {
            client_address(peer.ip().to_canonical(), request.headers(), trusted_proxies)
        }))
    }

    fn is_loopback(self) -> bool {
        self.0.is_some_and(|address| address.is_loopback())
    }
}

fn client_address(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpAddr]) -> IpAddr {
    if !trusted_proxies.contains(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter().rev();
    let hops = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.rsplit(','));
    let mut addresses = hops.map_while(|hop| {
        let (hop, with_port) = (hop.trim(), hop.trim().parse().ok());
        with_port.map(|address: SocketAddr| address.ip()).or_else(|| hop.parse().ok())
    });
    let client = addresses.find(|address| !trusted_proxies.contains(address)).unwrap_or(peer);
    client.to_canonical()
}

/// The checks of tokens and sessions.
pub(crate) struct Access {
    context: Arc<Context>,
    sessions: Sessions,
    /// Whether browsers may log in over plain HTTP from any machine.
    allows_plain_login: bool,
    /// Whether a token was needed at the last successful check.
    needed: Mutex<Option<bool>>,
    logins: Throttle,
    failures: Throttle,
}

impl Access {
    /// Creates the checks. Sessions expire by `clock`.
    pub(crate) fn new(
        context: Arc<Context>,
        clock: Arc<dyn Clock>,
        allows_plain_login: bool,
    ) -> Self {
        Self {
            sessions: Sessions::new(Arc::clone(&context), clock),
            context,
            allows_plain_login,
            needed: Mutex::default(),
            logins: Throttle::new(LOGINS_PER_CLIENT, LOGINS_IN_ALL),
            failures: Throttle::new(FAILURES_PER_CLIENT, FAILURES_IN_ALL),
        }
    }

    /// Checks whether a token is needed. While the database is unavailable the last result is used,
    /// because no token can have been created.
    pub(crate) async fn is_needed(&self) -> store::Result<bool> {
        let result = token::is_needed(&self.context).await;
        let mut needed = self.needed.lock().unwrap_or_else(PoisonError::into_inner);
        match (result, *needed) {
            (Err(_), Some(last)) => Ok(last),
            (result, _) => {
                *needed = result.as_ref().ok().copied();
                result
            }
        }
    }

    /// Authorizes a request by its token, or by the session of its cookie.
    ///
    /// Only invalid tokens are counted against the client. A valid credential is never slowed, and a
    /// request with an ended session costs no more than one without any: every open tab of a browser
    /// may send some, and each must lead to the login.
    pub(crate) async fn authorize(
        &self,
        client: ClientAddress,
        headers: &HeaderMap,
    ) -> Result<Opener, Problem> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        if let Some(presented) = bearer {
            let hash = token::hash(&self.context, presented);
            if token::stands(&self.context, hash).await? {
                return Ok(Opener::Token(hash));
            }
            limited(&self.failures, client, "requests with an invalid token")?;
            return Err(Problem::unauthorized(
                "this token is not valid: it was mistyped or revoked; check it, or ask whoever runs \
                 this leadq for a new one",
            ));
        }
        let Some(secret) = cookie::secret(headers) else {
            return Err(Problem::unauthorized(
                "a token is needed: send `Authorization: Bearer lq_…`, or log in with it; whoever runs \
                 this leadq creates tokens",
            ));
        };
        let session = self.sessions.used(secret).await?;
        session.map(Opener::Session).ok_or_else(|| {
            Problem::unauthorized("this login has ended: it expired or was revoked; log in again")
        })
    }

    /// Checks whether a credential is still valid. This does not count as the use of a session.
    pub(crate) async fn stands(&self, opener: Opener) -> store::Result<bool> {
        match opener {
            Opener::Nothing => Ok(true),
            Opener::Token(hash) => token::stands(&self.context, hash).await,
            Opener::Session(session) => self.sessions.stands(session).await,
        }
    }

    /// Opens a session for a browser that presented a token, and returns the session's secret.
    pub(crate) async fn log_in(
        &self,
        presented: &str,
        client: ClientAddress,
        headers: &HeaderMap,
    ) -> Result<String, Problem> {
        if !self.may_log_in(client, headers) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "a login over plain HTTP could be read on its way: use HTTPS, through a proxy that \
                 sends `X-Forwarded-Proto: https`, or set plain_http = true in leadq.toml",
            ));
        }
        limited(&self.logins, client, "logins")?;
        let hash = token::hash(&self.context, presented);
        if !token::stands(&self.context, hash).await? {
            return Err(Problem::unauthorized(
                "this token is not valid: it was mistyped or revoked; check it, or ask whoever runs \
                 this leadq for a new one",
            ));
        }
        let secret = self.sessions.open(hash, cookie::secret(headers)).await?;
        tracing::info!(token = %hash, "a browser has logged in");
        Ok(secret)
    }

    /// Ends the session of a browser.
    pub(crate) async fn log_out(&self, headers: &HeaderMap) -> store::Result<()> {
        match cookie::secret(headers) {
            Some(secret) => self.sessions.end(secret).await,
            None => Ok(()),
        }
    }

    /// Checks whether a login is encrypted, stays on this machine, or may be neither.
    fn may_log_in(&self, client: ClientAddress, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let stays_here = || client.is_loopback() && host.is_some_and(origin::is_loopback_host);
        self.allows_plain_login || cookie::is_https(headers) || stays_here()
    }
}

/// Counts an attempt, and refuses it if the client, or all together, made too many.
fn limited(throttle: &Throttle, client: ClientAddress, attempts: &str) -> Result<(), Problem> {
    throttle.attempt(client.0, Instant::now()).map_err(|wait| {
        let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1);
        Problem::too_many(format!("too many {attempts}; retry in {seconds} s"), seconds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded_by(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_session_decides_in_the_name_of_its_token() {
        let (id, token) = (Digest::of(b"session"), Digest::of(b"token"));
        for opener in [Opener::Token(token), Opener::Session(OpenSession { id, token })] {
            assert_eq!(opener.by(), By::Token(token));
        }
        assert_eq!(Opener::Nothing.by(), By::OPERATOR);
    }

    #[test]
    fn only_a_trusted_proxy_names_its_client() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = [address("10.0.0.1"), address("10.0.0.2")];
        for (peer, forwarded, expected) in [
            ("192.0.2.7", "203.0.113.1", "192.0.2.7"),
            ("10.0.0.1", "203.0.113.1", "203.0.113.1"),
            ("10.0.0.1", "6.6.6.6, 203.0.113.1:4711", "203.0.113.1"),
            ("10.0.0.1", "203.0.113.1, 10.0.0.2", "203.0.113.1"),
            ("10.0.0.1", "203.0.113.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
            ("10.0.0.1", "6.6.6.6, [2001:db8::1]:443", "2001:db8::1"),
        ] {
            let headers = forwarded_by(&[forwarded]);
            let client = client_address(address(peer), &headers, &trusted);
            assert_eq!(client, address(expected), "{peer}: {forwarded}");
        }
        let twice = forwarded_by(&["6.6.6.6", "203.0.113.1"]);
        assert_eq!(client_address(trusted[0], &twice, &trusted), address("203.0.113.1"));
    }
}
