//! RS0101: a route server without its subnet.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;

pub(super) static RULE: Rule = Rule {
    code: "RS0101",
    name: "route-server-subnet-missing",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet has a route server but no RouteServerSubnet",
    what: "A VNet has a `route_server`, and none of its subnets is called `RouteServerSubnet` or something close to it.",
    why: "Azure deploys the two instances of a route server into the subnet of exactly that name. Without it the deployment fails, \
          and every route that the route server was to bring is missing. rsctl plans the estate without that route server, \
          unless the addresses of its instances are written.",
    fix: "Add a subnet `RouteServerSubnet` with a free range of the documented size, for nothing but the route server.",
    bad: example!("RS0101", "bad"),
    good: example!("RS0101", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server quickstart", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let vnet = estate.written_vnet(id);
        let Some(server) = estate.route_server_span(id) else { continue };
        if estate.subnet_named(id, ROUTE_SERVER_SUBNET).is_some() || estate.meant(id, ROUTE_SERVER_SUBNET).is_some() {
            continue;
        }
        let message = format!("VNet `{}` has a route server but no `{ROUTE_SERVER_SUBNET}`", vnet.name.value);
        let length = estate.limit(Fact::RouteServerSubnetLength) as u8;
        let help = match estate.free_range(id, length) {
            Some(range) => format!("add the subnet `{ROUTE_SERVER_SUBNET}: {range}`"),
            None => {
                format!("add the subnet `{ROUTE_SERVER_SUBNET}`, a /{length} in a further range of `address_space`")
            }
        };
        // With the addresses of its instances written it can be planned all the same.
        let planned = estate.topology.vnet(id).route_server.is_some();
        found.add(
            Finding::new(server, estate.vnet_path(id), message)
                .label(if planned { "Azure refuses this" } else { "Azure refuses this; it is planned without" })
                .left_out(!planned)
                .also(vnet.name.span, "no subnet of this VNet has that name")
                .help(help),
        );
    }
}
