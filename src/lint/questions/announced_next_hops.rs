//! Next hops that NVAs announce in place of themselves, as route servers receive them.

use crate::bgp::{Device, SessionKind};
use crate::lint::context::Context;
use crate::source::Span;
use crate::syntax::document as written;
use crate::topology::{Policy, RouterId, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A next hop that an NVA announces to the route server of a VNet and that is written in the file.
pub(crate) struct Announced {
    /// The NVA.
    pub(crate) router: RouterId,
    /// The VNet of the route server.
    pub(crate) host: VnetId,
    /// The next hop.
    pub(crate) address: Ipv4Addr,
    /// Where it is written.
    pub(crate) span: Span,
    /// The prefixes that the route server takes with it.
    pub(crate) prefixes: Vec<Ipv4Net>,
}

/// Why an address is outside Azure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Good inside a tunnel only.
    LinkLocal,
    /// A loopback.
    Loopback,
    /// That of a site.
    Site(RouterId),
    /// In a prefix of a site, which is written there.
    Behind(RouterId, Ipv4Net, Span),
}

/// NVA, VNet of the route server, next hop.
type Place = (RouterId, VnetId, Ipv4Addr);

impl Context<'_> {
    /// The next hops that route servers take from NVAs and that the NVAs were told to announce, in order of NVA, VNet and address.
    pub(crate) fn announced_next_hops(&self) -> &[Announced] {
        self.announced.get_or_init(|| {
            let mut found: BTreeMap<Place, BTreeSet<Ipv4Net>> = BTreeMap::new();
            for host in self.topology.vnet_ids().filter(|id| self.topology.vnet(*id).route_server.is_some()) {
                self.taken_by(host, &mut found);
            }
            let announced = |((router, host, address), prefixes): (Place, BTreeSet<Ipv4Net>)| {
                let prefixes: Vec<Ipv4Net> = prefixes.into_iter().collect();
                let span = self.next_hop_span(router, address, &prefixes);
                Announced { router, host, address, span, prefixes }
            };
            found.into_iter().map(announced).collect()
        })
    }

    fn taken_by(&self, host: VnetId, found: &mut BTreeMap<Place, BTreeSet<Ipv4Net>>) {
        let ribs = self.ribs();
        for server in ribs.network.instances(Device::RouteServer(host)) {
            let mut told: BTreeMap<usize, (RouterId, BTreeSet<Ipv4Addr>)> = BTreeMap::new();
            for (index, neighbor) in ribs.network.speaker(server).neighbors.iter().enumerate() {
                let peer = ribs.network.speaker(neighbor.peer);
                if let (SessionKind::RouteServerNva, Device::Router(router)) = (neighbor.kind, peer.device) {
                    let addresses = self.told_to(router, peer.neighbors[neighbor.reverse].export.as_deref());
                    if !addresses.is_empty() {
                        told.insert(index, (router, addresses));
                    }
                }
            }
            // Most NVAs announce themselves; nothing is looked up for them.
            let classes = (!told.is_empty()).then(|| ribs.class_ids());
            for class in classes.into_iter().flatten() {
                let view = ribs.view(self.topology, class, server);
                for received in view.received.iter().filter(|received| received.accepted.is_ok()) {
                    let (Some((router, addresses)), Some(address)) =
                        (told.get(&received.neighbor), received.route.next_hop)
                    else {
                        continue;
                    };
                    if addresses.contains(&address) {
                        found.entry((*router, host, address)).or_default().extend(&ribs.class(class).prefixes);
                    }
                }
            }
        }
    }

    /// The next hops that are written for an NVA on a session with that export policy.
    fn told_to(&self, id: RouterId, export: Option<&Policy>) -> BTreeSet<Ipv4Addr> {
        let router = self.topology.router(id);
        let by_policy = export.iter().flat_map(|policy| &policy.rules).filter_map(|rule| rule.next_hop);
        let own = router.originates.iter().filter_map(|one| one.next_hop).chain(by_policy);
        own.filter(|address| Some(*address) != router.address).collect()
    }

    /// Where a next hop of an NVA is written: at one of the prefixes, else in a policy.
    fn next_hop_span(&self, id: RouterId, address: Ipv4Addr, prefixes: &[Ipv4Net]) -> Span {
        let router = self.written_router(id);
        let here = |one: &&written::Announcement| {
            let announced = matches!(one.prefix.value, IpNet::V4(prefix) if prefixes.binary_search(&prefix).is_ok());
            announced && one.next_hop.as_ref().is_some_and(|next_hop| next_hop.value == address)
        };
        let own = router.body.originates.iter().find(here).and_then(|one| one.next_hop.as_ref()).map(|hop| hop.span);
        let mut in_policies =
            self.written_exports(id).filter_map(|rule| rule.then.next_hop.as_ref()).filter(|hop| hop.value == address);
        own.or_else(|| in_policies.next().map(|hop| hop.span)).unwrap_or(router.name.span)
    }

    /// Why an announced next hop is outside Azure, if it is.
    pub(crate) fn outside_azure(&self, host: VnetId, address: Ipv4Addr) -> Option<Outside> {
        if address.is_link_local() {
            return Some(Outside::LinkLocal);
        }
        if address.is_loopback() {
            return Some(Outside::Loopback);
        }
        let in_a_vnet = self.topology.vnets.iter().any(|vnet| vnet.ranges.iter().any(|range| range.contains(&address)));
        if in_a_vnet || self.topology.reaches(host, address) {
            return None;
        }
        let sites = self.routers().filter(|id| !self.topology.router(*id).is_nva());
        sites.into_iter().find_map(|id| {
            let site = self.topology.router(id);
            let mut own = site.originates.iter().filter(|one| one.prefix.prefix_len() > 0);
            let behind = own.find(|one| one.prefix.contains(&address));
            let behind = behind.map(|one| Outside::Behind(id, one.prefix, one.span));
            (site.address == Some(address)).then_some(Outside::Site(id)).or(behind)
        })
    }
}
