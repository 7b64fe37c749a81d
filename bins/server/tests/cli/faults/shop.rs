//! A served shop with everything that a client needs, and questions to all three of its faces.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anteroom_testkit::plug::half_written;
use serde_json::Value;

use crate::sandbox::{Address, Sandbox, Server};

/// In what time a client is answered, whatever is broken.
const SOON: Duration = Duration::from_secs(1);

/// How long a slow machine may take to come back.
const PATIENCE: Duration = Duration::from_secs(30);

/// A question to the server, by whom it is asked and whether it changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    MerchantReads,
    MerchantWrites,
    ShopperReads,
    ShopperWrites,
    ReaderReads,
    ReaderWrites,
}

pub(crate) const READS: [Ask; 3] = [Ask::MerchantReads, Ask::ShopperReads, Ask::ReaderReads];
pub(crate) const WRITES: [Ask; 3] = [Ask::MerchantWrites, Ask::ShopperWrites, Ask::ReaderWrites];

/// An answer, and how long it was waited for.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    body: String,
    took: Duration,
}

pub(crate) struct Shop {
    /// Its folder is there as long as the shop.
    _sandbox: Sandbox,
    pub(crate) server: Server,
    address: Address,
    url: String,
    token: String,
    key: String,
    jwt: String,
    cookie: String,
    number: AtomicUsize,
    /// The external ids of the customers that the server said it has.
    acknowledged: Mutex<Vec<String>>,
}

impl Shop {
    /// Serves the product in a fresh sandbox on the database at that URL.
    pub(crate) fn open(sandbox: Sandbox, url: &str) -> Self {
        let sandbox = sandbox.set("ANTEROOM__DATABASE__URL", url);
        let server = sandbox.serve();
        Self::at(sandbox, server, url)
    }

    /// The product that is served already, for the first time, on the database at that URL.
    pub(crate) fn at(sandbox: Sandbox, server: Server, url: &str) -> Self {
        let message = server.out();
        let word = |start| message.split_whitespace().find(|word| word.starts_with(start)).unwrap();
        let (token, key) = (word("anteroom_wat_").to_owned(), word("pk_").to_owned());
        let address = server.address();
        let mut shop = Self {
            _sandbox: sandbox,
            server,
            address,
            url: url.to_owned(),
            token,
            key,
            jwt: String::new(),
            cookie: String::new(),
            number: AtomicUsize::new(0),
            acknowledged: Mutex::default(),
        };
        shop.sign_in();
        shop.enter_portal();
        shop.serves(&[READS, WRITES].concat());
        shop
    }

    fn sign_in(&mut self) {
        let login = r#"{"email": "grace@example.com", "password": "correct horse battery"}"#;
        for path in ["/auth/customer/emailpass/register", "/store/customers", "/auth/customer/emailpass"] {
            let answer = self.call(
                "POST",
                path,
                &self.shopper(),
                if path.starts_with("/auth") { login } else { "{}" },
            );
            assert_eq!(answer.status, 200, "{answer:?}");
            if path.starts_with("/auth") {
                answer.json()["token"].as_str().unwrap().clone_into(&mut self.jwt);
            }
        }
    }

    fn enter_portal(&mut self) {
        let opened = self.call(
            "POST",
            "/api/customer-sessions",
            &self.merchant(),
            r#"{"external_customer_id": "usr_1337"}"#,
        );
        let link = opened.json()["customer_portal_url"].as_str().unwrap().to_owned();
        let (_, code) = link.split_once("code=").unwrap();
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let entered = self.call("POST", "/demo/portal/enter", form, &format!("code={code}"));
        let set = entered.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        set.split(';').next().unwrap().clone_into(&mut self.cookie);
    }

