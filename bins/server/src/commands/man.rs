//! `anteroom man`.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::{Cli, Man};

pub(super) fn run(man: &Man) -> anyhow::Result<()> {
    let command = Cli::command();
    if let Some(folder) = &man.folder {
        return clap_mangen::generate_to(command, folder).with_context(|| {
            format!("cannot write the pages into {}: name a folder that is there", folder.display())
        });
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(io::stdout().lock().write_all(&page)?)
}
