//! RS0307: a VNet that does not take what an NVA in a peered VNet forwards to it.

use super::*;
use crate::lint::questions::forwarded_traffic::{Arrival, Forwarders, Origin};
use crate::lint::questions::peering_sides::Side;
use crate::topology::SubnetId;

pub(super) static RULE: Rule = Rule {
    code: "RS0307",
    name: "forwarded-traffic-refused",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA forwards traffic to a peered VNet that does not allow forwarded traffic",
    what: "A side of a connected peering has `allow_forwarded_traffic: false`, or says nothing about it, and traffic of others reaches \
           its VNet through an NVA or a load balancer in the other VNet: a subnet of a third VNet or a GatewaySubnet has a route over \
           it, or the NVA announces networks behind it. NVAs with `snat: true` are left alone.",
    why: "Without the flag a VNet takes from a peering only what comes from the addresses of the other VNet. What an NVA there passes \
          on keeps the address of its sender, so it is dropped on arrival.",
    fix: "Set `allow_forwarded_traffic: true` on the side of the VNet that receives the traffic.",
    bad: example!("RS0307", "bad"),
    good: example!("RS0307", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
        Source { title: "blog.cloudtrooper.net, VNet peering settings", date: "2021-06-18", status: Status::Observed },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    // Where access is blocked altogether nothing arrives anyarrival.
    let refuses = |side: &Side<'_>| {
        side.link.connected && side.link.allow_virtual_network_access && !side.link.allow_forwarded_traffic
    };
    let sides: Vec<Side<'_>> = estate.sides().into_iter().filter(refuses).collect();
    if sides.is_empty() {
        return;
    }
    for (side, arrival) in Forwarders::before(estate, &sides).arrivals(&sides) {
        let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
        let message = format!("`{local}` does not take what `{}` in `{remote}` forwards to it", arrival.forwarder);
        let mut finding = Finding::new(
            side.link.spans.allow_forwarded_traffic,
            estate.peering_path(side.local, side.link.remote),
            message,
        )
        .key(local)
        .label(format!("`{local}` takes only packets that come from `{remote}` itself"))
        .via(arrival.span, how(estate, &arrival))
        .via(arrival.forwarder_span, format!("`{}` passes them on to `{local}`", arrival.forwarder))
        .help(format!("set `allow_forwarded_traffic: true` on the side of `{local}`"))
        .note(
            "the peering page says that such packets are dropped; a lab of 2021-06-18 (blog.cloudtrooper.net) saw them \
                     pass in many cases, so rely on neither",
        );
        if let Some(flag) = estate.own_flag(side.local, side.link, |flags| &flags.allow_forwarded_traffic, false) {
            finding = finding.replace(flag, "true", format!("let `{local}` take forwarded traffic"));
        }
        found.add(finding);
    }
}

fn how(estate: &Context<'_>, arrival: &Arrival<'_>) -> String {
    let Arrival { from, prefix, forwarder, .. } = arrival;
    let name = |id: &SubnetId| estate.topology.subnet_name(*id);
    match from {
        Origin::Steered(id) => format!("`{}` sends {prefix} to `{forwarder}`", name(id)),
        Origin::Learned(id) => format!("`{}` learns the way of {prefix} to `{forwarder}`", name(id)),
        Origin::Behind => format!("packets from {prefix} come to `{forwarder}`, which announces it"),
    }
}
