//! How many rows there are, or were changed.

use crate::StoreError;

/// What the database counted, as the store tells it. `Corrupt` where it is less than none.
pub(super) fn counted<N>(rows: N) -> Result<u64, StoreError>
where
    u64: TryFrom<N>,
{
    u64::try_from(rows).ok().ok_or(StoreError::Corrupt("count"))
}
