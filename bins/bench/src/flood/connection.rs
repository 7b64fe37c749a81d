//! A connection that is kept for the next request.

use std::net::Ipv4Addr;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that nobody waits on.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The beginning of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Whether there is a `Retry-After`.
    pub(super) says_when: bool,
    /// How long head and body are.
    length: usize,
    closes: bool,
}

impl Connection {
    pub(super) async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads its whole answer; gives the connection back unless the server closes it.
    pub(super) async fn ask(mut self, request: &str) -> anyhow::Result<(Option<Self>, Answer)> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection ended");
            }
            let Some(answer) = Answer::read(&self.buffer)? else { continue };
            if self.buffer.len() >= answer.length {
                return Ok(((!answer.closes).then_some(self), answer));
            }
        }
    }
}

impl Answer {
    /// Reads the head; `None` while it is not all there.
    fn read(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?.to_ascii_lowercase();
        let mut lines = head.split("\r\n");
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).context("no status")?;
        let value = |name: &str| head.split("\r\n").find_map(|line| line.strip_prefix(name)).map(str::trim);
        let body: usize = value("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
        Ok(Some(Self {
            status,
            says_when: value("retry-after:").is_some(),
            length: end + 4 + body,
            closes: value("connection:") == Some("close"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_how_long_the_answer_is() {
        let text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\nRetry-After: 1\r\n\r\nabc";
        let answer = Answer::read(text.as_bytes()).unwrap();
        assert_eq!(answer, Some(Answer { status: 503, says_when: true, length: text.len(), closes: false }));
        assert_eq!(Answer::read(&text.as_bytes()[..40]).unwrap(), None);
    }

    #[test]
    fn silence_and_a_closing_server_are_noticed() {
        let answer = Answer::read(b"HTTP/1.1 503 X\r\nconnection: close\r\n\r\n").unwrap().unwrap();
        assert!(!answer.says_when && answer.closes);
    }
}
