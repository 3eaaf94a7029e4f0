//! The BGP configuration of NVAs, as text. Whether daemons take it and do what it says is asked in `tests/daemons.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[allow(dead_code, reason = "the laws use more of it")]
mod support;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rsctl::bgp;
use rsctl::exchange::emit::nva_bgp::{NvaBgp, bird, frr};
use rsctl::topology::{RouterId, Topology};
use rsctl::words::printable;
use support::small::estates;

const POLICIES: &str = include_str!("../fixtures/nva-bgp/policies.rsctl.yaml");
const SUMMARY: &str = include_str!("../fixtures/nva-bgp/summary.rsctl.yaml");

/// A hub with a route server, and an NVA with these keys beside its place and its ASN.
fn hub(keys: &str) -> String {
    format!(
        "rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: {{ RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }}
    route_server: {{ peers: [fw1] }}
nvas:
  fw1: {{ subnet: hub/nva, ip: 10.0.1.4, asn: 65001, {keys} }}
"
    )
}

fn resolved(yaml: &str) -> Topology {
    support::resolved(yaml).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"))
}

fn written(yaml: &str, name: &str) -> Result<NvaBgp, (String, String)> {
    let topology = resolved(yaml);
    let id = topology.routers.iter().position(|router| router.name == name).unwrap();
    NvaBgp::of(&topology, &bgp::run(&topology).network, RouterId(id as u32))
}

fn nva(yaml: &str, name: &str) -> NvaBgp {
    written(yaml, name).unwrap()
}

/// Lines that a daemon reads, without those that begin with the sign of a comment.
fn read_by_daemon(text: &str, sign: char) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(sign)).collect()
}

#[test]
fn a_router_with_every_kind_of_policy_is_as_reviewed() {
    let fw1 = nva(POLICIES, "fw1").from_file("policies.rsctl.yaml");
    insta::assert_snapshot!("policies-frr", frr::write(&fw1));
    insta::assert_snapshot!("policies-bird", bird::write(&fw1));
}

#[test]
fn a_router_that_summarises_what_it_learns_is_as_reviewed() {
    let fw1 = nva(SUMMARY, "fw1").from_file("summary.rsctl.yaml");
    insta::assert_snapshot!("summary-frr", frr::write(&fw1));
    insta::assert_snapshot!("summary-bird", bird::write(&fw1));
}

#[test]
fn a_router_that_cannot_speak_bgp_is_told_what_it_lacks() {
    let yaml = "rsctl: 1
vnets: { hub: { address_space: [10.0.0.0/16], subnets: { GatewaySubnet: 10.0.0.0/26 }, vpn_gateway: {} } }
sites:
  silent: { prefixes: [192.168.1.0/24] }
  nowhere: { asn: 65021, prefixes: [192.168.2.0/24], vpn: { gateway: hub } }
  nobody: { asn: 0, ip: 192.168.3.1, prefixes: [192.168.3.0/24] }
";
    let said = |name| written(yaml, name).unwrap_err();
    assert_eq!(said("silent"), ("`silent` speaks no BGP".into(), "give it an `asn`".into()));
    assert_eq!(said("nowhere"), ("`nowhere` has no address to run BGP from".into(), "give it an `ip`".into()));
    assert_eq!(said("nobody").0, "`nobody` has ASN 0, which no speaker may use (RFC 7607)");
}

#[test]
fn a_neighbour_without_an_address_stays_a_comment_with_everything_but_the_address() {
    let yaml = hub("export: { dc1: [{ match: { within: 10.0.0.0/8 }, then: { drop: true } }] }")
        + "sites: { dc1: { asn: 65021, prefixes: [192.168.0.0/16] } }\nsessions: [{ between: [fw1, dc1] }]\n";
    let fw1 = nva(&yaml, "fw1");
    let remark = "dc1: no session is written, as the topology does not tell its address";
    for (text, sign, remarks, placeholder) in [
        (frr::write(&fw1), '!', frr::remarks(&fw1), "! neighbor ADDRESS route-map to-dc1 out"),
        (bird::write(&fw1), '#', bird::remarks(&fw1), "#   neighbor ADDRESS as 65021;"),
    ] {
        assert_eq!(remarks, [remark]);
        assert!(text.contains(&format!("{sign} - {remark}\n")), "{text}");
        assert!(text.contains(placeholder), "{text}");
        assert!(!read_by_daemon(&text, sign).concat().contains("ADDRESS"), "{text}");
    }
}

