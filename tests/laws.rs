//! What holds for every estate, whatever it looks like: laws, tried on estates that proptest makes up.
//!
//! Runs are the same every time; with `PROPTEST_CASES` set they are as many and as random as asked.

#[path = "laws/compare.rs"]
mod compare;
#[path = "laws/diff.rs"]
mod diff;
#[path = "laws/expect.rs"]
mod expect;
#[path = "laws/failover.rs"]
mod failover;
#[path = "laws/lint.rs"]
mod lint;
#[path = "laws/static_design.rs"]
mod static_design;
mod support;
#[path = "laws/trace.rs"]
mod trace;
#[path = "laws/what_if.rs"]
mod what_if;
#[path = "laws/why.rs"]
mod why;

use ipnet::Ipv4Net;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rsctl::azure::AZURE_ASN;
use rsctl::bgp::{Candidate, Device, Neighbor, Ribs, SessionKind, Source, Speaker, SpeakerId, Step, View, devices};
use rsctl::effective::{Hop, RouteSource, Row, RowPrefix, Tables};
use rsctl::report::rib::{BgpRow, Which, rib};
use rsctl::topology::{SubnetId, Topology};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use support::small::estates;
use support::{planned, resolved};

fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let base = ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() };
    if asked { base } else { ProptestConfig { cases, rng_seed: RngSeed::Fixed(65515), ..base } }
}

/// Every row of every subnet.
fn all_rows(topology: &Topology, ribs: &Ribs) -> Vec<(SubnetId, Vec<Row>)> {
    let tables = Tables::new(topology, ribs);
    let of_vnet = |vnet| tables.of_vnet(vnet).into_iter().map(|(id, table)| (id, table.rows().collect()));
    topology.vnet_ids().flat_map(of_vnet).collect()
}

/// Every row that every instance prints.
fn all_bgp_rows(topology: &Topology, ribs: &Ribs) -> Vec<(String, Vec<BgpRow>)> {
    let mut all = Vec::new();
    for device in devices(topology) {
        for which in [Which::Learned, Which::Best, Which::Advertised] {
            for instance in rib(topology, ribs, device, which, None) {
                let name = format!("{}:{} {which:?}", device.name(topology), instance.instance);
                all.push((name, instance.rows));
            }
        }
    }
    all
}

/// The answer as words, each list in an order of its own: equal for equal answers.
fn answer(topology: &Topology, ribs: &Ribs) -> BTreeMap<String, Vec<String>> {
    let sorted = |words: Vec<String>| {
        let mut words = words;
        words.sort();
        words
    };
    let mut answer = BTreeMap::new();
    for (id, rows) in all_rows(topology, ribs) {
        let words = rows.into_iter().map(|row| format!("{:?}", Row { class: None, ..row }));
        answer.insert(topology.subnet_name(id), sorted(words.collect()));
    }
    for (name, rows) in all_bgp_rows(topology, ribs) {
        answer.insert(name, sorted(rows.iter().map(|row| format!("{row:?}")).collect()));
    }
    let closed = ribs.closed.iter().map(|closed| {
        format!("{} {} {}", topology.vnet(closed.vnet).name, topology.router(closed.router).name, closed.routes)
    });
    answer.insert("closed sessions".into(), sorted(closed.collect()));
    let restless = ribs.oscillations.iter().map(|oscillation| {
        let speakers = oscillation.speakers.iter().map(|id| ribs.network.speaker(*id).device.name(topology));
        format!("{} {:?}", ribs.class(oscillation.class).representative(), speakers.collect::<Vec<_>>())
    });
    answer.insert("oscillations".into(), sorted(restless.collect()));
    answer
}

/// The first entry in which two answers differ, for people.
fn difference(one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>) -> Option<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let name = names.into_iter().find(|name| one.get(*name) != other.get(*name))?;
    let lines = |left: &BTreeMap<String, Vec<String>>, right: &BTreeMap<String, Vec<String>>| {
        let known = right.get(name).cloned().unwrap_or_default();
        let own = left.get(name).into_iter().flatten();
        own.filter(|line| !known.contains(line)).map(|line| format!("\n  {line}")).collect::<String>()
    };
    Some(format!("{name} differs\nonly before:{}\nonly after:{}", lines(one, other), lines(other, one)))
}

