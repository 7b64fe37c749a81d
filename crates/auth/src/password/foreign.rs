//! Password hashes that other systems have made. They are compared with, never made.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::hash::{InvalidPasswordHash, MOST_LANES, MOST_MEMORY_KIB};
use super::memory::HashFailure;

/// A second of a core, about.
const MOST_BCRYPT_COST: u32 = 14;
/// Twice what Django asks for today; half a second of a core, about.
const MOST_PBKDF2_ROUNDS: u32 = 2_000_000;
/// The container of the library `scrypt-kdf`: a header of 64 bytes, and a signature of 32.
const SCRYPT_LENGTH: usize = 96;

/// A hash of another system, at a cost we are willing to pay.
#[derive(Clone)]
pub(super) enum ForeignHash {
    /// In the form `$2b$10$…`. It hashes the first 72 bytes of a password, which cannot be undone.
    Bcrypt(String),
    /// As Medusa keeps it.
    Scrypt { params: scrypt::Params, header: [u8; 64], signature: [u8; 32] },
    /// With SHA-256.
    Pbkdf2 { rounds: u32, salt: Vec<u8>, output: Vec<u8> },
}

impl ForeignHash {
    /// Reads a hash by how it begins; `None` when it can only be Argon2.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, InvalidPasswordHash> {
        if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|form| text.starts_with(form)) {
            bcrypt(text).map(Some)
        } else if let Some(rest) = text.strip_prefix("pbkdf2_sha256$") {
            django(rest).map(Some)
        } else if let Some(rest) = text.strip_prefix("$pbkdf2-sha256$") {
            pbkdf2_sha256(rest).map(Some)
        } else if text.starts_with("c2NyeXB0") {
            scrypt_container(text).map(Some)
        } else if text.starts_with('$') {
            Ok(None)
        } else {
            Err(InvalidPasswordHash::UnknownAlgorithm)
        }
    }

    /// Whether it is the hash of that password.
    pub(super) fn is_of(&self, password: &str) -> Result<bool, HashFailure> {
        match self {
            Self::Bcrypt(text) => bcrypt::verify(password, text).or(Err(HashFailure)),
            Self::Scrypt { params, header, signature } => {
                let salt = header.get(16..48).ok_or(HashFailure)?;
                let mut key = Zeroizing::new([0; 64]);
                scrypt::scrypt(password.as_bytes(), salt, params, key.as_mut_slice()).or(Err(HashFailure))?;
                let (_, signing) = key.split_at(32);
                let mut mac = Hmac::<Sha256>::new_from_slice(signing).or(Err(HashFailure))?;
                mac.update(header);
                Ok(mac.finalize().into_bytes().as_slice().ct_eq(signature.as_slice()).into())
            }
            Self::Pbkdf2 { rounds, salt, output } => {
                let mut found = Zeroizing::new(vec![0; output.len()]);
                pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, *rounds, &mut found);
                Ok(found.ct_eq(output).into())
            }
        }
    }
}

fn bcrypt(text: &str) -> Result<ForeignHash, InvalidPasswordHash> {
    let parts: bcrypt::HashParts = text.parse().or(Err(InvalidPasswordHash::Malformed))?;
    if !(4..=31).contains(&parts.get_cost()) || text.len() != 60 {
        return Err(InvalidPasswordHash::Malformed);
    }
    if parts.get_cost() > MOST_BCRYPT_COST {
        return Err(InvalidPasswordHash::TooCostly);
    }
    Ok(ForeignHash::Bcrypt(text.to_owned()))
}

/// `{rounds}${salt}${output}`: the salt as it stands, the output in base64.
fn django(rest: &str) -> Result<ForeignHash, InvalidPasswordHash> {
    let malformed = InvalidPasswordHash::Malformed;
    let [rounds, salt, output] = three(rest).ok_or(malformed)?;
    let output = STANDARD.decode(output).or(Err(malformed))?;
    pbkdf2(rounds, salt.as_bytes().to_vec(), output)
}

