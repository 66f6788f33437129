//! Timeouts of a connection: a client that sends a request byte by byte, does not read the response, or is idle holds
//! memory and a file descriptor for a limited time. The HTTP server has no timeout for headers.

use super::connections::Connection;
use crate::config::ConnectionSettings;
use crate::http::limits;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Margin of the timeout of a request, which is to show last: reading and answering have their own.
const MARGIN: Duration = Duration::from_secs(5);

/// Timeouts of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    /// From the first byte of a request to the first byte of its response.
    request: Duration,
    /// After a response, or while the client does not read.
    idle: Duration,
}

impl From<&ConnectionSettings> for Timeouts {
    fn from(settings: &ConnectionSettings) -> Self {
        let request = settings.read_timeout + limits::RESPONSE_TIME + MARGIN.min(settings.read_timeout);
        Self { request, idle: settings.idle_timeout }
    }
}

/// A connection with timeouts.
#[derive(Debug)]
pub(super) struct TimeoutStream<Io> {
    io: Io,
    connection: Arc<Connection>,
    timeouts: Timeouts,
    deadline: Instant,
    /// Wakes at the deadline or earlier: postponing it on every read costs more than an early wake-up.
    timer: Pin<Box<Sleep>>,
    /// Whether a request has begun and its response has not.
    in_request: bool,
}

impl<Io> TimeoutStream<Io> {
    /// Wraps an accepted connection. The first request has to begin within the idle timeout.
    pub(super) fn new(io: Io, connection: Arc<Connection>, timeouts: Timeouts) -> Self {
        let deadline = Instant::now() + timeouts.idle.min(timeouts.request);
        Self { io, connection, timeouts, deadline, timer: Box::pin(sleep_until(deadline)), in_request: false }
    }

    /// Waits for the client until the deadline.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        while self.timer.as_mut().poll(cx).is_ready() {
            if self.timer.deadline() >= self.deadline {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "client timeout")));
            }
            self.timer.as_mut().reset(self.deadline);
        }
        Poll::Pending
    }

    fn has_read(&mut self) {
        if !std::mem::replace(&mut self.in_request, true) {
            let now = Instant::now();
            self.connection.begin_request(now);
            self.set_deadline(now + self.timeouts.request);
        }
    }

    fn has_written(&mut self) {
        let now = Instant::now();
        self.in_request = false;
        self.connection.has_written(now);
        self.set_deadline(now + self.timeouts.idle);
    }

    fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
        if self.deadline < self.timer.deadline() {
            self.timer.as_mut().reset(self.deadline);
        }
    }

    fn written(&mut self, cx: &mut Context<'_>, progress: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match progress {
            Poll::Ready(outcome) => {
                self.has_written();
                Poll::Ready(outcome)
            }
            Poll::Pending => self.wait(cx),
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for TimeoutStream<Io> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let filled = buffer.filled().len();
        let progress = Pin::new(&mut self.io).poll_read(cx, buffer);
        if buffer.filled().len() > filled {
            self.has_read();
        }
        match progress {
            Poll::Ready(outcome) => Poll::Ready(outcome),
            Poll::Pending => self.wait(cx),
        }
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for TimeoutStream<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.written(cx, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.written(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(600);

    fn pair(request: Duration, idle: Duration) -> (DuplexStream, TimeoutStream<DuplexStream>) {
        let (client, server) = duplex(16);
        let connection = Arc::new(Connection::new(Instant::now()));
        (client, TimeoutStream::new(server, connection, Timeouts { request, idle }))
    }

    #[tokio::test]
    async fn f8_an_idle_client_runs_into_a_timeout() {
        let (_client, mut server) = pair(SHORT, LONG);
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn f8_sending_byte_by_byte_does_not_postpone_the_timeout() {
        let (mut client, mut server) = pair(SHORT, LONG);
        let begun = Instant::now();
        while begun.elapsed() < SHORT {
            client.write_all(b"a").await.unwrap();
            assert_eq!(server.read_u8().await.unwrap(), b'a');
        }
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn f8_after_a_response_the_next_request_has_its_own_timeout() {
        let (mut client, mut server) = pair(LONG, SHORT);
        client.write_all(b"a").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'a');
        server.write_all(b"b").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'b');
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "idle connections end");
    }

    #[tokio::test]
    async fn f8_a_client_that_does_not_read_runs_into_a_timeout() {
        let (_client, mut server) = pair(LONG, SHORT);
        let error = server.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