/// The number that a step compares, worked out from the network instead of the engine's own notes.
fn number(step: Step, ribs: &Ribs, speaker: &Speaker, candidate: &Candidate) -> u64 {
    let neighbor = match candidate.source {
        Source::Neighbor(index) => Some((index, &speaker.neighbors[index])),
        Source::Local(_) => None,
    };
    let device = neighbor.map(|(_, neighbor)| ribs.network.speaker(neighbor.peer).device);
    let express_route = matches!(device, Some(Device::ExpressRouteGateway(_)));
    let vpn = matches!(device, Some(Device::VpnGateway(_)));
    let rank = |better: bool| u64::from(!better);
    let place = neighbor.map_or(0, |(index, _)| index as u64);
    match step {
        Step::LocalOrigin => rank(neighbor.is_none()),
        Step::PreferExpressRoute | Step::ExpressRouteAmongEquals => rank(express_route),
        Step::PreferVpnAndNva => rank(!express_route),
        Step::EdgeWeight => rank(neighbor.is_some_and(|(_, neighbor)| neighbor.kind == SessionKind::EdgeGateway)),
        Step::AsPathLength => candidate.route.path.asns().len() as u64,
        Step::VpnAmongEquals => rank(vpn || express_route || neighbor.is_none()),
        Step::NvaAmongEquals => rank(!vpn),
        Step::Origin => candidate.route.origin as u64,
        Step::ExternalFirst => rank(neighbor.is_none_or(|(_, neighbor)| neighbor.ebgp)),
        Step::LowestPeerAddress => place,
        Step::HighestPeerAddress => u64::MAX - place,
    }
}

/// A session brings one route for a prefix at most, and the one that was accepted if any was.
fn one_route_a_session(view: &View) -> Result<(), String> {
    let mut brought: BTreeMap<usize, usize> = BTreeMap::new();
    for candidate in &view.candidates {
        if let Source::Neighbor(index) = candidate.source {
            *brought.entry(index).or_default() += 1;
        }
    }
    let accepted = view.received.iter().filter(|received| received.accepted.is_ok()).map(|received| received.neighbor);
    for index in accepted.chain(brought.keys().copied()) {
        match brought.get(&index) {
            Some(1) => {}
            count => return Err(format!("{count:?} candidates from neighbour {index}: {:?}", view.candidates)),
        }
    }
    Ok(())
}

