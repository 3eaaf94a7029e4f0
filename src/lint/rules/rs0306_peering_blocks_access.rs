//! RS0306: a peering that is routed and lets nothing through.

use super::*;
use crate::source::Span;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0306",
    name: "peering-blocks-access",
    group: Group::Loss,
    severity: Severity::Note,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a connected peering does not allow access to the other VNet",
    what: "A side of a connected peering has `allow_virtual_network_access: false`.",
    why: "The effective routes list the other VNet as if it could be reached, and every packet is dropped all the same. Nothing in a \
          route table gives that away. Routes that point at an NVA or a load balancer behind the peering lose their packets too.",
    fix: "Set `allow_virtual_network_access: true`, or remove the peering if the VNets are not to talk.",
    bad: example!("RS0306", "bad"),
    good: example!("RS0306", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-vnra-udr-transit",
            date: "2026-08",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    // A flag that is written for both sides at once is one cause.
    let mut seen: BTreeSet<(String, Span)> = BTreeSet::new();
    for side in estate.sides().iter().filter(|side| side.link.connected && !side.link.allow_virtual_network_access) {
        let path = estate.peering_path(side.local, side.link.remote);
        let span = side.link.spans.allow_virtual_network_access;
        if !seen.insert((path.clone(), span)) {
            continue;
        }
        let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
        let message = format!("the peering of `{local}` with `{remote}` is connected but lets no traffic through");
        found.add(
            Finding::new(span, path, message)
                .key(local)
                .label("routes are there, packets are dropped")
                .help(format!("set `allow_virtual_network_access: true` if `{local}` and `{remote}` are to talk")),
        );
    }
}
