//! A real browser sees a page as the visitor it was given would.

#![expect(clippy::expect_used, reason = "a helper outside the test functions fails the test all the same")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use anteroom_testkit::browser::{Browser, Visitor};
use fantoccini::Locator;

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>plain</title>
<meta name="viewport" content="width=device-width">
<style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }
#wide { display: none } @media (min-width: 1280px) { #wide { display: block } }
#narrow { display: none } @media (max-width: 390px) { #narrow { display: block } }
#dark { display: none } @media (prefers-color-scheme: dark) { #dark { display: block } }</style>
<p id="wide">wide</p><p id="narrow">narrow</p><p id="dark">dark</p>
<form action="/"><input name="text"><button>send</button></form>
<script>document.title = "scripted"</script>"#;

/// Serves [`PAGE`] at every path until the process ends.
fn served() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let mut stream = stream.expect("a connection");
                let head = BufReader::new(&stream).lines().map_while(Result::ok);
                head.take_while(|line| !line.is_empty()).for_each(drop);
                let length = PAGE.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n");
                let _gone = write!(stream, "{head}Connection: close\r\n\r\n{PAGE}");
            });
        }
    });
    url
}

async fn shown(browser: &Browser, id: &str) -> bool {
    browser.client().find(Locator::Id(id)).await.expect(id).is_displayed().await.expect(id)
}

#[tokio::test]
async fn a_visitor_at_a_desk_runs_scripts() {
    let Some(browser) = Browser::start(Visitor::desktop()).await else { return };
    let url = served();
    browser.client().goto(&url).await.expect("the page");
    assert_eq!(browser.client().title().await.expect("a title"), "scripted");
    assert!(shown(&browser, "wide").await);
    assert!(!shown(&browser, "dark").await);
    browser.close().await;
}

#[tokio::test]
async fn a_visitor_without_scripts_sends_a_form() {
    let Some(browser) = Browser::start(Visitor::phone().dark().without_javascript()).await else { return };
    let url = served();
    browser.client().goto(&url).await.expect("the page");
    assert_eq!(browser.client().title().await.expect("a title"), "plain");
    let field = browser.client().find(Locator::Css("input")).await.expect("a field");
    field.send_keys("words").await.expect("to type");
    browser.client().find(Locator::Css("button")).await.expect("a button").click().await.expect("a click");
    let mut answered = browser.client().current_url().await.expect("an address");
    answered.set_query(Some("text=words"));
    browser.client().wait().for_url(&answered).await.expect("the form is sent");
    assert!(shown(&browser, "narrow").await && shown(&browser, "dark").await);
    let file = tempfile::NamedTempFile::new().expect("a file");
    browser.screenshot(file.path()).await;
    assert!(fs::read(file.path()).expect("a picture").starts_with(b"\x89PNG"));
    browser.close().await;
}
