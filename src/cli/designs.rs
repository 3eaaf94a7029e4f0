//! What `diff`, `compare` and `emit` take.

use super::{DiffFormat, EXIT_CODES, FactArgs, Output, OutputArgs, WhatIf, parse_output};
use clap::{Args, Subcommand, ValueEnum};

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The old and the new topology: files, `-`, or `REV:path` for a file at a revision; with --base the files to compare with their past
    #[arg(value_name = "TOPOLOGY")]
    pub topologies: Vec<String>,
    /// Compare with the commit at which the current branch left this revision
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// End with 1 when anything differs
    #[arg(long)]
    pub exit_code: bool,
    /// Every subnet, prefix and edit, not only the first few
    #[arg(long)]
    pub all: bool,
    /// Do not look for the edits that cause each difference, which takes a computation for every edit
    #[arg(long)]
    pub no_causes: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", env = "RSCTL_OUTPUT", value_parser = parse_output::<DiffFormat>)]
    pub output: Vec<Output<DiffFormat>>,
}

pub(super) const COMPARE_HELP: &str = "Hold a static design against a dynamic one of the same estate: who decides every range of addresses in every
subnet, which user-defined routes the dynamic design makes redundant, which override it, which no route server can do and why, and
what each design costs to keep.

  rsctl compare estate.rsctl.yaml                        the file without its route servers against itself without its routes
  rsctl compare estate.rsctl.yaml --without udr          the file as it is against itself without its routes
  rsctl compare dynamic.rsctl.yaml --static static.rsctl.yaml
                                                         two files, of which one may `extends` the other";

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// The static design; FILE is the dynamic one
    #[arg(long = "static", value_name = "FILE", conflicts_with = "dynamic")]
    pub fixed: Option<String>,
    /// The dynamic design; FILE is the static one
    #[arg(long, value_name = "FILE")]
    pub dynamic: Option<String>,
    /// Every subnet and prefix, not only the first few
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

/// Arguments of `emit`.
#[derive(Debug, Args)]
pub struct EmitArgs {
    /// What to write.
    #[command(subcommand)]
    pub what: EmitCommand,
}

/// What can be written for other tools.
#[derive(Debug, Subcommand)]
pub enum EmitCommand {
    /// The fewest user-defined routes that do what the route servers do, so that these can go
    #[command(after_help = EXIT_CODES, long_about = EMIT_UDR_HELP)]
    Udr(EmitUdrArgs),
    /// The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies
    #[command(after_help = EXIT_CODES)]
    NvaBgp(EmitNvaBgpArgs),
}

const EMIT_UDR_HELP: &str = "Write the smallest route tables that make every subnet decide every address as the topology does with its
route servers, once these are gone.

Subnets of one region that need the same share a table. What a user-defined route cannot say is told in the output and on standard
error, never left out silently. Route tables of the topology are replaced as a whole.";

/// Formats of route tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UdrFormat {
    /// For the provider azurerm, version 4.
    Terraform,
    /// For Bicep.
    Bicep,
    /// An ARM template.
    #[value(alias = "json")]
    Arm,
    /// A script of az commands.
    #[value(alias = "bash")]
    Az,
    /// An overlay on the topology.
    #[value(alias = "rsctl")]
    Yaml,
}

/// Arguments of `emit udr`.
#[derive(Debug, Args)]
pub struct EmitUdrArgs {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// Only for this subnet (`vnet/subnet`, repeatable)
    #[arg(long, value_name = "VNET/SUBNET")]
    pub subnet: Vec<String>,
    /// Only for the subnets of this VNet (repeatable)
    #[arg(long, value_name = "VNET")]
    pub vnet: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]
    #[arg(short = 'o', long = "as", alias = "output", value_name = "FORMAT[=PATH]", value_parser = parse_output::<UdrFormat>)]
    pub output: Vec<Output<UdrFormat>>,
}

/// Daemons that speak BGP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NvaBgpFormat {
    /// FRRouting 8.4 or newer.
    Frr,
    /// BIRD 2.
    Bird,
}

/// Arguments of `emit nva-bgp`.
#[derive(Debug, Args)]
pub struct EmitNvaBgpArgs {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// The NVA or site; needed where more than one NVA speaks BGP
    #[arg(long, value_name = "NAME")]
    pub nva: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]
    #[arg(short = 'o', long = "as", alias = "output", value_name = "FORMAT[=PATH]", required = true, value_parser = parse_output::<NvaBgpFormat>)]
    pub output: Vec<Output<NvaBgpFormat>>,
}
