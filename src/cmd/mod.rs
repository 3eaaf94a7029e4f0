//! One file per command: load, compute, report, render. Nothing is computed here.

mod compare;
mod completions;
mod diff;
mod emit;
mod explain;
mod facts;
mod failover;
mod import;
mod init;
mod limits;
mod lint;
mod load;
mod output;
mod plan;
mod repository;
mod rib;
mod routes;
mod schema;
mod test;
mod topologies;
mod trace;
mod verify;
mod why;

pub use completions::write as write_completions;

use crate::cli::{Cli, Color, Command};
use std::io::IsTerminal;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Fine,
    /// The analysis ran and the answer is no.
    No,
    /// Usage or input error.
    Input,
    /// The same, told to `git bisect run` as a commit to skip.
    Skip,
}

impl Exit {
    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::No => 1,
            Exit::Input => 2,
            Exit::Skip => 125,
        }
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub enum Stop {
    /// A mistake of the user: what is wrong, and what to do. Nothing of it was said yet.
    Usage(String, String),
    /// A mistake that was said already.
    Said,
    /// Output could not be written.
    Output(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<(String, String)> for Stop {
    fn from((message, help): (String, String)) -> Self {
        Stop::Usage(message, help)
    }
}

/// How the two output streams are to be written to.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Colour on standard output.
    pub colour: bool,
    /// Colour on standard error.
    pub error_colour: bool,
    /// Columns of the terminal on standard output; none in a pipe.
    pub width: Option<usize>,
    /// Columns for messages.
    pub error_width: usize,
}

impl Screen {
    fn new(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let wanted = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
            Color::Auto => terminal && !dumb,
        };
        let terminal = std::io::stdout().is_terminal();
        let columns =
            |size: Option<(terminal_size::Width, terminal_size::Height)>| size.map(|(width, _)| usize::from(width.0));
        Screen {
            colour: wanted(terminal),
            error_colour: wanted(std::io::stderr().is_terminal()),
            width: if terminal {
                columns(terminal_size::terminal_size_of(std::io::stdout())).or(Some(100))
            } else {
                None
            },
            error_width: columns(terminal_size::terminal_size_of(std::io::stderr())).unwrap_or(100),
        }
    }
}

/// Runs a command line.
pub fn run(cli: Cli) -> Exit {
    let screen = Screen::new(cli.color);
    let skips = matches!(&cli.command, Command::Test(args) if args.bisect);
    let result = match cli.command {
        Command::Plan(args) => plan::run(&args, screen),
        Command::Routes(args) => routes::run(&args, screen),
        Command::Rib(args) => rib::run(&args, screen),
        Command::Why(args) => why::run(&args, screen),
        Command::Verify(args) => verify::run(&args, screen),
        Command::Lint(args) => lint::run(&args, screen),
        Command::Diff(args) => diff::run(&args, screen),
        Command::Compare(args) => compare::run(&args, screen),
        Command::Trace(args) => trace::run(&args, screen),
        Command::Failover(args) => failover::run(&args, screen),
        Command::Limits(args) => limits::run(&args, screen),
        Command::Test(args) => test::run(&args, screen),
        Command::Import(args) => import::run(&args, screen),
        Command::Emit(args) => emit::run(&args, screen),
        Command::Explain(args) => explain::run(&args, screen),
        Command::Init(args) => init::run(&args),
        Command::Facts(args) => facts::run(&args, screen),
        Command::Schema => schema::run(),
        Command::Completions(args) => completions::run(&args),
    };
    let exit = ended(result, screen);
    if skips && exit == Exit::Input { Exit::Skip } else { exit }
}

/// How a command ended, after what stopped it was said.
fn ended(result: Result<Exit, Stop>, screen: Screen) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(Stop::Said) => Exit::Input,
        // Whoever reads the output has seen enough (`rsctl plan | head`).
        Err(Stop::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Fine,
        Err(Stop::Output(error)) => {
            output::complain(screen, &format!("cannot write the output: {error}"), "");
            Exit::Input
        }
        Err(Stop::Usage(message, help)) => {
            output::complain(screen, &message, &help);
            Exit::Input
        }
    }
}
