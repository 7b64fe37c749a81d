//! Who is at the other end of a request: where, and with which program.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, USER_AGENT, X_FORWARDED_FOR};
use anteroom_app::{Client, Error, Forwarder, Unauthenticated};
use anteroom_domain::text::Line;
use anteroom_domain::workspace::WorkspaceId;

use super::device;
use super::proxies::forwarded;
use crate::Http;
use crate::failure::Failure;

static SERVER_TOKEN: HeaderName = HeaderName::from_static("x-anteroom-server-token");

const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidServerToken);

/// Who is at the other end of a request for that workspace.
///
/// A server of the shop that shows an access token with the scope `store:forward` speaks for a shopper; then it is the
/// shopper who counts, whose address the server says in `X-Forwarded-For`.
pub(crate) async fn client(
    http: &Http,
    request: &HttpRequest,
    workspace: WorkspaceId,
) -> Result<Client, Failure> {
    let forwarder = forwarder(http, request).await.transpose()?;
    if forwarder.is_some_and(|forwarder| forwarder.workspace != workspace) {
        return Err(INVALID.into());
    }
    let ip_address = address_of(http, request, forwarder.is_some());
    let device = device::read(http, request);
    Ok(Client { ip_address, user_agent: user_agent(request), device })
}

/// Where a request is from, before it is known for which shop it is: as for [`client`], but whoever has no good token speaks for
/// themselves.
pub(crate) async fn address(http: &Http, request: &HttpRequest) -> Option<IpAddr> {
    let forwarder = forwarder(http, request).await;
    address_of(http, request, forwarder.is_some_and(|forwarder| forwarder.is_ok()))
}

/// The server of the shop that speaks for a shopper; `None` where nobody says to be one.
async fn forwarder(http: &Http, request: &HttpRequest) -> Option<Result<Forwarder, Error>> {
    let token = request.headers().get(&SERVER_TOKEN)?;
    Some(http.app().authenticate_forwarder(token.to_str().unwrap_or_default()).await)
}

/// The nearest address that is no proxy's, or where a server speaks for somebody the one behind it.
fn address_of(http: &Http, request: &HttpRequest, speaks_for_others: bool) -> Option<IpAddr> {
    let mut way = way(request);
    let proxies = &http.options().trusted_proxies;
    let nearest = proxies.nearest_other(&mut way);
    if speaks_for_others { proxies.nearest_other(&mut way).or(nearest) } else { nearest }
}

/// The addresses that the request came by as far as it says, nearest first: its connection's, then those of
/// `X-Forwarded-For` from the right. `Forwarded` and `X-Real-IP` are not looked at: a proxy that does not know them passes on
/// what anybody wrote there.
fn way(request: &HttpRequest) -> impl Iterator<Item = IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let values: Vec<_> =
        request.headers().get_all(X_FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default()).collect();
    // Nobody is believed whose own address is not known.
    let forwarded = peer.map(|_| forwarded(values.into_iter()));
    peer.into_iter().chain(forwarded.into_iter().flatten())
}

/// What the caller's program calls itself, cut to what we keep.
fn user_agent(request: &HttpRequest) -> Option<Line> {
    let text = request.headers().get(USER_AGENT)?.to_str().ok()?;
    let text: String = text.chars().filter(|c| !c.is_control()).take(256).collect();
    Line::parse(&text).ok().flatten()
}
