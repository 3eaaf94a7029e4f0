//! RS0803: hubs on one circuit that do not learn the NVA routes of each other.

use super::*;
use crate::bgp::{ClassId, Device, Refusal, SpeakerId};
use crate::lint::questions::wider_routes::{Ways, is_known_to_a_peer};
use crate::topology::{CircuitId, RouterId, VnetId};
use ipnet::Ipv4Net;
use std::cell::OnceCell;
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

/// A VNet with a route server whose ExpressRoute gateway is on a circuit with another.
struct Hub<'e> {
    id: VnetId,
    gateways: Vec<SpeakerId>,
    servers: Vec<SpeakerId>,
    ways: OnceCell<Ways<'e>>,
}

/// The other hub and its NVA whose route an edge prefers, by edge.
type Brought = BTreeMap<SpeakerId, Option<(VnetId, RouterId)>>;

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut lacks: BTreeMap<Lack, Vec<Ipv4Net>> = BTreeMap::new();
    let hubs = sharing(estate);
    for class in estate.ribs().class_ids() {
        let mut brought = Brought::new();
        for hub in &hubs {
            let lacking = lacking(estate, class, hub, &mut brought);
            if lacking.is_empty() {
                continue;
            }
            let ways = hub.ways.get_or_init(|| Ways::of(estate, hub.id));
            let by_default = ways.routes.is_some_and(|routes| routes.position(Ipv4Net::default()).is_some())
                && is_known_to_a_peer(estate, class, hub.id);
            let all = estate.ribs().class(class).prefixes.iter();
            let lost: Vec<Ipv4Net> = all.copied().filter(|prefix| !by_default && !ways.cover(*prefix)).collect();
            for lack in lacking.into_iter().filter(|_| !lost.is_empty()) {
                lacks.entry(lack).or_default().extend(&lost);
            }
        }
    }
    let circuits: BTreeSet<CircuitId> = lacks.keys().map(|lack| lack.circuit).collect();
    for circuit in circuits {
        let own: Vec<(&Lack, &Vec<Ipv4Net>)> = lacks.iter().filter(|(lack, _)| lack.circuit == circuit).collect();
        found.add(finding(estate, circuit, &own));
    }
}

fn sharing<'e>(estate: &'e Context<'_>) -> Vec<Hub<'e>> {
    let network = &estate.ribs().network;
    let circuits = estate.topology.circuits.iter().filter(|circuit| circuit.gateways.len() > 1);
    let gateways = circuits.flat_map(|circuit| circuit.gateways.iter().copied());
    let ids: BTreeSet<VnetId> = gateways.filter(|id| estate.topology.vnet(*id).route_server.is_some()).collect();
    let hub = |id| Hub {
        id,
        gateways: network.instances(Device::ExpressRouteGateway(id)).collect(),
        servers: network.instances(Device::RouteServer(id)).collect(),
        ways: OnceCell::new(),
    };
    ids.into_iter().map(hub).collect()
}

/// The NVA routes of a class that a hub drops at its gateway and has not got from elsewhere.
fn lacking(estate: &Context<'_>, class: ClassId, hub: &Hub<'_>, brought: &mut Brought) -> BTreeSet<Lack> {
    let network = &estate.ribs().network;
    let mut lacks = BTreeSet::new();
    for speaker in &hub.gateways {
        for received in estate.view(class, *speaker).received {
            let edge = network.speaker(*speaker).neighbors[received.neighbor].peer;
            let Device::Edge(circuit) = estate.device(edge) else { continue };
            if received.accepted != Err(Refusal::InjectedAcrossCircuit) {
                continue;
            }
            let origin = brought.entry(edge).or_insert_with(|| brought_by(estate, class, edge));
            lacks.extend(origin.map(|(from, nva)| Lack { circuit, hub: hub.id, from, nva }));
        }
    }
    if !lacks.is_empty() && hub.servers.iter().any(|server| estate.holds(class, *server)) {
        lacks.clear();
    }
    lacks
}

/// Back along the choices of an edge, of the gateway and of the route server of the other hub.
fn brought_by(estate: &Context<'_>, class: ClassId, edge: SpeakerId) -> Option<(VnetId, RouterId)> {
    let server = estate.supplier(class, estate.supplier(class, edge)?)?;
    let Device::RouteServer(from) = estate.device(server) else { return None };
    Some((from, estate.nva_behind(class, server)?))
}

fn finding(estate: &Context<'_>, id: CircuitId, lacks: &[(&Lack, &Vec<Ipv4Net>)]) -> Finding {
    let topology = estate.topology;
    let circuit = topology.circuit(id);
    let name = |id: VnetId| topology.vnet(id).name.as_str();
    let hubs: BTreeSet<&str> = lacks.iter().map(|(lack, _)| name(lack.hub)).collect();
    let message = format!("circuit `{}` does not bring {} the NVA routes of other hubs", circuit.name, few_names(hubs));
    let mut finding = Finding::new(circuit.span, format!("circuits.{}", circuit.name), message)
        .label("the hubs meet here only for on-premises");
    let lines = lacks.iter().map(|(lack, prefixes)| {
        let nva = &topology.router(lack.nva).name;
        format!("`{}` has no route to {} of `{nva}` in `{}`", name(lack.hub), few(*prefixes), name(lack.from))
    });
    for line in few_lines(lines.collect(), "pairs of a hub and an NVA of another") {
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