#[test]
fn a_session_that_the_route_server_closes_is_written_and_told() {
    let yaml = hub("advertises: [192.168.1.0/24, 192.168.2.0/24, 192.168.3.0/24, 192.168.4.0/24]");
    let yaml = yaml.replace("rsctl: 1", "rsctl: 1\nfacts: { routes_per_peer: 3 }");
    let fw1 = nva(&yaml, "fw1");
    let names: Vec<&str> = fw1.neighbors.iter().map(|neighbor| neighbor.name.as_str()).collect();
    assert_eq!(names, ["hub/route_server:0", "hub/route_server:1"]);
    let why = "because fw1 sends more routes than a route server takes of one peer";
    assert_eq!(fw1.remarks, [format!("hub/route_server: it closes its sessions, {why}")]);
    assert!(frr::write(&fw1).contains(" neighbor 10.0.0.5 remote-as 65515\n"));
}

#[test]
fn a_route_server_out_of_reach_is_told() {
    let yaml =
        hub("").replace("nvas:", "  far: { address_space: [10.9.0.0/16], subnets: { nva: 10.9.1.0/24 } }\nnvas:");
    let yaml = yaml.replace("subnet: hub/nva, ip: 10.0.1.4", "subnet: far/nva, ip: 10.9.1.4");
    let fw1 = nva(&yaml, "fw1");
    assert!(fw1.neighbors.is_empty());
    assert_eq!(fw1.remarks, ["hub/route_server: no session is written, as hub does not reach fw1"]);
}

#[test]
fn two_neighbours_with_one_address_are_one_session_and_a_remark() {
    let yaml = hub("") + "sites: { dc1: { asn: 65021, ip: 10.0.0.4 } }\nsessions: [{ between: [fw1, dc1] }]\n";
    let fw1 = nva(&yaml, "fw1");
    let gaps: Vec<&str> = fw1.neighbors.iter().filter_map(|neighbor| neighbor.gap.as_deref()).collect();
    assert_eq!(gaps, ["hub/route_server:0 has the same address 10.0.0.4, and a daemon tells neighbours by it"]);
}

#[test]
fn neighbours_on_the_wire_need_no_route_and_others_go_through_the_gateway_of_their_nic() {
    let yaml = "rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: { RouteServerSubnet: 10.0.0.0/26, inside: 10.0.1.0/24, outside: 10.0.2.0/24 }
    route_server: { peers: [fw1] }
nvas:
  fw1: { subnet: hub/inside, ip: 10.0.1.4, asn: 65001, interfaces: [{ subnet: hub/outside, ip: 10.0.2.4 }] }
  near: { subnet: hub/outside, ip: 10.0.2.5, asn: 65002 }
sites:
  wan: { asn: 65003, ip: 203.0.113.9 }
sessions:
  - { between: [fw1, near], addresses: { fw1: 10.0.2.4 } }
  - { between: [fw1, wan], addresses: { fw1: 169.254.1.1 } }
";
    let fw1 = nva(yaml, "fw1");
    let routes: Vec<String> =
        fw1.static_routes.iter().map(|route| format!("{} via {}", route.prefix, route.next_hop)).collect();
    assert_eq!(routes, ["10.0.0.0/26 via 10.0.1.1"]);
    assert_eq!(fw1.remarks, ["wan: the way to 203.0.113.9 is not written, as the topology does not tell it"]);
    let text = frr::write(&fw1);
    assert!(text.contains(" neighbor 10.0.0.4 ebgp-multihop 255\n"), "{text}");
    assert!(!text.contains(" neighbor 10.0.2.5 ebgp-multihop"), "{text}");
    assert!(text.contains(" neighbor 10.0.2.5 update-source 10.0.2.4\n"), "{text}");
    let near = nva(yaml, "near");
    assert_eq!(near.static_routes, []);
    assert!(bird::write(&near).contains("  neighbor 10.0.2.4 as 65001;\n  direct;\n"));
}

