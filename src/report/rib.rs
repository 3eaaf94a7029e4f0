//! What a speaker learned, chose and advertises, in the rows that az prints for route servers, gateways and circuits.

use crate::azure::facts::{Fact, FactSet};
use crate::bgp::{
    Advert, Candidate, ClassId, Device, Received, Refusal, Ribs, Route, SessionKind, Source, SpeakerId, View,
};
use crate::report::facts::names;
use crate::syntax::document::Origin;
use crate::topology::Topology;
use ipnet::Ipv4Net;
use serde::Serialize;
use std::net::Ipv4Addr;

/// One row, with az's field names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BgpRow {
    /// Address of the instance that prints it.
    pub local_address: Option<Ipv4Addr>,
    /// The prefix.
    pub network: Ipv4Net,
    /// Next hop; none for what the speaker originates, or where the topology does not tell it.
    pub next_hop: Option<Ipv4Addr>,
    /// The neighbour it came from.
    pub source_peer: Option<Ipv4Addr>,
    /// az's origin column: `Network`, `EBgp`, `IBgp`, or the BGP origin of an advert.
    pub origin: &'static str,
    /// Dash-joined.
    pub as_path: String,
    /// az's weight column.
    pub weight: u32,
    /// The neighbour's name.
    #[serde(skip)]
    pub peer: String,
    /// True for the route the speaker passes on.
    #[serde(skip)]
    pub best: bool,
    /// The next hop is not told by the topology.
    #[serde(skip)]
    pub next_hop_unknown: bool,
    /// Which row is printed depends on which of several equal paths somebody passes on.
    #[serde(skip)]
    pub depends_on_tie: bool,
    /// This is one of the other possible rows.
    #[serde(skip)]
    pub only_possible: bool,
    /// Open facts on which it rests.
    #[serde(skip)]
    pub rests_on: Vec<&'static str>,
}

/// The rows of one instance of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRows {
    /// Which instance.
    pub instance: u8,
    /// Its address.
    pub address: Option<Ipv4Addr>,
    /// Its rows in order of prefix.
    pub rows: Vec<BgpRow>,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What neighbours sent and the speaker keeps, with what it originates at a gateway or a router.
    Learned,
    /// The routes the speaker uses.
    Best,
    /// What it sends.
    Advertised,
}

/// The rows of every instance of a device; `peer` restricts learned and advertised rows to one neighbour.
pub fn rib(topology: &Topology, ribs: &Ribs, device: Device, which: Which, peer: Option<Device>) -> Vec<InstanceRows> {
    ribs.network
        .instances(device)
        .map(|id| {
            let table = Table { topology, ribs, id, peer };
            let rows = match which {
                Which::Learned => table.learned(),
                Which::Best => table.best(),
                Which::Advertised => table.advertised(),
            };
            let speaker = ribs.network.speaker(id);
            InstanceRows { instance: speaker.instance, address: speaker.address, rows }
        })
        .collect()
}

struct Table<'a> {
    topology: &'a Topology,
    ribs: &'a Ribs,
    id: SpeakerId,
    peer: Option<Device>,
}

