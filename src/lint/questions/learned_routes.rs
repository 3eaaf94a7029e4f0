//! What speakers learned of a class, from whom, and the way on which it came to them.
//!
//! Every sweep goes over classes of prefixes, never over single prefixes.

use crate::bgp::{Candidate, ClassId, Device, LocalKind, Neighbor, SessionKind, Source, SpeakerId, View};
use crate::lint::context::Context;
use crate::topology::{RouterId, TunnelEnd, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

impl Context<'_> {
    /// One speaker's view of one class.
    pub(crate) fn view(&self, class: ClassId, speaker: SpeakerId) -> View {
        self.ribs().view(self.topology, class, speaker)
    }

    /// The device of a speaker.
    pub(crate) fn device(&self, speaker: SpeakerId) -> Device {
        self.ribs().network.speaker(speaker).device
    }

    /// True when a speaker takes part in nothing of a class.
    pub(crate) fn holds(&self, class: ClassId, speaker: SpeakerId) -> bool {
        !self.view(class, speaker).candidates.is_empty()
    }

    /// The session that a candidate came over.
    pub(crate) fn came_over<'e>(&'e self, at: SpeakerId, candidate: &Candidate) -> Option<&'e Neighbor> {
        match candidate.source {
            Source::Neighbor(index) => Some(&self.ribs().network.speaker(at).neighbors[index]),
            Source::Local(_) => None,
        }
    }

    /// Who gave a speaker what it prefers of a class; none where it holds nothing or its own.
    pub(crate) fn supplier(&self, class: ClassId, at: SpeakerId) -> Option<SpeakerId> {
        self.came_over(at, self.view(class, at).preferred()?).map(|neighbor| neighbor.peer)
    }

    /// The NVA whose route the route server behind a gateway chose.
    pub(crate) fn nva_behind(&self, class: ClassId, server: SpeakerId) -> Option<RouterId> {
        match self.device(self.supplier(class, server)?) {
            Device::Router(router) => Some(router),
            _ => None,
        }
    }

    /// Classes between whose routes an instance of a route server had to choose.
    pub(crate) fn choices<'e>(&'e self, host: VnetId) -> impl Iterator<Item = (ClassId, SpeakerId, View)> + 'e {
        let instances: Vec<SpeakerId> = self.ribs().network.instances(Device::RouteServer(host)).collect();
        self.ribs().class_ids().flat_map(move |class| {
            let views = instances.clone().into_iter().map(move |speaker| (class, speaker, self.view(class, speaker)));
            views.filter(|(_, _, view)| view.candidates.len() > 1)
        })
    }

    /// Who is behind what a VPN gateway prefers of a class: the far end of the tunnel it came over, or that a static prefix points into.
    pub(crate) fn behind_vpn(&self, class: ClassId, gateway: SpeakerId) -> Option<(u32, TunnelEnd)> {
        let own = self.view(class, gateway);
        let tunnel = match own.preferred()?.source {
            Source::Local(LocalKind::Static(tunnel)) => tunnel,
            Source::Local(_) => return None,
            Source::Neighbor(index) => {
                let neighbor = &self.ribs().network.speaker(gateway).neighbors[index];
                match neighbor.kind {
                    SessionKind::Tunnel(tunnel, _) => tunnel,
                    // The sibling has it from outside: it passes on nothing that it learned from here.
                    SessionKind::GatewaySibling => match self.view(class, neighbor.peer).preferred()?.source {
                        Source::Local(LocalKind::Static(tunnel)) => tunnel,
                        Source::Neighbor(index) => {
                            match self.ribs().network.speaker(neighbor.peer).neighbors[index].kind {
                                SessionKind::Tunnel(tunnel, _) => tunnel,
                                _ => return None,
                            }
                        }
                        Source::Local(_) => return None,
                    },
                    _ => return None,
                }
            }
        };
        let near = TunnelEnd::Gateway(self.device(gateway).vnet()?);
        let sides = &self.topology.tunnels[tunnel as usize].sides;
        sides.iter().map(|side| side.end).find(|end| *end != near).map(|end| (tunnel, end))
    }

    /// Who passed a class on to `from`, `from` itself first and whoever originates it last.
    pub(crate) fn way_back(&self, class: ClassId, from: SpeakerId) -> Vec<SpeakerId> {
        let mut way = vec![from];
        // Routes that never settle can lead round in a circle.
        while let Some(next) = self.supplier(class, way[way.len() - 1]).filter(|next| !way.contains(next)) {
            way.push(next);
        }
        way
    }

    /// The first on a way, its start aside, that belongs to Azure.
    pub(crate) fn first_in_azure(&self, way: &[SpeakerId]) -> Option<Device> {
        way.iter().skip(1).map(|id| self.device(*id)).find(|device| !matches!(device, Device::Router(_)))
    }

    /// The devices on which a class comes from Azure to a router, in order, the router last.
    pub(crate) fn way_from_azure(&self, class: ClassId, id: RouterId) -> Vec<Device> {
        let Some(speaker) = self.ribs().network.instances(Device::Router(id)).next() else { return Vec::new() };
        let devices: Vec<Device> = self.way_back(class, speaker).iter().map(|on_it| self.device(*on_it)).collect();
        let end = devices.iter().position(|device| !matches!(device, Device::Router(_))).unwrap_or(0);
        devices[..=end].iter().rev().copied().collect()
    }

    /// What the route server of a VNet takes from a router.
    pub(crate) fn taken_from(&self, host: VnetId, router: RouterId) -> BTreeSet<Ipv4Net> {
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
    pub(crate) fn held_inside(&self, id: SpeakerId, range: Ipv4Net) -> BTreeSet<Ipv4Net> {
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

    /// True when what a speaker holds of a class is what the route server of a VNet told it, by whatever way: an echo, which is gone as
    /// soon as the route server's own route is.
    pub(crate) fn is_echo(&self, class: ClassId, speaker: SpeakerId, host: VnetId) -> bool {
        self.way_back(class, speaker).iter().skip(1).any(|on_it| self.device(*on_it) == Device::RouteServer(host))
    }
}