/// Prefixes that anything in the estate brings into being.
fn originated(topology: &Topology) -> BTreeSet<Ipv4Net> {
    let mut all = BTreeSet::new();
    for vnet in &topology.vnets {
        all.extend(&vnet.ranges);
        all.extend(&vnet.summarized_gateway_prefixes);
        all.extend(vnet.links.iter().flat_map(|link| &link.remote_ranges));
        all.extend(vnet.vpn_gateway.iter().flat_map(|gateway| &gateway.client_pools));
        // A VPN gateway holds a host route for each of its BGP peers.
        all.extend(vnet.vpn_gateway.iter().flat_map(|gateway| &gateway.addresses).copied().map(Ipv4Net::from));
        let servers = vnet.route_server.iter();
        let maps = servers.flat_map(|server| {
            let peers = server.peers.iter().map(|peer| &peer.route_maps);
            peers.chain([&server.vpn_maps, &server.express_route_maps])
        });
        let rules = maps.flat_map(|maps| maps.inbound.iter().chain(&maps.outbound)).flat_map(|policy| &policy.rules);
        all.extend(rules.filter_map(|rule| rule.summarize));
    }
    for router in &topology.routers {
        all.extend(router.originates.iter().map(|origination| origination.prefix));
        all.extend(router.address.map(Ipv4Net::from));
        for policies in [&router.import, &router.export] {
            let policies = policies.by_peer.iter().map(|(_, policy)| policy).chain(&policies.otherwise);
            all.extend(policies.flat_map(|policy| &policy.rules).filter_map(|rule| rule.summarize));
        }
    }
    all.extend(topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides).flat_map(|side| &side.static_prefixes));
    all
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn the_order_of_anything_in_the_file_never_changes_the_answer(
        estate in estates(),
        seed in prop_oneof![Just(0), any::<u64>()],
    ) {
        let before = estate.node().to_yaml();
        let after = estate.node().shuffled(seed).to_yaml();
        let answers = [&before, &after].map(|yaml| {
            let (topology, ribs) = planned(yaml);
            answer(&topology, &ribs)
        });
        if let Some(words) = difference(&answers[0], &answers[1]) {
            prop_assert!(false, "{}\n\nshuffled file:\n{}", words, after);
        }
    }
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn a_converged_state_re_derives_itself(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        prop_assert!(ribs.is_stable(&topology) || !ribs.oscillations.is_empty());
    }

    #[test]
    fn every_candidate_survives_or_has_a_reason(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        for class in ribs.class_ids() {
            for id in ribs.network.ids() {
                let (view, speaker) = (ribs.view(&topology, class, id), ribs.network.speaker(id));
                let Some(decision) = &view.decision else {
                    prop_assert!(view.candidates.is_empty());
                    continue;
                };
                let lost = decision.losses.iter().map(|loss| loss.candidate);
                let mut all: Vec<usize> = decision.survivors.iter().copied().chain(lost).collect();
                all.sort_unstable();
                prop_assert_eq!(all, (0..view.candidates.len()).collect::<Vec<_>>());
                prop_assert!(decision.survivors.contains(&decision.preferred));
                for (place, loss) in decision.losses.iter().enumerate() {
                    let of = |candidate: usize| number(loss.step, &ribs, speaker, &view.candidates[candidate]);
                    prop_assert!(loss.had > loss.best);
                    prop_assert_eq!(loss.had, of(loss.candidate));
                    // Who was still there: the survivors and those that this step or a later one removed.
                    let later = decision.losses[place..].iter().map(|loss| loss.candidate);
                    let live = decision.survivors.iter().copied().chain(later);
                    // Levelled at this step, the loser would have the best number there, and pass.
                    prop_assert_eq!(live.map(of).min(), Some(loss.best));
                    prop_assert!(decision.survivors.iter().all(|survivor| of(*survivor) == loss.best));
                }
                prop_assert_eq!(one_route_a_session(&view), Ok(()));
            }
        }
    }

    #[test]
    fn a_prefix_without_originator_is_nowhere(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        let known = originated(&topology);
        for class in &ribs.classes {
            prop_assert!(!class.origins.is_empty() || !class.summaries.is_empty());
        }
        for (id, rows) in all_rows(&topology, &ribs) {
            for row in rows.iter().filter(|row| row.source == RouteSource::VirtualNetworkGateway) {
                let RowPrefix::Range(prefix) = &row.prefix else { panic!("a gateway row is a range") };
                prop_assert!(known.contains(prefix), "{} in {}", prefix, topology.subnet_name(id));
            }
        }
        for (name, rows) in all_bgp_rows(&topology, &ribs) {
            for row in rows {
                prop_assert!(known.contains(&row.network), "{} in {}", row.network, name);
            }
        }
    }

    #[test]
    fn removing_an_nva_removes_its_next_hop_everywhere(estate in estates(), number in any::<u8>()) {
        let Some((without, address)) = estate.without_an_nva(number) else { return Ok(()) };
        let address: Ipv4Addr = address.parse().unwrap();
        let (topology, ribs) = planned(&without.node().to_yaml());
        for (id, rows) in all_rows(&topology, &ribs) {
            for row in rows {
                prop_assert!(!row.next_hops.contains(&Hop::Address(address)), "{}", topology.subnet_name(id));
            }
        }
        for (name, rows) in all_bgp_rows(&topology, &ribs) {
            for row in rows {
                prop_assert!(row.next_hop != Some(address) && row.source_peer != Some(address), "{} {:?}", name, row);
            }
        }
    }

    #[test]
    fn propagation_off_leaves_no_gateway_row(estate in estates()) {
        for estate in [estate.clone(), estate.silenced()] {
            let (topology, ribs) = planned(&estate.node().to_yaml());
            for (id, rows) in all_rows(&topology, &ribs) {
                let table = topology.subnet(id).route_table.map(|table| &topology.route_tables[table.index()]);
                if table.is_some_and(|table| !table.propagation) {
                    let from_gateway = rows.iter().find(|row| row.source == RouteSource::VirtualNetworkGateway);
                    prop_assert!(from_gateway.is_none(), "{} {:?}", topology.subnet_name(id), from_gateway);
                }
            }
        }
    }

    #[test]
    fn a_spoke_never_takes_a_gateway_row_inside_its_own_or_a_peered_range(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        for (id, rows) in all_rows(&topology, &ribs) {
            let vnet = topology.vnet(id.vnet);
            let peered = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
            let refused: Vec<&Ipv4Net> = vnet.ranges.iter().chain(peered).collect();
            for row in rows.iter().filter(|row| row.source == RouteSource::VirtualNetworkGateway) {
                let RowPrefix::Range(prefix) = &row.prefix else { panic!("a gateway row is a range") };
                let inside = refused.iter().find(|range| range.contains(prefix));
                prop_assert!(inside.is_none(), "{} holds {} of {:?}", topology.subnet_name(id), prefix, inside);
            }
        }
    }

    #[test]
    fn no_route_server_keeps_a_path_with_its_own_asn(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        let is_server = |id: &SpeakerId| matches!(ribs.network.speaker(*id).device, Device::RouteServer(_));
        for class in ribs.class_ids() {
            for id in ribs.network.ids().filter(is_server) {
                for candidate in ribs.view(&topology, class, id).candidates {
                    prop_assert!(!candidate.route.path.contains(AZURE_ASN), "{:?}", candidate);
                }
            }
        }
    }

    #[test]
    fn no_route_server_lists_a_path_with_its_own_asn(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        for device in devices(&topology).into_iter().filter(|device| matches!(device, Device::RouteServer(_))) {
            for instance in rib(&topology, &ribs, device, Which::Learned, None) {
                for row in instance.rows {
                    let through_azure = row.as_path.split('-').any(|asn| asn == "65515");
                    prop_assert!(!through_azure, "{} lists {:?}", device.name(&topology), row);
                }
            }
        }
    }

    #[test]
    fn a_router_that_passes_nothing_on_tells_both_instances_the_same(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        for id in ribs.network.ids() {
            let speaker = ribs.network.speaker(id);
            let Device::Router(router) = speaker.device else { continue };
            if topology.router(router).readvertise {
                continue;
            }
            let to_server = |(index, neighbor): (usize, &Neighbor)| {
                let device = ribs.network.speaker(neighbor.peer).device;
                matches!(device, Device::RouteServer(_)).then_some((device, index))
            };
            let sessions: Vec<(Device, usize)> = speaker.neighbors.iter().enumerate().filter_map(to_server).collect();
            for (device, one) in &sessions {
                for (_, other) in sessions.iter().filter(|(same, index)| same == device && index > one) {
                    for class in ribs.class_ids() {
                        let view = ribs.view(&topology, class, id);
                        let sent = [*one, *other].map(|to| {
                            ribs.advert(&topology, class, id, &view, to).and_then(|advert| advert.route.ok())
                        });
                        let prefix = ribs.class(class).representative();
                        prop_assert_eq!(&sent[0], &sent[1], "{} of {}", prefix, speaker.device.name(&topology));
                    }
                }
            }
        }
    }

    #[test]
    fn a_subnet_counts_the_gateway_rows_that_it_lists(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        let tables = Tables::new(&topology, &ribs);
        for vnet in topology.vnet_ids() {
            for (id, table) in tables.of_vnet(vnet) {
                prop_assert_eq!(table.gateway_rows().count(), table.gateway_row_count());
                let rows = table.rows().count();
                prop_assert_eq!(rows, table.gateway_row_count() + table.own_rows().count());
                prop_assert!(tables.of_subnet(id).same_as(&table));
            }
        }
    }
}

