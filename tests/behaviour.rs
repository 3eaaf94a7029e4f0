//! One small estate and one sentence for each thing that Azure does. The labs in `observed` say that it is so; these say where it would
//! break.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::bgp::{self, Ribs, find_device};
use rsctl::diagnostic::Sink;
use rsctl::effective::{Hop, Tables};
use rsctl::report::rib::{Which, rib};
use rsctl::report::verify::find_subnet;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{Topology, facts_of, resolve};

struct Estate {
    topology: Topology,
    ribs: Ribs,
}

impl Estate {
    fn new(text: &str) -> Self {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("test", format!("rsctl: 1\n{text}"), &mut DiskFiles, &mut sources, &mut sink);
        let topology = loaded.and_then(|loaded| {
            let facts = facts_of(&loaded.document, None, &mut sink);
            resolve(&loaded.document, facts, &mut sink)
        });
        let topology = topology.unwrap_or_else(|| panic!("{:#?}", sink.into_sorted()));
        let ribs = bgp::run(&topology);
        Estate { topology, ribs }
    }

    /// `prefix type hops`, with `!` before rows that are Invalid; None rows are left out.
    fn routes(&self, subnet: &str) -> Vec<String> {
        let tables = Tables::new(&self.topology, &self.ribs);
        let table = tables.of_subnet(find_subnet(&self.topology, subnet).unwrap());
        let rows = table.rows().filter(|row| row.next_hop_type.word() != "None");
        let line = |row: rsctl::effective::Row| {
            let hop = |hop: &Hop| match hop {
                Hop::Address(address) => format!(" {address}"),
                other => format!(" {other:?}"),
            };
            let hops: String = row.next_hops.iter().map(hop).collect();
            let mark = if row.state.word() == "Invalid" { "!" } else { "" };
            format!("{mark}{} {}{hops}", row.prefix, row.next_hop_type.word())
        };
        rows.map(line).collect()
    }

    /// The gateway rows of a subnet.
    fn programmed(&self, subnet: &str) -> Vec<String> {
        let rows = self.routes(subnet).into_iter();
        rows.filter_map(|row| row.split_once(" VirtualNetworkGateway").map(|(prefix, hops)| format!("{prefix}{hops}")))
            .collect()
    }

    /// `prefix path` of instance 0.
    fn rows(&self, device: &str, which: Which, peer: Option<&str>) -> Vec<String> {
        let find = |name: &str| find_device(&self.topology, name).unwrap().0;
        let instances = rib(&self.topology, &self.ribs, find(device), which, peer.map(find));
        let rows = instances[0].rows.iter().filter(|row| !row.only_possible);
        rows.map(|row| format!("{} {}", row.network, row.as_path).trim_end().to_owned()).collect()
    }

    fn learned(&self, device: &str, peer: &str) -> Vec<String> {
        self.rows(device, Which::Learned, Some(peer))
    }

    fn advertised(&self, device: &str, peer: &str) -> Vec<String> {
        self.rows(device, Which::Advertised, Some(peer))
    }
}

/// A hub with a route server, the NVAs given as `name: body`, and one spoke that uses its gateways.
fn hub(server: &str, gateways: &str, nvas: &[(&str, &str)], rest: &str) -> Estate {
    let peers = nvas.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let nvas: String = nvas.iter().map(|(name, body)| format!("\n  {name}: {{ subnet: hub/nva, {body} }}")).collect();
    let nvas = if nvas.is_empty() { " {}".to_owned() } else { nvas };
    Estate::new(&format!(
        "vnets:
  hub:
    region: here
    address_space: 10.0.0.0/16
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      GatewaySubnet: 10.0.0.64/26
      nva: 10.0.1.0/24
    route_server: {{ {server}peers: [{peers}] }}
{gateways}  spoke:
    region: here
    address_space: 10.1.0.0/16
    subnets: {{ app: 10.1.0.0/24 }}
{rest}nvas:{nvas}
"
    ))
}

const PEERED: &str = "peerings:\n  - { hub: hub, spoke: spoke }\n";
const ON: &str = "branch_to_branch: true, ";
const VPN: &str = "    vpn_gateway: { active_active: true }\n";
const EXPRESS_ROUTE: &str = "    express_route_gateway: {}\n";
const SITE: &str = "sites:\n  dc: { asn: 65021, ip: 192.0.2.1, prefixes: [192.168.0.0/16] }\n";

