//! The command line: what can be typed, and its help.
//!
//! Parsing only; what a command does stands in `cmd`.

mod designs;
mod failover;
mod import;
mod limits;
mod test;
mod trace;
mod why;

use clap::{Args, Parser, Subcommand, ValueEnum};
pub use designs::*;
pub use failover::*;
pub use import::*;
pub use limits::*;
use std::path::PathBuf;
pub use test::*;
pub use trace::*;
pub use why::*;

/// Text at the end of every command's help.
const EXIT_CODES: &str = "Exit codes: 0 fine · 1 the analysis ran and the answer is no (finding, drift) · 2 usage or input error · 3 internal error";

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
    /// Explain why a subnet or a BGP speaker does what it does with a prefix
    #[command(after_help = EXIT_CODES, long_about = why::WHY_HELP)]
    Why(WhyArgs),
    /// Compare captured output of Azure with the prediction, row by row
    #[command(after_help = EXIT_CODES, long_about = VERIFY_HELP)]
    Verify(VerifyArgs),
    /// Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit
    #[command(after_help = EXIT_CODES, long_about = LINT_HELP)]
    Lint(LintArgs),
    /// Show what two topologies do differently, range by range, and which edit causes it
    #[command(after_help = EXIT_CODES, long_about = DIFF_HELP)]
    Diff(DiffArgs),
    /// Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate
    #[command(after_help = EXIT_CODES, long_about = designs::COMPARE_HELP)]
    Compare(CompareArgs),
    /// Follow packets and their answers hop by hop; prove that all conversations are symmetric
    #[command(after_help = EXIT_CODES, long_about = trace::TRACE_HELP)]
    Trace(TraceArgs),
    /// Break everything in turn, or two things at once, and say how every conversation fares
    #[command(after_help = EXIT_CODES, long_about = failover::FAILOVER_HELP)]
    Failover(FailoverArgs),
    /// Show how much of Azure's limits is used, which one further spokes exceed first, and which summary would help
    #[command(after_help = EXIT_CODES, long_about = limits::LIMITS_HELP)]
    Limits(LimitsArgs),
    /// Hold the expectations of a topology against what its routes do
    #[command(after_help = EXIT_CODES, long_about = test::TEST_HELP)]
    Test(TestArgs),
    /// Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it
    #[command(after_help = EXIT_CODES, long_about = import::IMPORT_HELP)]
    Import(ImportArgs),
    /// Write what a topology comes to for other tools: route tables, the BGP of an NVA
    #[command(after_help = EXIT_CODES)]
    Emit(EmitArgs),
    /// Explain a rule, a group of rules, a fact or a term
    #[command(after_help = EXIT_CODES)]
    Explain(ExplainArgs),
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

const LINT_HELP: &str = "Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit.

A finding points at the line to edit. `rsctl explain RS0103` says what a rule looks for, why, and who says so.
Settings are read from `rsctl.toml`, looked for from the folder of the topology up to the root of the repository.
A comment ignores a finding on its line, on the next line, or in the block that opens there:

  # rsctl: ignore[RS0104, bypass] the subnet exists already

Exit code 1 when a finding is at least as bad as --fail-on; 0 when SARIF alone goes to standard output, because whoever reads it
looks for the findings in it.";

const DIFF_HELP: &str = "Show what two topologies do differently, range by range, and which edit causes it.

The address space of every subnet is cut into the ranges whose fate differs: next hop, inspection, reachability. How the files are
written does not matter.

  rsctl diff old.rsctl.yaml new.rsctl.yaml        two files; both with the what-if flags that are given
  rsctl diff main:estate.rsctl.yaml estate.rsctl.yaml
                                                  a file as it was at a revision of Git
  rsctl diff --base origin/main                   every topology of this folder against the commit at which its branch left main
  rsctl diff --base origin/main estates/          every topology under a folder
  rsctl diff estate.rsctl.yaml --down fw1         one file against itself with a what-if

  +  packets arrive now that did not      -  packets arrived and do not any more
  ~  they take another way                !  they are no longer inspected
  ?  rests on an open fact";

/// What every command that reads a topology takes.
#[derive(Debug, Clone, Default, Args)]
pub struct FactArgs {
    /// Answer an open question about Azure (repeatable); stands above `facts:` in the file
    #[arg(long = "fact", value_name = "NAME=VALUE", env = "RSCTL_FACTS", value_delimiter = ',')]
    pub facts: Vec<String>,
    /// Behave as Azure behaved on that day; stands above `as_of:` in the file
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
}

/// A topology that is another than the one that was written: what if?
#[derive(Debug, Clone, Default, Args)]
pub struct WhatIf {
    /// Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`,
    /// `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes
    #[arg(long, value_name = "PATH=VALUE", help_heading = "What if")]
    pub set: Vec<String>,
    /// As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway`
    /// or `hub/app`, or `A~B` for what joins two
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "What if")]
    pub without: Vec<String>,
    /// As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or
    /// `A~B` for what joins two
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "What if")]
    pub down: Vec<String>,
}

