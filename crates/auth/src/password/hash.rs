//! Password hashes: ours are Argon2id as PHC strings.

use std::fmt;
use std::hint;

use anteroom_domain::Random;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::foreign::ForeignHash;
use super::memory::{HashFailure, HashMemory};

const SALT_LENGTH: usize = 16;
const OUTPUT_LENGTH: usize = 32;

// The most an imported hash may ask for: whoever brings it in chooses what each of our checks costs.
pub(super) const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 10;
pub(super) const MOST_LANES: u32 = 4;

/// A password's hash, at a cost we are willing to pay: Argon2, or what another system has made.
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    scheme: Scheme,
}

#[derive(Clone)]
enum Scheme {
    Argon2(Argon2Hash),
    Foreign(ForeignHash),
}

#[derive(Clone)]
struct Argon2Hash {
    argon2: Argon2<'static>,
    salt: Salt,
    output: Output,
    up_to_date: bool,
}

/// What comparing a password with its hash showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another password.
    Wrong,
    /// The password.
    Right,
    /// The password, but its hash is weaker than those we make today and should be replaced.
    RightNeedsRehash,
}

impl PasswordHash {
    /// Reads a stored or imported hash: Argon2id, Argon2i or Argon2d as a PHC string; bcrypt; scrypt as Medusa keeps it; PBKDF2 with
    /// SHA-256 as a PHC string, as passlib writes it, or as Django does.
    pub fn parse(text: &str) -> Result<Self, InvalidPasswordHash> {
        let scheme = match ForeignHash::parse(text)? {
            Some(foreign) => Scheme::Foreign(foreign),
            None => Scheme::Argon2(Argon2Hash::parse(text)?),
        };
        Ok(Self { text: text.to_owned(), scheme })
    }

    /// The text, for the store.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Argon2id with 19,456 KiB, two passes and one lane: the crate's default, pinned by a test.
    pub(super) fn of(text: &str, random: &dyn Random, memory: &mut HashMemory) -> Result<Self, HashFailure> {
        let argon2 = Argon2::default();
        let salt = random.bytes::<SALT_LENGTH>();
        let mut output = Zeroizing::new([0; OUTPUT_LENGTH]);
        memory.run(&argon2, text, &salt, output.as_mut_slice())?;
        let salt = Salt::new(&salt).or(Err(HashFailure))?;
        let output = Output::new(output.as_slice()).or(Err(HashFailure))?;
        let phc = Phc {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params()).or(Err(HashFailure))?,
            salt: Some(salt),
            hash: Some(output),
        };
        let scheme = Scheme::Argon2(Argon2Hash { argon2, salt, output, up_to_date: true });
        Ok(Self { text: phc.to_string(), scheme })
    }

    /// Whether it may have been made of a password in another form than ours.
    pub(super) fn may_be_foreign(&self) -> bool {
        match &self.scheme {
            Scheme::Argon2(hash) => !hash.up_to_date,
            Scheme::Foreign(_) => true,
        }
    }

    pub(super) fn verdict(&self, attempt: &str, memory: &mut HashMemory) -> Result<Verdict, HashFailure> {
        let (is_right, up_to_date) = match &self.scheme {
            Scheme::Argon2(hash) => (hash.is_of(attempt, memory)?, hash.up_to_date),
            Scheme::Foreign(hash) => (hash.is_of(attempt)?, false),
        };
        Ok(match (is_right, up_to_date) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightNeedsRehash,
        })
    }
}

impl Argon2Hash {
    fn parse(text: &str) -> Result<Self, InvalidPasswordHash> {
        let malformed = InvalidPasswordHash::Malformed;
        let phc = Phc::new(text).or(Err(malformed))?;
        let algorithm = Algorithm::new(phc.algorithm).or(Err(InvalidPasswordHash::UnknownAlgorithm))?;
        // A hash without a version is of the first, as in the reference implementation.
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from).or(Err(malformed))?;
        let params = Params::try_from(&phc).or(Err(malformed))?;
        if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES
        {
            return Err(InvalidPasswordHash::TooCostly);
        }
        let salt = phc.salt.filter(|salt| salt.len() >= argon2::MIN_SALT_LEN).ok_or(malformed)?;
        let output = phc.hash.ok_or(malformed)?;
        let up_to_date = algorithm == Algorithm::Argon2id
            && version == Version::V0x13
            && params.m_cost() >= Params::DEFAULT_M_COST
            && params.t_cost() >= Params::DEFAULT_T_COST
            && salt.len() >= SALT_LENGTH
            && output.len() >= OUTPUT_LENGTH;
        let argon2 = Argon2::new(algorithm, version, params);
        Ok(Self { argon2, salt, output, up_to_date })
    }

    fn is_of(&self, attempt: &str, memory: &mut HashMemory) -> Result<bool, HashFailure> {
        let mut output = Zeroizing::new(vec![0; self.output.len()]);
        memory.run(&self.argon2, attempt, &self.salt, &mut output)?;
        Ok(output.ct_eq(self.output.as_bytes()).into())
    }
}

/// Hashes as for a comparison, and forgets the result.
pub(super) fn spend_one_verification(attempt: &str, memory: &mut HashMemory) {
    let mut output = Zeroizing::new([0_u8; OUTPUT_LENGTH]);
    let result = memory.run(&Argon2::default(), attempt, &[0; SALT_LENGTH], output.as_mut_slice());
    // Else the compiler could see that nobody asks.
    hint::black_box((result.is_ok(), output));
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

/// Why a text is no hash that we check passwords against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPasswordHash {
    /// Not a complete hash.
    #[error("not a complete hash")]
    Malformed,
    /// Not one of the kinds that we know.
    #[error("the hash should be of argon2, bcrypt, scrypt or PBKDF2 with SHA-256")]
    UnknownAlgorithm,
    /// Checking it would take too long or too much memory.
    #[error(
        "the hash costs more than 256 MiB, 10 passes of argon2, 4 lanes, a cost of 14 of bcrypt, or 2,000,000 rounds of PBKDF2"
    )]
    TooCostly,
}
