//! What is measured, as text that Prometheus reads.
//!
//! [`Http::metrics`] has what this crate and the use cases know; a program adds what it knows itself ([`Metrics::and`])
//! and serves the text wherever its operators look, but not among the product's routes. `docs/metrics.md` lists every
//! metric.

mod classic;
mod families;
mod memory;
mod product;
mod requests;

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text};
use prometheus_client::registry::Registry;

pub use families::{Families, Labels};
pub(crate) use requests::Requests;

use crate::Http;

/// Everything that is measured, read anew for each text.
#[derive(Debug, Default)]
pub struct Metrics(Registry);

impl Metrics {
    /// Adds families that somebody else writes.
    #[must_use]
    pub fn and(mut self, write: impl Fn(&mut Families<'_>) -> fmt::Result + Send + Sync + 'static) -> Self {
        self.0.register_collector(Box::new(Source(write)));
        self
    }

    /// In the format that programs understand without being asked (Prometheus text format 0.0.4).
    pub fn classic(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode_registry(&mut text, &self.0)?;
        Ok(classic::from_open_metrics(&text))
    }

    /// In the format that Prometheus prefers (OpenMetrics 1.0.0).
    pub fn open_metrics(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}

impl Http {
    /// What is measured of the requests and of the use cases behind them.
    pub fn metrics(&self) -> Metrics {
        let http = self.clone();
        Metrics::default().and(move |families| {
            requests::write(http.requests(), families)?;
            let seen = http.app().observe();
            product::write(&seen, families)?;
            memory::write(&seen, &http.written_customers().state(), families)
        })
    }
}

struct Source<F>(F);

impl<F: Fn(&mut Families<'_>) -> fmt::Result + Send + Sync + 'static> Collector for Source<F> {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        (self.0)(&mut Families::new(encoder))
    }
}

impl<F> fmt::Debug for Source<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}
