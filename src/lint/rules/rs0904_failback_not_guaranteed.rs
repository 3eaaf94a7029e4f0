//! RS0904: a way around ExpressRoute that may stay in use.

use super::*;
use crate::bgp::{Device, Step};
use crate::lint::phrases::times;
use crate::source::Span;
use crate::topology::{Topology, TunnelEnd, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0904",
    name: "failback-not-guaranteed",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a way around ExpressRoute has a path that is not longer, so that traffic may not come back to ExpressRoute",
    what: "A route server with the routing preference ExpressRoute knows a prefix from its ExpressRoute gateway and also from the VPN \
           gateway or an NVA, whose AS path is not longer.",
    why: "While ExpressRoute is down the other way takes over. Microsoft warns that the traffic may stay on it after ExpressRoute has \
          come back, and asks for longer AS paths on the other way. rsctl plans as if ExpressRoute were used again at once.",
    fix: "Prepend on the other way until its path is longer than that of ExpressRoute.",
    bad: example!("RS0904", "bad"),
    good: example!("RS0904", "good"),
    sources: &[Source {
        title: "Route Server hub routing preference page",
        date: "2025-09-17",
        status: Status::Documented,
    }],
    check,
};

/// Who brings a way around ExpressRoute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Around {
    /// An NVA, to the route server.
    Nva(Device),
    /// The far end of a tunnel, which speaks BGP in it or not.
    Vpn(TunnelEnd, bool),
}

/// Its prefixes, and how many prepends it takes.
#[derive(Default)]
struct Short {
    prefixes: BTreeSet<Ipv4Net>,
    prepends: usize,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        for (around, short) in short(estate, host) {
            if let Some(finding) = finding(estate, host, around, &short) {
                found.add(finding);
            }
        }
    }
}

fn short(estate: &Context<'_>, host: VnetId) -> BTreeMap<Around, Short> {
    let mut all: BTreeMap<Around, Short> = BTreeMap::new();
    for (class, speaker, view) in estate.choices(host) {
        let Some((decision, winner)) = view.decision.as_ref().zip(view.preferred()) else { continue };
        let length = winner.route.path.length();
        for loss in decision.losses.iter().filter(|loss| loss.step == Step::PreferExpressRoute) {
            let candidate = &view.candidates[loss.candidate];
            let Some(missing) = (length + 1).checked_sub(candidate.route.path.length()).filter(|count| *count > 0)
            else {
                continue;
            };
            let Some(neighbor) = estate.came_over(speaker, candidate) else { continue };
            if estate.is_echo(class, neighbor.peer, host) {
                continue;
            }
            let around = match estate.device(neighbor.peer) {
                Device::VpnGateway(_) => estate
                    .behind_vpn(class, neighbor.peer)
                    .map(|(tunnel, end)| Around::Vpn(end, estate.topology.tunnels[tunnel as usize].bgp)),
                nva => Some(Around::Nva(nva)),
            };
            let Some(around) = around else { continue };
            let slot = all.entry(around).or_default();
            slot.prefixes.extend(&estate.ribs().class(class).prefixes);
            slot.prepends = slot.prepends.max(missing);
        }
    }
    all
}

fn finding(estate: &Context<'_>, host: VnetId, around: Around, short: &Short) -> Option<Finding> {
    let topology = estate.topology;
    let hub = &topology.vnet(host).name;
    let (name, place) = name_of(topology, around)?;
    let message = format!("`{hub}` may stay on the way over `{name}` after ExpressRoute has come back");
    let times = times(short.prepends);
    let help = match around {
        Around::Nva(_) => format!("let `{name}` prepend its ASN {times} towards `{hub}`"),
        Around::Vpn(_, true) => format!("let `{name}` prepend its ASN {times} in the tunnel to `{hub}`"),
        Around::Vpn(_, false) => {
            format!(
                "static prefixes have an empty path: use BGP in the tunnel, and let `{name}` prepend its ASN {times}"
            )
        }
    };
    let mut finding = Finding::new(place, estate.route_server_path(host), message)
        .key(name)
        .label("its path is not longer than that of ExpressRoute")
        .affects(few(&short.prefixes))
        .help(help);
    if let Some(span) = estate.preference_span(host) {
        finding = finding.also(span, "prefers ExpressRoute");
    }
    Some(finding)
}

fn name_of(topology: &Topology, around: Around) -> Option<(&str, Span)> {
    match around {
        Around::Nva(Device::Router(id)) | Around::Vpn(TunnelEnd::Router(id), _) => {
            let router = topology.router(id);
            Some((&router.name, router.span))
        }
        Around::Vpn(TunnelEnd::Gateway(id), _) => {
            let vnet = topology.vnet(id);
            Some((&vnet.name, vnet.vpn_gateway.as_ref()?.span))
        }
        Around::Nva(_) => None,
    }
}
