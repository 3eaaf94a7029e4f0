//! Which object a print is taken for in one small estate, and what is said where several fit.

use super::*;
use crate::bgp;
use crate::source::Sources;
use crate::syntax::{DiskFiles, load_text};
use crate::topology::{facts_of, resolve};

const ESTATE: &str = "rsctl: 1
as_of: 2024-05-01
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { RouteServerSubnet: 10.0.0.0/26, GatewaySubnet: 10.0.2.0/24, nva: 10.0.1.0/24 }
    route_server: { peers: [fw1, fw2] }
    vpn_gateway: { asn: 65010, active_active: true }
    express_route_gateway: {}
  hub2:
    address_space: 10.8.0.0/16
    subnets: { GatewaySubnet: 10.8.2.0/24 }
    express_route_gateway: {}
  spoke1:
    address_space: 10.1.0.0/16
    subnets:
      app: 10.1.0.0/24
      web: 10.1.1.0/24
      db: { prefix: 10.1.2.0/24, route_table: through-fw }
peerings: [{ hub: hub, spoke: spoke1 }]
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [192.168.0.0/16] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65002, advertises: [172.20.0.0/16] }
circuits:
  er1: { gateways: [hub] }
  er2: { gateways: [hub2] }
route_tables:
  through-fw: { routes: { all: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
";

/// The object taken as an argument, with those that are alike; or what is said.
fn inferred(text: &str) -> Result<String, String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("t.rsctl.yaml", ESTATE, &mut DiskFiles, &mut sources, &mut sink).unwrap();
    let facts = facts_of(&loaded.document, None, &mut sink);
    let topology = resolve(&loaded.document, facts, &mut sink).unwrap();
    let ribs = bgp::run(&topology);
    let tables = Tables::new(&topology, &ribs);
    let file = sources.add("x", "x", text.to_owned());
    let found = infer(&topology, &ribs, &tables, ("x", file, text), &mut sink);
    let taken = |inferred: Inferred| {
        let Subject { kind, at, peer } = inferred.case.subject;
        let names = std::iter::once(Named::form(kind, &at, peer.as_deref(), "x")).chain(inferred.alike);
        names.collect::<Vec<_>>().join(" ")
    };
    found
        .map(|found| found.map_or_else(|| "unreadable".to_owned(), taken))
        .map_err(|(message, help)| format!("{message}; {help}"))
}

fn rows(rows: &[&str]) -> String {
    format!("[{}]", rows.join(","))
}

const LOCAL: &str =
    r#"{"source": "Default", "state": "Active", "addressPrefix": ["10.1.0.0/16"], "nextHopType": "VnetLocal"}"#;
const INTERNET: &str =
    r#"{"source": "Default", "state": "Active", "addressPrefix": ["0.0.0.0/0"], "nextHopType": "Internet"}"#;
const THROUGH: &str = r#"{"source": "User", "state": "Active", "addressPrefix": ["0.0.0.0/0"], "nextHopType": "VirtualAppliance", "nextHopIpAddress": ["10.0.1.4"]}"#;
const STATELESS: &str =
    r#"{"source": "Default", "state": "Invalid", "addressPrefix": ["0.0.0.0/0"], "nextHopType": "Internet"}"#;

#[test]
fn effective_routes_belong_to_the_subnet_that_differs_least() {
    assert_eq!(inferred(&rows(&[LOCAL, INTERNET])).unwrap(), "effective:spoke1/app=x spoke1/web");
    assert_eq!(inferred(&rows(&[LOCAL, STATELESS, THROUGH])).unwrap(), "effective:spoke1/db=x");
}

#[test]
fn subnets_that_differ_as_much_are_listed() {
    assert_eq!(
        inferred(&rows(&[LOCAL, STATELESS])).unwrap_err(),
        "cannot tell where x was captured: 3 subnets fit; write one of effective:spoke1/app=x  effective:spoke1/web=x  effective:spoke1/db=x"
    );
}

#[test]
fn effective_routes_of_another_vnet_are_refused() {
    let other = LOCAL.replace("10.1.0.0/16", "10.99.0.0/16");
    let said = inferred(&rows(&[&other])).unwrap_err();
    assert!(said.starts_with("cannot tell where x was captured: no VNet has the ranges 10.99.0.0/16; "), "{said}");
    let said = inferred(&rows(&[INTERNET])).unwrap_err();
    assert!(said.contains("it has no VnetLocal row; write effective:VNET/SUBNET=x"), "{said}");
}

#[test]
fn a_vnet_that_lost_a_range_is_still_found() {
    let more = LOCAL.replace("10.1.0.0/16", "10.1.0.0/16\", \"10.7.0.0/16");
    assert_eq!(inferred(&rows(&[&more, INTERNET])).unwrap(), "effective:spoke1/app=x spoke1/web");
}

const HEARD: &str = r#"{"localAddress": "10.0.0.4", "network": "192.168.0.0/16", "nextHop": "10.0.1.4", "sourcePeer": "10.0.1.4", "origin": "EBgp", "asPath": "65001", "weight": 32768}"#;
const SENT: &str = r#"{"localAddress": "10.0.0.4", "network": "10.0.0.0/16", "nextHop": "10.0.0.4", "sourcePeer": "", "origin": "Igp", "asPath": "65515", "weight": 0}"#;

fn route_server(rows: &[&str]) -> String {
    format!(r#"{{"RouteServiceRole_IN_0": [{}]}}"#, rows.join(","))
}

#[test]
fn learned_routes_belong_to_the_peer_that_sent_them() {
    assert_eq!(inferred(&route_server(&[HEARD])).unwrap(), "learned:hub/route_server:fw1=x");
    let both = HEARD.replace("10.0.1.4", "10.0.1.5");
    assert_eq!(inferred(&route_server(&[HEARD, &both])).unwrap(), "learned:hub/route_server=x");
    let stranger = HEARD.replace("10.0.1.4", "10.0.1.9");
    let said = inferred(&route_server(&[&stranger])).unwrap_err();
    assert!(said.contains("no peer of `hub/route_server` has the address 10.0.1.9"), "{said}");
    assert!(said.ends_with("write learned:hub/route_server:PEER=x"), "{said}");
}

#[test]
fn an_address_that_nothing_has_is_named() {
    let elsewhere = HEARD.replace("10.0.0.4", "10.0.0.9");
    let said = inferred(&route_server(&[&elsewhere])).unwrap_err();
    assert!(said.starts_with("cannot tell where x was captured: no route server has the address 10.0.0.9; "), "{said}");
}

#[test]
fn advertised_routes_are_those_without_a_source() {
    let spoke = SENT.replace("10.0.0.0/16", "10.1.0.0/16");
    assert_eq!(inferred(&route_server(&[SENT, &spoke])).unwrap(), "advertised:hub/route_server:fw1=x fw2");
    let neither = r#"{"localAddress": "10.0.0.4", "network": "10.0.0.0/16"}"#;
    let said = inferred(&route_server(&[neither])).unwrap_err();
    assert!(said.starts_with("cannot tell whether x holds learned or advertised routes; "), "{said}");
}

#[test]
fn gateways_are_told_by_their_addresses_or_by_all_their_sources() {
    let own = |local: &str| {
        format!(
            r#"{{"localAddress": "{local}", "network": "10.0.0.0/16", "sourcePeer": "{local}", "origin": "Network", "weight": 32768}}"#
        )
    };
    let vpn = inferred(&rows(&[&own("10.0.2.4")])).unwrap();
    assert_eq!(vpn, "learned:hub/vpn_gateway=x");
    let silent = own("10.0.2.4").replace(r#""localAddress": "10.0.2.4", "#, "");
    assert!(inferred(&rows(&[&silent])).is_ok_and(|taken| taken.starts_with("learned:hub/")), "by its sources");
}

#[test]
fn a_circuit_is_told_by_the_gateways_behind_it() {
    let table = |hop: &str| rows(&[&format!(r#"{{"network": "10.0.0.0/16", "nextHop": "{hop}*", "path": "65515"}}"#)]);
    assert_eq!(inferred(&table("10.8.2.12")).unwrap(), "circuit:er2=x");
    let said = inferred(&table("10.77.0.1")).unwrap_err();
    assert_eq!(said, "cannot tell where x was captured: 2 circuits fit; write one of circuit:er1=x  circuit:er2=x");
}

#[test]
fn tables_of_routers_and_empty_prints_tell_nothing() {
    let said =
        inferred(&rows(&[r#"{"network": "10.0.0.0/16", "nextHop": "10.0.0.4", "asPath": "65515"}"#])).unwrap_err();
    assert_eq!(said, "cannot tell where x was captured: 2 routers fit; write one of bgp:fw1=x  bgp:fw2=x");
    for empty in ["[]", r#"{"RouteServiceRole_IN_0": [], "RouteServiceRole_IN_1": []}"#] {
        assert!(inferred(empty).unwrap_err().starts_with("cannot tell where x was captured: it holds no routes; "));
    }
    assert_eq!(inferred("[1").unwrap(), "unreadable");
}