#[test]
fn a_static_route_into_two_tunnels_does_not_depend_on_their_order() {
    let file = |sites: [&str; 2]| {
        format!(
            r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: {{ GatewaySubnet: 10.1.0.64/26 }}
    vpn_gateway: {{}}
sites:
  {}
  {}
"#,
            sites[0], sites[1]
        )
    };
    let bgp = "one: { asn: 65021, vpn: { gateway: hub, local_networks: 192.168.7.0/24 } }";
    let silent = "two: { prefixes: 192.168.7.0/24, vpn: { gateway: hub } }";
    let answers = [[bgp, silent], [silent, bgp]].map(|sites| {
        let (topology, ribs) = planned(&file(sites));
        answer(&topology, &ribs)
    });
    assert_eq!(difference(&answers[0], &answers[1]), None);
}

/// The prefixes that an instance of a device learned from others and uses.
fn uses(yaml: &str, device: &str) -> BTreeSet<String> {
    let (topology, ribs) = planned(yaml);
    let device = devices(&topology).into_iter().find(|known| known.name(&topology) == device).expect("it is there");
    let rows = rib(&topology, &ribs, device, Which::Best, None).into_iter().flat_map(|instance| instance.rows);
    rows.filter(|row| row.source_peer.is_some()).map(|row| row.network.to_string()).collect()
}

