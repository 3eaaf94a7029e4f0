//! `rsctl completions`.

use super::{Exit, Stop};
use crate::cli::{Cli, CompletionsArgs};
use clap::CommandFactory;

/// Writes the completion script of a shell.
pub fn write(shell: clap_complete::Shell, out: &mut dyn std::io::Write) {
    let mut buffer = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rsctl", &mut buffer);
    // clap_complete panics on a closed pipe; a buffer never fails, and here a failure is the reader's wish.
    let _ = out.write_all(&buffer);
}

pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, Stop> {
    write(args.shell, &mut std::io::stdout().lock());
    Ok(Exit::Fine)
}
