//! `rsctl init`.

use super::{Exit, Stop, output};
use crate::cli::InitArgs;
use std::io::Write;
use std::path::Path;

/// What `init` writes: the smallest estate in which a route server has something to do.
pub(super) const TEMPLATE: &str = include_str!("init.rsctl.yaml");

pub(super) fn run(args: &InitArgs) -> Result<Exit, Stop> {
    if args.file == "-" {
        std::io::stdout().write_all(TEMPLATE.as_bytes())?;
        return Ok(Exit::Fine);
    }
    let path = Path::new(&args.file);
    if !args.file.ends_with(".rsctl.yaml") && !args.file.ends_with(".rsctl.yml") {
        let message = format!("`{}` does not end in .rsctl.yaml", args.file);
        return Err(Stop::Usage(message, "editors and `rsctl plan` find topologies by that ending".into()));
    }
    if path.exists() && !args.force {
        let message = format!("{} exists already", path.display());
        return Err(Stop::Usage(message, "choose another name, or replace it with --force".into()));
    }
    output::to_file(path, |out| out.write_all(TEMPLATE.as_bytes()))?;
    output::say(&format!("wrote {}\nnext: rsctl plan {0}\n", path.display()));
    Ok(Exit::Fine)
}
