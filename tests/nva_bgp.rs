//! The BGP configuration of NVAs, as text. Whether daemons take it and do what it says is asked in `tests/daemons.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[allow(dead_code, reason = "the laws use more of it")]
mod support;

use rsctl::bgp;
use rsctl::exchange::emit::nva_bgp::{NvaBgp, bird, frr};
use rsctl::topology::{RouterId, Topology};

const POLICIES: &str = include_str!("../fixtures/nva-bgp/policies.rsctl.yaml");

fn resolved(yaml: &str) -> Topology {
    support::resolved(yaml).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"))
}

fn written(topology: &Topology, name: &str) -> Result<NvaBgp, (String, String)> {
    let id = topology.routers.iter().position(|router| router.name == name).unwrap();
    NvaBgp::of(topology, &bgp::run(topology).network, RouterId(id as u32))
}

fn nva(yaml: &str, name: &str) -> NvaBgp {
    written(&resolved(yaml), name).unwrap()
}

#[test]
fn a_router_with_every_kind_of_policy_is_as_reviewed() {
    let fw1 = nva(POLICIES, "fw1").from_file("policies.rsctl.yaml");
    insta::assert_snapshot!("policies-frr", frr::write(&fw1));
    insta::assert_snapshot!("policies-bird", bird::write(&fw1));
}
