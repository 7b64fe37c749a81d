//! Sessions of the shop, with cookies and JWTs, and of the portal, with tokens.

use std::path::{Path, PathBuf};

use anteroom_app::{OsRandom, SystemClock};
use anteroom_auth::jwt::Claims;
use anteroom_auth::token::{self, PlainToken, SessionCookie};
use anteroom_domain::session::{CustomerSession, Lifetimes, Provider, StoreSession};
use anteroom_domain::text::{Line, ReturnUrl};
use anteroom_domain::{Clock, Id};
use anteroom_store::StoreExt;
use anyhow::Context;
use time::Duration;

use super::people::Person;
use super::{BATCH, CROWD, World, lines};
use crate::server::PUBLIC_URL;

/// Of each session what opens it.
#[derive(Debug, Default)]
struct Opened {
    cookies: Vec<String>,
    jwts: Vec<String>,
    tokens: Vec<String>,
}

/// Adds `count` sessions of each kind, on as many threads as there are connections, and writes the files of tokens.
pub(super) fn insert(world: &World, people: &[Person], count: usize, folder: &Path) -> anyhow::Result<()> {
    let mut all = Opened::default();
    for part in world.in_parts(|first, step| insert_part(world, people, count, first, step))? {
        all.cookies.extend(part.cookies);
        all.jwts.extend(part.jwts);
        all.tokens.extend(part.tokens);
    }
    let files = [("cookies", all.cookies), ("jwts", all.jwts), ("session_tokens", all.tokens)];
    for (name, all) in files {
        std::fs::write(folder.join(name), lines(all.into_iter()))?;
    }
    Ok(())
}

/// Every `step`th session from `first` on. What a unit writes is made before it begins, while others write.
fn insert_part(
    world: &World,
    people: &[Person],
    count: usize,
    first: usize,
    step: usize,
) -> anyhow::Result<Opened> {
    let mut opened = Opened::default();
    let of = |number: usize| people.get(number % people.len()).context("nobody");
    let numbers: Vec<_> = (first..count).step_by(step).collect();
    for batch in numbers.chunks(BATCH) {
        let mut made = Vec::with_capacity(batch.len());
        for number in batch {
            let person = of(*number)?;
            let cookie = PlainToken::<SessionCookie>::generate(&OsRandom);
            let session =
                StoreSession { cookie_hash: Some(cookie.hash(&world.keys)), ..store_session(world, person)? };
            opened.cookies.push(cookie.reveal().to_owned());
            opened.jwts.push(jwt(world, person, &session)?);
            let (token, customer_session) = customer_session(world, person)?;
            opened.tokens.push(token);
            made.push((session, customer_session));
        }
        world.store.write(|unit| {
            made.iter().try_for_each(|(session, customer_session)| {
                unit.insert_store_session(session)?;
                unit.insert_customer_session(customer_session).map(drop)
            })
        })?;
    }
    Ok(opened)
}

/// Adds so many times `count` sign-ins without a cookie, and gives the files with their JWTs.
pub(super) fn insert_fresh(
    world: &World,
    people: &[Person],
    count: usize,
    times: usize,
    folder: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let jwts =
        world.in_parts(|first, step| insert_fresh_part(world, people, count * times, first, step))?.concat();
    let write = |(number, jwts): (usize, &[String])| {
        let file = folder.join(format!("fresh_jwts_{number}"));
        std::fs::write(&file, lines(jwts.iter().cloned()))?;
        Ok(file)
    };
    jwts.chunks(count).enumerate().map(write).collect()
}

/// Every `step`th of them from `first` on.
fn insert_fresh_part(
    world: &World,
    people: &[Person],
    count: usize,
    first: usize,
    step: usize,
) -> anyhow::Result<Vec<String>> {
    let (mut jwts, numbers) = (Vec::new(), (first..count).step_by(step).collect::<Vec<_>>());
    for batch in numbers.chunks(BATCH) {
        let mut made = Vec::with_capacity(batch.len());
        for number in batch {
            let person = people.get(number % people.len()).context("nobody")?;
            let session = store_session(world, person)?;
            jwts.push(jwt(world, person, &session)?);
            made.push(session);
        }
        world.store.write(|unit| made.iter().try_for_each(|session| unit.insert_store_session(session)))?;
    }
    Ok(jwts)
}

/// Adds the many sessions of one customer, and writes the files about them.
pub(super) fn insert_crowd(world: &World, person: &Person, folder: &Path) -> anyhow::Result<()> {
    let mut cookies = Vec::new();
    world.store.write(|unit| {
        for _ in 0..CROWD {
            let cookie = PlainToken::<SessionCookie>::generate(&OsRandom);
            let session =
                StoreSession { cookie_hash: Some(cookie.hash(&world.keys)), ..store_session(world, person)? };
            unit.insert_store_session(&session)?;
            cookies.push(cookie.reveal().to_owned());
        }
        anyhow::Ok(())
    })?;
    std::fs::write(folder.join("crowd_cookies"), lines(cookies.into_iter()))?;
    std::fs::write(folder.join("crowd_customer"), person.customer.to_string())?;
    Ok(())
}

fn store_session(world: &World, person: &Person) -> anyhow::Result<StoreSession> {
    let now = SystemClock.now();
    Ok(StoreSession {
        id: Id::random(&OsRandom),
        workspace_id: world.workspace.id,
        auth_identity_id: person.identity,
        provider: Provider::EmailPass,
        cookie_hash: None,
        ip_address: None,
        user_agent: Line::parse("anteroom-bench")?,
        created_at: now,
        last_used_at: now,
        expires_at: now + Lifetimes::default().absolute,
        revoked_at: None,
    })
}

/// A JWT as the product issues it.
fn jwt(world: &World, person: &Person, session: &StoreSession) -> anyhow::Result<String> {
    Ok(world.jwt.issue(&Claims {
        actor: Some(person.customer.uuid()),
        auth_identity: person.identity.uuid(),
        provider: session.provider.as_str().to_owned(),
        issuer: PUBLIC_URL.to_owned(),
        workspace: world.workspace.id.uuid(),
        session: session.id.uuid(),
        jti: Id::<Claims>::random(&OsRandom).uuid(),
        issued_at: session.created_at,
        expires_at: session.created_at + Lifetimes::default().jwt,
    })?)
}

/// A session of the portal, for a customer's owner, that lives for a day, with its token before it.
fn customer_session(world: &World, person: &Person) -> anyhow::Result<(String, CustomerSession)> {
    let now = SystemClock.now();
    let token = PlainToken::<token::MemberSession>::generate(&OsRandom);
    let session = CustomerSession {
        token_hash: token.hash(&world.keys),
        workspace_id: world.workspace.id,
        customer_id: person.customer,
        member_id: Some(person.member),
        return_url: Some(ReturnUrl::parse("https://shop.example.com/account")?),
        created_at: now,
        expires_at: now + Duration::DAY,
        revoked_at: None,
        entered_at: None,
    };
    Ok((token.reveal().to_owned(), session))
}
