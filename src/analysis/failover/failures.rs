//! Everything that can fail, by the names that `--down` takes.

use super::alike::Alike;
use crate::topology::{Element, Outages, RouterId, Topology, TunnelEnd, VnetId};
use serde::Serialize;
use std::collections::BTreeSet;

/// What kind of thing fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FailureKind {
    /// An NVA.
    Nva,
    /// A BGP session, a tunnel, or the connection of a gateway to a circuit.
    Session,
    /// One instance of a route server.
    RouteServerInstance,
    /// A gateway.
    Gateway,
    /// One instance of a gateway.
    GatewayInstance,
    /// A circuit.
    Circuit,
    /// A peering.
    Peering,
    /// A VNet with a route server, a gateway or an NVA, and everything in it.
    Hub,
    /// What a user asked for by name.
    Named,
}

impl FailureKind {
    /// Every kind that is looked for.
    pub const ALL: [FailureKind; 8] = [
        FailureKind::Nva,
        FailureKind::Session,
        FailureKind::RouteServerInstance,
        FailureKind::Gateway,
        FailureKind::GatewayInstance,
        FailureKind::Circuit,
        FailureKind::Peering,
        FailureKind::Hub,
    ];

    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            FailureKind::Nva => "NVA",
            FailureKind::Session => "session",
            FailureKind::RouteServerInstance => "route server instance",
            FailureKind::Gateway => "gateway",
            FailureKind::GatewayInstance => "gateway instance",
            FailureKind::Circuit => "circuit",
            FailureKind::Peering => "peering",
            FailureKind::Hub => "hub",
            FailureKind::Named => "named",
        }
    }
}

/// One thing that can fail.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What kind of thing it is.
    pub kind: FailureKind,
    /// The name that `--down` takes.
    pub name: String,
    /// What is down.
    pub outages: Outages,
    /// How many failures it stands for: peerings of VNets that nothing tells apart.
    pub stands_for: u64,
}

/// Everything that can fail, of these kinds, in the order of the kinds and of the file. What is down already cannot fail.
pub fn failures(topology: &Topology, alike: &Alike, kinds: &BTreeSet<FailureKind>) -> Vec<Failure> {
    let mut list = List { topology, failures: Vec::new() };
    let vnet = |id: VnetId| topology.vnet(id).name.as_str();
    let router = |id: RouterId| topology.router(id).name.as_str();
    let nvas = (0..topology.routers.len() as u32).map(RouterId).filter(|id| topology.router(*id).is_nva());
    for id in nvas {
        list.add(FailureKind::Nva, router(id).to_owned(), 1);
    }
    for name in sessions(topology) {
        list.add(FailureKind::Session, name, 1);
    }
    for id in topology.vnet_ids() {
        let of = topology.vnet(id);
        let gateways = [
            (of.vpn_gateway.is_some(), "vpn_gateway", Element::VpnGateway(id)),
            (of.express_route_gateway.is_some(), "express_route_gateway", Element::ExpressRouteGateway(id)),
        ];
        if of.route_server.is_some() {
            list.instances(FailureKind::RouteServerInstance, &format!("{}/route_server", of.name), 2);
        }
        for (_, key, element) in gateways.into_iter().filter(|(present, ..)| *present) {
            let name = format!("{}/{key}", of.name);
            list.instances(FailureKind::GatewayInstance, &name, topology.instances(element));
            list.add(FailureKind::Gateway, name, 1);
        }
    }
    for circuit in &topology.circuits {
        list.add(FailureKind::Circuit, circuit.name.clone(), 1);
    }
    let mut peered: BTreeSet<(VnetId, VnetId)> = BTreeSet::new();
    for one in topology.vnet_ids() {
        for link in topology.vnet(one).links.iter().filter(|link| link.connected) {
            if peered.insert((one.min(link.remote), one.max(link.remote))) {
                // Of VNets that nothing tells apart the peering of the first one stands for all.
                let stands_for = alike.fails_for(one).min(alike.fails_for(link.remote));
                let many = alike.fails_for(one).max(alike.fails_for(link.remote));
                if stands_for > 0 {
                    list.add(FailureKind::Peering, format!("{}~{}", vnet(one), vnet(link.remote)), many);
                }
            }
        }
    }
    let holds_nva = |id: VnetId| topology.routers.iter().any(|router| router.vnet() == Some(id));
    for id in topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing() || holds_nva(*id)) {
        list.add(FailureKind::Hub, vnet(id).to_owned(), 1);
    }
    let mut failures = list.failures;
    failures.retain(|failure| kinds.contains(&failure.kind));
    failures.sort_by_key(|failure| failure.kind);
    failures
}

struct List<'t> {
    topology: &'t Topology,
    failures: Vec<Failure>,
}

impl List<'_> {
    fn add(&mut self, kind: FailureKind, name: String, stands_for: u64) {
        // A name that means several things cannot be told to anybody.
        let Ok(outages) = Outages::named(self.topology, std::slice::from_ref(&name)) else { return };
        if !self.topology.down.includes(&outages) {
            self.failures.push(Failure { kind, name, outages, stands_for });
        }
    }

    fn instances(&mut self, kind: FailureKind, name: &str, count: u8) {
        for instance in (0..count).filter(|_| count > 1) {
            self.add(kind, format!("{name}:{instance}"), 1);
        }
    }
}

/// Every pair of speakers that something joins.
fn sessions(topology: &Topology) -> Vec<String> {
    let router = |id: RouterId| topology.router(id).name.clone();
    let vnet = |id: VnetId| topology.vnet(id).name.clone();
    let end = |end: TunnelEnd| match end {
        TunnelEnd::Gateway(id) => format!("{}/vpn_gateway", vnet(id)),
        TunnelEnd::Router(id) => router(id),
    };
    let mut names = Vec::new();
    for of in &topology.vnets {
        let peers = of.route_server.iter().flat_map(|server| &server.peers);
        names.extend(peers.map(|peer| format!("{}/route_server~{}", of.name, router(peer.router))));
    }
    names.extend(
        topology.sessions.iter().map(|session| format!("{}~{}", router(session.ends[0]), router(session.ends[1]))),
    );
    names.extend(
        topology.tunnels.iter().map(|tunnel| format!("{}~{}", end(tunnel.sides[0].end), end(tunnel.sides[1].end))),
    );
    for circuit in &topology.circuits {
        names.extend(circuit.gateways.iter().map(|id| format!("{}~{}", circuit.name, vnet(*id))));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
