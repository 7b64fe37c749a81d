//! Randomness that repeats from run to run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anteroom_domain::Random;
use sha2::{Digest, Sha256};

/// A stream of SHA-256 digests of a seed and a counter; its clones draw from the same stream.
///
/// The same seed and the same order of calls give the same bytes; two calls never share a digest.
#[derive(Clone, Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: Arc<AtomicU64>,
}

impl SeededRandom {
    /// The stream of `seed`, from its beginning.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: Arc::default() }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.drawn.fetch_add(1, Ordering::Relaxed);
            let digest = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(counter.to_be_bytes())
                .finalize();
            chunk.iter_mut().zip(digest).for_each(|(byte, random)| *byte = random);
        }
    }
}
