//! Connections that do not get on are closed: whoever sends a header or a body byte by byte, does not
//! read the answer, or says nothing at all, holds no memory and no descriptor for long.
//!
//! HTTP alone does not see to it here: a header that never ends is waited for without end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a request may take from its first byte to the first byte of its answer: what reading a
/// body and answering may take (`http::limits`), and some seconds more.
const TURN: Duration = Duration::from_secs(38);
/// How long a connection may rest after an answer, or while the client does not read on.
const IDLE: Duration = Duration::from_secs(75);

/// A connection with an end to the patience.
#[derive(Debug)]
pub(super) struct Patient<Io> {
    io: Io,
    turn: Duration,
    idle: Duration,
    /// When the patience ends.
    end: Instant,
    /// Wakes at the end, or earlier: turning it back costs more than waking once too often.
    alarm: Pin<Box<Sleep>>,
    /// Has the client begun to send, and not been answered?
    in_turn: bool,
}

impl<Io> Patient<Io> {
    /// A connection just accepted.
    pub(super) fn new(io: Io) -> Self {
        Self::with(io, TURN, IDLE)
    }

    fn with(io: Io, turn: Duration, idle: Duration) -> Self {
        let end = Instant::now() + turn;
        Self { io, turn, idle, end, alarm: Box::pin(sleep_until(end)), in_turn: false }
    }

    /// Waits for the client no longer than there is patience.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.alarm.deadline() >= self.end {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes too long")));
            }
            self.alarm.as_mut().reset(self.end);
        }
        Poll::Pending
    }

    fn has_read(&mut self) {
        if !std::mem::replace(&mut self.in_turn, true) {
            self.end_after(self.turn);
        }
    }

    fn has_written(&mut self) {
        self.in_turn = false;
        self.end_after(self.idle);
    }

    fn end_after(&mut self, patience: Duration) {
        self.end = Instant::now() + patience;
        if self.end < self.alarm.deadline() {
            self.alarm.as_mut().reset(self.end);
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

impl<Io: AsyncRead + Unpin> AsyncRead for Patient<Io> {
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

impl<Io: AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
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

    fn pair(turn: Duration, idle: Duration) -> (DuplexStream, Patient<DuplexStream>) {
        let (client, server) = duplex(16);
        (client, Patient::with(server, turn, idle))
    }

    #[tokio::test]
    async fn f8_a_client_that_says_nothing_is_not_waited_for() {
        let (_client, mut server) = pair(SHORT, LONG);
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn f8_sending_byte_by_byte_gains_no_time() {
        let (mut client, mut server) = pair(SHORT, LONG);
        let begun = Instant::now();
        while begun.elapsed() < SHORT {
            client.write_all(b"a").await.unwrap();
            assert_eq!(server.read_u8().await.unwrap(), b'a');
        }
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn f8_after_an_answer_the_next_request_has_its_own_time() {
        let (mut client, mut server) = pair(LONG, SHORT);
        client.write_all(b"a").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'a');
        server.write_all(b"b").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'b');
        assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "it may not rest for ever");
    }

    #[tokio::test]
    async fn f8_a_client_that_does_not_read_is_not_waited_for() {
        let (_client, mut server) = pair(LONG, SHORT);
        let error = server.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
