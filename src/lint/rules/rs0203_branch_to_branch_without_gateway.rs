//! RS0203: branch-to-branch is on, and the gateway it was meant for is in another VNet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0203",
    name: "branch-to-branch-without-gateway",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "branch-to-branch is on, but the gateway is in a peered VNet and exchanges nothing",
    what: "A route server has `branch_to_branch: true`, fewer than two peers and no gateway in its own VNet, while a VNet that is \
           peered with it has a gateway and no route server. With two peers or more the flag still passes routes from NVA to NVA, and \
           the rule is silent.",
    why: "A route server exchanges routes with gateways of its own VNet only; a peering does not join them. The NVA does not learn what \
          the gateway knows, and on-premises does not learn what the NVA announces.",
    fix: "Put the route server into the VNet of the gateway. Its NVA may stay where it is, because a route server can peer with NVAs in \
          peered VNets. Where no exchange with the gateway was meant, switch branch-to-branch off.",
    bad: example!("RS0203", "bad"),
    good: example!("RS0203", "good"),
    sources: &[
        Source {
            title: "Route Server ExpressRoute and VPN support page",
            date: "2025-09-17",
            status: Status::Documented,
        },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some((remote, what, gateway)) = estate.stranded(id) else { continue };
        let Some(server) = estate.written_vnet(id).body.route_servers.first() else { continue };
        let flag = server.value.branch_to_branch.as_ref().map_or(server.span, |flag| flag.span);
        let (own, other) = (&estate.topology.vnet(id).name, &estate.topology.vnet(remote).name);
        let message = format!("branch-to-branch of the route server of `{own}` does not reach the {what} of `{other}`");
        found.add(
            Finding::new(flag, estate.route_server_path(id), message)
                .label(format!("joins gateways of `{own}` only, and there is none"))
                .also(gateway, format!("the {what} is in another VNet"))
                .affects(format!(
                    "the {what} of `{other}` and the NVAs of this route server learn nothing from each other"
                ))
                .help(format!(
                    "put the route server into VNet `{other}`, beside the {what}; or write `branch_to_branch: false`"
                )),
        );
    }
}
