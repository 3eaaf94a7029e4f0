//! Next hops that NVAs announce in place of themselves, as route servers receive them, and who owns an address.

use super::context::Context;
use crate::bgp::{Device, SessionKind};
use crate::source::Span;
use crate::syntax::document::{self as written, PolicyRef};
use crate::topology::{Policy, Router, RouterId, RouterKind, SubnetId, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A next hop that an NVA announces to the route server of a VNet and that is written in the file.
pub(super) struct Announced {
    /// The NVA.
    pub router: RouterId,
    /// The VNet of the route server.
    pub host: VnetId,
    /// The next hop.
    pub address: Ipv4Addr,
    /// Where it is written.
    pub span: Span,
    /// The prefixes that the route server takes with it.
    pub prefixes: Vec<Ipv4Net>,
}

/// Who owns an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A NIC of an NVA.
    Nva,
    /// The frontend of the load balancer of that index.
    LoadBalancer(usize),
}

/// NVA, VNet of the route server, next hop.
type Place = (RouterId, VnetId, Ipv4Addr);

impl Context<'_> {
    /// The next hops that route servers take from NVAs and that the NVAs were told to announce, in order of NVA, VNet and address.
    pub(super) fn announced_next_hops(&self) -> &[Announced] {
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
        let inline = router.body.export.iter().flat_map(|entry| match &entry.body {
            PolicyRef::Rules(rules) => rules.as_slice(),
            PolicyRef::Name(name) => {
                let map = self.document.route_maps.iter().find(|map| map.name.value == name.value);
                map.map_or(&[][..], |map| map.body.as_slice())
            }
        });
        let mut in_policies = inline.filter_map(|rule| rule.then.next_hop.as_ref()).filter(|hop| hop.value == address);
        own.or_else(|| in_policies.next().map(|hop| hop.span)).unwrap_or(router.name.span)
    }

    /// Who owns an address of a VNet or of a VNet connected to it.
    pub(super) fn owner_of(&self, from: VnetId, address: Ipv4Addr) -> Option<Owner> {
        let links = &self.topology.vnet(from).links;
        let near = |vnet: VnetId| vnet == from || links.iter().any(|link| link.connected && link.remote == vnet);
        let mut nvas = self.topology.routers.iter().filter_map(|router| match &router.kind {
            RouterKind::Nva { subnet, interfaces } => Some((router, subnet, interfaces)),
            RouterKind::Site => None,
        });
        let has = |(router, subnet, interfaces): (&Router, &SubnetId, &Vec<(SubnetId, Ipv4Addr)>)| {
            let further = |(subnet, own): &(SubnetId, Ipv4Addr)| *own == address && near(subnet.vnet);
            (router.address == Some(address) && near(subnet.vnet)) || interfaces.iter().any(further)
        };
        if nvas.any(has) {
            return Some(Owner::Nva);
        }
        let balancers = self.topology.load_balancers.iter();
        let mut balancers = balancers.map(|balancer| balancer.address == address && near(balancer.subnet.vnet));
        balancers.position(|owns| owns).map(Owner::LoadBalancer)
    }

    /// Why an announced next hop is outside Azure, if it is: what it is, in words, and where that is written.
    pub(super) fn outside_azure(&self, host: VnetId, address: Ipv4Addr) -> Option<(String, Option<Span>)> {
        if address.is_link_local() {
            return Some(("a link-local address, good inside a tunnel only".into(), None));
        }
        if address.is_loopback() {
            return Some(("a loopback address".into(), None));
        }
        let in_a_vnet = self.topology.vnets.iter().any(|vnet| vnet.ranges.iter().any(|range| range.contains(&address)));
        if in_a_vnet || self.topology.reaches(host, address) {
            return None;
        }
        let mut sites = self.topology.routers.iter().filter(|router| !router.is_nva());
        sites.find_map(|site| {
            let holds = |prefix: Ipv4Net| prefix.prefix_len() > 0 && prefix.contains(&address);
            let prefix = site.originates.iter().find(|one| holds(one.prefix));
            let found = prefix.map(|one| (format!("inside {} of the site `{}`", one.prefix, site.name), one.span));
            let itself =
                (site.address == Some(address)).then(|| (format!("the site `{}` itself", site.name), site.span));
            itself.or(found).map(|(words, span)| (words, Some(span)))
        })
    }
}
