//! RS0102: a subnet that was meant to be RouteServerSubnet.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;

pub(super) static RULE: Rule = Rule {
    code: "RS0102",
    name: "route-server-subnet-misnamed",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a subnet is meant for the route server but is not called RouteServerSubnet",
    what: "A VNet has a `route_server` and no `RouteServerSubnet`, but a subnet whose name differs from it by a few letters or by \
           upper and lower case.",
    why: "Azure looks for the subnet by its exact name. With any other name the deployment of the route server fails. rsctl plans \
          the estate without that route server, unless the addresses of its instances are written.",
    fix: "Call the subnet `RouteServerSubnet`. A subnet cannot be renamed in Azure: if it exists already, it has to be made anew.",
    bad: example!("RS0102", "bad"),
    good: example!("RS0102", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(server) = estate.route_server_span(id) else { continue };
        let Some(subnet) = estate.meant(id, ROUTE_SERVER_SUBNET) else { continue };
        let name = &estate.written_subnet(subnet).name;
        let message = format!("the route server's subnet is called `{}`, not `{ROUTE_SERVER_SUBNET}`", name.value);
        let planned = estate.topology.vnet(id).route_server.is_some();
        let mut finding = Finding::new(name.span, estate.subnet_path(subnet), message)
            .label("Azure looks for the exact name")
            .also(server, if planned { "the route server" } else { "planned without this route server" })
            .left_out(!planned)
            .help(format!("call it `{ROUTE_SERVER_SUBNET}`"));
        finding.fix = estate.renamed(subnet, ROUTE_SERVER_SUBNET);
        found.add(finding);
    }
}
