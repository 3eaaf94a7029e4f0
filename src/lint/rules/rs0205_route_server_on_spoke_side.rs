//! RS0205: a route server in a VNet whose peers have gateways or route servers of their own, which works.

use super::*;
use crate::topology::VnetId;

pub(super) static RULE: Rule = Rule {
    code: "RS0205",
    name: "route-server-on-spoke-side",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Everybody,
    rulesets: Rulesets::Only(Ruleset::Azure),
    summary: "a route server is peered with VNets that have gateways or route servers of their own, which works",
    what: "A VNet has a route server and no gateway, and is peered with a VNet that has a gateway or a route server of its own, as a \
           spoke with two hubs or a DMZ beside a hub is. A hub whose peers are only spokes is not meant, nor one with its own gateway. \
           A VNet that uses the gateways of another is a different matter: Azure refuses that.",
    why: "That a route server cannot be deployed in a peered VNet is a simplification. Azure allows it in a hub and in a spoke of one or \
          of several hubs, and route servers may be on both sides of a peering. It refuses only this: a VNet that has a route server or \
          a gateway and uses remote gateways too, a VNet that uses the gateways of two others, and a route server in a spoke of \
          Virtual WAN. What surprises is that nothing passes by itself: two route servers never exchange routes across a peering, and \
          a route server does not speak with gateways of a peered VNet.",
    fix: "Nothing has to change. Keep `use_remote_gateways` off on the side of this VNet, and let the NVAs carry the routes: an NVA \
          peers with the route server of every VNet that is to know them.",
    bad: example!("RS0205", "bad"),
    good: example!("RS0205", "good"),
    sources: &[
        Source { title: "Route Server dual-homed network page", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
        Source { title: "github.com/fabferri/az-pattern", date: "2021-03", status: Status::Observed },
        Source { title: "github.com/erjosito/net-lab-builder", date: "2026-08", status: Status::Observed },
    ],
    check,
};

/// Most other places that are pointed at.
const MOST: usize = 4;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(server) = estate.route_server_span(id) else { continue };
        let vnet = estate.topology.vnet(id);
        let borrows = vnet.links.iter().any(|link| link.use_remote_gateways);
        // A VNet that lends its route server is a hub, whatever its neighbours host.
        let lends = vnet.links.iter().any(|link| link.allow_gateway_transit);
        if borrows || lends || !estate.gateways(id).is_empty() || estate.stranded(id).is_some() {
            continue;
        }
        let peered = vnet.links.iter().filter(|link| link.connected).map(|link| (link.remote, link.span));
        let hosts: Vec<_> = peered.filter_map(|(remote, span)| Some((remote, span, hosted(estate, remote)?))).collect();
        if hosts.is_empty() {
            continue;
        }
        let names: Vec<String> = hosts.iter().map(|(remote, ..)| estate.topology.vnet(*remote).name.clone()).collect();
        let own = &vnet.name;
        let message = format!(
            "VNet `{own}` has a route server and is peered with {}, where routing is hosted too; this works",
            few_names(&names)
        );
        let mut finding = Finding::new(server, estate.route_server_path(id), message)
            .label(format!("works as long as `{own}` uses no remote gateways"))
            .note("two route servers never exchange routes across a peering, nor does one with the gateway of a peered VNet")
            .note("that a route server cannot be deployed in a peered VNet is a simplification of the exam")
            .help(format!(
                "nothing to change: keep `use_remote_gateways` off on the side of `{own}`, and let NVAs that peer with both sides \
                 carry the routes"
            ));
        for (remote, span, what) in hosts.iter().take(MOST) {
            finding = finding.also(*span, format!("`{}` has {what}", estate.topology.vnet(*remote).name));
        }
        found.add(finding);
    }
}

/// What a VNet hosts, if it hosts routing at all.
fn hosted(estate: &Context<'_>, id: VnetId) -> Option<&'static str> {
    match (estate.route_server_span(id).is_some(), !estate.gateways(id).is_empty()) {
        (true, true) => Some("a route server and a gateway"),
        (true, false) => Some("a route server"),
        (false, true) => Some("a gateway"),
        (false, false) => None,
    }
}
