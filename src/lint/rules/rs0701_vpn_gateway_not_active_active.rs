//! RS0701: a VPN gateway with one active instance beside a route server.

use super::*;
use crate::lint::questions::route_servers::Joined;

pub(super) static RULE: Rule = Rule {
    code: "RS0701",
    name: "vpn-gateway-not-active-active",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VPN gateway beside a route server with branch-to-branch is not active-active",
    what: "A VNet has a route server with `branch_to_branch: true` and a VPN gateway whose `active_active` is false or not written.",
    why: "Azure supports the exchange of routes between a route server and a VPN gateway only when the gateway runs two active \
          instances: both of them hold BGP sessions with both instances of the route server. A gateway in active-standby mode is \
          outside what is supported, and a failover takes the sessions with it. rsctl plans the estate as it is written.",
    fix: "Switch the gateway to active-active, with a second public IP address, and let every site build a tunnel to each instance. \
          Or leave branch-to-branch off.",
    bad: example!("RS0701", "bad"),
    good: example!("RS0701", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "Route Server ExpressRoute and VPN support page",
            date: "2025-09-17",
            status: Status::Documented,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(Joined { gateway, flag }) = estate.joined(id) else { continue };
        let wrote = gateway.value.active_active.as_ref();
        if wrote.is_some_and(|active| active.value) {
            continue;
        }
        let name = &estate.written_vnet(id).name.value;
        let message =
            format!("the VPN gateway of `{name}` is not active-active, but a route server exchanges routes with it");
        let (span, label) = match wrote {
            Some(active) => (active.span, "one active instance"),
            None => (gateway.span, "without `active_active` it has one active instance"),
        };
        let addresses = !gateway.value.instance_addresses.is_empty() || !gateway.value.public_ips.is_empty();
        let help = if addresses {
            "write `active_active: true`, and two addresses where `instance_addresses` and `public_ips` are written"
        } else {
            "write `active_active: true`"
        };
        let mut finding = Finding::new(span, format!("{}.vpn_gateway", estate.vnet_path(id)), message)
            .label(label)
            .also(flag.span, "branch-to-branch joins it with the route server")
            .help(help)
            .note("Azure does not support the combination; it is planned as it is written");
        if let Some(active) = wrote.filter(|_| !addresses) {
            finding = finding.replace(active.span, "true", "make the VPN gateway active-active");
        }
        found.add(finding);
    }
}
