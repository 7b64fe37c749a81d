//! `anteroom man`.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use roff::{Roff, bold, roman};

use crate::cli::{Cli, EXAMPLES, EXIT_CODES, Man, SETTINGS};
use crate::config::{KEYS, variable};
use crate::output::put;

pub(super) fn run(man: &Man) -> anyhow::Result<()> {
    match &man.folder {
        Some(folder) => write_all(folder).with_context(|| {
            format!("cannot write the pages into {}: name a folder that is there", folder.display())
        }),
        None => Ok(put(&page()?)?),
    }
}

/// A page for each command. The program's own, which clap would fill like prose, is then ours.
fn write_all(folder: &Path) -> io::Result<()> {
    clap_mangen::generate_to(Cli::command(), folder)?;
    fs::write(folder.join(clap_mangen::Man::new(Cli::command()).get_filename()), page()?)
}

/// The page of the program.
fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(Cli::command());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    own_sections().to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// What clap knows nothing of: settings, exit codes, and examples with their columns.
fn own_sections() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SETTINGS"]).text([roman(format!("Settings are made {SETTINGS}."))]);
    for key in &KEYS {
        roff.control("TP", []).text([bold(key.name)]);
        let text = format!("{} [{}; default: {}]", key.meaning, variable(key.name), key.fallback);
        roff.text([roman(text)]);
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        roff.control("TP", []).text([bold(code.to_string())]).text([roman(meaning)]);
    }
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in EXAMPLES.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}
