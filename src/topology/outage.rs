//! What has failed: it is there, it is configured, and it does not work.
//!
//! Which elements those are, and whether a session, a tunnel or a peering is among them, is answered here. What routes and packets
//! do then belongs in `bgp` and `analysis`.

mod joins;
mod named;

use super::{CircuitId, RouterId, Topology, Tunnel, TunnelEnd, VnetId};
use std::collections::BTreeSet;

/// Something that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A VNet with everything in it.
    Vnet(VnetId),
    /// The route server of a VNet; two instances.
    RouteServer(VnetId),
    /// The VPN gateway of a VNet; as many instances as it has addresses.
    VpnGateway(VnetId),
    /// The ExpressRoute gateway of a VNet; two instances.
    ExpressRouteGateway(VnetId),
    /// A circuit; two links.
    Circuit(CircuitId),
    /// An NVA or a site.
    Router(RouterId),
    /// A load balancer, by its place in the file.
    LoadBalancer(u32),
}

impl From<TunnelEnd> for Element {
    fn from(end: TunnelEnd) -> Self {
        match end {
            TunnelEnd::Gateway(vnet) => Element::VpnGateway(vnet),
            TunnelEnd::Router(router) => Element::Router(router),
        }
    }
}

/// An instance of an element; of what has no instances the first.
pub type Instance = (Element, u8);

/// An element, or one instance of it.
pub type Part = (Element, Option<u8>);

/// Everything that has failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outages {
    /// Failed instances. An element that failed as a whole is here with both of its instances, however many it has.
    down: BTreeSet<Instance>,
    /// Parts between which every session, tunnel and peering failed.
    cut: BTreeSet<(Part, Part)>,
}

impl Outages {
    /// True when everything works.
    pub fn is_empty(&self) -> bool {
        self.down.is_empty() && self.cut.is_empty()
    }

    /// Whether an instance failed.
    pub fn has_instance(&self, element: Element, instance: u8) -> bool {
        self.down.contains(&(element, instance))
    }

    /// Whether an element failed, with all of its instances.
    pub fn has(&self, element: Element) -> bool {
        [0, 1].into_iter().all(|instance| self.has_instance(element, instance))
    }

    /// Whether some VNet failed.
    pub fn has_vnet(&self) -> bool {
        self.down.iter().any(|(element, _)| matches!(element, Element::Vnet(_)))
    }

    /// Whether what joins two instances failed, though both of them may work.
    pub fn has_between(&self, one: Instance, other: Instance) -> bool {
        self.cut.iter().any(|(a, b)| (covers(*a, one) && covers(*b, other)) || (covers(*a, other) && covers(*b, one)))
    }

    /// Whether something between an element other than a VNet and anything else failed.
    pub fn has_cut_at(&self, element: Element) -> bool {
        !matches!(element, Element::Vnet(_))
            && self.cut.iter().any(|(one, other)| one.0 == element || other.0 == element)
    }

    /// Whether a route server, or an NVA that one may peer with, fails or loses a session with it.
    pub fn is_at_route_server(&self, topology: &Topology) -> bool {
        let by_itself = self.down.iter().any(|(element, _)| match element {
            Element::RouteServer(_) => true,
            Element::Router(id) => topology.router(*id).is_nva(),
            _ => false,
        });
        let server = |part: &Part| matches!(part.0, Element::RouteServer(_));
        by_itself || self.cut.iter().any(|(one, other)| server(one) || server(other))
    }

    /// Whether a peering of a VNet, or something else that joins it, failed.
    pub fn has_cut_of(&self, vnet: VnetId) -> bool {
        self.cut.iter().any(|(one, other)| one.0 == Element::Vnet(vnet) || other.0 == Element::Vnet(vnet))
    }

    /// Whether something of one element failed here and in `other`.
    pub fn shares_element(&self, other: &Outages) -> bool {
        let elements = |outages: &Outages| -> BTreeSet<Element> {
            let ends = outages.cut.iter().flat_map(|(one, other)| [one.0, other.0]);
            outages.down.iter().map(|(element, _)| *element).chain(ends).collect()
        };
        !elements(self).is_disjoint(&elements(other))
    }

    /// Whether a peering failed.
    pub fn has_peering(&self, one: VnetId, other: VnetId) -> bool {
        self.has_between((Element::Vnet(one), 0), (Element::Vnet(other), 0))
    }

