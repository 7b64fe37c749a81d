//! The limit of session checks: cookie, hash of the token, look-up in memory, body.

use std::collections::HashSet;
use std::fs;
use std::sync::{Arc, RwLock};

use actix_web::http::header::COOKIE;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use crate::cli::Limit;

const SHARDS: usize = 64;

type Hash = [u8; 32];

struct Sessions {
    shards: Vec<RwLock<HashSet<Hash>>>,
    body: Bytes,
}

impl Sessions {
    fn read(limit: &Limit) -> anyhow::Result<Self> {
        let shards = (0..SHARDS).map(|_| RwLock::default()).collect();
        let sessions = Self { shards, body: fs::read(&limit.body)?.into() };
        for cookie in fs::read_to_string(&limit.cookies)?.lines() {
            let hash = hash(cookie);
            if let Some(mut shard) = sessions.shard(&hash).and_then(|shard| shard.write().ok()) {
                shard.insert(hash);
            }
        }
        Ok(sessions)
    }

    fn shard(&self, hash: &Hash) -> Option<&RwLock<HashSet<Hash>>> {
        let [first, ..] = hash;
        self.shards.get(usize::from(*first) % SHARDS)
    }

    fn has(&self, hash: &Hash) -> bool {
        self.shard(hash).and_then(|shard| shard.read().ok()).is_some_and(|shard| shard.contains(hash))
    }
}

fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// Serves until it is ended.
pub(crate) fn run(limit: &Limit) -> anyhow::Result<()> {
    let sessions = Data::from(Arc::new(Sessions::read(limit)?));
    super::serve(limit.port, move |service| {
        service.app_data(sessions.clone()).route("/store/customers/me", web::get().to(check));
    })
}

async fn check(request: HttpRequest, sessions: Data<Sessions>) -> HttpResponse {
    let cookies = request.headers().get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = cookies.split(';').find_map(|pair| pair.trim().strip_prefix("connect.sid="));
    if token.is_some_and(|token| sessions.has(&hash(token))) {
        HttpResponse::Ok().content_type("application/json").body(sessions.body.clone())
    } else {
        HttpResponse::Unauthorized().finish()
    }
}