impl Table<'_> {
    /// The route as the speaker lists it; none when it refused it before it stored it.
    ///
    /// Azure lists what was received, before its route maps (fact `route_maps`); a router lists what its own policy made of it.
    fn listed<'r>(&self, received: &'r Received) -> Option<&'r Route> {
        let router = matches!(self.ribs.network.speaker(self.id).device, Device::Router(_));
        let after_policy = router || self.topology.facts.is(Fact::RouteMaps, "accepted");
        match &received.accepted {
            Ok(route) if after_policy => Some(route),
            Ok(_) => Some(&received.route),
            Err(Refusal::Policy(_) | Refusal::Summarized) if !after_policy => Some(&received.route),
            Err(_) => None,
        }
    }

    fn each_class(&self, mut add: impl FnMut(ClassId, &View)) {
        for class in self.ribs.class_ids() {
            if self.ribs.holders(class).contains(&self.id) || self.hears_alternatives(class) {
                add(class, &self.ribs.view(self.topology, class, self.id));
            }
        }
    }

    /// Whether a neighbour that holds the class could have chosen another equal path and sent it here.
    fn hears_alternatives(&self, class: ClassId) -> bool {
        let holders = self.ribs.holders(class);
        self.ribs.network.speaker(self.id).neighbors.iter().any(|neighbor| holders.contains(&neighbor.peer))
    }

    fn rows_of(&self, class: ClassId, row: BgpRow) -> impl Iterator<Item = BgpRow> {
        let prefixes = &self.ribs.class(class).prefixes;
        prefixes.iter().map(move |prefix| BgpRow { network: *prefix, ..row.clone() })
    }

    /// The rows as they would be if somebody on the way had passed on another of several equal paths.
    fn other_next_hops(&self, class: ClassId, row: &BgpRow, route: &Route) -> Vec<BgpRow> {
        let possible =
            |next_hop: &Ipv4Addr| BgpRow { next_hop: Some(*next_hop), best: false, only_possible: true, ..row.clone() };
        route.other_next_hops.iter().flat_map(|next_hop| self.rows_of(class, possible(next_hop))).collect()
    }

    fn learned(&self) -> Vec<BgpRow> {
        let mut rows = Vec::new();
        self.each_class(|class, view| {
            if self.peer.is_none() {
                for candidate in &view.candidates {
                    rows.extend(
                        self.local(class, view, candidate).into_iter().flat_map(|row| self.rows_of(class, row)),
                    );
                }
            }
            let speaker = self.ribs.network.speaker(self.id);
            for (index, neighbor) in speaker.neighbors.iter().enumerate() {
                let device = self.ribs.network.speaker(neighbor.peer).device;
                if self.peer.is_some_and(|peer| peer != device) {
                    continue;
                }
                let advert = self.heard(class, index);
                let received = view.received.iter().find(|received| received.neighbor == index);
                if let Some(route) = received.and_then(|received| self.listed(received)) {
                    let tie = advert.as_ref().is_some_and(|advert| !advert.otherwise.is_empty());
                    let best = view.preferred().is_some_and(|candidate| candidate.source == Source::Neighbor(index));
                    let unsettled = tie || !route.other_next_hops.is_empty();
                    let row = BgpRow { best, depends_on_tie: unsettled, ..self.row(index, route) };
                    rows.extend(self.other_next_hops(class, &row, route));
                    rows.extend(self.rows_of(class, row));
                }
                for other in advert.into_iter().flat_map(|advert| advert.otherwise).flatten() {
                    let row = BgpRow { only_possible: true, depends_on_tie: true, ..self.row(index, &other) };
                    rows.extend(self.other_next_hops(class, &row, &other));
                    rows.extend(self.rows_of(class, row));
                }
            }
        });
        let mut rows = sorted(rows);
        rows.dedup();
        rows
    }

    /// What the neighbour of that index sends, with its alternatives.
    fn heard(&self, class: ClassId, index: usize) -> Option<Advert> {
        let neighbor = &self.ribs.network.speaker(self.id).neighbors[index];
        let view = self.ribs.view(self.topology, class, neighbor.peer);
        self.ribs.advert(self.topology, class, neighbor.peer, &view, neighbor.reverse)
    }

    /// What the speaker originates, where such rows are printed: gateways (`Network`) and routers (`0.0.0.0`).
    fn local(&self, _class: ClassId, view: &View, candidate: &Candidate) -> Option<BgpRow> {
        let Source::Local(_) = candidate.source else { return None };
        let speaker = self.ribs.network.speaker(self.id);
        let best = view.preferred() == Some(candidate);
        let rests_on = self.names(candidate.route.rests_on);
        let row = BgpRow {
            source_peer: speaker.address,
            origin: "Network",
            as_path: candidate.route.path.to_string(),
            best,
            rests_on,
            ..self.empty()
        };
        match speaker.device {
            Device::RouteServer(_) | Device::Edge(_) => None,
            Device::VpnGateway(_) | Device::ExpressRouteGateway(_) => Some(row),
            Device::Router(_) => {
                let own = candidate.route.next_hop == speaker.address;
                let next_hop = if own { Some(Ipv4Addr::UNSPECIFIED) } else { candidate.route.next_hop };
                Some(BgpRow { next_hop, source_peer: None, ..row })
            }
        }
    }

    fn best(&self) -> Vec<BgpRow> {
        let mut rows = Vec::new();
        self.each_class(|class, view| {
            for candidate in view.survivors() {
                let best = view.preferred() == Some(candidate);
                let row = match candidate.source {
                    Source::Neighbor(index) => BgpRow { best, ..self.row(index, &candidate.route) },
                    Source::Local(_) => {
                        let own = self.local(class, view, candidate);
                        own.unwrap_or_else(|| BgpRow { origin: "Network", best, ..self.empty() })
                    }
                };
                rows.extend(self.rows_of(class, row));
            }
        });
        sorted(rows)
    }

    fn advertised(&self) -> Vec<BgpRow> {
        let mut rows = Vec::new();
        let speaker = self.ribs.network.speaker(self.id);
        for class in self.ribs.class_ids().filter(|class| self.ribs.holders(*class).contains(&self.id)) {
            let view = self.ribs.view(self.topology, class, self.id);
            for (index, neighbor) in speaker.neighbors.iter().enumerate() {
                let device = self.ribs.network.speaker(neighbor.peer).device;
                if self.peer.is_some_and(|peer| peer != device) {
                    continue;
                }
                let Some(advert) = self.ribs.advert(self.topology, class, self.id, &view, index) else { continue };
                let tie = !advert.otherwise.is_empty();
                let sent = |route: &Route, only_possible: bool| BgpRow {
                    next_hop: route.next_hop,
                    next_hop_unknown: route.next_hop.is_none(),
                    origin: origin_word(route.origin),
                    as_path: route.path.to_string(),
                    weight: 0,
                    peer: device.name(self.topology),
                    depends_on_tie: tie,
                    only_possible,
                    rests_on: self.names(route.rests_on),
                    ..self.empty()
                };
                if let Ok(route) = &advert.route {
                    rows.extend(self.rows_of(class, sent(route, false)));
                }
                for route in advert.otherwise.iter().flatten() {
                    rows.extend(self.rows_of(class, sent(route, true)));
                }
            }
        }
        let mut rows = sorted(rows);
        rows.dedup();
        rows
    }

    fn names(&self, rests_on: FactSet) -> Vec<&'static str> {
        names(&self.topology.facts, rests_on)
    }

    fn empty(&self) -> BgpRow {
        BgpRow {
            local_address: self.ribs.network.speaker(self.id).address,
            network: Ipv4Net::default(),
            next_hop: None,
            source_peer: None,
            origin: "",
            as_path: String::new(),
            weight: 32768,
            peer: String::new(),
            best: false,
            next_hop_unknown: false,
            depends_on_tie: false,
            only_possible: false,
            rests_on: Vec::new(),
        }
    }

    /// A learned row. Routes of the Microsoft edge carry weight 32769 at an ExpressRoute gateway.
    fn row(&self, index: usize, route: &Route) -> BgpRow {
        let neighbor = &self.ribs.network.speaker(self.id).neighbors[index];
        // A circuit's table prints no weight.
        let edge = matches!(self.ribs.network.speaker(self.id).device, Device::Edge(_));
        let from_edge = neighbor.kind == SessionKind::EdgeGateway;
        BgpRow {
            next_hop: route.next_hop,
            next_hop_unknown: route.next_hop.is_none(),
            source_peer: neighbor.peer_address,
            origin: if neighbor.ebgp { "EBgp" } else { "IBgp" },
            as_path: route.path.to_string(),
            weight: if edge { 0 } else { 32768 + u32::from(from_edge) },
            peer: self.ribs.network.speaker(neighbor.peer).device.name(self.topology),
            rests_on: self.names(route.rests_on),
            ..self.empty()
        }
    }
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Igp => "Igp",
        Origin::Egp => "Egp",
        Origin::Incomplete => "Incomplete",
    }
}

fn sorted(mut rows: Vec<BgpRow>) -> Vec<BgpRow> {
    rows.sort_by(|left, right| {
        let key = |row: &BgpRow| {
            (row.network, row.only_possible, !row.best, row.source_peer, row.next_hop, row.as_path.clone())
        };
        key(left).cmp(&key(right))
    });
    rows
}
