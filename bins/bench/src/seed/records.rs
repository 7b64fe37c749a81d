//! A file of customers, as a merchant moves in with them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;

/// Of twelve customers one has the first.
const FIRST_NAMES: [&str; 12] = [
    "Ada",
    "Grace",
    "Alan",
    "Barbara",
    "Donald",
    "Edsger",
    "Frances",
    "John",
    "Katherine",
    "Margaret",
    "Niklaus",
    "Radia",
];
/// Of fourteen customers one has the first.
const LAST_NAMES: [&str; 14] = [
    "Lovelace", "Hopper", "Turing", "Liskov", "Knuth", "Dijkstra", "Allen", "Backus", "Johnson", "Hamilton",
    "Wirth", "Perlman", "Hoare", "Floyd",
];
const PLANS: [&str; 3] = ["gold", "silver", "free"];

/// Writes so many as NDJSON; each has an external id, a name, notes and an address.
pub(crate) fn write(path: &Path, count: usize) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..count {
        let of = |all: &[&'static str]| all.get(number % all.len()).copied().unwrap_or_default();
        let (first_name, last_name) = (of(&FIRST_NAMES), of(&LAST_NAMES));
        let record = json!({
            "email": format!("customer-{number}@example.com"),
            "external_id": format!("usr_{number}"),
            "name": format!("{first_name} {last_name}"),
            "first_name": first_name,
            "last_name": last_name,
            "metadata": {"plan": of(&PLANS), "number": number},
            "addresses": [{"address_1": format!("{number} Analytical Row"), "city": "London", "country_code": "gb"}],
        });
        writeln!(file, "{record}")?;
    }
    Ok(file.flush()?)
}