fn with_circuit() -> String {
    format!("{PEERED}{SITE}circuits:\n  er: {{ gateways: [hub], sites: [dc] }}\n")
}

fn with_tunnel() -> String {
    format!("{PEERED}{SITE}connections:\n  - {{ between: [hub, dc] }}\n")
}

#[test]
fn an_nva_prefix_reaches_the_hub_and_the_transit_spoke() {
    let estate = hub("", "", &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")], PEERED);
    assert_eq!(estate.programmed("hub/nva"), ["172.16.0.0/16 10.0.1.4"]);
    assert_eq!(estate.programmed("spoke/app"), ["172.16.0.0/16 10.0.1.4"]);
}

#[test]
fn a_plain_peering_brings_no_gateway_route() {
    let rest = "peerings:\n  - { between: [hub, spoke] }\n";
    let estate = hub("", "", &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")], rest);
    assert_eq!(estate.programmed("spoke/app"), [""; 0]);
    assert_eq!(estate.advertised("hub/route_server", "fw"), ["10.0.0.0/16 65515"]);
}

#[test]
fn a_one_sided_peering_routes_nothing() {
    let rest = "peerings:\n  - { local: spoke, remote: hub, use_remote_gateways: true }\n";
    let estate = hub("", "", &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")], rest);
    assert_eq!(estate.routes("spoke/app"), ["10.1.0.0/16 VnetLocal", "0.0.0.0/0 Internet"]);
}

#[test]
fn a_disconnected_peering_routes_nothing() {
    let rest = "peerings:\n  - { hub: hub, spoke: spoke, sides: { hub: { state: Disconnected } } }\n";
    let estate = hub("", "", &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")], rest);
    assert_eq!(estate.routes("spoke/app"), ["10.1.0.0/16 VnetLocal", "0.0.0.0/0 Internet"]);
}

#[test]
fn a_prefix_inside_a_peered_vnet_is_learned_but_not_programmed() {
    let rest = "  lab: { address_space: 10.9.0.0/16, subnets: { a: 10.9.0.0/24 } }\npeerings:\n  - { hub: hub, spoke: spoke }\n  - { between: [spoke, lab] }\n";
    let estate = hub("", "", &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [10.9.1.0/24, 10.8.0.0/15]")], rest);
    assert_eq!(estate.learned("hub/route_server", "fw"), ["10.8.0.0/15 65001", "10.9.1.0/24 65001"]);
    assert_eq!(estate.programmed("spoke/app"), ["10.8.0.0/15 10.0.1.4"]);
    assert_eq!(estate.programmed("hub/nva"), ["10.8.0.0/15 10.0.1.4", "10.9.1.0/24 10.0.1.4"]);
}

#[test]
fn equal_paths_of_different_asns_share_and_a_longer_one_loses() {
    let estate = hub(
        "",
        "",
        &[
            ("a", "ip: 10.0.1.4, asn: 65001, advertises: [0.0.0.0/0, 172.16.0.0/16]"),
            (
                "b",
                "ip: 10.0.1.5, asn: 65002, advertises: [0.0.0.0/0, { prefix: 172.16.0.0/16, as_path: [65002, 65002] }]",
            ),
        ],
        PEERED,
    );
    assert_eq!(estate.programmed("spoke/app"), ["0.0.0.0/0 10.0.1.4 10.0.1.5", "172.16.0.0/16 10.0.1.4"]);
}

#[test]
fn a_third_party_next_hop_is_programmed() {
    let estate = hub(
        "",
        "",
        &[("fw", "ip: 10.0.1.4, asn: 65001, advertises: [{ prefix: 10.0.0.0/8, next_hop: 10.0.1.100 }]")],
        PEERED,
    );
    assert_eq!(estate.programmed("spoke/app"), ["10.0.0.0/8 10.0.1.100"]);
}

#[test]
fn nvas_hear_of_each_other_only_with_branch_to_branch() {
    let nvas = [("a", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]"), ("b", "ip: 10.0.1.5, asn: 65002")];
    let local = ["10.0.0.0/16 65515", "10.1.0.0/16 65515"];
    assert_eq!(hub("", "", &nvas, PEERED).advertised("hub/route_server", "b"), local);
    let on = hub(ON, "", &nvas, PEERED);
    assert_eq!(
        on.advertised("hub/route_server", "b"),
        ["10.0.0.0/16 65515", "10.1.0.0/16 65515", "172.16.0.0/16 65515-65001"]
    );
    assert_eq!(on.advertised("hub/route_server", "a"), local, "never back to the supplier");
    let switched = hub("", "", &nvas, &format!("{PEERED}facts: {{ nva_reflection: always }}\n"));
    assert_eq!(switched.advertised("hub/route_server", "b").len(), 3);
}

#[test]
fn no_advertise_is_programmed_and_sent_to_nobody() {
    let nva = "ip: 10.0.1.4, asn: 65001, advertises: [{ prefix: 172.16.0.0/16, communities: [no-advertise] }]";
    let estate = hub(ON, EXPRESS_ROUTE, &[("fw", nva), ("b", "ip: 10.0.1.5, asn: 65002")], &with_circuit());
    assert_eq!(estate.programmed("spoke/app"), ["172.16.0.0/16 10.0.1.4", "192.168.0.0/16 ExpressRouteFabric"]);
    assert!(!estate.advertised("hub/route_server", "b").iter().any(|row| row.starts_with("172.16")));
    assert!(!estate.advertised("hub/express_route_gateway", "er").iter().any(|row| row.starts_with("172.16")));
}

#[test]
fn gateways_and_nvas_are_joined_only_with_branch_to_branch() {
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")];
    let off = hub("", EXPRESS_ROUTE, &nvas, &with_circuit());
    assert_eq!(off.advertised("hub/express_route_gateway", "er"), ["10.0.0.0/16 65515", "10.1.0.0/16 65515"]);
    assert_eq!(off.advertised("hub/route_server", "fw"), ["10.0.0.0/16 65515", "10.1.0.0/16 65515"]);
    let on = hub(ON, EXPRESS_ROUTE, &nvas, &with_circuit());
    assert!(on.advertised("hub/express_route_gateway", "er").contains(&"172.16.0.0/16 65515-65001".to_owned()));
    assert!(on.advertised("hub/route_server", "fw").contains(&"192.168.0.0/16 65515-12076-65021".to_owned()));
}

#[test]
fn on_premises_sees_12076_only() {
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")];
    let estate = hub(ON, EXPRESS_ROUTE, &nvas, &with_circuit());
    let heard = estate.learned("dc", "er");
    assert!(heard.contains(&"172.16.0.0/16 12076".to_owned()), "{heard:?}");
}

#[test]
fn a_vpn_gateway_keeps_the_default_route_and_an_express_route_gateway_does_not() {
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [0.0.0.0/0, 0.0.0.0/1]")];
    let vpn = hub(ON, VPN, &nvas, &with_tunnel());
    assert!(vpn.learned("hub/vpn_gateway", "hub/route_server").contains(&"0.0.0.0/0 65001".to_owned()));
    let sent = vpn.advertised("hub/vpn_gateway", "dc");
    assert!(
        sent.contains(&"0.0.0.0/1 65515-65001".to_owned()) && !sent.iter().any(|row| row.starts_with("0.0.0.0/0")),
        "{sent:?}"
    );
    let express_route = hub(ON, EXPRESS_ROUTE, &nvas, &with_circuit());
    assert!(express_route.advertised("hub/express_route_gateway", "er").contains(&"0.0.0.0/0 65515-65001".to_owned()));
}

#[test]
fn a_gateway_with_another_asn_speaks_ebgp_with_the_route_server() {
    let gateway = "    vpn_gateway: { active_active: true, asn: 300 }\n";
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16]")];
    let estate = hub(ON, gateway, &nvas, &with_tunnel());
    assert_eq!(
        estate.learned("hub/vpn_gateway", "hub/route_server"),
        ["172.16.0.0/16 65515-65001"; 2],
        "one of each instance"
    );
    assert!(estate.advertised("hub/route_server", "fw").contains(&"192.168.0.0/16 65515-300-65021".to_owned()));
}

#[test]
fn express_route_beats_a_shorter_nva_path_unless_preference_says_otherwise() {
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [192.168.0.0/16]")];
    let winner = |preference: &str| {
        let server = format!("{ON}hub_routing_preference: {preference}, ");
        hub(&server, EXPRESS_ROUTE, &nvas, &with_circuit()).programmed("spoke/app")
    };
    assert_eq!(winner("ExpressRoute"), ["192.168.0.0/16 ExpressRouteFabric"]);
    assert_eq!(winner("VpnGateway"), ["192.168.0.0/16 10.0.1.4"]);
    assert_eq!(winner("ASPath"), ["192.168.0.0/16 10.0.1.4"]);
}

#[test]
fn vpn_and_nva_of_equal_length_share_and_the_open_fact_decides() {
    let nvas = [("fw", "ip: 10.0.1.4, asn: 65001, advertises: [192.168.0.0/16]")];
    let rows = |facts: &str| hub(ON, VPN, &nvas, &format!("{}{facts}", with_tunnel())).programmed("spoke/app");
    assert_eq!(rows(""), ["192.168.0.0/16 10.0.0.68 10.0.0.69 10.0.1.4"]);
    assert_eq!(rows("facts: { vpn_nva_tie: vpn }\n"), ["192.168.0.0/16 10.0.0.68 10.0.0.69"]);
    assert_eq!(rows("facts: { vpn_nva_tie: nva }\n"), ["192.168.0.0/16 10.0.1.4"]);
}

#[test]
fn an_active_passive_gateway_shows_its_public_address() {
    let gateway = "    vpn_gateway: { public_ips: [203.0.113.7] }\n";
    assert_eq!(hub(ON, gateway, &[], &with_tunnel()).programmed("spoke/app"), ["192.168.0.0/16 203.0.113.7"]);
}

#[test]
fn a_static_tunnel_brings_the_prefixes_of_its_local_network_gateway() {
    let rest = format!("{PEERED}sites:\n  dc: {{ prefixes: [192.168.0.0/16], vpn: {{ gateway: hub, bgp: false }} }}\n");
    let estate = hub(ON, VPN, &[("fw", "ip: 10.0.1.4, asn: 65001")], &rest);
    assert_eq!(estate.programmed("spoke/app"), ["192.168.0.0/16 10.0.0.68 10.0.0.69"]);
    assert!(estate.advertised("hub/route_server", "fw").contains(&"192.168.0.0/16 65515".to_owned()));
}

#[test]
fn a_point_to_site_pool_reaches_nics_but_not_the_route_server() {
    let gateway = "    vpn_gateway: { active_active: true, vpn_client_address_pool: [172.31.0.0/24] }\n";
    let estate = hub(ON, gateway, &[("fw", "ip: 10.0.1.4, asn: 65001")], PEERED);
    assert_eq!(estate.programmed("spoke/app"), ["172.31.0.0/24 10.0.0.68 10.0.0.69"]);
    assert!(!estate.advertised("hub/route_server", "fw").iter().any(|row| row.starts_with("172.31")));
}

#[test]
fn a_path_through_65515_is_dropped_unless_the_router_rewrites_it() {
    let two_hubs = |nva: &str| {
        Estate::new(&format!(
            "vnets:
  a: {{ address_space: 10.0.0.0/16, subnets: {{ RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }}, route_server: {{ peers: [fw] }} }}
  b: {{ address_space: 10.1.0.0/16, subnets: {{ RouteServerSubnet: 10.1.0.0/26 }}, route_server: {{ peers: [fw] }} }}
  far: {{ address_space: 10.2.0.0/16, subnets: {{ x: 10.2.0.0/24 }} }}
peerings:
  - {{ between: [a, b] }}
  - {{ hub: b, spoke: far }}
nvas:
  fw: {{ subnet: a/nva, ip: 10.0.1.4, asn: 65001, {nva} }}
"
        ))
    };
    assert_eq!(two_hubs("advertises: []").learned("a/route_server", "fw"), [""; 0]);
    let overridden = two_hubs("as_override: true").learned("a/route_server", "fw");
    assert_eq!(overridden, ["10.1.0.0/16 65001-65001", "10.2.0.0/16 65001-65001"]);
    let stripped = two_hubs("export: { a: [{ then: { strip: [65515] } }] }").learned("a/route_server", "fw");
    assert_eq!(stripped, ["10.1.0.0/16 65001", "10.2.0.0/16 65001"]);
    let silent = two_hubs("as_override: true, readvertise: false").learned("a/route_server", "fw");
    assert_eq!(silent, [""; 0]);
}

/// The table of a spoke subnet with the route table `table`, behind an NVA that announces `prefixes`.
fn spoke_with(table: &str, prefixes: &str) -> Vec<String> {
    let estate = Estate::new(&format!(
        "vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: {{ RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }}
    route_server: {{ peers: [fw] }}
  spoke: {{ address_space: 10.1.0.0/16, subnets: {{ app: {{ prefix: 10.1.0.0/24, route_table: t }} }} }}
{PEERED}route_tables: {{ t: {table} }}
nvas: {{ fw: {{ subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [{prefixes}] }} }}
"
    ));
    estate.routes("spoke/app")
}

#[test]
fn udr_beats_bgp_for_equal_prefix() {
    let rows = spoke_with("{ routes: { r: { prefix: 172.16.0.0/16, next_hop: 10.0.1.9 } } }", "172.16.0.0/16");
    assert!(rows.contains(&"!172.16.0.0/16 VirtualNetworkGateway 10.0.1.4".to_owned()), "{rows:?}");
    assert!(rows.contains(&"172.16.0.0/16 VirtualAppliance 10.0.1.9".to_owned()), "{rows:?}");
}

#[test]
fn udr_equal_to_the_vnet_and_to_a_peered_range_makes_the_system_rows_invalid() {
    let table = "{ routes: { own: { prefix: 10.1.0.0/16, next_hop: 10.0.1.4 }, hub: { prefix: 10.0.0.0/16, next_hop: 10.0.1.4 } } }";
    let rows = spoke_with(table, "");
    assert!(
        rows.contains(&"!10.1.0.0/16 VnetLocal".to_owned()) && rows.contains(&"!10.0.0.0/16 VNetPeering".to_owned()),
        "{rows:?}"
    );
}

#[test]
fn a_longer_udr_leaves_the_wider_rows_active() {
    let rows = spoke_with("{ routes: { part: { prefix: 10.0.1.0/24, next_hop: 10.0.1.4 } } }", "");
    assert!(rows.contains(&"10.0.0.0/16 VNetPeering".to_owned()), "{rows:?}");
}

#[test]
fn a_bgp_default_removes_the_internet_row_and_a_user_defined_one_leaves_it_invalid() {
    let internet = |rows: Vec<String>| rows.into_iter().filter(|row| row.contains("0.0.0.0/0")).collect::<Vec<_>>();
    assert_eq!(internet(spoke_with("{}", "0.0.0.0/0")), ["0.0.0.0/0 VirtualNetworkGateway 10.0.1.4"]);
    let user = "{ routes: { d: { prefix: 0.0.0.0/0, next_hop: 10.0.1.9 } } }";
    assert_eq!(internet(spoke_with(user, "")), ["!0.0.0.0/0 Internet", "0.0.0.0/0 VirtualAppliance 10.0.1.9"]);
    assert_eq!(
        internet(spoke_with(user, "0.0.0.0/0")),
        ["!0.0.0.0/0 VirtualNetworkGateway 10.0.1.4", "0.0.0.0/0 VirtualAppliance 10.0.1.9"]
    );
}

#[test]
fn propagation_off_removes_gateway_rows_and_nothing_else() {
    let rows = spoke_with("{ bgp_route_propagation: false }", "172.16.0.0/16, 0.0.0.0/0");
    assert_eq!(rows, ["10.1.0.0/16 VnetLocal", "10.0.0.0/16 VNetPeering", "0.0.0.0/0 Internet"]);
}

#[test]
fn a_peer_that_sends_too_many_routes_loses_its_session() {
    let prefixes: Vec<String> = (0..250).map(|index| format!("172.16.{index}.0/24")).collect();
    let nva = format!("ip: 10.0.1.4, asn: 65001, advertises: [{}]", prefixes.join(", "));
    let early = hub("", "", &[("fw", &nva)], &format!("{PEERED}as_of: 2021-06-01\n"));
    assert_eq!(early.ribs.closed.len(), 1);
    assert_eq!(early.programmed("spoke/app"), [""; 0]);
    let today = hub("", "", &[("fw", &nva)], PEERED);
    assert_eq!(today.programmed("spoke/app").len(), 250);
}

#[test]
fn routes_that_are_dropped_for_their_path_do_not_count_against_the_limit() {
    let announce =
        |third: u32| (0..150).map(|index| format!("172.{third}.{index}.0/24")).collect::<Vec<_>>().join(", ");
    // Each sends back to one instance what it heard of the other NVA through the other instance: 300 routes arrive, 150 are kept.
    let (a, b) = (announce(16), announce(17));
    let a = format!("ip: 10.0.1.4, asn: 65001, advertises: [{a}]");
    let b = format!("ip: 10.0.1.5, asn: 65002, advertises: [{b}]");
    let estate = hub(ON, "", &[("a", &a), ("b", &b)], &format!("{PEERED}as_of: 2021-06-01\n"));
    assert!(estate.ribs.closed.is_empty(), "{:?}", estate.ribs.closed);
    assert_eq!(estate.programmed("spoke/app").len(), 300);
}

#[test]
fn a_summary_stands_for_its_parts() {
    let nva = "ip: 10.0.1.4, asn: 65001, advertises: [172.16.1.0/24, 172.16.2.0/24, 9.9.9.9/32], export: { hub: [{ match: { within: 172.16.0.0/12 }, then: { summarize: 172.16.0.0/16 } }] }";
    let estate = hub("", "", &[("fw", nva)], PEERED);
    assert_eq!(estate.programmed("spoke/app"), ["9.9.9.9/32 10.0.1.4", "172.16.0.0/16 10.0.1.4"]);
}

#[test]
fn summarized_gateway_prefixes_replace_hub_and_spokes_towards_the_circuit_only() {
    let gateway = format!("{EXPRESS_ROUTE}    summarized_gateway_prefixes: [10.0.0.0/15]\n");
    let estate = hub(ON, &gateway, &[("fw", "ip: 10.0.1.4, asn: 65001")], &with_circuit());
    assert_eq!(estate.advertised("hub/express_route_gateway", "er"), ["10.0.0.0/15 65515"]);
    assert!(estate.advertised("hub/route_server", "fw").contains(&"10.1.0.0/16 65515".to_owned()));
}

#[test]
fn a_hub_that_its_summaries_leave_out_is_not_announced_and_an_uncovered_spoke_is() {
    let gateway = format!("{EXPRESS_ROUTE}    summarized_gateway_prefixes: [172.31.0.0/16]\n");
    let estate = hub(ON, &gateway, &[("fw", "ip: 10.0.1.4, asn: 65001")], &with_circuit());
    assert_eq!(estate.advertised("hub/express_route_gateway", "er"), ["10.1.0.0/16 65515", "172.31.0.0/16 65515"]);
}

#[test]
fn routers_that_each_prefer_the_next_ones_direct_path_never_settle() {
    // The bad gadget of Griffin, Shepherd and Wilfong (2002): whatever the three choose, one of them wants to choose again.
    let estate = Estate::new(
        "sites:
  origin: { asn: 65010, prefixes: [{ prefix: 9.9.9.0/24, as_path: [65010, 65010, 65010] }, 8.8.8.0/24] }
  a: { asn: 65001, import: { b: prefer-without-65003, c: never } }
  b: { asn: 65002, import: { c: prefer-without-65001, a: never } }
  c: { asn: 65003, import: { a: prefer-without-65002, b: never } }
sessions:
  - { between: [origin, a] }
  - { between: [origin, b] }
  - { between: [origin, c] }
  - { between: [a, b] }
  - { between: [b, c] }
  - { between: [c, a] }
route_maps:
  never: [{ then: { drop: true } }]
  prefer-without-65001: [{ match: { as_path_contains: 65001 }, then: { drop: true } }, { match: { prefix: 9.9.9.0/24 }, then: { strip: 65010 } }]
  prefer-without-65002: [{ match: { as_path_contains: 65002 }, then: { drop: true } }, { match: { prefix: 9.9.9.0/24 }, then: { strip: 65010 } }]
  prefer-without-65003: [{ match: { as_path_contains: 65003 }, then: { drop: true } }, { match: { prefix: 9.9.9.0/24 }, then: { strip: 65010 } }]
",
    );
    let [oscillation] = estate.ribs.oscillations.as_slice() else { panic!("{:?}", estate.ribs.oscillations) };
    assert_eq!(estate.ribs.class(oscillation.class).prefixes, ["9.9.9.0/24".parse().unwrap()]);
    let names: Vec<String> =
        oscillation.speakers.iter().map(|id| estate.ribs.network.speaker(*id).device.name(&estate.topology)).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn an_outbound_summary_leaves_a_learned_route_of_the_same_prefix_where_it_is() {
    let estate = Estate::new(
        "vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }
    route_server: { branch_to_branch: true, peers: [a, { nva: b, outbound_route_map: sum }] }
nvas:
  a: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [172.16.0.0/16, 172.16.1.0/24] }
  b: { subnet: hub/nva, ip: 10.0.1.5, asn: 65002 }
route_maps:
  sum: [{ match: { within: 172.16.0.0/16, length: [17, 32] }, then: { summarize: 172.16.0.0/16 } }]
",
    );
    assert_eq!(estate.programmed("hub/nva"), ["172.16.0.0/16 10.0.1.4", "172.16.1.0/24 10.0.1.4"]);
    assert_eq!(estate.advertised("hub/route_server", "b"), ["10.0.0.0/16 65515", "172.16.0.0/16 65515"]);
}

#[test]
fn an_inbound_summary_is_taken_in_place_of_its_parts() {
    let estate = Estate::new(
        "vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }
    route_server: { branch_to_branch: true, peers: [{ nva: a, inbound_route_map: sum }, b] }
nvas:
  a: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [172.16.2.0/24, 172.16.1.0/24] }
  b: { subnet: hub/nva, ip: 10.0.1.5, asn: 65002 }
route_maps:
  sum: [{ match: { within: 172.16.0.0/16, length: [17, 32] }, then: { summarize: 172.16.0.0/16 } }]
",
    );
    assert_eq!(estate.programmed("hub/nva"), ["172.16.0.0/16 10.0.1.4"]);
    assert_eq!(estate.advertised("hub/route_server", "b"), ["10.0.0.0/16 65515", "172.16.0.0/16 65515"]);
    assert_eq!(
        estate.learned("hub/route_server", "a"),
        ["172.16.1.0/24 65001", "172.16.2.0/24 65001"],
        "listed before the map"
    );
}

#[test]
fn a_route_server_has_no_session_with_an_nva_that_no_peering_reaches() {
    let remote = |peering: &str| {
        Estate::new(&format!(
            "vnets:
  hub: {{ address_space: 10.0.0.0/16, subnets: {{ RouteServerSubnet: 10.0.0.0/26, app: 10.0.1.0/24 }}, route_server: {{ peers: [fw] }} }}
  far: {{ address_space: 10.9.0.0/16, subnets: {{ nva: 10.9.1.0/24 }} }}
peerings: [{peering}]
nvas: {{ fw: {{ subnet: far/nva, ip: 10.9.1.4, asn: 65001, advertises: [172.16.0.0/16] }} }}
"
        ))
    };
    assert_eq!(remote("").programmed("hub/app"), [""; 0]);
    assert_eq!(remote("{ between: [hub, far] }").programmed("hub/app"), ["172.16.0.0/16 10.9.1.4"]);
    let broken = remote("{ between: [hub, far], sides: { far: { state: Disconnected } } }");
    assert_eq!(broken.programmed("hub/app"), [""; 0]);
}

#[test]
fn two_gateways_with_the_default_asn_are_joined_without_bgp() {
    let estate = Estate::new(
        "vnets:
  a: { address_space: 10.0.0.0/16, subnets: { GatewaySubnet: 10.0.0.0/26, vm: 10.0.1.0/24 }, vpn_gateway: { active_active: true } }
  b: { address_space: 10.1.0.0/16, subnets: { GatewaySubnet: 10.1.0.0/26, vm: 10.1.1.0/24 }, vpn_gateway: { active_active: true } }
connections: [{ between: [a, b] }]
",
    );
    assert_eq!(estate.programmed("a/vm"), ["10.1.0.0/16 10.0.0.4 10.0.0.5"]);
    assert_eq!(estate.programmed("b/vm"), ["10.0.0.0/16 10.1.0.4 10.1.0.5"]);
}

#[test]
fn a_subnet_peering_shows_private_endpoints_of_the_listed_subnets_only() {
    let estate = Estate::new(
        "vnets:
  hub: { address_space: 10.0.0.0/16, subnets: { app: 10.0.1.0/24 } }
  far:
    address_space: 10.9.0.0/16
    subnets:
      listed: { prefix: 10.9.1.0/24, private_endpoints: { a: 10.9.1.4 } }
      other: { prefix: 10.9.2.0/24, private_endpoints: { b: 10.9.2.4 } }
peerings: [{ between: [hub, far], subnets: { hub: [app], far: [listed] } }]
",
    );
    let rows = estate.routes("hub/app");
    assert!(rows.contains(&"10.9.1.4/32 InterfaceEndpoint".to_owned()), "{rows:?}");
    assert!(!rows.iter().any(|row| row.starts_with("10.9.2.4")), "{rows:?}");
}

#[test]
fn a_vnet_that_borrows_twice_uses_the_first_lender_by_name() {
    let lenders = |first: &str, second: &str| {
        Estate::new(&format!(
            "vnets:
  b: {{ address_space: 10.2.0.0/16, subnets: {{ RouteServerSubnet: 10.2.0.0/26, n: 10.2.1.0/24 }}, route_server: {{ peers: [fb] }} }}
  a: {{ address_space: 10.1.0.0/16, subnets: {{ RouteServerSubnet: 10.1.0.0/26, n: 10.1.1.0/24 }}, route_server: {{ peers: [fa] }} }}
  spoke: {{ address_space: 10.3.0.0/16, subnets: {{ app: 10.3.0.0/24 }} }}
peerings: [{{ hub: {first}, spoke: spoke }}, {{ hub: {second}, spoke: spoke }}]
nvas:
  fa: {{ subnet: a/n, ip: 10.1.1.4, asn: 65001, advertises: [172.16.0.0/16] }}
  fb: {{ subnet: b/n, ip: 10.2.1.4, asn: 65002, advertises: [172.17.0.0/16] }}
"
        ))
    };
    for estate in [lenders("a", "b"), lenders("b", "a")] {
        assert_eq!(estate.programmed("spoke/app"), ["172.16.0.0/16 10.1.1.4"]);
        assert_eq!(estate.advertised("b/route_server", "fb"), ["10.2.0.0/16 65515"]);
    }
}

/// The messages of a topology that is refused.
fn refused(text: &str) -> Vec<String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("test", format!("rsctl: 1\n{text}"), &mut DiskFiles, &mut sources, &mut sink).unwrap();
    let facts = facts_of(&loaded.document, None, &mut sink);
    assert!(resolve(&loaded.document, facts, &mut sink).is_none());
    sink.into_sorted().into_iter().map(|diagnostic| diagnostic.message).collect()
}

#[test]
fn what_is_joined_twice_or_with_itself_is_refused() {
    let text = "vnets:
  hub: { address_space: 10.0.0.0/16, subnets: { GatewaySubnet: 10.0.0.0/26 }, vpn_gateway: {}, express_route_gateway: {} }
sites:
  dc: { asn: 65021, ip: 192.0.2.1 }
  dc2: { asn: 65022, ip: 192.0.2.2 }
circuits: { er: { gateways: [hub, hub], sites: [dc, dc] } }
sessions:
  - { between: [dc, dc] }
  - { between: [dc, dc2] }
  - { between: [dc2, dc] }
connections:
  - { between: [hub, dc] }
  - { between: [dc, hub] }
  - { between: [hub, dc2], instances: { hub: [1] } }
";
    assert_eq!(
        refused(text),
        [
            "the circuit names `hub` twice",
            "the circuit names `dc` twice",
            "`dc` has a session with itself",
            "`dc2` and `dc` have this session twice",
            "these two ends are connected twice",
            "the VPN gateway of `hub` has no instance 1",
        ]
    );
}
