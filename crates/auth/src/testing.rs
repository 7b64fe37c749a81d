//! Randomness for tests: the same every time, never the same twice.

use std::sync::atomic::{AtomicU64, Ordering};

use anteroom_domain::Random;
use sha2::{Digest, Sha256};

#[derive(Debug, Default)]
pub(crate) struct Seeded(AtomicU64);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}
