//! Estates other than the one that was written: values set, objects left out, elements failed.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::analysis::Estate;
use rsctl::analysis::forward::{End, Place};
use rsctl::bgp::{Device, devices};
use rsctl::diagnostic::Sink;
use rsctl::effective::{RouteSource, Row, State};
use rsctl::render::diagnostic::{Options, human};
use rsctl::report::rib::{Which, rib};
use rsctl::source::Sources;
use rsctl::syntax::document::Document;
use rsctl::syntax::{DiskFiles, Input, load_edited, load_text};
use rsctl::topology::{self, Outages, RouterId, Topology, VnetId};
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};

/// A hub with everything, two firewalls that say the same, two spokes, two branches, a circuit, and a second hub behind a tunnel.
const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      GatewaySubnet: 10.0.0.64/26
      nva: { prefix: 10.0.1.0/24, route_table: nva }
      outside: 10.0.5.0/24
    route_server:
      branch_to_branch: true
      peers: [fw1, fw2]
      connections: { vpn: { outbound_route_map: to-vpn } }
    vpn_gateway: { active_active: true, asn: 65010 }
    express_route_gateway: {}
  hub2:
    address_space: [10.100.0.0/16]
    subnets: { GatewaySubnet: 10.100.0.0/26, app: 10.100.1.0/24 }
    vpn_gateway: { asn: 65020 }
  spoke1:
    address_space: [10.1.0.0/16]
    subnets: { app: { prefix: 10.1.0.0/24, route_table: app }, db: 10.1.1.0/24 }
  spoke2:
    address_space: [10.2.0.0/16]
    subnets: { app: 10.2.0.0/24, balanced: { prefix: 10.2.1.0/24, route_table: balanced } }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { hub: hub, spoke: spoke2 }
nvas:
  fw1:
    subnet: hub/nva
    ip: 10.0.1.4
    interfaces: [{ subnet: hub/outside, ip: 10.0.5.4 }]
    asn: 65001
    advertises: [0.0.0.0/0, 10.50.0.0/16]
    export: { hub: [{ match: { learned_from: dc9 }, then: { drop: true } }], fw2: to-vpn }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [0.0.0.0/0, 10.50.0.0/16] }
load_balancers:
  ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1, fw2] }
sites:
  branch1: { prefixes: [172.20.0.0/16], vpn: { gateway: hub, bgp: false } }
  branch2: { asn: 65022, ip: 172.21.0.1, prefixes: [172.21.0.0/16], vpn: { gateway: hub } }
  dc1: { asn: 65021, prefixes: [192.168.0.0/16] }
  dc9: { asn: 65029, ip: 192.168.9.1, prefixes: [192.168.9.0/24] }
connections:
  - { between: [hub, hub2] }
circuits:
  er1: { gateways: [hub], sites: [dc1] }
sessions:
  - { between: [fw1, dc9] }
route_tables:
  app: { bgp_route_propagation: false, routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
  balanced: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.100 } } }
  nva: { bgp_route_propagation: false, routes: { internet: { prefix: 0.0.0.0/0, next_hop: Internet } } }
route_maps:
  to-vpn:
    - { name: only-dc1, match: { learned_from: [dc1] }, then: { drop: true } }
    - { name: both, match: { learned_from: [dc1, dc9] }, then: { add_communities: 65001:7 } }
";

fn document(text: &str) -> Document {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("t.rsctl.yaml", text, &mut DiskFiles, &mut sources, &mut sink).unwrap();
    assert!(!sink.has_errors(), "{:?}", sink.into_sorted());
    loaded.document
}

