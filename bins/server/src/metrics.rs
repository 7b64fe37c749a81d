//! Metrics, on an address of their own: the product's routes are for everybody, these are for its operators.

mod jobs;
#[cfg(target_os = "linux")]
mod process;

use std::net::TcpListener;
use std::{fmt, io};

use actix_web::dev::Server;
use actix_web::http::header::{Accept, CacheControl, CacheDirective, ContentType, Header};
use actix_web::mime::Mime;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anteroom_http::Http;
use anteroom_http::metrics::{Families, Metrics};
use anteroom_jobs::Runner;

const OPEN_METRICS: &str = "application/openmetrics-text";

/// Everything that is measured. A part of the program that measures something of its own joins here, with one more
/// `and`.
fn metrics(http: &Http, runner: Option<Runner>) -> Metrics {
    let metrics = http.metrics().and(build_info);
    let metrics = match runner {
        Some(runner) => metrics.and(move |families| jobs::write(&runner.observe(), families)),
        None => metrics,
    };
    #[cfg(target_os = "linux")]
    let metrics = metrics.and(process::write);
    metrics
}

/// A server that answers `GET /metrics` and nothing else, once somebody polls it. The process's signals are not for it.
pub(crate) fn server(http: &Http, runner: Option<Runner>, listener: TcpListener) -> io::Result<Server> {
    let metrics = web::Data::new(metrics(http, runner));
    let app = move || App::new().app_data(metrics.clone()).route("/metrics", web::get().to(text));
    Ok(HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run())
}

/// In the format that the request prefers.
async fn text(request: HttpRequest, metrics: web::Data<Metrics>) -> HttpResponse {
    let (content_type, text) = if wants_open_metrics(&request) {
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", metrics.open_metrics())
    } else {
        ("text/plain; version=0.0.4; charset=utf-8", metrics.classic())
    };
    match text {
        Ok(text) => HttpResponse::Ok()
            .insert_header(("content-type", content_type))
            .insert_header(CacheControl(vec![CacheDirective::NoStore]))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "cannot write the metrics");
            HttpResponse::InternalServerError().content_type(ContentType::plaintext()).finish()
        }
    }
}

/// Whether OpenMetrics comes before plain text in `Accept`; whoever names neither gets plain text.
fn wants_open_metrics(request: &HttpRequest) -> bool {
    let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
    let first = accepted
        .iter()
        .map(Mime::essence_str)
        .find(|media| [OPEN_METRICS, "text/plain", "text/*", "*/*"].contains(media));
    first == Some(OPEN_METRICS)
}

fn build_info(families: &mut Families<'_>) -> fmt::Result {
    let version = env!("CARGO_PKG_VERSION");
    families.gauge("anteroom_build_info", "What runs here", [([("version", version)], 1_u32)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_format_is_the_one_that_is_preferred() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
        let agent = "text/plain;version=0.0.4;q=1,application/openmetrics-text;q=0.5";
        for (accept, expected) in [
            ("", false),
            ("*/*", false),
            ("text/html, application/json", false),
            (OPEN_METRICS, true),
            (prometheus, true),
            (agent, false),
            ("application/openmetrics-text;q=0, text/plain", false),
            ("nonsense", false),
        ] {
            let request = TestRequest::get().insert_header(("accept", accept)).to_http_request();
            assert_eq!(wants_open_metrics(&request), expected, "{accept}");
        }
        assert!(!wants_open_metrics(&TestRequest::get().to_http_request()));
    }
}
