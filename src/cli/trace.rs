//! What `trace` takes.

use super::{FactArgs, FileArg, OutputArgs, WhatIf};
use clap::Args;

pub(super) const TRACE_HELP: &str =
    "Follow the packets of a conversation and their answers, hop by hop, and say what both directions come to.

  SYMMETRIC     both arrive and pass the same NVAs
  ASYMMETRIC    both arrive and pass different NVAs
  DROPPED       packets or answers are lost
  LOOP          packets or answers run in circles
  AMBIGUOUS     it depends on the choice among equal-cost paths
  UNDETERMINED  the topology does not tell

  rsctl trace --from spoke1/app --to 192.168.1.10 --both   both directions hop by hop
  rsctl trace --from spoke1/app --to internet --down fw1   the same with a firewall down
  rsctl trace --all-pairs                                  all subnets and sites, and fixes

Routes only: security groups and firewall rules are not looked at. Exit code 1 when a verdict is
another than SYMMETRIC, UNDETERMINED among them.";

/// Arguments of `trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Who opens the conversation: a subnet (`vnet/subnet`), a site, an NVA, or an address of one of these
    #[arg(long, value_name = "HOST", required_unless_present = "all_pairs")]
    pub from: Option<String>,
    /// Who answers: as --from, or `internet`
    #[arg(long, value_name = "HOST", required_unless_present = "all_pairs")]
    pub to: Option<String>,
    /// Show the answers hop by hop, too
    #[arg(long)]
    pub both: bool,
    /// Prove every conversation between subnets and sites
    #[arg(long, conflicts_with_all = ["from", "to", "both"])]
    pub all_pairs: bool,
    /// With --all-pairs: conversations that pass no NVA fail, too
    // clap waives `requires` of what --from excludes.
    #[arg(long, requires = "all_pairs", conflicts_with_all = ["from", "to", "both"])]
    pub inspected: bool,
    /// Every way, every kind and every name, not only the first few
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
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}