impl WhatIf {
    /// Nothing is supposed: an empty text, as of a variable that is not set, supposes nothing.
    pub fn is_empty(&self) -> bool {
        [&self.set, &self.without, &self.down].into_iter().flatten().all(|what| what.trim().is_empty())
    }
}

/// Where output goes.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", env = "RSCTL_OUTPUT", value_parser = parse_output::<Format>)]
    pub output: Vec<Output>,
}

/// One output: a format and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<F = Format> {
    /// How.
    pub format: F,
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

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// For people, with source lines.
    #[value(alias = "table", alias = "full")]
    Human,
    /// One line for each.
    Concise,
    /// For scripts.
    #[value(alias = "json-v1")]
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// Logging commands of Azure Pipelines.
    #[value(alias = "azure")]
    AzurePipelines,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// Diagnostics of reviewdog.
    Rdjson,
    /// For a comment of a pull request.
    Markdown,
}

/// How differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    #[value(alias = "table")]
    Human,
    /// For scripts.
    Json,
    /// For a comment of a pull request.
    Markdown,
    /// SARIF 2.1.0, pinned to the edited lines.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// How explanations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people.
    Human,
    /// For scripts.
    Json,
    /// For documents.
    Markdown,
}

fn parse_output<F: ValueEnum>(text: &str) -> Result<Output<F>, String> {
    let (format, path) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no path after `=`".into()),
        Some((format, path)) => (format, Some(PathBuf::from(path))),
        None => (text, None),
    };
    let format = F::from_str(format, true).map_err(|_| {
        let values: Vec<_> = F::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        let close = crate::words::closest(format, names.iter().copied());
        let hint = close.map(|close| format!("; did you mean `{close}`?")).unwrap_or_default();
        format!("there is no format `{format}`{hint} (formats: {})", names.join(", "))
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
    pub what_if: WhatIf,
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
    pub what_if: WhatIf,
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
    pub what_if: WhatIf,
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

/// Whose statements are held against a topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesetName {
    /// What Azure documents and does
    Azure,
    /// The simplified statements of the exam AZ-700
    #[value(name = "az-700")]
    Az700,
}

/// How bad a finding has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// An error
    Error,
    /// A warning or worse
    Warning,
    /// Any finding
    Note,
    /// Never
    Never,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Topology files, or folders that hold some; `-` reads standard input. Without any: every `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Whose statements are held against the topology [default: azure]
    #[arg(long, value_enum, value_name = "RULESET", hide_possible_values = false)]
    pub ruleset: Option<RulesetName>,
    /// Also rules that only tell of untidiness or of open questions
    #[arg(long)]
    pub strict: bool,
    /// Only these rules or groups (repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// How bad findings of a rule or group are: error, warning, note or off (repeatable)
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    pub severity: Vec<String>,
    /// End with 1 when a finding is at least that bad [default: error]
    #[arg(long, value_enum, value_name = "LEVEL", env = "RSCTL_FAIL_ON")]
    pub fail_on: Option<FailOn>,
    /// End with 0 whatever is found, as --fail-on never
    #[arg(long, conflicts_with = "fail_on")]
    pub exit_zero: bool,
    /// Report findings that comments or settings ignore, too
    #[arg(long)]
    pub no_ignores: bool,
    /// Leave out findings that this file holds
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to a file for --baseline, and end with 0
    #[arg(long, value_name = "FILE", help_heading = "Baseline", conflicts_with_all = ["set", "without", "down"])]
    pub write_baseline: Option<PathBuf>,
    /// Mend what a machine can mend, in the files, and report the rest
    #[arg(long, help_heading = "Edits", conflicts_with_all = ["add_ignore", "write_baseline", "set", "without", "down"])]
    pub fix: bool,
    /// Show what --fix or --add-ignore would change, and change nothing; end with 1 when that is anything
    #[arg(long, help_heading = "Edits", conflicts_with = "write_baseline")]
    pub diff: bool,
    /// Write a comment above each finding that ignores it for this reason
    #[arg(long, value_name = "REASON", help_heading = "Edits", conflicts_with_all = ["write_baseline", "set", "without", "down"])]
    pub add_ignore: Option<String>,
    /// Read these settings instead of looking for `rsctl.toml`
    #[arg(long, value_name = "FILE", env = "RSCTL_CONFIG", help_heading = "Settings")]
    pub config: Option<PathBuf>,
    /// Read no settings
    #[arg(long, help_heading = "Settings", conflicts_with = "config")]
    pub no_config: bool,
    /// The name under which standard input is reported
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab,
    /// junit, rdjson, markdown]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", env = "RSCTL_OUTPUT", value_parser = parse_output::<FindingsFormat>)]
    pub output: Vec<Output<FindingsFormat>>,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule by code or name, a group of rules, a fact, or a term
    #[arg(value_name = "WORD", required_unless_present = "all")]
    pub words: Vec<String>,
    /// Every rule
    #[arg(long, conflicts_with = "words")]
    pub all: bool,
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = parse_output::<ExplainFormat>)]
    pub output: Vec<Output<ExplainFormat>>,
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
