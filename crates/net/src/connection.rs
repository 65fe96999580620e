//! An open connection to a host.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::task::AbortHandle;

/// A connection that takes one request at a time. It is closed when dropped.
pub(crate) struct HttpConnection {
    pub(crate) sender: SendRequest<Full<Bytes>>,
    /// The socket address connected to.
    pub(crate) remote: SocketAddr,
    pub(crate) task: AbortHandle,
}

impl Drop for HttpConnection {
    fn drop(&mut self) {
        self.task.abort();
    }
}
