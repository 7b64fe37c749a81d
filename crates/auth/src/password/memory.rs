//! The memory that Argon2 fills, used again and again.

use std::fmt;

use argon2::{Argon2, Block, Params};
use zeroize::Zeroize;

/// The memory that hashing works in, 19 MiB. Keep one for each hashing thread.
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// Allocates the memory.
    pub fn new() -> Self {
        Self(vec![Block::new(); Params::DEFAULT.block_count()])
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(super) fn run(
        &mut self,
        argon2: &Argon2,
        password: &str,
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), HashFailure> {
        let usual = Params::DEFAULT.block_count();
        let needed = argon2.params().block_count().max(usual);
        self.0.try_reserve_exact(needed - usual).or(Err(HashFailure))?;
        self.0.resize(needed, Block::new());
        let result = argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut self.0);
        // What a costly imported hash needed once is given back.
        self.0.iter_mut().skip(usual).for_each(Zeroize::zeroize);
        self.0.truncate(usual);
        self.0.shrink_to(usual);
        result.or(Err(HashFailure))
    }
}

impl Default for HashMemory {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for HashMemory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

impl fmt::Debug for HashMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashMemory(hidden)")
    }
}

/// Hashing failed: there was not enough memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("could not hash the password")]
pub struct HashFailure;
