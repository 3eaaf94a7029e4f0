//! RS0803: hubs on one circuit that do not learn the NVA routes of each other.

use super::*;
use crate::bgp::{ClassId, Device, Refusal};
use crate::lint::routes::{device, first_lines, holds, listed, named, nva_behind, supplier, view};
use crate::topology::{CircuitId, RouterId, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0803",
    name: "hubs-share-a-circuit",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "hubs with route servers share a circuit, which does not carry NVA routes from one to the other",
    what: "Two VNets with route servers and ExpressRoute gateways are connected to one circuit, an NVA of one announces a prefix, \
           and the other hub has no route to it: none that covers it from its route server, a peering or a user-defined route, and \
           no NVA with a default route that knows the prefix.",
    why: "A route server marks NVA routes with the community 65517:65517, and an ExpressRoute gateway beside a route server drops \
          whatever comes back over a circuit with that mark. So each hub reaches on-premises, but not what stands behind the NVA of \
          the other hub.",
    fix: "Join the NVAs of the hubs with a tunnel and BGP of their own. Each takes 65515 out of the paths before it passes them to \
          its route server, which drops paths through its own ASN.",
    bad: example!("RS0803", "bad"),
    good: example!("RS0803", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
    ],
    check,
};

/// A hub that lacks what an NVA announces in another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Lack {
    circuit: CircuitId,
    hub: VnetId,
    from: VnetId,
    nva: RouterId,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut lacks: BTreeMap<Lack, Vec<Ipv4Net>> = BTreeMap::new();
    let sharing: BTreeSet<VnetId> = shared(estate);
    for class in estate.ribs().class_ids() {
        for hub in &sharing {
            for lack in lacking(estate, class, *hub) {
                let prefixes = lacks.entry(lack).or_default();
                let all = &estate.ribs().class(class).prefixes;
                prefixes.extend(all.iter().filter(|prefix| !is_covered(estate, *hub, class, **prefix)));
            }
        }
    }
    lacks.retain(|_, prefixes| !prefixes.is_empty());
    let circuits: BTreeSet<CircuitId> = lacks.keys().map(|lack| lack.circuit).collect();
    for circuit in circuits {
        let own: Vec<(&Lack, &Vec<Ipv4Net>)> = lacks.iter().filter(|(lack, _)| lack.circuit == circuit).collect();
        found.add(finding(estate, circuit, &own));
    }
}

/// VNets with a route server whose ExpressRoute gateway is on a circuit with another.
fn shared(estate: &Context<'_>) -> BTreeSet<VnetId> {
    let circuits = estate.topology.circuits.iter().filter(|circuit| circuit.gateways.len() > 1);
    let gateways = circuits.flat_map(|circuit| circuit.gateways.iter().copied());
    gateways.filter(|id| estate.topology.vnet(*id).route_server.is_some()).collect()
}

/// The NVA routes of a class that a hub drops at its gateway and has not got from elsewhere.
fn lacking(estate: &Context<'_>, class: ClassId, hub: VnetId) -> BTreeSet<Lack> {
    let ribs = estate.ribs();
    let mut lacks = BTreeSet::new();
    for speaker in ribs.network.instances(Device::ExpressRouteGateway(hub)) {
        for received in view(estate, class, speaker).received {
            let edge = ribs.network.speaker(speaker).neighbors[received.neighbor].peer;
            let Device::Edge(circuit) = device(estate, edge) else { continue };
            if received.accepted != Err(Refusal::InjectedAcrossCircuit) {
                continue;
            }
            // Back along the choices of the edge, the gateway and the route server of the other hub.
            let gateway = supplier(estate, class, edge);
            let server = gateway.and_then(|gateway| supplier(estate, class, gateway));
            let Some(Device::RouteServer(from)) = server.map(|server| device(estate, server)) else { continue };
            if let Some(nva) = server.and_then(|server| nva_behind(estate, class, server)) {
                lacks.insert(Lack { circuit, hub, from, nva });
            }
        }
    }
    let server = ribs.network.instances(Device::RouteServer(hub));
    if lacks.is_empty() || server.into_iter().any(|server| holds(estate, class, server)) {
        BTreeSet::new()
    } else {
        lacks
    }
}

