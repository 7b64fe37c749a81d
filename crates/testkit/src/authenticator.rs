//! An authenticator in software, as a phone or a security key is one: it keeps passkeys, and can be made to misbehave.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where a page is, and how the authenticator behaves there.
#[derive(Debug, Clone)]
pub struct Conduct {
    /// The page's origin.
    pub origin: String,
    /// The domain that the authenticator believes it is asked for; as it was asked unless something is said.
    pub domain: Option<String>,
    /// The challenge that it answers; the one that it was asked unless something is said.
    pub challenge: Option<String>,
    /// Whether it has verified its owner: by a finger, a face or a code.
    pub verifies: bool,
    /// What its counter of signatures says; authenticators that share passkeys count none.
    pub counter: u32,
}

impl Conduct {
    /// As one behaves on a page of that origin.
    pub fn on(origin: &str) -> Self {
        Self { origin: origin.to_owned(), domain: None, challenge: None, verifies: true, counter: 0 }
    }
}

/// One passkey, and what it knows.
#[derive(Debug)]
pub struct Authenticator {
    key: SigningKey,
    credential_id: Vec<u8>,
    user_handle: Value,
}

impl Authenticator {
    /// One whose key no other number gives.
    ///
    /// # Panics
    ///
    /// Never: every such number is a key.
    pub fn new(number: u8) -> Self {
        let key = SigningKey::from_slice(&[number.max(1); 32]).unwrap();
        Self { key, credential_id: vec![number; 32], user_handle: Value::Null }
    }

    /// Makes the passkey that is asked for; the answer as a browser writes it.
    pub fn create(&mut self, options: &Value, conduct: &Conduct) -> Value {
        self.user_handle = options["user"]["id"].clone();
        let client_data = client_data("webauthn.create", options, conduct);
        let domain = options["rp"]["id"].as_str().unwrap_or_default();
        let mut data = authenticator_data(domain, conduct, 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential_id.len()).unwrap_or_default().to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(self.public_key());
        // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR.
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap_or_default().to_be_bytes());
        object.extend(data);
        self.answer(&json!({
            "clientDataJSON": encode(&client_data),
            "attestationObject": encode(&object),
            "transports": ["internal"],
        }))
    }

    /// Signs in; the answer as a browser writes it.
    pub fn get(&self, options: &Value, conduct: &Conduct) -> Value {
        let client_data = client_data("webauthn.get", options, conduct);
        let domain = options["rpId"].as_str().unwrap_or_default();
        let data = authenticator_data(domain, conduct, 0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(&json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&data),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": self.user_handle,
        }))
    }

    fn answer(&self, response: &Value) -> Value {
        let id = encode(&self.credential_id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})
    }

    /// In COSE: ES256 on P-256.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut key = b"\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(point.x().into_iter().flatten());
        key.extend(b"\x22\x58\x20");
        key.extend(point.y().into_iter().flatten());
        key
    }
}

fn client_data(kind: &str, options: &Value, conduct: &Conduct) -> Vec<u8> {
    let asked = options["challenge"].as_str().unwrap_or_default();
    let challenge = conduct.challenge.as_deref().unwrap_or(asked);
    let data = json!({"type": kind, "challenge": challenge, "origin": conduct.origin, "crossOrigin": false});
    data.to_string().into_bytes()
}

/// The flags say that its owner was there, and perhaps verified.
fn authenticator_data(asked: &str, conduct: &Conduct, more_flags: u8) -> Vec<u8> {
    let domain = conduct.domain.as_deref().unwrap_or(asked);
    let verified = if conduct.verifies { 0x04 } else { 0 };
    let mut data = Sha256::digest(domain).to_vec();
    data.push(0x01 | verified | more_flags);
    data.extend(conduct.counter.to_be_bytes());
    data
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
