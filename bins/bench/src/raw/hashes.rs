//! Argon2id as the product checks passwords, with a block of memory for each thread.

use std::thread;
use std::time::Duration;

use anteroom_app::OsRandom;
use anteroom_auth::password::{AttemptedPassword, HashMemory, NewPassword, PasswordPolicy, Verdict};
use anyhow::{Context, anyhow, bail};

use super::{again, figure};
use crate::figure::Figure;

const PASSWORD: &str = "only for measuring 7";

/// Checks of a right password, on every core that this process may use.
pub(super) fn measure(length: Duration) -> anyhow::Result<Figure> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let running: Vec<_> = (0..threads).map(|_| thread::spawn(move || on_one_thread(length))).collect();
    let mut took = Vec::new();
    for thread in running {
        took.extend(thread.join().map_err(|_panic| anyhow!("hashing failed"))??);
    }
    figure(took, 1, length)
}

fn on_one_thread(length: Duration) -> anyhow::Result<Vec<Duration>> {
    let mut memory = HashMemory::new();
    let password = NewPassword::parse(PASSWORD, &PasswordPolicy::default(), "")?;
    let hash = password.hash(&OsRandom, &mut memory)?;
    let attempt = AttemptedPassword::parse(PASSWORD).context("a password")?;
    again(length, || match attempt.verify(&hash, &mut memory)? {
        Verdict::Right => Ok(()),
        other => bail!("{other:?}"),
    })
}