/// True when packets of the hub find their way to a prefix by a wider route.
fn is_covered(estate: &Context<'_>, hub: VnetId, class: ClassId, prefix: Ipv4Net) -> bool {
    let topology = estate.topology;
    let vnet = topology.vnet(hub);
    let peered = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
    if vnet.ranges.iter().chain(peered).any(|range| range.contains(&prefix)) {
        return true;
    }
    let programmed = estate.tables().gateway_routes(hub);
    let held = |length: u8| {
        let wider = Ipv4Net::new(prefix.addr(), length).ok().map(|net| net.trunc());
        wider.zip(programmed).is_some_and(|(wider, routes)| routes.position(wider).is_some())
    };
    if (1..prefix.prefix_len()).any(held) || is_steered(estate, hub, prefix) {
        return true;
    }
    // A default route helps when it leads to an NVA that knows the prefix.
    let peers = vnet.route_server.iter().flat_map(|server| &server.peers);
    let knows =
        |router: RouterId| estate.ribs().network.instances(Device::Router(router)).any(|id| holds(estate, class, id));
    held(0) && peers.into_iter().any(|peer| knows(peer.router))
}

/// True when a user-defined route of the hub or of a spoke leads to a prefix on purpose.
fn is_steered(estate: &Context<'_>, hub: VnetId, prefix: Ipv4Net) -> bool {
    let topology = estate.topology;
    let vnets = topology.transit_spokes(hub).map(|(id, _)| id).chain([hub]);
    let tables: BTreeSet<_> =
        vnets.flat_map(|id| &topology.vnet(id).subnets).filter_map(|subnet| subnet.route_table).collect();
    let routes = tables.into_iter().flat_map(|table| &topology.route_tables[table.index()].routes);
    let mut prefixes = routes.map(|route| &route.prefix);
    prefixes.any(
        |wider| matches!(wider, UserPrefix::Range(IpNet::V4(net)) if net.prefix_len() > 0 && net.contains(&prefix)),
    )
}

fn finding(estate: &Context<'_>, id: CircuitId, lacks: &[(&Lack, &Vec<Ipv4Net>)]) -> Finding {
    let topology = estate.topology;
    let circuit = topology.circuit(id);
    let name = |id: VnetId| topology.vnet(id).name.as_str();
    let hubs: BTreeSet<&str> = lacks.iter().map(|(lack, _)| name(lack.hub)).collect();
    let message = format!("circuit `{}` does not bring {} the NVA routes of other hubs", circuit.name, named(hubs));
    let mut finding = Finding::new(circuit.span, format!("circuits.{}", circuit.name), message)
        .label("the hubs meet here only for on-premises");
    let lines = lacks.iter().map(|(lack, prefixes)| {
        let nva = &topology.router(lack.nva).name;
        format!("`{}` has no route to {} of `{nva}` in `{}`", name(lack.hub), listed(*prefixes), name(lack.from))
    });
    for line in first_lines(lines.collect(), "pairs of a hub and an NVA of another") {
        finding = finding.affects(line);
    }
    let Some((lack, _)) = lacks.first() else { return finding };
    let router = topology.router(lack.nva);
    finding = finding
        .via(router.span, format!("`{}` announces it to the route server of `{}`", router.name, name(lack.from)))
        .via(circuit.span, "the circuit passes it on, marked 65517:65517");
    if let Some(gateway) = topology.vnet(lack.hub).express_route_gateway.as_ref() {
        finding = finding.via(gateway.span, format!("the ExpressRoute gateway of `{}` drops it", name(lack.hub)));
    }
    let own = topology.vnet(lack.hub).route_server.as_ref().and_then(|server| server.peers.first());
    finding.help(match own {
        Some(peer) => format!(
            "give `{}` and `{}` a BGP session in a tunnel, and let each strip 65515 towards its own route server",
            router.name,
            topology.router(peer.router).name
        ),
        None => {
            format!("add an NVA to `{}` and give it a BGP session with `{}` in a tunnel", name(lack.hub), router.name)
        }
    })
}
