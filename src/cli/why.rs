//! What `why` takes.

use super::{FactArgs, FileArg, Output, WhatIf, parse_output};
use clap::{Args, ValueEnum};

pub(super) const WHY_HELP: &str =
    "Explain what a subnet or a BGP speaker does with an address or a prefix, or why it has nothing of it:
every candidate with the way it came, the step that removed each loser, and every refusal, each with the
line of the topology that is responsible and the facts about Azure it rests on.

  rsctl why 10.2.0.4 --at spoke1/app            what decides for the address, and why
  rsctl why 10.2.0.0/16 --at spoke1/app         the row of this prefix, or why there is none
  rsctl why 10.2.0.0/16 --at hub/route_server   the decision of a speaker
  rsctl why 10.2.0.4 --at spoke1/app --not fw1  the smallest edits that lead it elsewhere

With --not the exit code is 1 when nothing is found.";

/// How reasons are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhyFormat {
    /// A tree, for people.
    #[value(alias = "table")]
    Human,
    /// For scripts.
    Json,
    /// For pull requests and documents.
    Markdown,
    /// A flowchart.
    Mermaid,
}

/// Arguments of `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// An IPv4 address or prefix
    #[arg(value_name = "PREFIX|IP")]
    pub asked: String,
    /// Where: a subnet (`vnet/subnet`), or a BGP speaker such as `hub/route_server`, `hub/vpn_gateway:0`, `fw1`
    #[arg(long, value_name = "PLACE", required = true)]
    pub at: String,
    /// Also the smallest edits with which the subnet sends it elsewhere than to this address or NVA; without a value, elsewhere than now
    #[arg(long = "not", value_name = "NEXTHOP", num_args = 0..=1, default_missing_value = "")]
    pub not: Option<String>,
    /// Also what has no bearing: shorter rows with all they rest on, refusals of what came from the refused one
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub file: FileArg,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = parse_output::<WhyFormat>)]
    pub output: Vec<Output<WhyFormat>>,
}
