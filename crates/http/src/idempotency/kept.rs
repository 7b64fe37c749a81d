//! What is kept of an answer: all that its client can tell it by. The headers that every answer gets are no part of it.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};

use super::REPLAYED;

#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    cookies: Vec<String>,
    /// JSON.
    body: String,
}

/// The bytes to keep of a JSON answer; `None` for a fault of ours, which is nobody's answer.
pub(super) fn keep(answer: HttpResponse) -> Option<Vec<u8>> {
    let status = answer.status();
    let cookies = answer.headers().get_all(SET_COOKIE).map(|cookie| cookie.to_str().map(str::to_owned));
    let cookies = cookies.collect::<Result<_, _>>().ok()?;
    let body = String::from_utf8(answer.into_body().try_into_bytes().ok()?.to_vec()).ok()?;
    let kept = Kept { status: status.as_u16(), cookies, body };
    if status.is_server_error() { None } else { serde_json::to_vec(&kept).ok() }
}

/// The answer once more, which says that it is; `None` for bytes that [`keep`] did not give.
pub(super) fn again(bytes: &[u8]) -> Option<HttpResponse> {
    let Kept { status, cookies, body } = serde_json::from_slice(bytes).ok()?;
    let mut answer = HttpResponse::build(StatusCode::from_u16(status).ok()?);
    answer.insert_header((REPLAYED, "true")).content_type("application/json");
    for cookie in cookies {
        answer.append_header((SET_COOKIE, cookie));
    }
    Some(answer.body(body))
}