    fn merchant(&self) -> String {
        format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token)
    }

    fn shopper(&self) -> String {
        let bearer = if self.jwt.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {}\r\n", self.jwt)
        };
        format!("{bearer}x-publishable-api-key: {}\r\nContent-Type: application/json\r\n", self.key)
    }

    fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let begun = Instant::now();
        let answer = self.address.request(method, path, headers, body).expect("the server lives and answers");
        let took = begun.elapsed();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned(), took }
    }

    pub(crate) fn ask(&self, ask: Ask) -> Answer {
        let number = self.number.fetch_add(1, Ordering::SeqCst);
        match ask {
            Ask::MerchantReads => self.call("GET", "/api/customers/external/usr_1337", &self.merchant(), ""),
            Ask::MerchantWrites => self.create_customer(number),
            Ask::ShopperReads => self.call("GET", "/store/customers/me", &self.shopper(), ""),
            Ask::ShopperWrites => {
                let body = format!(r#"{{"phone": "{number}"}}"#);
                self.call("POST", "/store/customers/me", &self.shopper(), &body)
            }
            Ask::ReaderReads => self.call("GET", "/demo/portal", &format!("Cookie: {}\r\n", self.cookie), ""),
            Ask::ReaderWrites => {
                let form =
                    format!("Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n", self.cookie);
                self.call("POST", "/demo/portal/profile", &form, &format!("name=Ada+{number}"))
            }
        }
    }

    fn create_customer(&self, number: usize) -> Answer {
        let external_id = format!("customer-{number}");
        let body = format!(
            r#"{{"email": "{external_id}@example.com", "external_id": "{external_id}",
                "billing_address": {{"country": "GB", "city": "London"}}}}"#
        );
        let answer = self.call("POST", "/api/customers", &self.merchant(), &body);
        if answer.status == 201 {
            self.acknowledged.lock().unwrap().push(external_id);
        }
        answer
    }

    /// Each of the questions is answered as asked.
    pub(crate) fn serves(&self, asks: &[Ask]) {
        for ask in asks {
            let answer = self.ask(*ask);
            assert!(answer.is_success(), "{ask:?}: {answer:?}");
        }
    }

    /// Each of the questions is refused, soon, in the words of the API it is put to.
    pub(crate) fn refuses(&self, asks: &[Ask]) {
        for ask in asks {
            self.ask_on_a_noisy_machine(*ask).is_outage_soon(*ask);
        }
    }

    /// Asks again when the answer took too long, up to three times: where many tests share few cores, one late answer says
    /// more about them than about the server.
    fn ask_on_a_noisy_machine(&self, ask: Ask) -> Answer {
        let mut answer = self.ask(ask);
        for _ in 0..2 {
            if answer.took < SOON {
                break;
            }
            answer = self.ask(ask);
        }
        answer
    }

    /// Asks until it is refused, after `again` has brought the fault about once more; what is not refused is done.
    pub(crate) fn refuses_in_the_end(&self, ask: Ask, again: impl Fn()) {
        let begun = Instant::now();
        loop {
            let answer = self.ask(ask);
            if !answer.is_success() {
                return answer.is_outage(ask);
            }
            assert!(begun.elapsed() < PATIENCE, "{ask:?} is never refused");
            again();
        }
    }

    /// So many at once are each done or refused.
    pub(crate) fn refuses_or_does_at_once(&self, asks: &[Ask], times: usize) {
        std::thread::scope(|scope| {
            for ask in asks.iter().cycle().take(times) {
                scope.spawn(|| {
                    let answer = self.ask(*ask);
                    if !answer.is_success() {
                        answer.is_outage(*ask);
                    }
                });
            }
        });
    }

    /// So many at once are all refused.
    pub(crate) fn refuses_at_once(&self, asks: &[Ask], times: usize) {
        std::thread::scope(|scope| {
            for ask in asks.iter().cycle().take(times) {
                scope.spawn(|| self.ask_on_a_noisy_machine(*ask).is_outage_soon(*ask));
            }
        });
    }

    /// The process lives, and says of itself that it is not ready.
    pub(crate) fn is_live_and_not_ready(&self) {
        let (live, ready) =
            (self.call("GET", "/health/live", "", ""), self.call("GET", "/health/ready", "", ""));
        assert_eq!((live.status, live.body.as_str()), (200, r#"{"status":"live"}"#));
        assert!(live.took < SOON, "{live:?}");
        ready.is_outage(Ask::MerchantReads);
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.call("GET", "/health/ready", "", "").status == 200
    }

    /// Everything is answered again after a while, by the same process.
    pub(crate) fn recovers(&self) {
        let begun = Instant::now();
        while !(self.is_ready() && [READS, WRITES].concat().iter().all(|ask| self.ask(*ask).is_success())) {
            let log = self.server.err();
            let last: Vec<_> = log.lines().rev().take(3).collect();
            assert!(begun.elapsed() < PATIENCE, "it does not come back: {last:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.serves(&[READS, WRITES].concat());
    }

    /// What was answered is there, and nothing is there by half.
    pub(crate) fn has_lost_nothing(&self) {
        let acknowledged = self.acknowledged.lock().unwrap();
        assert!(!acknowledged.is_empty());
        for external_id in &*acknowledged {
            let path = format!("/api/customers/external/{external_id}");
            let answer = self.call("GET", &path, &self.merchant(), "");
            assert_eq!(answer.status, 200, "{external_id} was answered and is gone: {answer:?}");
            assert_eq!(answer.json()["billing_address"]["country"], "GB", "{answer:?}");
        }
        assert_eq!(half_written(&self.url), Vec::<String>::new());
    }

    /// Creates customers four at a time while `fault` happens. Each is made, or refused as an outage is; some are made.
    pub(crate) fn write_while(&self, fault: impl FnOnce()) {
        let (over, before) = (AtomicBool::new(false), self.acknowledged.lock().unwrap().len());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let answer = self.ask(Ask::MerchantWrites);
                        if answer.status != 201 {
                            answer.is_outage(Ask::MerchantWrites);
                        }
                    }
                });
            }
            // The load goes on until the fault is over, also when that fails.
            let fault = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let begun = Instant::now();
                while self.acknowledged.lock().unwrap().len() < before + 20 {
                    assert!(begun.elapsed() < PATIENCE, "nothing is written");
                    std::thread::sleep(Duration::from_millis(5));
                }
                fault();
            }));
            over.store(true, Ordering::SeqCst);
            fault.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        });
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn is_success(&self) -> bool {
        match self.status {
            200 | 201 => true,
            303 => self.head.contains("/demo/portal?saved=1"),
            _ => false,
        }
    }

    /// As [`is_outage`](Self::is_outage), within a second.
    fn is_outage_soon(&self, ask: Ask) {
        self.is_outage(ask);
        assert!(self.took < SOON, "{ask:?}: {self:?}");
    }

    /// 503 with `Retry-After`, in the shape of the API that was asked.
    pub(crate) fn is_outage(&self, ask: Ask) {
        const MESSAGE: &str = "The service is busy or its database is away. Try again shortly.";
        assert_eq!(self.status, 503, "{ask:?}: {self:?}");
        assert!(self.head.contains("\r\nretry-after: 1"), "{ask:?}: {self:?}");
        let expected = match ask {
            Ask::MerchantReads | Ask::MerchantWrites => {
                serde_json::json!({"error": "ServiceUnavailable", "detail": MESSAGE})
            }
            Ask::ShopperReads | Ask::ShopperWrites => {
                serde_json::json!({"code": "api_error", "type": "database_error", "message": MESSAGE})
            }
            Ask::ReaderReads | Ask::ReaderWrites => Value::Null,
        };
        if expected.is_null() {
            assert!(self.head.contains("content-type: text/html"), "{self:?}");
            assert!(self.body.contains("<h1>We will be right back</h1>"), "{self:?}");
        } else {
            assert_eq!(self.json(), expected);
        }
    }
}
