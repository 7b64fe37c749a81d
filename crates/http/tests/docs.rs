//! The documentation in a real browser: every operation is shown, from our own files alone.
//!
//! With `ANTEROOM_SCREENSHOTS=directory` it leaves a picture of every page there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use anteroom_http::Document;
use anteroom_testkit::app::{Database, TestApp, run};
use anteroom_testkit::browser::{Browser, Visitor};
use fantoccini::Locator;
use serde_json::{Value, json};

/// How long a slow machine may take to show a page.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn every_operation_is_shown_at_a_desk() {
    run(Database::Sqlite, |app| every_operation(app, "docs-desktop-light", Visitor::desktop()));
}

#[test]
fn every_operation_is_shown_at_a_desk_in_the_dark() {
    run(Database::Sqlite, |app| every_operation(app, "docs-desktop-dark", Visitor::desktop().dark()));
}

#[test]
fn every_operation_is_shown_on_a_phone() {
    run(Database::Sqlite, |app| every_operation(app, "docs-phone-light", Visitor::phone()));
}

#[test]
fn every_operation_is_shown_on_a_phone_in_the_dark() {
    run(Database::Sqlite, |app| every_operation(app, "docs-phone-dark", Visitor::phone().dark()));
}

#[test]
fn without_javascript_the_page_leads_to_the_document() {
    run(Database::Sqlite, |app| async move {
        let Some(browser) = Browser::start(Visitor::desktop().without_javascript()).await else { return };
        browser.client().goto(&format!("{}/docs/store", app.address())).await.unwrap();
        let link = browser.client().find(Locator::LinkText("/openapi/store.json")).await.unwrap();
        assert!(link.is_displayed().await.unwrap());
        browser.close().await;
    });
}

async fn every_operation(app: TestApp, name: &str, visitor: Visitor) {
    let Some(browser) = Browser::start(visitor).await else { return };
    // What would stand in red in the console: blocked or failed files, and scripts that throw.
    let source = "window.faults = []; for (const kind of ['error', 'securitypolicyviolation', 'unhandledrejection'])
        window.addEventListener(kind, (event) => window.faults.push(kind + ' ' + (event.message || event.reason ||
        event.violatedDirective + ' ' + event.blockedURI)), true);";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    browser.client().goto(&format!("{}/docs", app.address())).await.unwrap();
    picture(&browser, name, "index").await;
    is_sound(&browser, &app, name).await;
    for document in Document::ALL {
        let what = format!("{name} {}", document.name());
        let file = app.get(&format!("/openapi/{}.json", document.name())).send().await.json();
        browser.client().goto(&format!("{}/docs/{}", app.address(), document.name())).await.unwrap();
        let wait = browser.client().wait().at_most(PATIENCE);
        let title = format!("//h1[contains(., '{}')]", document.title());
        assert!(wait.for_element(Locator::XPath(&title)).await.is_ok(), "{what}: no heading");
        picture(&browser, name, &format!("{}-1", document.name())).await;
        let mut seen = 0;
        for operation in
            file["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
        {
            let summary = operation["summary"].as_str().unwrap();
            let heading = format!("//*[self::h2 or self::h3][normalize-space()=\"{summary}\"]");
            let wait = browser.client().wait().at_most(PATIENCE);
            assert!(wait.for_element(Locator::XPath(&heading)).await.is_ok(), "{what}: no {summary:?}");
            seen += 1;
            if seen == 1 {
                let path = heading.replace('"', "'");
                let scroll = format!(
                    "document.evaluate(\"{path}\", document, null, 9, null).singleNodeValue.scrollIntoView()"
                );
                evaluate(&browser, &scroll).await;
                picture(&browser, name, &format!("{}-2", document.name())).await;
            }
        }
        assert!(seen >= 9, "{what}: {seen} operations");
        is_sound(&browser, &app, &what).await;
    }
    browser.close().await;
}

/// Nothing came from elsewhere or tried to, nothing failed, and nothing hangs over the edge.
async fn is_sound(browser: &Browser, app: &TestApp, what: &str) {
    let script =
        "({faults: window.faults, files: performance.getEntriesByType('resource').map((file) => file.name),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth})";
    let found = evaluate(browser, script).await;
    assert_eq!(found["faults"], json!([]), "{what}");
    assert_eq!(found["wide"], 0, "{what}");
    let files = found["files"].as_array().unwrap();
    assert!(!files.is_empty(), "{what}");
    for file in files {
        let file = file.as_str().unwrap();
        assert!(file.starts_with(&app.address()) || file.starts_with("data:"), "{what}: {file}");
    }
}

/// The value of an expression. The page forbids making functions of texts, and a driver's own way is to make some.
async fn evaluate(browser: &Browser, expression: &str) -> Value {
    let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
    let mut answer = browser.devtools("Runtime.evaluate", asked).await;
    assert!(answer.get("exceptionDetails").is_none(), "{answer}");
    answer["result"]["value"].take()
}

/// A picture of what the window shows.
async fn picture(browser: &Browser, name: &str, page: &str) {
    let Some(directory) = env::var_os("ANTEROOM_SCREENSHOTS").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&directory).unwrap();
    // Until the browser has painted what it was told to.
    evaluate(browser, "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 500)))").await;
    browser.screenshot(&directory.join(format!("{name}-{page}.png"))).await;
}