#[test]
fn a_summary_reaches_both_instances_of_a_route_server() {
    let yaml = r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: { RouteServerSubnet: 10.1.0.0/26, nva: 10.1.1.0/24 }
    route_server: { peers: fw }
nvas:
  fw:
    subnet: hub/nva
    ip: 10.1.1.10
    asn: 65001
    advertises: [10.50.1.0/24, 10.50.2.0/24]
    export: { "*": [{ match: { within: 10.50.0.0/16 }, then: { summarize: 10.50.0.0/16 } }] }
"#;
    let (topology, ribs) = planned(yaml);
    let server = devices(&topology)[0];
    for instance in rib(&topology, &ribs, server, Which::Best, None) {
        let learned = instance.rows.iter().filter(|row| row.source_peer.is_some());
        let prefixes: Vec<String> = learned.map(|row| row.network.to_string()).collect();
        assert_eq!(prefixes, ["10.50.0.0/16"], "instance {}", instance.instance);
    }
}

#[test]
fn a_summary_for_one_neighbour_hides_nothing_from_another() {
    let yaml = r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: { RouteServerSubnet: 10.1.0.0/26, nva: 10.1.1.0/24 }
    route_server: { peers: fw }
nvas:
  fw:
    subnet: hub/nva
    ip: 10.1.1.10
    asn: 65001
    export: { dc1: [{ match: { within: 10.50.0.0/16 }, then: { summarize: 10.50.0.0/16 } }] }
sites:
  dc1: { asn: 65021 }
  dc2: { asn: 65022, prefixes: [10.50.0.0/16, 10.50.1.0/24] }
sessions:
  - { between: [fw, dc1] }
  - { between: [fw, dc2] }
"#;
    assert_eq!(uses(yaml, "hub/route_server"), ["10.50.0.0/16", "10.50.1.0/24"].map(String::from).into());
}

#[test]
fn one_session_brings_one_route_for_a_prefix_that_an_import_policy_makes() {
    let yaml = r#"
rsctl: 1
sites:
  from: { asn: 65021, ip: 192.168.0.1, prefixes: [10.101.0.0/16, 10.100.0.0/14] }
  to:
    asn: 65022
    ip: 192.168.0.2
    import: { from: [{ then: { summarize: 10.100.0.0/14 } }] }
sessions: [{ between: [from, to] }]
"#;
    let (topology, ribs) = planned(yaml);
    for class in ribs.class_ids() {
        for id in ribs.network.ids() {
            assert_eq!(one_route_a_session(&ribs.view(&topology, class, id)), Ok(()));
        }
    }
}

