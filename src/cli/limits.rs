//! What `limits` takes.

use super::{FactArgs, OutputArgs, WhatIf};
use clap::Args;

pub(super) const LIMITS_HELP: &str =
    "Show how much of Azure's limits is used, which one further spokes exceed first, and which summary would help.

Counted is what Azure limits by number and the topology tells: peers, routes and VNets of route
servers, prefixes of gateways and circuits, peerings, route tables. `≥` stands before a count that
may be higher, because the topology does not tell everything.

  rsctl limits                              counts of at least half of a limit, worst first
  rsctl limits --all                        every count
  rsctl limits --add-spokes 50              with 50 more spokes of each hub, like the typical one
  rsctl limits --add-spokes 50 --like app7  with 50 more spokes like this one

Exit code 1 when more than --fail-at percent of a limit is used, with the spokes of --add-spokes.";

/// Arguments of `limits`.
#[derive(Debug, Args)]
pub struct LimitsArgs {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// Count with that many more spokes of each hub
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub add_spokes: Option<u32>,
    /// Further spokes are like this one, instead of the typical one of each hub
    #[arg(long, value_name = "VNET")]
    pub like: Option<String>,
    /// End with 1 when more than that part of a limit is used
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub fail_at: u32,
    /// Also counts below half of their limit, and every entry of long lists
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
