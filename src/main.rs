//! The `rsctl` command.

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // A message that nobody reads is no second panic.
        let _ = writeln!(
            anstream::stderr(),
            "rsctl: internal error: {panic}\nThis is a mistake in rsctl. Please report it with the topology that shows it."
        );
        std::process::exit(3);
    }));
    ExitCode::from(rsctl::cmd::run(rsctl::cli::Cli::parse()).code())
}
