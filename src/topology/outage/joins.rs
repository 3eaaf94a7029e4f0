//! What joins the elements of an estate, instance by instance: peerings, tunnels, sessions, attachments to circuits.

use super::{Element, Instance, instances};
use crate::topology::{CircuitId, Topology, Tunnel};

type Join = (Instance, Instance);

/// Every pair of instances that something joins.
pub(super) fn joins(topology: &Topology) -> Vec<Join> {
    let mut joins = Vec::new();
    let mut each = |one: Element, other: Element| {
        for first in 0..instances(topology, one) {
            joins.extend((0..instances(topology, other)).map(|second| ((one, first), (other, second))));
        }
    };
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        vnet.links.iter().for_each(|link| each(Element::Vnet(id), Element::Vnet(link.remote)));
        let gateways = [
            (vnet.vpn_gateway.is_some(), Element::VpnGateway(id)),
            (vnet.express_route_gateway.is_some(), Element::ExpressRouteGateway(id)),
        ];
        let present: Vec<Element> = gateways.into_iter().filter(|(present, _)| *present).map(|(_, one)| one).collect();
        match (&vnet.route_server, present.as_slice()) {
            (Some(_), gateways) => gateways.iter().for_each(|gateway| each(Element::RouteServer(id), *gateway)),
            (None, [one, other]) => each(*one, *other),
            (None, _) => {}
        }
    }
    for (index, circuit) in topology.circuits.iter().enumerate() {
        let own = Element::Circuit(CircuitId(index as u32));
        circuit.gateways.iter().for_each(|vnet| each(own, Element::ExpressRouteGateway(*vnet)));
        circuit.sites.iter().for_each(|site| each(own, Element::Router(*site)));
    }
    for session in &topology.sessions {
        each(Element::Router(session.ends[0]), Element::Router(session.ends[1]));
    }
    for id in topology.vnet_ids() {
        for peer in topology.vnet(id).route_server.iter().flat_map(|server| &server.peers) {
            let instances = (0..2u8).filter(|instance| peer.instances[usize::from(*instance)]);
            joins.extend(
                instances.map(|instance| ((Element::RouteServer(id), instance), (Element::Router(peer.router), 0))),
            );
        }
        if instances(topology, Element::VpnGateway(id)) == 2 {
            joins.push(((Element::VpnGateway(id), 0), (Element::VpnGateway(id), 1)));
        }
    }
    joins.extend(topology.tunnels.iter().flat_map(|tunnel| of_tunnel(topology, tunnel)));
    joins
}

/// The pairs of instances between which a tunnel runs.
pub(super) fn of_tunnel(topology: &Topology, tunnel: &Tunnel) -> Vec<Join> {
    let carrying = |side: usize| {
        let side = &tunnel.sides[side];
        let element = Element::from(side.end);
        (0..instances(topology, element))
            .filter(|instance| side.instances[usize::from(*instance)])
            .map(move |instance| (element, instance))
            .collect::<Vec<Instance>>()
    };
    let (near, far) = (carrying(0), carrying(1));
    near.iter().flat_map(|one| far.iter().map(|other| (*one, *other))).collect()
}
