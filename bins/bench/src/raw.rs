//! What the machine can do without HTTP.

use crate::cli::Raw;

/// Measures one thing.
pub(crate) fn run(raw: &Raw) -> anyhow::Result<()> {
    anyhow::bail!("not yet: {raw:?}")
}
