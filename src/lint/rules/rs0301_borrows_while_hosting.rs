//! RS0301: a VNet with a gateway of its own uses those of another.

use super::*;
use crate::lint::questions::peering_sides::Borrowing;

pub(super) static RULE: Rule = Rule {
    code: "RS0301",
    name: "borrows-while-hosting",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet with a gateway or a route server of its own uses remote gateways",
    what: "A side of a peering has `use_remote_gateways: true`, and a VPN gateway, an ExpressRoute gateway or a route server is \
           written in the VNet that owns that side.",
    why: "A VNet takes its gateway routes from one place: its own gateways and route server, or those of one peered VNet. Azure \
          refuses the flag where the VNet hosts something itself. rsctl plans the peering without it.",
    fix: "Set `use_remote_gateways: false` on that side. A spoke that has a route server of its own is peered with its hubs \
          without gateway transit, and learns their routes from the NVAs in them.",
    bad: example!("RS0301", "bad"),
    good: example!("RS0301", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source { title: "Route Server dual-homed network page", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (side, verdict) in estate.borrowing() {
        let Some((what, place)) = estate.routing_in(side.local).filter(|_| verdict == Borrowing::WhileHosting) else {
            continue;
        };
        let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
        let message = format!("VNet `{local}` has a {what} of its own and uses remote gateways of `{remote}`");
        let span = side.link.spans.use_remote_gateways;
        let mut finding = Finding::new(span, estate.peering_path(side.local, side.link.remote), message)
            .key(local)
            .label("Azure refuses this; it is planned without")
            .left_out(true)
            .also(place, format!("the {what} of `{local}`"))
            .help(format!("set `use_remote_gateways: false` on the side of `{local}`"));
        if let Some(flag) = estate.own_flag(side.local, side.link, |flags| &flags.use_remote_gateways, true) {
            finding = finding.replace(flag, "false", format!("let `{local}` use its own {what}"));
        }
        found.add(finding);
    }
}
