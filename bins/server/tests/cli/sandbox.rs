//! A folder and an environment of its own for the program, and servers that run in it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use anteroom_testkit::plug::can_mount;
use serde_json::Value;
use tempfile::TempDir;

/// How long a slow machine may take for anything.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Sandbox {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command that has ended said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, variables: Vec::new() }.set("ANTEROOM__SERVER__LISTEN", "127.0.0.1:0")
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// One on a SQLite file in its data folder, and, where a server is installed, one on a new PostgreSQL database.
    pub(crate) fn on_both() -> Vec<Self> {
        let postgres = anteroom_testkit::postgres::database();
        let postgres = postgres.map(|url| Self::new().set("ANTEROOM__DATABASE__URL", &url));
        std::iter::once(Self::new()).chain(postgres).collect()
    }

    /// The URL of its database.
    pub(crate) fn database(&self) -> String {
        let set = self.variables.iter().find(|(name, _)| name == "ANTEROOM__DATABASE__URL");
        set.map_or_else(
            || format!("sqlite:{}", self.path("data/anteroom.db").display()),
            |(_, url)| url.clone(),
        )
    }

    /// As it is with a workspace `shop`.
    pub(crate) fn with_shop(self) -> Self {
        let said = self.run(&["workspace", "create", "--slug", "shop", "--name", "Shop"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        self
    }

    /// A new access token of workspace `shop` with every scope.
    pub(crate) fn token(&self) -> String {
        let create =
            ["token", "create", "--workspace", "shop", "--scopes", "all", "--comment", "c", "--json"];
        self.json(&create).get("token").and_then(Value::as_str).unwrap().to_owned()
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }

    /// The JSON that a command prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}");
        serde_json::from_str(&said.out).unwrap()
    }

    /// Starts a server and waits for nothing.
    pub(crate) fn spawn(&self) -> Server {
        self.start(self.command(&["serve"]))
    }

    /// Starts a server whose `folder` is a file system of 128 megabytes that it alone sees, with its data there: more than
    /// SQLite's log grows to, 80 megabytes, so that the test alone decides when it is full.
    /// `None` where this machine has no such thing to give; see [`can_mount`].
    pub(crate) fn serve_on_a_small_disk(&self, folder: &str) -> Option<Server> {
        if !can_mount() {
            return None;
        }
        let mount = r#"mount -t tmpfs -o size=128m none "$0" && exec "$1" serve"#;
        let mut command = Command::new("/usr/bin/unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", mount, folder]);
        command.arg(env!("CARGO_BIN_EXE_anteroom")).current_dir(self.folder.path()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("ANTEROOM__DATA_DIR", format!("{folder}/data"));
        let mut server = self.start(command);
        server.wait_until_it_listens();
        Some(server)
    }

    fn start(&self, mut command: Command) -> Server {
        let number = fs::read_dir(self.folder.path()).unwrap().count();
        let (out, err) = (self.path(format!("out{number}")), self.path(format!("err{number}")));
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        Server { child: command.spawn().unwrap(), out, err }
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        let mut server = self.spawn();
        server.wait_until_it_listens();
        server
    }
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Asserts that the command failed with one line on stderr, beside the log, which has every one of `parts`.
    pub(crate) fn is_refusal(&self, parts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        let lines: Vec<_> = self.err.lines().filter(|line| !line.starts_with("{\"timestamp\"")).collect();
        let [line] = lines.as_slice() else { panic!("not one line: {self:?}") };
        assert!(line.starts_with("anteroom: "), "{line}");
        for part in parts {
            assert!(line.contains(part), "{part:?} in {line}");
        }
    }
}

pub(crate) struct Server {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Server {
    pub(crate) fn out(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }

    pub(crate) fn err(&self) -> String {
        fs::read_to_string(&self.err).unwrap()
    }

    pub(crate) fn wait_until_it_listens(&mut self) {
        self.wait_for(|server| server.out().contains('\n'));
    }

    /// Waits for a state of affairs, which a server that has ended no longer brings about.
    pub(crate) fn wait_for(&mut self, condition: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !condition(self) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() || condition(self), "ended: {ended:?} {}{}", self.out(), self.err());
            assert!(begun.elapsed() < PATIENCE, "never came: {}{}", self.out(), self.err());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        let out = self.out();
        let mut words = out.lines().next().unwrap().split_whitespace();
        words.find(|word| word.starts_with("http://127.0.0.1:")).unwrap().to_owned()
    }

    /// How many TCP sockets of its own it listens on.
    pub(crate) fn listening_sockets(&self) -> usize {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let open = fs::read_dir(process.join("fd")).unwrap();
        let open = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
        let open: Vec<_> = open.map(|target| target.display().to_string()).collect();
        let table = fs::read_to_string(process.join("net/tcp")).unwrap();
        // The fourth column is the state, 0A being LISTEN, and the tenth is the inode.
        let listening = table.lines().filter(|line| line.split_whitespace().nth(3) == Some("0A"));
        let inodes = listening.map(|line| line.split_whitespace().nth(9).unwrap());
        inodes.filter(|inode| open.contains(&format!("socket:[{inode}]"))).count()
    }

    /// Where it listens, for threads that talk to it until it ends.
    pub(crate) fn address(&self) -> Address {
        Address(self.url().strip_prefix("http://").unwrap().to_owned())
    }

    /// The process.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// The status line of a GET.
    pub(crate) fn get(&self, path: &str) -> String {
        let answer = self.request("GET", path, "", "").unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// As [`Address::request`].
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
        self.address().request(method, path, headers, body)
    }

    /// Sends `TERM` and waits for nothing.
    pub(crate) fn ask_to_stop(&self) {
        self.signal("TERM");
    }

    /// Stops the process where it stands, until what this gives is dropped.
    #[must_use = "the server goes on when this is dropped"]
    pub(crate) fn pause(&self) -> Paused<'_> {
        self.signal("STOP");
        Paused(self)
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([&format!("-{signal}"), &self.id()]).status().unwrap().success());
    }

    /// Sends `TERM` or another signal and gives the exit code and how long the end took.
    pub(crate) fn stop_by(&mut self, signal: &str) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        self.signal(signal);
        (self.child.wait().unwrap().code(), begun.elapsed())
    }
}

/// A server that stands still until this is dropped.
pub(crate) struct Paused<'a>(&'a Server);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.signal("CONT");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `127.0.0.1:PORT`
#[derive(Clone)]
pub(crate) struct Address(pub(crate) String);

impl Address {
    /// The whole answer to a request; `None` when the server did not live to give it. `headers` end in line breaks.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.0).ok()?;
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        let request = format!("{head}Content-Length: {length}\r\n{headers}\r\n{body}");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }
}
