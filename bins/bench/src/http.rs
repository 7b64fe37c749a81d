//! A plain client for single requests: what is measured goes through `wrk`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body, as text.
    pub(crate) body: String,
}

/// Sends one request over a connection of its own.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> anyhow::Result<Answer> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = format!("host: 127.0.0.1\r\nconnection: close\r\n{}", headers.concat());
    let content =
        body.map(|body| format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    let (content, body) = (content.unwrap_or_default(), body.unwrap_or_default());
    let request = format!("{method} {path} HTTP/1.1\r\n{headers}{content}\r\n{body}");
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(|| format!("{method} {path}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without an end of its head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer { status: status.context("an answer without a status")?, body: body.to_owned() })
}

/// As [`ask`], and refuses every other status than that one.
pub(crate) fn expect(
    status: u16,
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> anyhow::Result<Answer> {
    let answer = ask(port, method, path, headers, body)?;
    if answer.status != status {
        bail!("{method} {path}: {} instead of {status}: {}", answer.status, answer.body);
    }
    Ok(answer)
}
