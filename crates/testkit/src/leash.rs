//! A server program that cannot outlive the test process.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

/// Runs the server and waits on standard input, which the test process holds open and never writes to: when
/// that process ends, by whatever cause, the read ends too. `ended` tells that the server gave up by itself.
/// PostgreSQL takes the first signal as "when the last client has left" and the second as "now".
/// A browser outlives its driver by a moment, and would make the directory again: `grep` waits for it.
const KEEPER: &str = r#"
directory=$1; shift
exec 3<&0 </dev/null
"$@" >"$directory/log" 2>&1 3<&- & server=$!
{ read -r _ <&3; kill -s TERM "$server"; kill -s INT "$server"; } 2>/dev/null & watch=$!
wait "$server"
: >"$directory/ended"
read -r _ <&3
kill "$watch" 2>/dev/null
tries=0
while grep -qs "$directory[/]" /proc/[0-9]*/cmdline && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
until rm -rf "$directory" 2>/dev/null || [ "$tries" -ge 200 ]; do tries=$((tries + 1)); sleep 0.05; done
"#;

/// The other end of the leash: dropped, it stops the server and removes its directory.
#[derive(Debug)]
pub(crate) struct Leash {
    keeper: Child,
    directory: PathBuf,
}

/// The user and group a server runs as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) group: u32,
}

impl Leash {
    /// Starts `command`, its output going to `log` in `directory`.
    pub(crate) fn start<S: AsRef<OsStr>>(
        directory: PathBuf,
        user: Option<User>,
        command: impl IntoIterator<Item = S>,
    ) -> io::Result<Self> {
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&directory).args(command);
        // A group of its own, or Ctrl-C in a terminal would end the keeper before it has tidied up.
        keeper.process_group(0).current_dir(&directory);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = user {
            keeper.uid(user.id).gid(user.group);
        }
        Ok(Self { keeper: keeper.spawn()?, directory })
    }

    /// Where the server keeps its files.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Asks `ready` again and again until it answers; the server's log when it ended first or took too long.
    pub(crate) fn wait_until<T>(&self, ready: impl Fn(&Path) -> Option<T>) -> Result<T, String> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            if let Some(answer) = ready(&self.directory) {
                return Ok(answer);
            }
            if self.directory.join("ended").exists() || Instant::now() > deadline {
                return Err(fs::read_to_string(self.directory.join("log")).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}
