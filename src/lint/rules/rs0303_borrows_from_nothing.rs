//! RS0303: remote gateways of a VNet that has none.

use super::*;
use crate::lint::questions::peering_sides::{Borrowing, Side};
use crate::topology::VnetId;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0303",
    name: "borrows-from-nothing",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "remote gateways are used of a VNet that has no gateway and no route server",
    what: "A side of a peering has `use_remote_gateways: true`, written or by the form `{ hub, spoke }`, and the other VNet has \
           neither a VPN gateway nor an ExpressRoute gateway nor a route server. All VNets that borrow from the same one are one \
           finding.",
    why: "Azure refuses the flag with RemoteVnetHasNoGateways, so that the peering is not created. Deployments from code meet the \
          same error when the peering comes before the gateway is ready.",
    fix: "Add the gateway or the route server to the VNet that lends it, or peer without gateway transit.",
    bad: example!("RS0303", "bad"),
    good: example!("RS0303", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source { title: "github.com/hashicorp/terraform issue 30569", date: "2022-02-22", status: Status::Observed },
        Source {
            title: "github.com/Azure/terraform-azurerm-lz-vending issue 398",
            date: "2024-07-03",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut by_lender: BTreeMap<VnetId, Vec<Side<'_>>> = BTreeMap::new();
    for (side, verdict) in estate.borrowing() {
        if verdict == Borrowing::FromNothing {
            by_lender.entry(side.link.remote).or_default().push(side);
        }
    }
    for (lender, sides) in by_lender {
        let Some(first) = sides.iter().min_by_key(|side| side.link.spans.use_remote_gateways) else { continue };
        let name = estate.name_of(lender);
        let message = match sides.as_slice() {
            [side] => format!("VNet `{}` uses remote gateways of `{name}`, which has none", estate.name_of(side.local)),
            _ => format!("{} VNets use remote gateways of `{name}`, which has none", sides.len()),
        };
        let mut finding = Finding::new(first.link.spans.use_remote_gateways, estate.vnet_path(lender), message)
            .label("Azure answers RemoteVnetHasNoGateways; it is planned without")
            .left_out(true)
            .also(estate.topology.vnet(lender).span, "no gateway and no route server in this VNet");
        if sides.len() > 1 {
            finding = finding.affects(few_names(sides.iter().map(|side| estate.name_of(side.local))));
        }
        found.add(
            finding
                .help(format!(
                    "give `{name}` a gateway or a route server, or write the peering as `between` with \
                     `use_remote_gateways: false`"
                ))
                .note(
                    "in code, let the peering depend on the gateway: until that is deployed Azure answers the same. The API \
                     field doNotVerifyRemoteGateways skips the check",
                ),
        );
    }
}
