//! The command line: what can be typed, and its help.
//!
//! Parsing only; what a command does stands in `cmd`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Text at the end of every command's help.
const EXIT_CODES: &str =
    "Exit codes: 0 fine · 1 the analysis ran and the answer is no (drift) · 2 usage or input error · 3 internal error";

/// Plan and validate Azure routing offline.
#[derive(Debug, Parser)]
#[command(name = "rsctl", version, about, after_help = EXIT_CODES, max_term_width = 110)]
pub struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Global options")]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the effective routes of every subnet
    #[command(after_help = EXIT_CODES)]
    Plan(PlanArgs),
    /// Show the effective routes of one subnet, in az's shapes
    #[command(after_help = EXIT_CODES)]
    Routes(RoutesArgs),
    /// Show what a BGP speaker learned, uses or advertises, in az's shapes
    #[command(after_help = EXIT_CODES)]
    Rib(RibArgs),
    /// Compare captured output of Azure with the prediction, row by row
    #[command(after_help = EXIT_CODES, long_about = VERIFY_HELP)]
    Verify(VerifyArgs),
    /// List what is taken to be true of Azure, since when, and who says so
    #[command(after_help = EXIT_CODES)]
    Facts(FactsArgs),
    /// Write a small, commented, valid topology
    #[command(after_help = EXIT_CODES)]
    Init(InitArgs),
    /// Print the JSON Schema of the topology file (draft-07)
    #[command(after_help = EXIT_CODES)]
    Schema,
    /// Print a completion script
    #[command(after_help = EXIT_CODES)]
    Completions(CompletionsArgs),
}

const VERIFY_HELP: &str = "Compare captured output of Azure with the prediction, row by row.

A CAPTURE is one of
  FILE                      what az printed, JSON or table; the object is told from its content where that is possible
  KIND:OBJECT[:PEER]=FILE   KIND is effective, learned, advertised, circuit or bgp, for example
                            effective:spoke1/app=nic.json   learned:hub/route_server:fw1=learned.json
  captures.yaml             a manifest that lists captures, what their author left out, and known differences
  DIRECTORY                 one that holds a captures.yaml

None rows, fabric and masked addresses, row order and arbitrary choices among equal paths are not held against the prediction. Exit
code 1 when any row differs.";

/// What every command that reads a topology takes.
#[derive(Debug, Clone, Args)]
pub struct FactArgs {
    /// Answer an open question about Azure (repeatable); stands above `facts:` in the file
    #[arg(long = "fact", value_name = "NAME=VALUE", env = "RSCTL_FACTS", value_delimiter = ',')]
    pub facts: Vec<String>,
    /// Behave as Azure behaved on that day; stands above `as_of:` in the file
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
}

/// Where output goes.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", env = "RSCTL_OUTPUT", value_parser = parse_output)]
    pub output: Vec<Output>,
}

/// One output: a format and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How.
    pub format: Format,
    /// Where to; standard output when none.
    pub path: Option<PathBuf>,
}

/// How a view is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For scripts.
    Json,
    /// As JSON, in YAML.
    Yaml,
    /// Tab-separated.
    Tsv,
    /// For pull requests and documents.
    Markdown,
}

fn parse_output(text: &str) -> Result<Output, String> {
    let (format, path) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no path after `=`".into()),
        Some((format, path)) => (format, Some(PathBuf::from(path))),
        None => (text, None),
    };
    let format = Format::from_str(format, true).map_err(|_| {
        let close = crate::words::closest(format, ["table", "json", "yaml", "tsv", "markdown"]);
        let hint = close.map(|close| format!("; did you mean `{close}`?")).unwrap_or_default();
        format!("there is no format `{format}`{hint} (formats: table, json, yaml, tsv, markdown)")
    })?;
    Ok(Output { format, path })
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Topology files; `-` reads standard input. Without any: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Only this subnet (`vnet/subnet`, repeatable)
    #[arg(long, value_name = "VNET/SUBNET")]
    pub subnet: Vec<String>,
    /// Only this VNet (repeatable)
    #[arg(long, value_name = "VNET")]
    pub vnet: Vec<String>,
    /// Also Invalid and None rows, and every row of long lists
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Where the topology of a question comes from.
#[derive(Debug, Clone, Args)]
pub struct FileArg {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<String>,
}

/// Arguments of `routes`.
#[derive(Debug, Args)]
pub struct RoutesArgs {
    /// The subnet
    #[arg(value_name = "VNET/SUBNET")]
    pub subnet: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub file: FileArg,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Arguments of `rib`.
#[derive(Debug, Args)]
pub struct RibArgs {
    /// The speaker: `hub/route_server`, `hub/vpn_gateway`, `hub/express_route_gateway`, an NVA, a site or a circuit; `:0` or `:1` picks
    /// an instance
    #[arg(value_name = "SPEAKER")]
    pub speaker: String,
    /// What it heard and keeps (default)
    #[arg(long, group = "which")]
    pub learned: bool,
    /// What it sends
    #[arg(long, group = "which")]
    pub advertised: bool,
    /// What it uses
    #[arg(long, group = "which")]
    pub best: bool,
    /// Only routes from or to this neighbour
    #[arg(long, value_name = "SPEAKER", conflicts_with = "best")]
    pub peer: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub file: FileArg,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Topology file; `-` reads standard input
    #[arg(value_name = "TOPOLOGY")]
    pub topology: String,
    /// What was captured
    #[arg(value_name = "CAPTURE", required = true)]
    pub captures: Vec<String>,
    /// Also list matched and ignored rows
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub struct FactsArgs {
    /// Only these facts
    #[arg(value_name = "FACT")]
    pub names: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where to write it; `-` prints it
    #[arg(value_name = "FILE", default_value = "topology.rsctl.yaml")]
    pub file: String,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
