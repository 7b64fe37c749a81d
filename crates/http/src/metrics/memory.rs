//! What is remembered, under its public names.

use std::fmt;

use anteroom_app::observe::{MemoryState, Observation};

use super::Families;

/// Writes how each memory does: those of the use cases, and ours.
pub(super) fn write(seen: &Observation, ours: &MemoryState, families: &mut Families<'_>) -> fmt::Result {
    let kinds = || seen.memories.iter().chain([ours]).map(|memory| ([("kind", memory.kind)], memory));
    families.gauge(
        "anteroom_memory_entries",
        "What is remembered of the database",
        kinds().map(|(labels, memory)| (labels, memory.entries)),
    )?;
    families.gauge(
        "anteroom_memory_bytes",
        "Bytes that it takes, about",
        kinds().map(|(labels, memory)| (labels, memory.bytes)),
    )?;
    families.counter(
        "anteroom_memory_lookups",
        "What was asked for, by whether it was remembered or had to be read",
        kinds().flat_map(|([kind], memory)| {
            [("remembered", memory.remembered), ("read", memory.read)]
                .map(|(result, times)| ([kind, ("result", result)], times))
        }),
    )?;
    families.gauge(
        "anteroom_others_heard_seconds",
        "Time since it was known for certain what other processes had changed",
        seen.others_heard.map(|ago| ([], ago.as_secs_f64())),
    )
}
