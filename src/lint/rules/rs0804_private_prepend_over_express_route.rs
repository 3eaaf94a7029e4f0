//! RS0804: prepends that the Microsoft edge takes out again.

use super::*;
use crate::bgp::{ClassId, Device, Received, SessionKind, SpeakerId};
use crate::lint::questions::prepends::prepender;
use crate::source::Span;
use crate::topology::{CircuitId, RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0804",
    name: "private-prepend-over-express-route",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "prepended private ASNs are meant to steer on-premises, but ExpressRoute removes them",
    what: "An NVA prepends private ASNs towards a route server with an ExpressRoute gateway, the same prefix reaches a site also over \
           another circuit or a VPN tunnel with a path that was to be the shorter one, and at the site it is not.",
    why: "Microsoft's edge takes private ASNs out of what it announces to on-premises, so every such route arrives with the path \
          12076. The site sees no difference, and which way it takes is left to chance. Between gateways on one circuit the prepends \
          do count, because the edge compares the whole paths before it removes anything.",
    fix: "Say the preference at the site, by local preference for each circuit, or announce longer prefixes over the way that is to be \
          preferred.",
    bad: example!("RS0804", "bad"),
    good: example!("RS0804", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-2er-circuits",
            date: "2021-03",
            status: Status::Observed,
        },
        Source { title: "github.com/adstuart/azure-routeserver-infoblox", date: "2021-11", status: Status::Observed },
    ],
    check,
};

/// One way of a class to a site.
struct Way {
    /// What it comes over: a circuit's edge, or a VPN gateway.
    over: Device,
    /// The edge, for a circuit.
    edge: Option<SpeakerId>,
    /// As the site sees it.
    seen: usize,
    /// As it would be with its private ASNs.
    whole: usize,
}

/// The length of the path that an edge prefers of a class, with its private ASNs.
type AtEdges = BTreeMap<SpeakerId, Option<usize>>;

/// A prepend that comes to nothing.
struct Vain {
    prefixes: BTreeSet<Ipv4Net>,
    sites: BTreeSet<RouterId>,
    /// The ways that were to be preferred.
    rivals: BTreeSet<Device>,
    circuit: CircuitId,
    place: Span,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let network = &estate.ribs().network;
    let has_a_choice = |site: &SpeakerId| {
        let neighbors = network.speaker(*site).neighbors.iter();
        let ways = neighbors.filter(|way| matches!(way.kind, SessionKind::EdgeSite | SessionKind::Tunnel(..)));
        ways.map(|way| estate.device(way.peer)).collect::<BTreeSet<Device>>().len() > 1
    };
    let sites = network.ids().filter(|id| matches!(estate.device(*id), Device::Router(_)));
    let sites: Vec<SpeakerId> = sites.filter(has_a_choice).collect();
    let mut vain: BTreeMap<(RouterId, VnetId), Vain> = BTreeMap::new();
    for class in estate.ribs().class_ids() {
        let mut at_edges = AtEdges::new();
        for site in &sites {
            compare(estate, class, *site, &mut at_edges, &mut vain);
        }
    }
    for ((nva, host), vain) in vain {
        found.add(finding(estate, nva, host, &vain));
    }
}

fn compare(
    estate: &Context<'_>,
    class: ClassId,
    site: SpeakerId,
    at_edges: &mut AtEdges,
    vain: &mut BTreeMap<(RouterId, VnetId), Vain>,
) {
    let received = estate.view(class, site).received;
    let ways: Vec<Way> = received.iter().filter_map(|received| way(estate, class, site, received, at_edges)).collect();
    for way in &ways {
        let (Device::Edge(circuit), Some(edge)) = (way.over, way.edge) else { continue };
        let beaten = |other: &&Way| other.over != way.over && way.whole > other.whole && way.seen <= other.seen;
        let rivals: BTreeSet<Device> = ways.iter().filter(beaten).map(|other| other.over).collect();
        if rivals.is_empty() {
            continue;
        }
        let Some((nva, host, place)) = prepender(estate, class, edge) else { continue };
        let Device::Router(site) = estate.device(site) else { continue };
        let empty =
            || Vain { prefixes: BTreeSet::new(), sites: BTreeSet::new(), rivals: BTreeSet::new(), circuit, place };
        let slot = vain.entry((nva, host)).or_insert_with(empty);
        slot.prefixes.extend(&estate.ribs().class(class).prefixes);
        slot.sites.insert(site);
        slot.rivals.extend(rivals);
    }
}

fn way(
    estate: &Context<'_>,
    class: ClassId,
    site: SpeakerId,
    received: &Received,
    at_edges: &mut AtEdges,
) -> Option<Way> {
    let neighbor = &estate.ribs().network.speaker(site).neighbors[received.neighbor];
    let seen = received.accepted.as_ref().ok()?.path.length();
    let over = estate.device(neighbor.peer);
    match neighbor.kind {
        SessionKind::EdgeSite => {
            let preferred = || estate.view(class, neighbor.peer).preferred().map(|route| route.route.path.length());
            let whole = 1 + (*at_edges.entry(neighbor.peer).or_insert_with(preferred))?;
            Some(Way { over, edge: Some(neighbor.peer), seen, whole })
        }
        SessionKind::Tunnel(..) => Some(Way { over, edge: None, seen, whole: seen }),
        _ => None,
    }
}

fn finding(estate: &Context<'_>, nva: RouterId, host: VnetId, vain: &Vain) -> Finding {
    let topology = estate.topology;
    let (name, hub) = (&topology.router(nva).name, &topology.vnet(host).name);
    let circuit = topology.circuit(vain.circuit);
    let rivals = few(vain.rivals.iter().map(|device| estate.said(*device)));
    let sites = few_names(vain.sites.iter().map(|id| &topology.router(*id).name));
    let message =
        format!("what `{name}` prepends towards `{hub}` does not reach on-premises over circuit `{}`", circuit.name);
    let mut finding = Finding::new(vain.place, estate.router_path(nva), message)
        .key(hub)
        .label("private ASNs")
        .affects(format!("{} at {sites}, where the way over {rivals} was to be preferred", few(&vain.prefixes)));
    if let Some(span) = estate.peer_span(host, nva) {
        finding = finding.via(span, format!("{} keeps the prepends", estate.said(Device::RouteServer(host))));
    }
    finding
        .via(circuit.span, "the edge takes private ASNs out: on-premises sees 12076")
        .note(format!("the edge removes private ASNs: {}", estate.source_of(Fact::EdgePrivateAsns)))
        .help(format!("at {sites}, give what comes over {rivals} a higher local preference"))
}
