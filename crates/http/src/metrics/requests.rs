//! Requests, by route and status.

use std::fmt;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use anteroom_app::measure::{Counter, Timings};

use super::Families;
use crate::route::routes;

/// What stands for the route of a request that no route has taken: its path is whatever somebody liked to send.
const NO_ROUTE: &str = "none";

/// The methods that such requests are told apart by.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const OTHER_METHOD: &str = "other";

/// Counts requests. One that arrives only finds its row, which is there already, and adds to three numbers of it.
pub(crate) struct Requests {
    /// One for each route, in the order of the table.
    routes: Vec<Row>,
    /// One for each of the methods, and one for the others.
    unmatched: Vec<Row>,
}

struct Row {
    method: &'static str,
    route: &'static str,
    /// One for each status from 100 to 599.
    statuses: Vec<Counter>,
    took: Timings,
}

impl Requests {
    pub(crate) fn new() -> Self {
        let unmatched = METHODS.into_iter().chain([OTHER_METHOD]);
        Self {
            routes: routes().map(|route| Row::new(route.method.as_str(), route.path)).collect(),
            unmatched: unmatched.map(|method| Row::new(method, NO_ROUTE)).collect(),
        }
    }

    /// One more was answered; `place` is that of its route in the table.
    pub(crate) fn record(&self, place: Option<usize>, method: &Method, status: StatusCode, took: Duration) {
        let row = match place {
            Some(place) => self.routes.get(place),
            None => self.unmatched.iter().find(|row| [method.as_str(), OTHER_METHOD].contains(&row.method)),
        };
        let Some(row) = row else { return };
        if let Some(counter) = status_index(status).and_then(|index| row.statuses.get(index)) {
            counter.count();
            row.took.record(took);
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.routes.iter().chain(&self.unmatched)
    }
}

impl Row {
    fn new(method: &'static str, route: &'static str) -> Self {
        let statuses = (100..600).map(|_| Counter::default()).collect();
        Self { method, route, statuses, took: Timings::default() }
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Requests")
    }
}

fn status_index(status: StatusCode) -> Option<usize> {
    usize::from(status.as_u16()).checked_sub(100)
}

/// Writes what there is to say; a row that nobody has asked for says nothing.
pub(super) fn write(requests: &Requests, families: &mut Families<'_>) -> fmt::Result {
    let codes: Vec<String> = (100..600).map(|code: u16| code.to_string()).collect();
    families.counter(
        "anteroom_http_requests",
        "Requests answered, by method, route and status",
        requests.rows().flat_map(|row| {
            let counted = row.statuses.iter().zip(&codes).map(|(counter, code)| (code, counter.value()));
            counted.filter(|(_, times)| *times > 0).map(|(code, times)| {
                ([("method", row.method), ("route", row.route), ("status", code.as_str())], times)
            })
        }),
    )?;
    families.histogram(
        "anteroom_http_request_duration_seconds",
        "Time from the head of a request to the head of its answer, by method and route",
        requests.rows().filter_map(|row| {
            let spread = row.took.spread();
            (spread.count() > 0).then_some(([("method", row.method), ("route", row.route)], spread))
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_in_one_row_whatever_it_is() {
        let requests = Requests::new();
        let took = Duration::from_millis(1);
        for (place, method, status) in [
            (Some(0), "GET", 200),
            (None, "GET", 404),
            (None, "OPTIONS", 204),
            (None, "BREW", 404),
            (None, "get", 404),
            (None, "GET", 599),
        ] {
            let (method, status) = (method.parse().unwrap(), StatusCode::from_u16(status).unwrap());
            requests.record(place, &method, status, took);
        }
        let counted: Vec<_> = requests
            .rows()
            .map(|row| {
                let times: u64 = row.statuses.iter().map(Counter::value).sum();
                assert_eq!(times, row.took.spread().count());
                (row.method, row.route, times)
            })
            .filter(|(_, _, times)| *times > 0)
            .collect();
        let expected =
            [("GET", "/health/live", 1), ("GET", "none", 2), ("OPTIONS", "none", 1), ("other", "none", 2)];
        assert_eq!(counted, expected);
    }
}
