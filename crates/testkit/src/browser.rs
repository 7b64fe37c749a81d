//! A headless Chromium, driven through `chromedriver`.

use std::fs;
use std::path::Path;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

mod visitor;

use crate::leash::Leash;
use crate::required::{missing, on_path};
pub use visitor::Visitor;

/// Keeps Chromium quiet and small: nothing it asks for may leave the machine.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // Talks through a pipe instead of a port, so that Chromium ends when ChromeDriver does.
    "--remote-debugging-pipe",
];

/// How often the driver is started before the machine is said to have no port for it.
const DRIVER_STARTS: usize = 10;

/// One browser with a profile of its own; dropped, it ends.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    address: String,
    _leash: Leash,
}

impl Browser {
    /// A browser as `visitor` has it.
    ///
    /// `None`, after saying so once, where Chromium or its driver is not installed; then the test should end
    /// early. Needs a Tokio runtime with input, output and time.
    ///
    /// # Panics
    /// When the browser is installed but does not start, or is missing and `ANTEROOM_TEST_REQUIRE` names `browser`.
    pub async fn start(visitor: Visitor) -> Option<Self> {
        let driver = on_path("chromedriver");
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
        let (Some(driver), Some(chromium)) = (driver, chromium) else {
            missing("browser", "no chromedriver and chromium on PATH");
            return None;
        };
        let (leash, address) = start_driver(&driver);
        let mut arguments: Vec<_> = FLAGS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", leash.directory().join("profile").display()));
        let options = json!({ "binary": chromium, "args": arguments, "prefs": visitor.preferences() });
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("Chromium to start");
        let browser = Self { client, address, _leash: leash };
        for (command, parameters) in visitor.commands() {
            browser.devtools(command, parameters).await;
        }
        Some(browser)
    }

    /// What clicks, types and reads.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Writes a picture of the visible page to `file`, as PNG.
    ///
    /// # Panics
    /// When the browser gives no picture or `file` cannot be written.
    pub async fn screenshot(&self, file: &Path) {
        fs::write(file, self.client.screenshot().await.expect("a screenshot")).unwrap();
    }

    /// Ends the browser and waits until it is gone.
    ///
    /// # Panics
    /// When the browser does not answer any more.
    pub async fn close(self) {
        self.client.close().await.expect("the browser to close");
    }

    /// Sends `command` of the Chrome `DevTools` Protocol and returns its result.
    ///
    /// # Panics
    /// When the browser refuses the command.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let session = self.client.session_id().await.expect("a session").expect("its id");
        let url = format!("{}/session/{session}/goog/cdp/execute", self.address);
        let body = json!({ "cmd": command, "params": parameters });
        let answer = crate::http::client().post(url).json(&body).send().await.expect("an answer");
        let answer: Value = answer.error_for_status().expect(command).json().await.expect("JSON");
        answer.get("value").cloned().unwrap_or_default()
    }
}

/// Starts the driver and returns it with its address.
///
/// It takes any free port of `::1` and then wants the same one of `127.0.0.1`, where a server of another test may
/// listen: then it ends, and another start has another port.
fn start_driver(driver: &Path) -> (Leash, String) {
    let start = |_| {
        let directory = tempfile::Builder::new().prefix("anteroom-browser-").tempdir().unwrap().keep();
        let leash = Leash::start(directory, None, [driver.as_os_str(), "--port=0".as_ref()]).unwrap();
        match leash.wait_until(address_in) {
            Err(log) if log.contains("port not available") => None,
            address => Some((leash, address.expect("ChromeDriver to start"))),
        }
    };
    (0..DRIVER_STARTS).find_map(start).expect("a port for ChromeDriver")
}

fn address_in(directory: &Path) -> Option<String> {
    let log = fs::read_to_string(directory.join("log")).ok()?;
    let (_, rest) = log.split_once("started successfully on port ")?;
    let (port, _) = rest.split_once('.')?;
    Some(format!("http://127.0.0.1:{port}"))
}
