//! The socket of a connection and the body of a response, which report their progress to the
//! connection's state.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::state::{ConnectionState, RequestSpan};

/// The maximum number of bytes of unread input that are discarded before a connection is closed.
const DISCARDED_BYTES_MAX: usize = 16 << 20;
/// The size of the buffer for discarded input.
const DISCARD_BUFFER_BYTES: usize = 8 << 10;

/// A socket that reports to the state of its connection.
pub(super) struct TrackedSocket {
    socket: TcpStream,
    state: Arc<ConnectionState>,
    end: Option<End>,
}

/// The end of a connection.
struct End {
    is_input_awaited: bool,
    discarded_bytes: usize,
}

impl TrackedSocket {
    pub(super) fn new(socket: TcpStream, state: Arc<ConnectionState>) -> Self {
        Self { socket, state, end: None }
    }

    fn note_written(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Pending => self.state.blocked(),
            Poll::Ready(Ok(bytes)) => self.state.sent(*bytes),
            Poll::Ready(Err(_)) => {}
        }
    }
}

impl AsyncRead for TrackedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.state.received();
        }
        result
    }
}

impl AsyncWrite for TrackedSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.note_written(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.note_written(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// Flushes the socket. The caller flushes only after it has written everything.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(cx);
        if flushed.is_ready() {
            self.state.flushed();
        }
        flushed
    }

    /// Ends the output, then discards what the client is still sending: closing a socket with
    /// unread input resets it, and the client could lose the response.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.end.is_none() {
            ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        }
        let state = &this.state;
        let end = this
            .end
            .get_or_insert_with(|| End { is_input_awaited: state.begin_end(), discarded_bytes: 0 });
        let mut bytes = [0u8; DISCARD_BUFFER_BYTES];
        while end.is_input_awaited && end.discarded_bytes < DISCARDED_BYTES_MAX {
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.socket).poll_read(cx, &mut buffer))?;
            end.is_input_awaited = !buffer.filled().is_empty();
            end.discarded_bytes += buffer.filled().len();
        }
        Poll::Ready(Ok(()))
    }
}

/// The body of a response, until which the request lasts.
pub(super) struct TrackedBody {
    body: Body,
    _request: RequestSpan,
}

impl TrackedBody {
    pub(super) fn new(body: Body, state: &ConnectionState, request: RequestSpan) -> Self {
        let bytes = body.size_hint().exact().unwrap_or(0);
        state.begin_response(usize::try_from(bytes).unwrap_or(usize::MAX));
        Self { body, _request: request }
    }
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
