//! Families of samples: one name, one meaning, and a value for each set of labels.

use std::fmt;
use std::time::Duration;

use anteroom_app::measure::{BOUNDS, Spread};
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;

/// Writes families of samples. A family without samples still says that it exists.
#[derive(Debug)]
pub struct Families<'a>(DescriptorEncoder<'a>);

/// Labels and their values, which must be few: each set of them is kept for good by whoever reads the text.
pub type Labels<'a, const N: usize> = [(&'a str, &'a str); N];

impl<'a> Families<'a> {
    pub(super) fn new(encoder: DescriptorEncoder<'a>) -> Self {
        Self(encoder)
    }

    /// What only grows. `name` goes without the `_total` that the samples end in.
    pub fn counter<'l, const N: usize, V: EncodeCounterValue>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Labels<'l, N>, V)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        samples.into_iter().try_for_each(|(labels, value)| {
            labelled(&mut family, &labels, |sample| sample.encode_counter::<NoLabelSet, _, f64>(&value, None))
        })
    }

    /// What goes up and down.
    pub fn gauge<'l, const N: usize, V: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Labels<'l, N>, V)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        samples.into_iter().try_for_each(|(labels, value)| {
            labelled(&mut family, &labels, |sample| sample.encode_gauge(&value))
        })
    }

    /// How long something takes, in seconds.
    pub fn histogram<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Labels<'l, N>, Spread)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        samples.into_iter().try_for_each(|(labels, spread)| {
            let bounds = BOUNDS.iter().map(Duration::as_secs_f64).chain([f64::INFINITY]);
            let counts = spread.buckets.into_iter().chain([spread.longer]);
            let buckets: Vec<_> = bounds.zip(counts).collect();
            labelled(&mut family, &labels, |sample| {
                let (sum, count) = (spread.sum.as_secs_f64(), spread.count());
                sample.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
            })
        })
    }
}

/// Writes one sample; without labels, no empty braces.
fn labelled<const N: usize>(
    family: &mut MetricEncoder<'_>,
    labels: &Labels<'_, N>,
    write: impl FnOnce(&mut MetricEncoder<'_>) -> fmt::Result,
) -> fmt::Result {
    if labels.is_empty() { write(family) } else { write(&mut family.encode_family(labels)?) }
}