fn resolved(document: &Document) -> Topology {
    let mut sink = Sink::default();
    let facts = topology::facts_of(document, None, &mut sink);
    let topology = topology::resolve(document, facts, &mut sink);
    topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

fn list(what: &str) -> Vec<String> {
    what.split(',').map(str::to_owned).collect()
}

fn left(text: &str, what: &str) -> Document {
    topology::without(&document(text), &list(what)).unwrap()
}

fn without(what: &str) -> Topology {
    resolved(&left(ESTATE, what))
}

fn failed(text: &str, what: &str) -> Estate {
    let topology = resolved(&document(text));
    let outages = Outages::named(&topology, &list(what)).unwrap();
    Estate::new(topology.with(&outages))
}

fn down(what: &str) -> Estate {
    failed(ESTATE, what)
}

fn intact() -> Estate {
    Estate::new(resolved(&document(ESTATE)))
}

fn rows(estate: &Estate, subnet: &str) -> Vec<Row> {
    estate.table(estate.subnet_named(subnet).unwrap()).rows().collect()
}

/// `10.1.0.0/16 VNetPeering []`, of the rows that count.
fn active(estate: &Estate, subnet: &str) -> Vec<String> {
    let rows = rows(estate, subnet).into_iter().filter(|row| row.state == State::Active);
    rows.map(|row| format!("{} {} {:?}", row.prefix, row.next_hop_type.word(), row.next_hops)).collect()
}

/// Rows that gateways and route servers brought, as prefixes.
fn brought(estate: &Estate, subnet: &str) -> Vec<String> {
    let rows = rows(estate, subnet).into_iter().filter(|row| row.source == RouteSource::VirtualNetworkGateway);
    rows.map(|row| row.prefix.to_string()).collect()
}

fn has(prefixes: &[String], prefix: &str) -> bool {
    prefixes.iter().any(|other| other == prefix)
}

fn vnet(estate: &Estate, name: &str) -> VnetId {
    estate.topology.vnet_ids().find(|id| estate.topology.vnet(*id).name == name).unwrap()
}

fn router(estate: &Estate, name: &str) -> RouterId {
    RouterId(estate.topology.routers.iter().position(|router| router.name == name).unwrap() as u32)
}

fn ends(estate: &Estate, from: &str, to: &str) -> Vec<End> {
    let from = Place::Subnet(estate.subnet_named(from).unwrap());
    let to: Ipv4Addr = to.parse().unwrap();
    let mut ends: Vec<End> = estate.forwarding().ways(from, to).into_iter().map(|way| way.end).collect();
    ends.sort();
    ends.dedup();
    ends
}

/// What the instances of a device have learned, as `instance prefix peer`.
fn learned(estate: &Estate, name: &str) -> Vec<String> {
    let device = devices(&estate.topology).into_iter().find(|device| device.name(&estate.topology) == name).unwrap();
    let instances = rib(&estate.topology, &estate.ribs, device, Which::Learned, None).into_iter();
    let rows = instances.flat_map(|instance| instance.rows.into_iter().map(move |row| (instance.instance, row)));
    rows.map(|(instance, row)| format!("{instance} {} {}", row.network, row.peer)).collect()
}

fn any(rows: &[String], part: &str) -> bool {
    rows.iter().any(|row| row.contains(part))
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// The command, with the estate as standard input.
fn rsctl(args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(args).current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).env("LC_ALL", "C.UTF-8");
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "RSCTL_CONFIG", "RSCTL_FAIL_ON", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(ESTATE.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

// --without

#[test]
fn without_user_defined_routes_tables_and_their_propagation_setting_stay() {
    let estate = Estate::new(without("udr"));
    assert_eq!(estate.topology.route_tables.len(), 3);
    assert!(rows(&estate, "spoke1/app").iter().all(|row| row.source != RouteSource::User));
    assert!(brought(&estate, "spoke1/app").is_empty(), "propagation is still off");
}

#[test]
fn without_route_tables_subnets_take_what_gateways_bring() {
    let estate = Estate::new(without("route-tables"));
    assert!(estate.topology.route_tables.is_empty());
    assert!(has(&brought(&estate, "spoke1/app"), "10.50.0.0/16"));
    let one = without("app");
    assert_eq!(one.route_tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["balanced", "nva"]);
}

#[test]
fn without_a_route_server_gateways_bring_their_routes_themselves() {
    for what in ["route-server", "hub/route_server"] {
        let estate = Estate::new(without(what));
        assert!(estate.topology.vnets.iter().all(|vnet| vnet.route_server.is_none()));
        let prefixes = brought(&estate, "spoke2/app");
        assert!(has(&prefixes, "172.21.0.0/16") && !has(&prefixes, "10.50.0.0/16"), "{what}: {prefixes:?}");
    }
}

#[test]
fn without_an_nva_nothing_names_it_and_routes_to_its_address_stay() {
    let document = left(ESTATE, "fw1");
    assert!(document.sessions.is_empty());
    assert_eq!(document.load_balancers[0].body.backends.len(), 1);
    let estate = Estate::new(resolved(&document));
    assert!(any(&learned(&estate, "hub/route_server"), "fw2") && !any(&learned(&estate, "hub/route_server"), "fw1"));
    assert_eq!(ends(&estate, "spoke1/app", "8.8.8.8"), [End::Nobody(Ipv4Addr::new(10, 0, 1, 4))]);
}

#[test]
fn without_its_backends_a_load_balancer_stays_and_drops() {
    let estate = Estate::new(without("fw1,fw2"));
    assert_eq!(estate.topology.load_balancers.len(), 1);
    assert_eq!(ends(&estate, "spoke2/balanced", "8.8.8.8"), [End::Dropped]);
}

#[test]
fn a_rule_whose_only_source_is_gone_goes_and_another_forgets_the_source() {
    let rules = |what: &str| {
        let document = left(ESTATE, what);
        let map = document.route_maps[0].body.iter();
        let names = map.map(|rule| rule.name.as_ref().unwrap().value.clone()).collect::<Vec<_>>();
        let sources = document.route_maps[0].body.last().map(|rule| rule.matches.learned_from.len());
        (names, sources)
    };
    assert_eq!(rules("branch1"), (vec!["only-dc1".to_owned(), "both".to_owned()], Some(2)));
    assert_eq!(rules("dc1"), (vec!["both".to_owned()], Some(1)));
    assert_eq!(rules("dc1,dc9"), (vec![], None));
    let document = left(ESTATE, "dc9");
    let rsctl::syntax::document::PolicyRef::Rules(inline) = &document.nvas[0].body.export[0].body else {
        panic!("rules in place")
    };
    assert!(inline.is_empty(), "a rule about routes of dc9 alone must not drop everything else");
}

#[test]
fn without_a_vnet_everything_in_it_goes_too() {
    let document = left(ESTATE, "hub");
    assert!(document.peerings.is_empty() && document.nvas.is_empty() && document.load_balancers.is_empty());
    assert!(document.connections.is_empty() && document.sessions.is_empty());
    assert!(
        document.circuits[0].body.gateways.is_empty() && document.sites.iter().all(|site| site.body.vpn.is_empty())
    );
    resolved(&document);
}

#[test]
fn without_a_subnet_what_stands_in_it_goes() {
    let document = left(ESTATE, "hub/nva");
    assert!(document.nvas.is_empty() && document.load_balancers.is_empty());
    assert!(document.vnets[0].body.route_servers[0].value.peers.is_empty());
    let document = left(ESTATE, "hub/outside");
    assert!(document.nvas.len() == 2 && document.nvas[0].body.interfaces.is_empty());
    let hub = &left(ESTATE, "hub/GatewaySubnet").vnets[0].body;
    assert!(hub.vpn_gateway.is_none() && hub.express_route_gateway.is_none() && !hub.route_servers.is_empty());
    let hub = &left(ESTATE, "hub/RouteServerSubnet").vnets[0].body;
    assert!(hub.vpn_gateway.is_some() && hub.route_servers.is_empty());
}

#[test]
fn without_a_gateway_its_tunnels_and_circuits_are_not_connected() {
    let document = left(ESTATE, "hub/vpn_gateway");
    assert!(document.connections.is_empty() && document.sites.iter().all(|site| site.body.vpn.is_empty()));
    assert!(document.vnets[0].body.route_servers[0].value.vpn.is_none());
    assert_eq!(document.circuits[0].body.gateways.len(), 1);
    let document = left(ESTATE, "hub/express_route_gateway");
    assert!(document.circuits[0].body.gateways.is_empty() && document.connections.len() == 1);
}

#[test]
fn what_joins_two_objects_goes_and_both_stay() {
    let hub = |document: &Document| document.vnets[0].body.clone();
    assert_eq!(left(ESTATE, "hub~spoke1").peerings.len(), 1);
    assert_eq!(left(ESTATE, "spoke1~hub").peerings.len(), 1);
    assert!(left(ESTATE, "hub~hub2").connections.is_empty());
    assert!(left(ESTATE, "hub2/vpn_gateway~hub").connections.is_empty());
    assert!(left(ESTATE, "dc9~fw1").sessions.is_empty());
    for pair in ["hub~fw1", "fw1~hub/route_server"] {
        assert_eq!(hub(&left(ESTATE, pair)).route_servers[0].value.peers.len(), 1, "{pair}");
    }
    assert!(left(ESTATE, "hub~branch1").sites[0].body.vpn.is_empty());
    assert!(left(ESTATE, "er1~hub").circuits[0].body.gateways.is_empty());
    assert!(left(ESTATE, "er1~dc1").circuits[0].body.sites.is_empty());
    let document = left(ESTATE, "er1~hub/express_route_gateway, hub~spoke2");
    assert_eq!((document.circuits.len(), document.vnets.len(), document.nvas.len()), (1, 4, 2));
}

#[test]
fn a_subnet_peering_forgets_a_subnet_on_the_side_that_looked_at_it() {
    let estate = |peering: &str| {
        format!(
            "rsctl: 1\nvnets:\n  a: {{ address_space: 10.1.0.0/16, subnets: {{ app: 10.1.0.0/24, web: 10.1.1.0/24 }} }}\n  \
             b: {{ address_space: 10.2.0.0/16, subnets: {{ app: 10.2.0.0/24 }} }}\npeerings: [{peering}]\n"
        )
    };
    let seen = |peering: &str, what: &str| {
        let topology = resolved(&left(&estate(peering), what));
        let ranges =
            |vnet: usize| topology.vnets[vnet].links[0].remote_ranges.iter().map(ToString::to_string).collect();
        (ranges(0), ranges(1))
    };
    let none: Vec<String> = Vec::new();
    let short = "{ between: [a, b], subnets: { a: [app, web], b: [app] } }";
    assert_eq!(seen(short, "a/app"), (vec!["10.2.0.0/24".to_owned()], vec!["10.1.1.0/24".to_owned()]));
    assert_eq!(seen(short, "b/app"), (none.clone(), vec!["10.1.0.0/24".to_owned(), "10.1.1.0/24".to_owned()]));
    let common = "{ between: [a, b], peer_complete_virtual_networks: false, remote_subnet_names: [app] }";
    assert_eq!(seen(common, "a/app"), (vec!["10.2.0.0/24".to_owned()], none.clone()));
    assert_eq!(seen(common, "b/app"), (none, vec!["10.1.0.0/24".to_owned()]));
}

#[test]
fn a_wrong_name_is_told_with_what_could_be_meant() {
    let wrong = |what: &str| topology::without(&document(ESTATE), &list(what)).unwrap_err();
    let pair = |message: &str, help: &str| (message.to_owned(), help.to_owned());
    assert_eq!(wrong("fw3"), pair("there is no `fw3`", "did you mean `fw1`?"));
    assert_eq!(wrong("hub/vpn_gatway"), pair("there is no `hub/vpn_gatway`", "did you mean `hub/vpn_gateway`?"));
    assert_eq!(
        wrong("hub/route_server:0"),
        pair(
            "`hub/route_server:0` names one instance, and no instance is ever missing",
            "write `--without hub/route_server`, or `--down hub/route_server:0` for one that has failed"
        )
    );
    let (message, help) = wrong("spoke1~spoke2");
    assert_eq!(
        (message.as_str(), help.as_str()),
        ("nothing joins `spoke1` and `spoke2`", "`spoke1` is joined with hub")
    );
    assert!(wrong("spoke1~").0.contains("does not name two ends"));
    assert!(wrong("app~hub").0.contains("there is no `app`"), "a route table is no end of anything");
}

#[test]
fn every_object_has_a_name_under_which_it_can_be_left_out() {
    let objects = topology::objects(&document(ESTATE));
    assert!(["hub", "hub/route_server", "hub2/app", "fw1", "ilb", "dc9", "er1"].iter().all(|name| has(&objects, name)));
    let table = |name: &str| ["app", "balanced", "nva"].contains(&name);
    for name in &objects {
        let text = left(ESTATE, name);
        resolved(&text);
        assert!(!has(&topology::objects(&text), name), "{name}");
        assert!(table(name) || !format!("{text:?}").contains(&format!("\"{name}\"")), "{name} is still named");
    }
    assert!(without(&objects.join(",")).vnets.is_empty());
}

#[test]
fn a_name_of_two_things_needs_the_key_it_stands_under() {
    let text = ESTATE.replace("route_table: balanced", "route_table: hub").replace("\n  balanced:", "\n  hub:");
    let (message, help) = topology::without(&document(&text), &list("hub")).unwrap_err();
    assert_eq!((message.as_str(), help.as_str()), ("`hub` names 2 things", "write `vnets.hub` or `route_tables.hub`"));
    let document = left(&text, "route_tables.hub");
    assert_eq!((document.vnets.len(), document.route_tables.len()), (4, 2));
}

// --down

#[test]
fn a_failed_nva_advertises_nothing() {
    let (before, after) = (learned(&intact(), "hub/route_server"), learned(&down("fw1"), "hub/route_server"));
    assert!(any(&before, "fw1") && !any(&after, "fw1") && any(&after, "fw2"));
}

#[test]
fn one_route_server_instance_down_changes_no_effective_route_of_a_symmetric_design() {
    let before = intact();
    for instance in ["hub/route_server:0", "hub/route_server:1"] {
        let after = down(instance);
        for id in before.subnets() {
            let name = before.topology.subnet_name(id);
            assert_eq!(active(&after, &name), active(&before, &name), "{instance}: {name}");
        }
        let rows = learned(&after, "hub/route_server");
        let silent = if instance.ends_with('0') { "0 " } else { "1 " };
        assert!(!rows.is_empty() && !rows.iter().any(|row| row.starts_with(silent)));
    }
}

#[test]
fn a_peer_of_one_instance_is_lost_with_that_instance() {
    let text = ESTATE.replace("peers: [fw1, fw2]", "peers: [{ nva: fw1, instances: [0] }]");
    assert!(has(&brought(&failed(&text, "hub/route_server:1"), "spoke2/app"), "10.50.0.0/16"));
    assert!(!has(&brought(&failed(&text, "hub/route_server:0"), "spoke2/app"), "10.50.0.0/16"));
}

#[test]
fn without_both_route_server_instances_nothing_is_programmed_not_even_by_the_gateways() {
    let estate = down("hub/route_server");
    assert!(!brought(&intact(), "spoke2/app").is_empty());
    assert_eq!(brought(&estate, "spoke2/app"), Vec::<String>::new());
    assert_eq!(down("hub/route_server:0,hub/route_server:1").topology.down, estate.topology.down);
    assert!(any(&learned(&estate, "hub/vpn_gateway"), "172.21.0.0/16"), "the gateways go on");
}

#[test]
fn the_user_defined_route_to_a_failed_nva_stays_and_its_packets_die() {
    let estate = down("fw1");
    assert!(active(&estate, "spoke1/app").iter().any(|row| row == "0.0.0.0/0 VirtualAppliance [Address(10.0.1.4)]"));
    assert_eq!(ends(&intact(), "spoke1/app", "10.2.0.9"), [End::Vnet(vnet(&estate, "spoke2"))]);
    assert_eq!(ends(&estate, "spoke1/app", "10.2.0.9"), [End::Down(Place::Router(router(&estate, "fw1")))]);
}

#[test]
fn a_load_balancer_sends_to_what_works_behind_it_and_nowhere_when_nothing_does() {
    let through = |estate: &Estate| {
        let from = Place::Subnet(estate.subnet_named("spoke2/balanced").unwrap());
        let ways = estate.forwarding().ways(from, "8.8.8.8".parse().unwrap());
        let mut routers: Vec<String> =
            ways.iter().flat_map(|way| way.routers()).map(|id| estate.topology.router(id).name.clone()).collect();
        routers.sort();
        routers.dedup();
        routers
    };
    assert_eq!(through(&intact()), ["fw1", "fw2"]);
    assert_eq!(through(&down("fw1")), ["fw2"]);
    for what in ["fw1,fw2", "ilb"] {
        assert_eq!(ends(&down(what), "spoke2/balanced", "8.8.8.8"), [End::Down(Place::LoadBalancer(0))], "{what}");
    }
}

#[test]
fn a_failed_vpn_gateway_brings_no_routes_and_one_instance_of_two_is_enough() {
    assert!(has(&brought(&intact(), "spoke2/app"), "172.21.0.0/16"));
    assert!(has(&brought(&down("hub/vpn_gateway:0"), "spoke2/app"), "172.21.0.0/16"));
    let estate = down("hub/vpn_gateway");
    let prefixes = brought(&estate, "spoke2/app");
    assert!(!has(&prefixes, "172.21.0.0/16") && !has(&prefixes, "172.20.0.0/16") && has(&prefixes, "192.168.0.0/16"));
    // An active-passive gateway is one to routing: its standby takes over.
    let estate = down("hub2/vpn_gateway:0");
    assert!(estate.topology.down.has(rsctl::topology::Element::VpnGateway(vnet(&estate, "hub2"))));
    assert!(!has(&brought(&estate, "spoke2/app"), "10.100.0.0/16"));
}

#[test]
fn packets_die_at_a_failed_gateway_that_a_user_defined_route_names() {
    let text = ESTATE.replace("next_hop: 10.0.1.4 }", "next_hop: VirtualNetworkGateway }");
    let estate = failed(&text, "hub/vpn_gateway");
    assert_eq!(ends(&estate, "spoke1/app", "172.20.0.9"), [End::Down(Place::VpnGateway(vnet(&estate, "hub")))]);
}

#[test]
fn static_prefixes_of_a_failed_tunnel_stay_and_their_packets_die() {
    let branch = |estate: &Estate| End::Router(router(estate, "branch1"));
    assert_eq!(ends(&intact(), "spoke2/app", "172.20.0.9"), [branch(&intact())]);
    for (what, place) in [
        ("hub~branch1", Place::VpnGateway(vnet(&intact(), "hub"))),
        ("branch1", Place::Router(router(&intact(), "branch1"))),
    ] {
        let estate = down(what);
        assert!(has(&brought(&estate, "spoke2/app"), "172.20.0.0/16"), "{what}");
        assert_eq!(ends(&estate, "spoke2/app", "172.20.0.9"), [End::Down(place)], "{what}");
    }
    let half = down("hub/vpn_gateway:0~branch1");
    assert_eq!(ends(&half, "spoke2/app", "172.20.0.9"), [branch(&half)], "the other instance carries it");
}

#[test]
fn bgp_withdraws_what_came_over_a_failed_tunnel() {
    for what in ["hub~branch2", "branch2"] {
        assert!(!has(&brought(&down(what), "spoke2/app"), "172.21.0.0/16"), "{what}");
    }
    assert!(has(&brought(&down("branch2~hub/vpn_gateway:1"), "spoke2/app"), "172.21.0.0/16"));
}

#[test]
fn a_circuit_survives_one_link_and_not_two() {
    assert!(has(&brought(&down("er1:0"), "spoke2/app"), "192.168.0.0/16"));
    assert!(has(&brought(&down("er1:1"), "spoke2/app"), "192.168.0.0/16"));
    for what in ["er1", "er1:0,er1:1", "er1~hub", "dc1~er1", "hub/express_route_gateway", "dc1"] {
        assert!(!has(&brought(&down(what), "spoke2/app"), "192.168.0.0/16"), "{what}");
    }
}

#[test]
fn over_a_failed_peering_the_vnets_do_not_reach_each_other() {
    let estate = down("hub~spoke2");
    let rows = active(&estate, "spoke2/app");
    assert!(!any(&rows, "10.0.0.0/16") && brought(&estate, "spoke2/app").is_empty(), "{rows:?}");
    assert!(!any(&active(&estate, "hub/nva"), "10.2.0.0/16") && any(&active(&estate, "hub/nva"), "10.1.0.0/16"));
    assert!(!any(&learned(&estate, "branch2"), "10.2.0.0/16"), "the gateway announces the spoke no more");
    assert_eq!(active(&estate, "spoke1/db"), active(&intact(), "spoke1/db"));
}

#[test]
fn a_route_server_loses_a_peer_behind_a_failed_peering() {
    let text = ESTATE.replace("peers: [fw1, fw2]", "peers: [fw3]").replace(
        "  fw2:",
        "  fw3: { subnet: spoke1/db, ip: 10.1.1.4, asn: 65003, advertises: [10.60.0.0/16] }\n  fw2:",
    );
    let before = Estate::new(resolved(&document(&text)));
    assert!(has(&brought(&before, "spoke2/app"), "10.60.0.0/16"));
    assert!(!has(&brought(&failed(&text, "spoke1~hub"), "spoke2/app"), "10.60.0.0/16"));
}

#[test]
fn one_session_fails_without_the_other() {
    let rows = learned(&down("fw1~hub/route_server:0"), "hub/route_server");
    assert!(!rows.iter().any(|row| row.starts_with("0 ") && row.ends_with("fw1")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("1 ") && row.ends_with("fw1")), "{rows:?}");
    assert!(!any(&learned(&down("hub~fw1"), "hub/route_server"), "fw1"));
    assert!(!any(&learned(&down("fw1~dc9"), "fw1"), "dc9"));
}

#[test]
fn with_a_vnet_everything_in_it_fails() {
    let estate = down("hub");
    for what in ["hub/route_server", "hub/vpn_gateway:1", "hub/express_route_gateway:0", "fw1", "ilb"] {
        let named = Outages::named(&estate.topology, &list(what)).unwrap();
        assert_eq!(estate.topology.with(&named).down, estate.topology.down, "{what} is down already");
    }
    let hub = vnet(&estate, "hub");
    assert_eq!(ends(&estate, "spoke1/db", "10.0.5.9"), [End::Down(Place::Vnet(hub))]);
    let nva = estate.subnet_named("hub/nva").unwrap();
    assert_eq!(ends(&estate, "hub/nva", "10.1.0.9"), [End::Down(Place::Subnet(nva))]);
    assert_eq!(brought(&estate, "spoke2/app"), Vec::<String>::new());
}

#[test]
fn a_packet_for_a_failed_device_dies_there() {
    let estate = down("fw1");
    assert_eq!(ends(&estate, "hub/outside", "10.0.5.4"), [End::Down(Place::Router(router(&estate, "fw1")))]);
    assert_eq!(ends(&estate, "hub/outside", "10.0.1.5"), [End::Vnet(vnet(&estate, "hub"))]);
}

#[test]
fn outages_add_up_in_any_order() {
    let topology = resolved(&document(ESTATE));
    let named = |what: &str| Outages::named(&topology, &list(what)).unwrap();
    let one_by_one = topology.with(&named("fw1")).with(&named("hub~spoke1"));
    let turned = topology.with(&named("spoke1~hub")).with(&named("fw1"));
    let together = topology.with(&named("fw1,hub~spoke1"));
    assert_eq!(format!("{one_by_one:?}"), format!("{together:?}"));
    // `A~B` is kept as it was named, and means the same turned.
    assert_eq!(format!("{:?}", turned.vnets), format!("{:?}", together.vnets));
    assert!(topology.down.is_empty() && !together.down.is_empty());
}

#[test]
fn everything_that_can_fail_has_a_name_that_is_understood() {
    let topology = resolved(&document(ESTATE));
    let names = Outages::all_names(&topology);
    assert!(
        ["hub", "hub/route_server:1", "hub2/vpn_gateway", "er1:0", "ilb", "dc9"].iter().all(|name| has(&names, name))
    );
    assert!(!has(&names, "hub2/vpn_gateway:1") && !has(&names, "fw1:0"));
    for name in names {
        let outages = Outages::named(&topology, std::slice::from_ref(&name)).unwrap();
        assert!(!outages.is_empty(), "{name}");
    }
}

#[test]
fn a_wrong_outage_is_told_with_what_could_be_meant() {
    let topology = resolved(&document(ESTATE));
    let wrong = |what: &str| {
        let (message, help) = Outages::named(&topology, &list(what)).unwrap_err();
        format!("{message}: {help}")
    };
    assert_eq!(wrong("fw3"), "there is no `fw3`: did you mean `fw1`?");
    assert_eq!(wrong("er1:2"), "`er1` has no instance `2`: its links are `er1:0` and `er1:1`");
    assert_eq!(
        wrong("hub/route_server:x"),
        "`hub/route_server` has no instance `x`: its instances are `hub/route_server:0` and `hub/route_server:1`"
    );
    assert_eq!(wrong("fw1:0"), "`fw1` has no instances: write `fw1`");
    assert!(wrong("hub2/vpn_gateway:1").contains("only an active-active gateway has two instances"));
    assert_eq!(wrong("fw1~fw2"), "nothing joins `fw1` and `fw2`: `fw1` is joined with dc9, hub/route_server");
    assert_eq!(wrong("branch1~hub2"), "nothing joins `branch1` and `hub2`: `branch1` is joined with hub/vpn_gateway");
    assert_eq!(wrong("ilb~fw1"), "nothing joins `ilb` and `fw1`: `ilb` is joined with nothing");
    assert!(wrong("hub/app").starts_with("there is no `hub/app`"), "a subnet does not fail");
}

// --set

#[test]
fn no_value_to_set_makes_the_reader_panic() {
    let paths = [
        "vnets",
        ".",
        "hub",
        "[0]",
        "[+]",
        "subnets",
        ".app",
        "peerings",
        "\"x.y\"",
        "nvas.fw1",
        "advertises",
        "import",
        "'",
        "[",
        "rsctl",
        "route_maps.to-vpn[1]",
        "circuits",
        "vpn",
        "facts",
        "é",
        " ",
    ];
    let values = [
        "null",
        "{}",
        "[]",
        "{ a: { b: [c] } }",
        "1",
        "",
        "*",
        "&a x",
        "\"",
        "{",
        "]",
        "\n",
        "- x\n- y",
        "!t x",
        "10.0.0.0/8",
        "~",
    ];
    let rounds = if cfg!(debug_assertions) { 800 } else { 50_000 };
    let mut seed: usize = 1;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut clean = 0;
    for _ in 0..rounds {
        let mut edit = String::new();
        for _ in 0..=draw(5) {
            edit.push_str(paths[draw(paths.len())]);
            if draw(2) == 0 {
                edit.push('.');
            }
        }
        let edit = format!("{}={}", edit.trim_end_matches('.'), values[draw(values.len())]);
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let input = Input::Text("t.rsctl.yaml", ESTATE.into());
        load_edited(input, &[edit], &mut DiskFiles, &mut sources, &mut sink);
        clean += usize::from(!sink.has_errors());
        let options = Options { colour: false, unicode: true, width: 100 };
        human(&sink.into_sorted(), &sources, &options);
    }
    assert!(clean > 0, "some of them are values that can be set");
}

#[test]
fn too_many_values_are_refused_before_files_run_out() {
    let edits = vec!["as_of=2025-01-01".to_owned(); 9_000];
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    load_edited(Input::Text("t.rsctl.yaml", ESTATE.into()), &edits, &mut DiskFiles, &mut sources, &mut sink);
    let messages: Vec<String> = sink.into_sorted().into_iter().map(|diagnostic| diagnostic.message).collect();
    assert_eq!(messages, ["there are too many values to set"]);
}

// the command line

#[test]
fn a_note_says_which_estate_the_answer_is_about() {
    let plain = rsctl(&["routes", "spoke1/app", "-f", "-"]);
    assert_eq!((plain.code, plain.stderr.as_str()), (0, ""));
    let run = rsctl(&["routes", "spoke1/app", "-f", "-", "--without", "udr", "--down", "fw1,hub~spoke2", "-o", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "note: what if: without udr, fw1, hub~spoke2 down\n"));
    assert!(serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok());
    let run = rsctl(&["plan", "-", "--set", "route_tables.app.bgp_route_propagation=true"]);
    assert_eq!(run.stderr, "note: what if: route_tables.app.bgp_route_propagation=true\n");
}

#[test]
fn values_are_set_first_then_objects_are_left_out_then_elements_fail() {
    let new = "nvas.fw3={ subnet: hub/nva, ip: 10.0.1.6, asn: 65003 }";
    let gone = rsctl(&["rib", "fw3", "-f", "-", "--set", new, "--without", "fw3"]);
    assert!(gone.code == 2 && gone.stderr.contains("there is no BGP speaker `fw3`"), "{}", gone.stderr);
    let down = rsctl(&["rib", "fw3", "-f", "-", "--set", new, "--down", "fw3"]);
    assert!(down.code == 0 && down.stderr.contains("note: `fw3` is down: it holds nothing"), "{}", down.stderr);
    let both = rsctl(&["rib", "fw2", "-f", "-", "--without", "fw1", "--down", "fw1"]);
    assert!(
        both.code == 2 && both.stderr.contains("error: there is no `fw1`\n  help: did you mean `fw2`?"),
        "{}",
        both.stderr
    );
}

#[test]
fn rules_look_at_the_estate_as_it_would_be() {
    let codes = |args: &[&str]| {
        let mut all = vec!["lint", "-", "-o", "concise", "--no-config", "--exit-zero"];
        all.extend(args);
        let run = rsctl(&all);
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        run.stdout
    };
    let unpropagated = "route_tables.app.bgp_route_propagation=false";
    assert_eq!(codes(&[]), codes(&["--set", unpropagated]));
    assert!(!codes(&[]).contains("RS0310") && !codes(&["--down", "hub~spoke1"]).contains("RS0310"));
    let stale = "peerings[0]={ between: [hub, spoke1], sides: { hub: { state: Disconnected } } }";
    let found = codes(&["--set", stale]);
    let line = found.lines().find(|line| line.contains("RS0310")).unwrap();
    assert!(line.contains("--set:1:"), "{line}");
    assert!(codes(&["--without", "fw1,fw2"]).contains("RS1203"), "user-defined routes to nobody");
}

#[test]
fn what_is_edited_in_files_is_never_an_estate_that_was_not_written() {
    for edit in [["--fix", "--no-config"], ["--add-ignore", "why"], ["--write-baseline", "b.json"]] {
        for what in [["--set", "as_of=2025-01-01"], ["--without", "udr"], ["--down", "fw1"]] {
            let args: Vec<&str> = ["lint", "-"].into_iter().chain(edit).chain(what).collect();
            let run = rsctl(&args);
            assert!(run.code == 2 && run.stderr.contains("cannot be used with"), "{args:?}: {}", run.stderr);
        }
    }
}

#[test]
fn mistakes_are_underlined_where_they_were_typed() {
    let mistakes: &[&[&str]] = &[
        &["--set", "vnets.hub.route_server.branch_to_brnch=false"],
        &["--set", "vnets.hub.subnets.outside.route_table=app"],
        &["--set", "nvas.fw1.advertises[7].as_path=[65001]"],
        &["--set", "vnets.spoke3=null"],
        &["--set", "vnets.spoke1=null"],
        &["--set", "vnets.hub"],
        &["--set", "nvas.fw1={ip: 10.0.1.4"],
        &["--without", "fw9"],
        &["--without", "hub~er2"],
        &["--down", "hub/routeserver:0"],
        &["--down", "spoke1~spoke2"],
        &["--down", "spoke1/app"],
    ];
    let mut said = String::new();
    for args in mistakes {
        let all: Vec<&str> = ["plan", "-"].into_iter().chain(args.iter().copied()).collect();
        let run = rsctl(&all);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}\n{}", run.stderr);
        said.push_str(&format!("$ rsctl plan - {}\n{}\n\n", args.join(" "), run.stderr.trim_end()));
    }
    insta::assert_snapshot!("mistakes", said);
}

#[test]
fn a_device_of_the_outage_is_told_by_its_element() {
    let estate = intact();
    let all = devices(&estate.topology);
    assert!(all.contains(&Device::Router(router(&estate, "fw1"))));
    let mut elements: Vec<_> = all.iter().map(|device| device.element()).collect();
    elements.sort();
    elements.dedup();
    assert_eq!(elements.len(), all.len());
}

/// A VPN gateway programs a host route for the BGP address of its peer: the peer is reached through the tunnel like what it announces.
#[test]
fn packets_for_the_bgp_address_of_a_site_go_through_its_tunnel() {
    let text = "\
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: { GatewaySubnet: 10.1.0.64/26, app: 10.1.1.0/24 }
    vpn_gateway: {}
sites:
  own: { asn: 65021, ip: 192.168.0.1, prefixes: 10.9.0.0/16, vpn: { gateway: hub } }
  other: { asn: 65022, prefixes: 10.8.0.0/16 }
connections: [{ between: [hub, other], addresses: { other: 169.254.21.2 } }]
";
    let estate = Estate::new(resolved(&document(text)));
    for (site, address) in [("own", "192.168.0.1"), ("other", "169.254.21.2")] {
        assert_eq!(ends(&estate, "hub/app", address), [End::Router(router(&estate, site))]);
    }
    let failed = failed(text, "own");
    let end = End::Down(Place::Router(router(&failed, "own")));
    assert_eq!(ends(&failed, "hub/app", "192.168.0.1"), [end]);
}