#[test]
fn a_site_behind_a_circuit_speaks_to_both_edges() {
    let yaml = "rsctl: 1
vnets: { hub: { address_space: [10.0.0.0/16], subnets: { GatewaySubnet: 10.0.0.0/26 }, express_route_gateway: {} } }
sites: { dc1: { asn: 65021, prefixes: [192.168.0.0/16] } }
circuits:
  er1:
    gateways: [hub]
    sites: [dc1]
    primary_peer_address_prefix: 192.168.34.16/30
    secondary_peer_address_prefix: 192.168.34.20/30
";
    let dc1 = nva(yaml, "dc1");
    assert_eq!(dc1.router_id.to_string(), "192.168.34.17");
    let text = frr::write(&dc1);
    for line in [
        " neighbor 192.168.34.18 remote-as 12076\n",
        " neighbor 192.168.34.18 update-source 192.168.34.17\n",
        " neighbor 192.168.34.22 update-source 192.168.34.21\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert_eq!(frr::remarks(&dc1), [""; 0]);
}

#[test]
fn what_a_daemon_cannot_do_is_told() {
    let remarks = |keys: &str| {
        let fw1 = nva(&hub(keys), "fw1");
        (frr::remarks(&fw1), bird::remarks(&fw1))
    };
    let (in_frr, in_bird) = remarks("advertises: [{ prefix: 192.168.0.0/16, as_path: [65001, 0] }]");
    assert_eq!(in_frr, ["192.168.0.0/16: FRR sends no ASN 0 (RFC 7607), which is left out of the path"]);
    assert!(in_bird.is_empty());

    let (in_frr, in_bird) = remarks("allow_as_in: true, split_horizon: false");
    assert_eq!(in_frr, ["FRR accepts its own ASN ten times in a path, and no more"]);
    assert_eq!(in_bird, ["BIRD never sends a route back to the session it came from"]);

    let (in_frr, in_bird) = remarks("import: { hub: [{ then: { summarize: 10.0.0.0/8 } }] }");
    assert_eq!(in_frr.len(), 1, "one for both instances");
    let how = "cannot take 10.0.0.0/8 instead of what it receives, and takes the parts";
    assert_eq!(in_frr[0], format!("hub/route_server: rule 1: FRR {how}"));
    assert_eq!(in_bird[0], format!("hub/route_server: rule 1: BIRD {how}"));

    let (in_frr, in_bird) = remarks("advertises: [{ prefix: 192.168.0.0/16, next_hop: 224.0.0.9 }]");
    assert_eq!(in_frr, ["192.168.0.0/16: 224.0.0.9 is no address of a host; the router is the next hop"]);
    assert_eq!(in_bird, in_frr);

    let (in_frr, in_bird) = remarks("import: { hub: [{ then: { next_hop: 10.0.1.100 } }] }");
    assert!(in_frr.is_empty());
    assert!(in_bird[0].ends_with("BIRD still forwards to the next hop that it received"), "{in_bird:?}");

    let (in_frr, in_bird) = remarks("advertises: [{ prefix: 192.168.0.0/16, communities: [\"65535:666\"] }]");
    assert_eq!(in_frr, ["FRR follows well-known communities by itself; the topology has 65535:666"]);
    assert!(in_bird.is_empty());
}

#[test]
fn a_router_that_passes_nothing_on_says_so_to_the_daemon() {
    let fw1 = nva(&hub("readvertise: false, advertises: [192.168.0.0/16]"), "fw1");
    assert!(frr::write(&fw1).contains("ip prefix-list not-own deny 192.168.0.0/16\n"));
    assert!(bird::write(&fw1).contains("  if source = RTS_BGP then reject;\n"));
}

#[test]
fn a_summary_that_nothing_brings_about_is_not_written() {
    let keys =
        "readvertise: false, export: { hub: [{ match: { within: 10.0.0.0/8 }, then: { summarize: 10.0.0.0/8 } }] }";
    let fw1 = nva(&hub(keys), "fw1");
    assert!(fw1.neighbors.iter().all(|neighbor| neighbor.summaries.is_empty()));
    assert_eq!(frr::remarks(&fw1), [""; 0]);
}

#[test]
fn nothing_that_a_user_writes_leaves_its_comment_or_becomes_a_command() {
    let file = "estate.yaml\nrouter bgp 1\u{1b}[31m\u{202e}";
    let name = "a ! # \\\"; } router bgp 1 Zürich";
    let yaml = hub(&format!("import: {{ hub: [{{ name: \"{name}\", then: {{ prepend: 65001 }} }}] }}"));
    let fw1 = nva(&yaml, "fw1").from_file(file);
    let plain = nva(&hub("import: { hub: [{ then: { prepend: 65001 } }] }"), "fw1");
    for (text, without, sign) in
        [(frr::write(&fw1), frr::write(&plain), '!'), (bird::write(&fw1), bird::write(&plain), '#')]
    {
        assert_eq!(read_by_daemon(&text, sign), read_by_daemon(&without, sign));
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(65515),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_remark_stands_in_the_file_and_every_run_writes_the_same(estate in estates()) {
        let topology = resolved(&estate.node().to_yaml());
        let ribs = bgp::run(&topology);
        for index in 0..topology.routers.len() as u32 {
            let Ok(nva) = NvaBgp::of(&topology, &ribs.network, RouterId(index)) else { continue };
            for (text, again, remarks, sign) in [
                (frr::write(&nva), frr::write(&nva.clone()), frr::remarks(&nva), '!'),
                (bird::write(&nva), bird::write(&nva.clone()), bird::remarks(&nva), '#'),
            ] {
                prop_assert_eq!(&text, &again);
                for remark in remarks {
                    let line = format!("{sign} - {}\n", printable(&remark));
                    prop_assert!(text.contains(&line), "{line}{text}");
                }
            }
        }
    }
}
