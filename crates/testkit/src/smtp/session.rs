//! One conversation (RFC 5321).

use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{ReceivedMail, Security, Shared};

/// What a conversation in one and the same encryption ends with.
enum End {
    Over,
    StartTls,
}

/// What was said so far in it.
#[derive(Default)]
struct Said {
    username: Option<String>,
    from: String,
    to: Vec<String>,
}

pub(super) async fn talk(stream: TcpStream, tls: TlsAcceptor, shared: Arc<Shared>) -> io::Result<()> {
    if shared.security == Security::Tls {
        let mut stream = BufReader::new(tls.accept(stream).await?);
        return converse(&mut stream, &shared, true, true).await.map(drop);
    }
    let mut stream = BufReader::new(stream);
    if let End::StartTls = converse(&mut stream, &shared, false, true).await? {
        // What was sent on before the handshake is forgotten, as it has to be (RFC 3207, 4.2).
        let mut stream = BufReader::new(tls.accept(stream.into_inner()).await?);
        converse(&mut stream, &shared, true, false).await?;
    }
    Ok(())
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    shared: &Shared,
    is_encrypted: bool,
    greets: bool,
) -> io::Result<End> {
    if greets && !begins(stream, shared, "CONNECT", "220 sink ESMTP").await? {
        return Ok(End::Over);
    }
    let mut said = Said::default();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(End::Over);
        }
        let command = line.trim_end();
        let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
        let needs_tls = shared.security == Security::StartTls && !is_encrypted;
        let needs_login = shared.login.is_some() && said.username.is_none();
        let answer = match verb.as_str() {
            "EHLO" => extensions(shared, needs_tls),
            "STARTTLS" if needs_tls => {
                let goes_on = begins(stream, shared, &verb, "220 2.0.0 Go ahead").await?;
                return Ok(if goes_on { End::StartTls } else { End::Over });
            }
            "NOOP" | "RSET" => "250 2.0.0 OK".to_owned(),
            "QUIT" => {
                say(stream, shared, &verb, "221 2.0.0 Bye").await?;
                return Ok(End::Over);
            }
            _ if needs_tls => "530 5.7.0 Must issue a STARTTLS command first".to_owned(),
            "AUTH" => {
                said.username = proven(command, shared);
                let is_right = said.username.is_some();
                if is_right { "235 2.7.0 Welcome" } else { "535 5.7.8 Wrong user name or password" }
                    .to_owned()
            }
            _ if needs_login => "530 5.7.0 Authentication required".to_owned(),
            "MAIL" => {
                said.from = path(command);
                said.to.clear();
                "250 2.1.0 OK".to_owned()
            }
            "RCPT" => {
                said.to.push(path(command));
                "250 2.1.5 OK".to_owned()
            }
            "DATA" => {
                if !begins(stream, shared, &verb, "354 Go ahead").await? {
                    continue;
                }
                let text = text(stream).await?;
                let (from, to) = (said.from.clone(), said.to.clone());
                let mail = ReceivedMail { from, to, text, is_encrypted, username: said.username.clone() };
                shared.state().received.push(mail);
                ".".to_owned()
            }
            _ => "500 5.5.1 Unknown command".to_owned(),
        };
        let is_whole = answer == ".";
        let (verb, answer) =
            if is_whole { (".", "250 2.0.0 Taken over") } else { (verb.as_str(), answer.as_str()) };
        if say(stream, shared, verb, answer).await?.is_none() {
            return Ok(End::Over);
        }
    }
}

/// As [`say`]; whether what was asked for begins now, which any other answer than the usual one keeps from it.
async fn begins<S: AsyncWrite + AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    shared: &Shared,
    verb: &str,
    usual: &str,
) -> io::Result<bool> {
    Ok(say(stream, shared, verb, usual).await?.as_deref() == Some(usual))
}

/// Says what the script has for that verb, else `usual`; `None` when it hangs up.
async fn say<S: AsyncWrite + AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    shared: &Shared,
    verb: &str,
    usual: &str,
) -> io::Result<Option<String>> {
    let answer = shared.scripted(verb).unwrap_or(usual);
    if answer.is_empty() {
        stream.shutdown().await?;
        return Ok(None);
    }
    stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    stream.flush().await?;
    Ok(Some(answer.to_owned()))
}

fn extensions(shared: &Shared, needs_tls: bool) -> String {
    let mut lines = vec!["250-sink", "250-8BITMIME", "250-SMTPUTF8"];
    if needs_tls {
        lines.push("250-STARTTLS");
    } else if shared.login.is_some() {
        lines.push("250-AUTH PLAIN");
    }
    lines.push("250 ENHANCEDSTATUSCODES");
    lines.join("\r\n")
}

/// The user name, where it and the password are right (RFC 4616).
fn proven(command: &str, shared: &Shared) -> Option<String> {
    let (name, password) = shared.login.as_ref()?;
    let right = STANDARD.encode(format!("\0{name}\0{password}"));
    (command == format!("AUTH PLAIN {right}")).then(|| name.clone())
}

/// The address between the angle brackets.
fn path(command: &str) -> String {
    let inside = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// What is said until a dot that stands alone.
async fn text<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