/// `i={rounds},l={length}${salt}${output}` of PHC, or `{rounds}${salt}${output}` of passlib, which writes `.` for `+`.
fn pbkdf2_sha256(rest: &str) -> Result<ForeignHash, InvalidPasswordHash> {
    let malformed = InvalidPasswordHash::Malformed;
    let [params, salt, output] = three(rest).ok_or(malformed)?;
    let rounds = match params.strip_prefix("i=") {
        Some(params) => params.split(',').next().unwrap_or_default(),
        None => params,
    };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64 = GeneralPurpose::new(&alphabet::STANDARD, config);
    let decode = |text: &str| base64.decode(text.replace('.', "+")).or(Err(malformed));
    pbkdf2(rounds, decode(salt)?, decode(output)?)
}

fn three(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split('$');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

fn pbkdf2(rounds: &str, salt: Vec<u8>, output: Vec<u8>) -> Result<ForeignHash, InvalidPasswordHash> {
    let rounds = rounds.parse().or(Err(InvalidPasswordHash::Malformed))?;
    if rounds == 0 || salt.is_empty() || !(16..=64).contains(&output.len()) {
        return Err(InvalidPasswordHash::Malformed);
    }
    if rounds > MOST_PBKDF2_ROUNDS {
        return Err(InvalidPasswordHash::TooCostly);
    }
    Ok(ForeignHash::Pbkdf2 { rounds, salt, output })
}

/// `scrypt`, a zero, the logarithm of N, r and p; a salt of 32 bytes; half the SHA-256 of all that; and the signature.
fn scrypt_container(text: &str) -> Result<ForeignHash, InvalidPasswordHash> {
    let malformed = InvalidPasswordHash::Malformed;
    let bytes = STANDARD.decode(text).or(Err(malformed))?;
    let bytes: [u8; SCRYPT_LENGTH] = bytes.try_into().or(Err(malformed))?;
    let (header, signature) = bytes.split_first_chunk::<64>().ok_or(malformed)?;
    let (said, checksum) = header.split_at(48);
    let sum = Sha256::digest(said);
    if !sum.starts_with(checksum) || !said.starts_with(b"scrypt\0") {
        return Err(malformed);
    }
    let number = |from: usize| {
        let bytes = said.get(from..from + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    let log_n = *said.get(7).ok_or(malformed)?;
    let (r, p) = (number(8).ok_or(malformed)?, number(12).ok_or(malformed)?);
    if log_n == 0 || r == 0 || p == 0 {
        return Err(malformed);
    }
    let kibibytes =
        1_u64.checked_shl(log_n.into()).and_then(|n| n.checked_mul(u64::from(r) * 128)).map(|n| n / 1024);
    if kibibytes.is_none_or(|kibibytes| kibibytes > MOST_MEMORY_KIB.into()) || p > MOST_LANES {
        return Err(InvalidPasswordHash::TooCostly);
    }
    let params = scrypt::Params::new(log_n, r, p).or(Err(malformed))?;
    let signature = signature.try_into().or(Err(malformed))?;
    Ok(ForeignHash::Scrypt { params, header: *header, signature })
}

#[cfg(test)]
mod tests {
    use crate::password::{AttemptedPassword, HashMemory, InvalidPasswordHash, PasswordHash, Verdict};

    /// Made by Node.js, and by Python's hashlib and crypt, of `correct horse battery`.
    const MADE_ELSEWHERE: [&str; 8] = [
        "c2NyeXB0AA8AAAAIAAAAAQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fFKeYVjdgQZpuc6gq1R4wTEkEtve6yCbEft9T8msOIKIE71bBRCcVGc1OtB4u6U35",
        "c2NyeXB0AAoAAAAIAAAAAQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f2kbOtdVzi2/IZeE31Wq1idAk3t0o91T4RRhLwV8U0XQThHrljZMArDPHCx8CvLek",
        "pbkdf2_sha256$1000$saltsaltsalt$GacV8oEzUl3KM0Mwey9yrMcTPKpkL4jXrFpbKB8oOnI=",
        "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$Cf9xjlisAEzRbMZsosxST/5+wkpfUV6uoqiZkYtP6iQ",
        "$pbkdf2-sha256$1000$.//..//..//..//..//.$iRLbc/jFyeE03ht.QHPq4ycHO5/gfmQLC92v9uo6YqQ",
        "$2a$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
        "$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
        "$2y$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
    ];

    fn verdict(attempt: &str, hash: &str) -> Verdict {
        let hash = PasswordHash::parse(hash).unwrap();
        AttemptedPassword::parse(attempt).unwrap().verify(&hash, &mut HashMemory::new()).unwrap()
    }

    #[test]
    fn pw_10_hashes_of_other_systems_are_compared_with_and_to_be_made_anew() {
        for hash in MADE_ELSEWHERE {
            assert_eq!(verdict("correct horse battery", hash), Verdict::RightNeedsRehash, "{hash}");
            for wrong in ["Correct horse battery", "correct horse battery ", ""] {
                assert_eq!(verdict(wrong, hash), Verdict::Wrong, "{hash}");
            }
            assert_eq!(PasswordHash::parse(hash).unwrap().as_str(), hash);
        }
    }

    #[test]
    fn others_hash_what_was_typed() {
        let decomposed = "cre\u{300}me bru\u{302}le\u{301}e";
        let hash = "$2b$04$abcdefghijklmnopqrstuu5nXP4wK3d.5WecD6PSh0D8Lkjt7qC6.";
        assert_eq!(verdict(decomposed, hash), Verdict::RightNeedsRehash);
        assert_eq!(verdict("cr\u{e8}me br\u{fb}l\u{e9}e", hash), Verdict::Wrong);
    }

    #[test]
    fn bcrypt_has_cut_passwords_off() {
        let hash = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
        assert_eq!(verdict(&format!("{}1", "x".repeat(72)), hash), Verdict::RightNeedsRehash);
        assert_eq!(verdict(&format!("{}2", "x".repeat(72)), hash), Verdict::RightNeedsRehash);
    }

    #[test]
    fn pw_11_absurd_costs_are_refused_and_not_tried() {
        for costly in [
            "$2b$15$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
            "$2b$31$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
            "pbkdf2_sha256$1000000000$saltsaltsalt$GacV8oEzUl3KM0Mwey9yrMcTPKpkL4jXrFpbKB8oOnI=",
            "$pbkdf2-sha256$i=2000001,l=32$c2FsdHNhbHRzYWx0c2FsdA$Cf9xjlisAEzRbMZsosxST/5+wkpfUV6uoqiZkYtP6iQ",
            "c2NyeXB0AB4AAAAIAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXiNQ7f190TRye5XCok5xtAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Cf9xjlisAEzRbMZsosxST/5+wkpfUV6uoqiZkYtP6iQ",
        ] {
            assert_eq!(PasswordHash::parse(costly).unwrap_err(), InvalidPasswordHash::TooCostly, "{costly}");
        }
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        let malformed = [
            "$2b$05$short",
            "$2b$03$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
            "$2b$xx$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
            "pbkdf2_sha256$1000$salt",
            "pbkdf2_sha256$0$saltsaltsalt$GacV8oEzUl3KM0Mwey9yrMcTPKpkL4jXrFpbKB8oOnI=",
            "pbkdf2_sha256$-1$saltsaltsalt$GacV8oEzUl3KM0Mwey9yrMcTPKpkL4jXrFpbKB8oOnI=",
            "pbkdf2_sha256$1000$saltsaltsalt$AAAA",
            "$pbkdf2-sha256$i=1000$a b$AAAA",
            "c2NyeXB0",
            // One bit of the header is another.
            "c2NyeXB0AAkAAAAIAAAAAQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f2kbOtdVzi2/IZeE31Wq1idAk3t0o91T4RRhLwV8U0XQThHrljZMArDPHCx8CvLek",
            "$argon2id$",
        ];
        for text in malformed {
            assert_eq!(PasswordHash::parse(text).unwrap_err(), InvalidPasswordHash::Malformed, "{text}");
        }
        for text in ["", "plain", "5f4dcc3b5aa765d61d8327deb882cf99", "$6$salt$hash", "$1$a$b"] {
            let error = PasswordHash::parse(text).unwrap_err();
            assert_ne!(error, InvalidPasswordHash::TooCostly, "{text}");
        }
    }
}
