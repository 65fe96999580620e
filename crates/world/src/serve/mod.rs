//! The world on a socket: one HTTP server that serves every host by its name.

mod clock;
mod journal;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, Response as HttpResponse, StatusCode, header};
use model::Clock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use clock::DayClock;
pub use journal::{HostPoliteness, Journal, ServedRequest, Violation};

use crate::{SiteRequest, SiteResponse, World};

/// A world that is being served. Serving ends when this is dropped.
#[derive(Debug)]
pub struct Serving {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The requests so far.
    pub journal: Arc<Journal>,
    task: JoinHandle<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Shared {
    world: Arc<World>,
    days: Arc<DayClock>,
    clock: Arc<dyn Clock>,
    journal: Arc<Journal>,
}

/// Serves a world at an address (port 0 takes a free one). `clock` provides the times of the
/// journal, `days` the current day of the world.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(
    world: Arc<World>,
    days: Arc<DayClock>,
    clock: Arc<dyn Clock>,
    address: SocketAddr,
) -> std::io::Result<Serving> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let journal = Arc::new(Journal::default());
    let shared = Arc::new(Shared { world, days, clock, journal: Arc::clone(&journal) });
    let router = Router::new().fallback(answer).with_state(shared);
    let task = tokio::spawn(async move {
        // It fails only when the listener is gone.
        drop(axum::serve(listener, router).await);
    });
    Ok(Serving { address, journal, task })
}

async fn answer(State(shared): State<Arc<Shared>>, request: HttpRequest) -> HttpResponse<Body> {
    let (visit, response) = shared.ask(&request);
    // Yields, so that concurrent requests of one client overlap and the journal records them.
    tokio::task::yield_now().await;
    visit.answered(response.status);
    let mut answer = HttpResponse::new(Body::from(response.body));
    *answer.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::OK);
    for (name, value) in response.headers {
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

impl Shared {
    fn ask(&self, request: &HttpRequest) -> (journal::SiteVisit<'_>, SiteResponse) {
        let headers = request.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let host = request.uri().host().or(text(header::HOST)).unwrap_or_default();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let agent = text(header::USER_AGENT).unwrap_or_default();
        let day = self.days.today();
        let visit = self.journal.begin(&*self.clock, host, path, agent, day);
        let order = SiteRequest {
            host,
            path,
            if_none_match: text(header::IF_NONE_MATCH),
            if_modified_since: text(header::IF_MODIFIED_SINCE),
        };
        (visit, self.world.respond(&order, day))
    }
}
