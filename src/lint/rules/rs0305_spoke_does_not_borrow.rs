//! RS0305: a hub lends its gateways, and the spoke does not use them.

use super::*;
use crate::topology::{Link, VnetId};

pub(super) static RULE: Rule = Rule {
    code: "RS0305",
    name: "spoke-does-not-borrow",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a hub allows gateway transit, but the spoke does not use its gateways",
    what: "A VNet with a gateway or a route server allows gateway transit on a connected peering, and the other VNet has \
           `use_remote_gateways: false` there. That VNet hosts nothing itself and borrows from nobody else.",
    why: "The spoke gets no route from the gateways and the route server of the hub, and they announce nothing of the spoke: \
          neither on-premises networks nor NVAs behind the route server can reach it. Only the ranges of the hub itself are routed.",
    fix: "Set `use_remote_gateways: true` on the side of the spoke. If the spoke is to stay apart, take `allow_gateway_transit` \
          off the side of the hub.",
    bad: example!("RS0305", "bad"),
    good: example!("RS0305", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-2er-circuits",
            date: "2021-03",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    // One finding for each spoke, at the first of its peerings that would do.
    let mut done: Option<VnetId> = None;
    for side in estate.sides() {
        let Some(reverse) = side.reverse.filter(|reverse| lends(estate, side.link, reverse)) else { continue };
        let spoke = estate.topology.vnet(side.local);
        let borrows = spoke.links.iter().any(|link| link.use_remote_gateways);
        if done == Some(side.local) || borrows || estate.hosts_as_written(side.local) {
            continue;
        }
        done = Some(side.local);
        let (local, hub) = (&spoke.name, estate.name_of(side.link.remote));
        let message = format!("`{hub}` lends its gateways to `{local}`, which does not use them");
        let mut finding = Finding::new(
            side.link.spans.use_remote_gateways,
            estate.peering_path(side.local, side.link.remote),
            message,
        )
        .key(local)
        .label(format!("`{local}` does not use remote gateways"))
        .affects(format!("every subnet of `{local}`: no route of the gateways and the route server of `{hub}`"))
        .help(format!("set `use_remote_gateways: true` on the side of `{local}`"));
        if reverse.spans.allow_gateway_transit != side.link.spans.use_remote_gateways {
            finding = finding.also(reverse.spans.allow_gateway_transit, format!("`{hub}` allows gateway transit"));
        }
        found.add(finding);
    }
}

/// The VNet behind a link lends what it has.
fn lends(estate: &Context<'_>, link: &Link, reverse: &Link) -> bool {
    link.connected && reverse.allow_gateway_transit && estate.topology.vnet(link.remote).hosts_routing()
}
