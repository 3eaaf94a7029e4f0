//! Laws of estates other than the one that was written: what is left out leaves no trace, what failed says nothing, and a failure is
//! to everybody else as an absence.

use super::support::small::estates;
use super::{answer, config, difference};
use proptest::prelude::*;
use rsctl::bgp::{self, Ribs};
use rsctl::diagnostic::Sink;
use rsctl::lint::{Context, Ruleset, run};
use rsctl::source::Sources;
use rsctl::syntax::document::Document;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{self, Outages, RouterId, Topology, TunnelEnd};

fn read(text: &str) -> (Sources, Document) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("t.rsctl.yaml", text, &mut DiskFiles, &mut sources, &mut sink);
    let loaded = loaded.expect("estates of proptest can be read");
    (sources, loaded.document)
}

fn resolved(document: &Document) -> Result<Topology, String> {
    let mut sink = Sink::default();
    let facts = topology::facts_of(document, None, &mut sink);
    let topology = topology::resolve(document, facts, &mut sink);
    topology.ok_or_else(|| format!("{:?}", sink.into_sorted()))
}

fn left(document: &Document, what: &str) -> Result<(Document, Topology), String> {
    let left = topology::without(document, &[what.to_owned()]).map_err(|(message, _)| message)?;
    let topology = resolved(&left).map_err(|errors| format!("without {what}: {errors}"))?;
    Ok((left, topology))
}

fn failed(topology: &Topology, what: &str) -> (Topology, Ribs) {
    let outages = Outages::named(topology, &[what.to_owned()]).expect("the name of something that can fail");
    let failed = topology.with(&outages);
    let ribs = bgp::run(&failed);
    (failed, ribs)
}

/// Where a name of what is gone is still found.
fn trace(what: &str, document: &Document, topology: &Topology) -> Option<String> {
    let Some((vnet, part)) = what.split_once('/') else {
        let shown = [format!("{document:?}"), format!("{topology:?}")];
        let traces = [format!("\"{what}\""), format!("\"{what}/")];
        return traces.into_iter().find(|trace| shown.iter().any(|shown| shown.contains(trace)));
    };
    let stays = |vnet: &&topology::Vnet| match part {
        "route_server" => vnet.route_server.is_some(),
        "vpn_gateway" => vnet.vpn_gateway.is_some(),
        "express_route_gateway" => vnet.express_route_gateway.is_some(),
        subnet => vnet.subnets.iter().any(|other| other.name == subnet),
    };
    let named = format!("\"{what}\"");
    let found = topology.vnets.iter().filter(|other| other.name == vnet).any(|vnet| stays(&vnet));
    (found || format!("{document:?}").contains(&named)).then_some(named)
}

/// Pairs that something joins and that are both named by one word, or by a VNet and its route server.
pub(super) fn pairs(topology: &Topology) -> Vec<String> {
    let name = |id: RouterId| topology.router(id).name.as_str();
    let mut pairs: Vec<String> = topology
        .sessions
        .iter()
        .map(|session| format!("{}~{}", name(session.ends[0]), name(session.ends[1])))
        .collect();
    for vnet in &topology.vnets {
        let peers = vnet.route_server.iter().flat_map(|server| &server.peers);
        pairs.extend(peers.map(|peer| format!("{}/route_server~{}", vnet.name, name(peer.router))));
    }
    for circuit in &topology.circuits {
        pairs.extend(circuit.gateways.iter().map(|vnet| format!("{}~{}", circuit.name, topology.vnet(*vnet).name)));
        pairs.extend(circuit.sites.iter().map(|site| format!("{}~{}", name(*site), circuit.name)));
    }
    pairs
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn what_is_left_out_leaves_no_trace_and_the_rest_resolves(estate in estates()) {
        let text = estate.node().to_yaml();
        let (_, document) = read(&text);
        for what in topology::objects(&document) {
            match left(&document, &what) {
                Ok((document, topology)) => {
                    let trace = trace(&what, &document, &topology);
                    prop_assert!(trace.is_none(), "without {what} there is still {trace:?}\n{text}");
                }
                Err(error) => prop_assert!(false, "{error}\n{text}"),
            }
        }
        for what in ["udr", "route-tables", "route-server"] {
            prop_assert!(left(&document, what).is_ok());
        }
    }

    #[test]
    fn nobody_hears_of_what_has_failed_and_the_rest_comes_to_rest(estate in estates()) {
        let text = estate.node().to_yaml();
        let (sources, document) = read(&text);
        let topology = resolved(&document).unwrap();
        for what in Outages::all_names(&topology).into_iter().chain(pairs(&topology)) {
            let (failed, ribs) = failed(&topology, &what);
            prop_assert!(ribs.is_stable(&failed) || !ribs.oscillations.is_empty(), "{what}");
            let instance = |speaker: &bgp::Speaker| (speaker.device.element(), speaker.instance);
            for speaker in &ribs.network.speakers {
                let (element, number) = instance(speaker);
                prop_assert!(!failed.down.has_instance(element, number), "{what} down, and a speaker of it is there");
                for neighbor in &speaker.neighbors {
                    let other = instance(ribs.network.speaker(neighbor.peer));
                    prop_assert!(!failed.down.has_between(instance(speaker), other), "{what}");
                }
            }
            // No rule is surprised by it.
            run(&Context::new(&sources, &document, &failed, Ruleset::Azure), |_| true);
        }
    }

    #[test]
    fn to_everybody_else_a_failure_is_an_absence(estate in estates()) {
        let text = estate.node().to_yaml();
        let (_, document) = read(&text);
        let topology = resolved(&document).unwrap();
        // Static prefixes of a tunnel stay while its far end is down.
        let has_tunnel = |id: RouterId| {
            topology.tunnels.iter().any(|tunnel| tunnel.sides.iter().any(|side| side.end == TunnelEnd::Router(id)))
        };
        let ids = (0..topology.routers.len() as u32).map(RouterId).filter(|id| !has_tunnel(*id));
        let names: Vec<String> = ids.map(|id| topology.router(id).name.clone()).collect();
        for what in names.into_iter().chain(pairs(&topology)) {
            let (failed, ribs) = failed(&topology, &what);
            let down = answer(&failed, &ribs);
            let (_, absent) = left(&document, &what).unwrap();
            let gone = answer(&absent, &bgp::run(&absent));
            if let Some(words) = difference(&down, &gone) {
                prop_assert!(false, "{what}\n{words}\n{text}");
            }
        }
    }
}
