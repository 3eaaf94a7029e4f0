//! RS0902: branch-to-branch that was switched on while sessions were up.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0902",
    name: "branch-to-branch-change-needs-session-reset",
    group: Group::Unknown,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "switching branch-to-branch on may take effect only after the sessions are reset",
    what: "A route server with branch-to-branch stands beside an ExpressRoute gateway and has NVA peers.",
    why: "In one lab the ExpressRoute gateway still showed no route of the route server after branch-to-branch had been switched on, \
          until the BGP sessions were taken down and up. Nothing is documented. rsctl plans as if the change took effect at once.",
    fix: "After switching it on, compare the routes that the ExpressRoute gateway learned with the plan; if they are missing, restart \
          BGP on the NVAs.",
    bad: example!("RS0902", "bad"),
    good: example!("RS0902", "good"),
    sources: &[Source { title: "github.com/erjosito, a lab page", date: "2026-09-30", status: Status::Observed }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let vnet = estate.topology.vnet(host);
        let peered = vnet.route_server.as_ref().is_some_and(|server| !server.peers.is_empty());
        let flag = estate.written_route_server(host).and_then(|server| server.value.branch_to_branch.as_ref());
        let Some(flag) = flag.filter(|flag| flag.value && peered && vnet.express_route_gateway.is_some()) else {
            continue;
        };
        let message = format!(
            "if branch-to-branch is switched on at the route server of `{}` while it runs, its sessions may need a reset",
            vnet.name
        );
        found.add(
            Finding::new(flag.span, estate.route_server_path(host), message)
                .label("joins NVAs and the ExpressRoute gateway")
                .help("after the change, compare what the ExpressRoute gateway learned, and restart BGP on the NVAs if it is short")
                .note("a single observation of 2026-09; nothing is documented"),
        );
    }
}
