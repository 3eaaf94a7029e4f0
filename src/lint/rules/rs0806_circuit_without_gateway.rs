//! RS0806: a circuit connected to a VNet without an ExpressRoute gateway.

use super::*;
use crate::azure::GATEWAY_SUBNET;
use crate::topology::VnetId;

pub(super) static RULE: Rule = Rule {
    code: "RS0806",
    name: "circuit-without-gateway",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a circuit is connected to a VNet that has no ExpressRoute gateway",
    what: "An entry of a circuit's `gateways` is a VNet without an `express_route_gateway`.",
    why: "A circuit is connected to a gateway, not to a VNet; without one the connection cannot be made. rsctl plans the estate \
          without it.",
    fix: "Add an ExpressRoute gateway with its GatewaySubnet to the VNet, or name the VNet that has the gateway: a spoke uses the \
          gateway of its hub.",
    bad: example!("RS0806", "bad"),
    good: example!("RS0806", "good"),
    sources: &[Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (circuit, written) in estate.topology.circuits.iter().zip(&estate.document.circuits) {
        for id in &circuit.gateways {
            let vnet = estate.written_vnet(*id);
            let place = written.body.gateways.iter().find(|gateway| gateway.value == vnet.name.value);
            let Some(place) = place.filter(|_| vnet.body.express_route_gateway.is_none()) else { continue };
            let name = &vnet.name.value;
            let message =
                format!("circuit `{}` is connected to `{name}`, which has no ExpressRoute gateway", circuit.name);
            found.add(
                Finding::new(place.span, format!("circuits.{}", circuit.name), message)
                    .key(name)
                    .label("planned without this connection")
                    .left_out(true)
                    .also(vnet.name.span, "no `express_route_gateway` here")
                    .help(help(estate, *id)),
            );
        }
    }
}

fn help(estate: &Context<'_>, id: VnetId) -> String {
    let lenders = estate.topology.vnet(id).links.iter().filter(|link| link.use_remote_gateways);
    let mut lenders = lenders.map(|link| estate.written_vnet(link.remote));
    if let Some(hub) = lenders.find(|vnet| vnet.body.express_route_gateway.is_some()) {
        return format!("name `{}` instead, whose ExpressRoute gateway this VNet uses", hub.name.value);
    }
    let length = estate.limit(Fact::GatewaySubnetLength) as u8;
    let name = &estate.topology.vnet(id).name;
    match (estate.subnet_named(id, GATEWAY_SUBNET), estate.free_range(id, length)) {
        (Some(_), _) => format!("add an `express_route_gateway` to `{name}`"),
        (None, Some(range)) => {
            format!("add an `express_route_gateway` to `{name}`, and the subnet `{GATEWAY_SUBNET}: {range}`")
        }
        (None, None) => format!("add an `express_route_gateway` to `{name}`, and a `{GATEWAY_SUBNET}` of /{length}"),
    }
}
