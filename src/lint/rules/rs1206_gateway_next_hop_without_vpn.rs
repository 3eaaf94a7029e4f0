//! RS1206: a user-defined route to a gateway that cannot take it.

use super::*;
use crate::topology::{SubnetId, VnetId};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS1206",
    name: "gateway-next-hop-without-vpn",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route to VirtualNetworkGateway where there is no VPN gateway alone",
    what: "A user-defined route has the next hop `VirtualNetworkGateway`, and the VNet whose gateways serve the subnet has no VPN \
           gateway, or has a VPN and an ExpressRoute gateway side by side. With a route server alone it is a warning.",
    why: "Azure supports this next hop with a VPN gateway only: not with ExpressRoute, which wants BGP, and not where both kinds of \
          gateway coexist. What the route matches is not delivered, or not to the gateway that was meant.",
    fix: "Leave the route out and let the gateway bring its routes by propagation, or put a VPN gateway where the route expects one.",
    bad: example!("RS1206", "bad"),
    good: example!("RS1206", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2023-05-27", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

/// What stands where a VPN gateway alone should be, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Instead {
    Nothing,
    ExpressRoute,
    Both,
    RouteServer,
}

impl Instead {
    fn of(estate: &Context<'_>, id: VnetId) -> Option<Self> {
        let Some(provider) = estate.topology.vnet(id).provider else {
            return (!gateway_missing_otherwise(estate, id)).then_some(Instead::Nothing);
        };
        let host = estate.topology.vnet(provider);
        let written = estate.written_vnet(provider).body.vpn_gateway.is_some();
        match (host.vpn_gateway.is_some() || written, host.express_route_gateway.is_some()) {
            (true, false) => None,
            (true, true) => Some(Instead::Both),
            (false, true) => Some(Instead::ExpressRoute),
            (false, false) => Some(Instead::RouteServer),
        }
    }

    fn key(self) -> &'static str {
        match self {
            Instead::Nothing => "nothing",
            Instead::ExpressRoute => "express-route",
            Instead::Both => "both",
            Instead::RouteServer => "route-server",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Instead::Nothing => "no gateway serves",
            Instead::ExpressRoute => "only an ExpressRoute gateway serves",
            Instead::Both => "a VPN and an ExpressRoute gateway serve",
            Instead::RouteServer => "only a route server serves",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Instead::Nothing => {
                "remove the route, or let the VNet use the gateway of its hub: `use_remote_gateways` here, `allow_gateway_transit` there"
            }
            Instead::ExpressRoute => {
                "remove the route: ExpressRoute brings its prefixes by BGP, with `bgp_route_propagation: true`"
            }
            Instead::Both => "remove the route and take the prefix by propagation, with `bgp_route_propagation: true`",
            Instead::RouteServer => {
                "send to the address of the NVA instead, or remove the route and let the NVA announce the prefix"
            }
        }
    }
}

/// True where the gateway is missing for another reason that a rule of its own tells: Azure refuses the gateway, or the two sides of
/// a peering disagree on who lends it.
fn gateway_missing_otherwise(estate: &Context<'_>, id: VnetId) -> bool {
    let links = &estate.topology.vnet(id).links;
    let borrows = links.iter().any(|link| link.use_remote_gateways);
    borrows || estate.written_vnet(id).body.vpn_gateway.is_some()
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let mut routes = used.routes().filter(|route| route.sends_to() == "VirtualNetworkGateway").peekable();
        if routes.peek().is_none() {
            continue;
        }
        let by_vnet: BTreeMap<VnetId, Instead> =
            used.vnets().into_iter().filter_map(|vnet| Some((vnet, Instead::of(estate, vnet)?))).collect();
        let mut kinds: BTreeMap<Instead, Vec<SubnetId>> = BTreeMap::new();
        for subnet in &used.subnets {
            if let Some(instead) = by_vnet.get(&subnet.vnet) {
                kinds.entry(*instead).or_default().push(*subnet);
            }
        }
        for route in routes {
            for (instead, subnets) in &kinds {
                let subnet = estate.topology.subnet_name(subnets[0]);
                let message =
                    format!("route `{}` sends to a VPN gateway, but {} `{subnet}`", route.route.name, instead.words());
                let mut finding = Finding::new(route.next_hop_span(), used.route_path(route.route), message)
                    .key(instead.key())
                    .label("this next hop means a VPN gateway, and nothing else")
                    .affects(estate.subnets_text(subnets))
                    .affects(format!("traffic to `{}`", route.prefix()))
                    .help(instead.help());
                if *instead == Instead::RouteServer {
                    let shown = estate.topology.facts.value(Fact::GatewayNextHopWithoutVpn);
                    finding = finding.severity(Severity::Warning).note(format!(
                        "how Azure treats this: {}; rsctl lists the route as {shown}",
                        estate.source_of(Fact::GatewayNextHopWithoutVpn)
                    ));
                }
                found.add(finding);
            }
        }
    }
}