/// `middle` hears of the prefix from `far` by a long path and from `near` by a short one, and would summarise it for `near`: once the
/// routes have settled it has nothing to tell `near`, which it hears the prefix from. `far` may speak first or last.
#[test]
fn a_summary_is_made_of_what_is_sent_in_the_end() {
    for far in ["a-far", "z-far"] {
        let yaml = format!(
            r#"
rsctl: 1
sites:
  {far}: {{ asn: 65021, ip: 192.168.0.1, prefixes: {{ prefix: 10.50.1.0/24, as_path: [65021, 65100, 65101] }} }}
  middle:
    asn: 65022
    ip: 192.168.0.2
    export: {{ near: [{{ then: {{ summarize: 10.50.0.0/16 }} }}] }}
  near: {{ asn: 65023, ip: 192.168.0.3, prefixes: 10.50.1.0/24 }}
sessions:
  - {{ between: [{far}, middle] }}
  - {{ between: [middle, near] }}
"#
        );
        assert_eq!(uses(&yaml, "near"), BTreeSet::new(), "{far}");
    }
}

/// The same on the receiving side: the summary has the next hop that its parts have in the end.
#[test]
fn a_summary_takes_the_next_hop_that_its_parts_have_in_the_end() {
    for far in ["a-far", "z-far"] {
        let yaml = format!(
            r#"
rsctl: 1
sites:
  {far}: {{ asn: 65021, ip: 192.168.0.1, prefixes: {{ prefix: 10.50.1.0/24, as_path: [65021, 65100, 65101] }} }}
  middle: {{ asn: 65022, ip: 192.168.0.2 }}
  reader: {{ asn: 65022, ip: 192.168.0.3, import: {{ middle: [{{ then: {{ summarize: 10.50.0.0/16 }} }}] }} }}
  y-near: {{ asn: 65024, ip: 192.168.0.4, prefixes: 10.50.1.0/24 }}
sessions:
  - {{ between: [{far}, middle] }}
  - {{ between: [middle, y-near] }}
  - {{ between: [middle, reader] }}
"#
        );
        let (topology, ribs) = planned(&yaml);
        let reader = devices(&topology).into_iter().find(|device| device.name(&topology) == "reader").unwrap();
        let rows = rib(&topology, &ribs, reader, Which::Best, None).into_iter().flat_map(|instance| instance.rows);
        let hops: Vec<_> = rows.map(|row| (row.network.to_string(), row.next_hop)).collect();
        assert_eq!(hops, [("10.50.0.0/16".to_owned(), Some(Ipv4Addr::new(192, 168, 0, 4)))], "{far}");
    }
}

#[test]
fn what_is_written_twice_is_refused_or_counts_once() {
    let file = |gateways: &str, sites: &str, sessions: &str| {
        format!(
            r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: {{ RouteServerSubnet: 10.1.0.0/26, GatewaySubnet: 10.1.0.64/26, nva: 10.1.1.0/24 }}
    route_server: {{ branch_to_branch: true, peers: fw1 }}
    vpn_gateway: {{}}
    express_route_gateway: {{}}
nvas:
  fw1: {{ subnet: hub/nva, ip: 10.1.1.10, asn: 65001, advertises: 0.0.0.0/0 }}
  fw2: {{ subnet: hub/nva, ip: 10.1.1.11, asn: 65002 }}
sites:
  dc1: {{ asn: 65021, prefixes: 192.168.0.0/16, vpn: {{ gateway: hub }} }}
circuits:
  er1: {{ gateways: {gateways}, sites: {sites} }}
sessions: {sessions}
"#
        )
    };
    let session = "[{ between: [fw1, fw2] }]";
    let plain = file("hub", "dc1", session);
    let (topology, ribs) = planned(&plain);
    let expected = answer(&topology, &ribs);
    let files = [
        ("gateways", file("[hub, hub]", "dc1", session)),
        ("sites", file("hub", "[dc1, dc1]", session)),
        ("sessions", file("hub", "dc1", "[{ between: [fw1, fw2] }, { between: [fw2, fw1] }]")),
    ];
    let mut complaints = String::new();
    for (what, yaml) in files {
        let Ok(topology) = resolved(&yaml) else { continue };
        let ribs = rsctl::bgp::run(&topology);
        if !ribs.is_stable(&topology) {
            complaints.push_str(&format!("\n{what}: the state does not re-derive itself"));
        }
        if let Some(words) = difference(&expected, &answer(&topology, &ribs)) {
            complaints.push_str(&format!("\n{what}: {words}"));
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}
