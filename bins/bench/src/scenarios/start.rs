//! From the start of the process to the first answer that it is ready.

use crate::figure::median;
use crate::report::{Budget, Row, Verdict};
use crate::server::Product;
use crate::stage::Stage;

/// On the seeded store, and on none.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let (mut existing, mut fresh) = (Vec::new(), Vec::new());
    for round in 0..stage.effort.rounds {
        stage.restart()?;
        existing.push(stage.server.started_in.as_secs_f64());
        let data = stage.folder.join(format!("fresh-{round}"));
        std::fs::create_dir_all(&data)?;
        let url = stage.database.create(&data)?;
        fresh.push(Product { data, url, ..stage.product.clone() }.start()?.started_in.as_secs_f64());
    }
    Ok(vec![Row {
        verdicts: vec![
            Verdict::of("seconds on an existing store", median(existing.into_iter()), Budget::AtMost(0.1)),
            Verdict::of("seconds on a fresh store", median(fresh.into_iter()), Budget::AtMost(0.5)),
        ],
        ..stage.row(11, "start", None)
    }])
}
