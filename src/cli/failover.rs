//! What `failover` takes.

use super::{FactArgs, OutputArgs, WhatIf};
use clap::{Args, ValueEnum};

pub(super) const FAILOVER_HELP: &str = "Break everything in turn, and say how each conversation between subnets and sites fares then.

  dead         it worked and does not                      asymmetric   NVAs no longer see both of its directions
  uninspected  an NVA saw it and none does                 rerouted     it takes another way, or fewer of several

  rsctl failover estate.rsctl.yaml                         every failure, the worst first
  rsctl failover estate.rsctl.yaml --k 2                   every two failures at once as well
  rsctl failover estate.rsctl.yaml --of nva,circuit        some kinds
  rsctl failover estate.rsctl.yaml --of fw1,hub/vpn_gateway:0
                                                           some things, by the names that --down takes
  rsctl failover estate.rsctl.yaml --fail-on dead          exit code 1 when a failure ends a conversation

Spokes that nothing tells apart are computed once and counted as many. Routes only: what a firewall keeps of its sessions is not known.";

/// A kind of thing that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailingKind {
    /// NVAs
    Nva,
    /// BGP sessions, tunnels, connections of gateways to circuits
    Session,
    /// Instances of route servers
    RouteServer,
    /// Gateways and their instances
    Gateway,
    /// Circuits
    Circuit,
    /// Peerings
    Peering,
    /// VNets with a route server, a gateway or an NVA
    Hub,
}

/// What makes the answer no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum FailoverFailOn {
    /// A conversation ends
    Dead,
    /// Or NVAs see half of one
    Asymmetric,
    /// Or no NVA sees one any more
    Uninspected,
    /// Nothing
    Never,
}

/// Arguments of `failover`.
#[derive(Debug, Args)]
pub struct FailoverArgs {
    /// Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// How many things fail at once, at most
    #[arg(long, value_name = "1|2", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub k: u8,
    /// Only these kinds (nva, session, route-server, gateway, circuit, peering, hub) or things by name (repeatable)
    #[arg(long, value_name = "KIND|NAME", value_delimiter = ',')]
    pub of: Vec<String>,
    /// End with 1 when a failure has an effect at least as bad
    #[arg(long, value_enum, default_value_t = FailoverFailOn::Never, value_name = "EFFECT")]
    pub fail_on: FailoverFailOn,
    /// Every failure, not only the first few and those that do something
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
