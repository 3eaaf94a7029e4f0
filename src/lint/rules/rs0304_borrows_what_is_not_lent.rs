//! RS0304: remote gateways that the other side does not lend.

use super::*;
use crate::lint::questions::peering_sides::Borrowing;

pub(super) static RULE: Rule = Rule {
    code: "RS0304",
    name: "borrows-what-is-not-lent",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "remote gateways are used, but the other side does not allow gateway transit",
    what: "A side of a peering has `use_remote_gateways: true`, the other VNet hosts a gateway or a route server, and its side of \
           the peering has `allow_gateway_transit: false` or says nothing about it.",
    why: "Both flags belong together. Azure refuses to use gateways that the other side does not lend, so the spoke gets none of \
          the routes of the hub and the hub announces nothing of the spoke.",
    fix: "Set `allow_gateway_transit: true` on the side of the VNet that has the gateway, before the other side uses it.",
    bad: example!("RS0304", "bad"),
    good: example!("RS0304", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source {
            title: "github.com/hashicorp/terraform-provider-azurerm issue 2872",
            date: "2019-02-12",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (side, verdict) in estate.borrowing() {
        let Some(reverse) = side.reverse.filter(|_| verdict == Borrowing::NotLent) else { continue };
        let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
        let message = format!("VNet `{local}` uses remote gateways that `{remote}` does not lend");
        let mut finding = Finding::new(
            reverse.spans.allow_gateway_transit,
            estate.peering_path(side.local, side.link.remote),
            message,
        )
        .key(local)
        .label(format!("`{remote}` does not allow gateway transit; it is planned without"))
        .left_out(true)
        .help(format!("set `allow_gateway_transit: true` on the side of `{remote}`"));
        if side.link.spans.use_remote_gateways != reverse.spans.allow_gateway_transit {
            finding = finding.also(side.link.spans.use_remote_gateways, format!("`{local}` uses them"));
        }
        if let Some(flag) = estate.own_flag(side.link.remote, reverse, |flags| &flags.allow_gateway_transit, false) {
            finding = finding.replace(flag, "true", format!("let `{remote}` lend its gateways"));
        }
        found.add(finding);
    }
}
