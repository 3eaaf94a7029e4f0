//! RS0302: a VNet that uses the gateways of several others.

use super::*;
use crate::lint::questions::peering_sides::Borrowing;

pub(super) static RULE: Rule = Rule {
    code: "RS0302",
    name: "borrows-from-two",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet uses the gateways of more than one VNet",
    what: "A VNet that hosts no gateway and no route server has `use_remote_gateways: true` on more than one of its peerings. The \
           finding stands at each peering after the first that can work, in order of the names of the other VNets.",
    why: "Azure allows the flag on one peering of a VNet and refuses it on the next. rsctl plans the VNet with one lender and \
          without the others, so that routes of the other hubs are missing.",
    fix: "Keep the flag on one peering. To be reached from two hubs, give the spoke a route server of its own that peers with the \
          NVAs of both hubs, and switch the flag off everywhere.",
    bad: example!("RS0302", "bad"),
    good: example!("RS0302", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source { title: "Route Server dual-homed network page", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (side, verdict) in estate.borrowing() {
        let Borrowing::Second(kept) = verdict else { continue };
        let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
        let first = estate.name_of(kept);
        let message = format!("VNet `{local}` uses remote gateways of `{remote}` beside those of `{first}`");
        let mut links = estate.topology.vnet(side.local).links.iter();
        let mut finding = Finding::new(
            side.link.spans.use_remote_gateways,
            estate.peering_path(side.local, side.link.remote),
            message,
        )
        .key(local)
        .label("Azure refuses this; it is planned without")
        .left_out(true);
        if let Some(link) = links.find(|link| link.remote == kept) {
            finding = finding.also(link.spans.use_remote_gateways, format!("planned with the gateways of `{first}`"));
        }
        found.add(finding.help(format!(
            "keep one: set `use_remote_gateways: false` for `{local}` here, or on its peering with `{first}`"
        )));
    }
}
