//! The way a route took to a speaker, read back from what each speaker on it prefers.

use super::context::Context;
use crate::bgp::{ClassId, Device, Source, SpeakerId};
use crate::source::Span;
use crate::topology::{RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

impl Context<'_> {
    /// Who passed a class on to `from`, `from` itself first and whoever originates it last.
    pub fn way_back(&self, class: ClassId, from: SpeakerId) -> Vec<SpeakerId> {
        let ribs = self.ribs();
        let mut way = vec![from];
        let mut at = from;
        loop {
            let view = ribs.view(self.topology, class, at);
            let Some(Source::Neighbor(index)) = view.preferred().map(|candidate| candidate.source) else { return way };
            at = ribs.network.speaker(at).neighbors[index].peer;
            // Routes that never settle can lead round in a circle.
            if way.contains(&at) {
                return way;
            }
            way.push(at);
        }
    }

    /// The first on a way, its start aside, that belongs to Azure.
    pub fn first_in_azure(&self, way: &[SpeakerId]) -> Option<Device> {
        let devices = way.iter().skip(1).map(|id| self.ribs().network.speaker(*id).device);
        devices.into_iter().find(|device| !matches!(device, Device::Router(_)))
    }

    /// How a class comes from Azure to a router: steps to show, in order.
    pub fn way_from_azure(&self, class: ClassId, prefix: Ipv4Net, id: RouterId) -> Vec<(Span, String)> {
        let ribs = self.ribs();
        let Some(speaker) = ribs.network.instances(Device::Router(id)).next() else { return Vec::new() };
        let devices: Vec<Device> =
            self.way_back(class, speaker).iter().map(|id| ribs.network.speaker(*id).device).collect();
        let end = devices.iter().position(|device| !matches!(device, Device::Router(_))).unwrap_or(0);
        let step =
            |device: &Device| self.place_of(*device).map(|(span, name)| (span, format!("{name} announces {prefix}")));
        devices[..=end].iter().rev().filter_map(step).collect()
    }

    /// Where a device is written, and how it is called in a sentence; none of what Microsoft keeps.
    fn place_of(&self, device: Device) -> Option<(Span, String)> {
        match device {
            Device::RouteServer(vnet) => {
                let vnet = self.topology.vnet(vnet);
                Some((vnet.route_server.as_ref()?.span, format!("the route server of `{}`", vnet.name)))
            }
            Device::VpnGateway(vnet) => {
                let vnet = self.topology.vnet(vnet);
                Some((vnet.vpn_gateway.as_ref()?.span, format!("the VPN gateway of `{}`", vnet.name)))
            }
            Device::ExpressRouteGateway(vnet) => {
                let vnet = self.topology.vnet(vnet);
                Some((
                    vnet.express_route_gateway.as_ref()?.span,
                    format!("the ExpressRoute gateway of `{}`", vnet.name),
                ))
            }
            Device::Router(router) => {
                let router = self.topology.router(router);
                Some((router.span, format!("`{}`", router.name)))
            }
            Device::Edge(_) => None,
        }
    }

    /// What the route server of a VNet takes from a router.
    pub fn taken_from(&self, host: VnetId, router: RouterId) -> BTreeSet<Ipv4Net> {
        let ribs = self.ribs();
        let mut prefixes = BTreeSet::new();
        for id in ribs.network.instances(Device::RouteServer(host)) {
            let neighbors = &ribs.network.speaker(id).neighbors;
            let from_it = |index: usize| ribs.network.speaker(neighbors[index].peer).device == Device::Router(router);
            for class in ribs.class_ids() {
                let view = ribs.view(self.topology, class, id);
                if view.received.iter().any(|received| received.accepted.is_ok() && from_it(received.neighbor)) {
                    prefixes.extend(&ribs.class(class).prefixes);
                }
            }
        }
        prefixes
    }

    /// What a speaker holds that lies inside a range and is not the range itself.
    pub fn held_inside(&self, id: SpeakerId, range: Ipv4Net) -> BTreeSet<Ipv4Net> {
        let ribs = self.ribs();
        let mut held = BTreeSet::new();
        for class in ribs.class_ids() {
            let prefixes = ribs.class(class).prefixes.iter();
            let mut inside = prefixes.filter(|prefix| range.contains(*prefix) && **prefix != range).peekable();
            if inside.peek().is_some() && ribs.view(self.topology, class, id).decision.is_some() {
                held.extend(inside);
            }
        }
        held
    }
}