    /// Whether every instance that carries a tunnel lost it. That an end of it failed does not count.
    pub fn has_tunnel(&self, topology: &Topology, tunnel: &Tunnel) -> bool {
        let pairs = joins::of_tunnel(topology, tunnel);
        !self.cut.is_empty() && !pairs.is_empty() && pairs.iter().all(|(one, other)| self.has_between(*one, *other))
    }

    /// Adds an element or one instance of it. Of a VNet that is everything in it.
    pub fn add(&mut self, topology: &Topology, (element, instance): Part) {
        let one_of_one =
            matches!(element, Element::VpnGateway(vnet) if instances(topology, Element::VpnGateway(vnet)) < 2);
        match instance.filter(|_| !one_of_one) {
            Some(instance) => {
                self.down.insert((element, instance));
            }
            None => self.down.extend([(element, 0), (element, 1)]),
        }
        let Element::Vnet(vnet) = element else { return };
        for inside in inside(topology, vnet) {
            self.add(topology, (inside, None));
        }
    }

    /// Adds everything that failed in `other`.
    pub fn extend(&mut self, other: &Outages) {
        self.down.extend(&other.down);
        self.cut.extend(&other.cut);
    }

    /// Whether everything that failed in `other` failed here, too.
    pub fn includes(&self, other: &Outages) -> bool {
        let end_down = |(element, instance): &Part| match instance {
            Some(instance) => self.has_instance(*element, *instance),
            None => self.has(*element),
        };
        other.down.is_subset(&self.down)
            && other.cut.iter().all(|cut| self.cut.contains(cut) || end_down(&cut.0) || end_down(&cut.1))
    }

    /// Adds what joins two parts.
    pub fn add_between(&mut self, one: Part, other: Part) {
        self.cut.insert((one.min(other), one.max(other)));
    }
}

/// Whether a part means this instance; a VNet means its gateways and its route server too.
fn covers((element, chosen): Part, (other, instance): Instance) -> bool {
    let same = match (element, other) {
        (
            Element::Vnet(vnet),
            Element::RouteServer(host) | Element::VpnGateway(host) | Element::ExpressRouteGateway(host),
        ) => vnet == host,
        _ => element == other,
    };
    same && chosen.is_none_or(|chosen| chosen == instance)
}

/// How many instances an element has; one of what has none.
fn instances(topology: &Topology, element: Element) -> u8 {
    match element {
        Element::RouteServer(_) | Element::ExpressRouteGateway(_) | Element::Circuit(_) => 2,
        Element::VpnGateway(vnet) => {
            topology.vnet(vnet).vpn_gateway.as_ref().map_or(0, |gateway| gateway.addresses.len().min(2) as u8)
        }
        Element::Vnet(_) | Element::Router(_) | Element::LoadBalancer(_) => 1,
    }
}

impl Topology {
    /// How many instances an element has; one of what has none.
    pub fn instances(&self, element: Element) -> u8 {
        instances(self, element)
    }
}

/// What is in a VNet.
fn inside(topology: &Topology, id: VnetId) -> Vec<Element> {
    let mut elements = vec![Element::RouteServer(id), Element::VpnGateway(id), Element::ExpressRouteGateway(id)];
    let routers = topology.routers.iter().enumerate().filter(|(_, router)| router.vnet() == Some(id));
    elements.extend(routers.map(|(index, _)| Element::Router(RouterId(index as u32))));
    let balancers = topology.load_balancers.iter().enumerate().filter(|(_, balancer)| balancer.subnet.vnet == id);
    elements.extend(balancers.map(|(index, _)| Element::LoadBalancer(index as u32)));
    elements
}

impl Topology {
    /// The same estate after further failures.
    ///
    /// Configuration stays as it is, with one exception: what a peering that failed would bring is gone, so that it counts as not
    /// connected, and whoever used gateways over it uses none.
    pub fn with(&self, outages: &Outages) -> Topology {
        let mut failed = self.clone();
        failed.down.extend(outages);
        if outages.cut.is_empty() {
            return failed;
        }
        let down = failed.down.clone();
        for id in self.vnet_ids() {
            let vnet = &mut failed.vnets[id.index()];
            for link in vnet.links.iter_mut().filter(|link| down.has_peering(id, link.remote)) {
                link.connected = false;
                link.lends_to_remote = false;
                link.borrows_from_remote = false;
            }
            let lends = vnet.links.iter().any(|link| link.borrows_from_remote && Some(link.remote) == vnet.provider);
            if vnet.provider != Some(id) && !lends {
                vnet.provider = None;
            }
        }
        failed
    }
}
