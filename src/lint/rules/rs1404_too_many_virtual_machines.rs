//! RS1404: more virtual machines than a route server serves.

use super::*;
use crate::analysis::limits::machines::{FIRST_UNITS, MACHINES_PER_UNIT, MOST_MACHINES, machines, needed, served_by};

pub(super) static RULE: Rule = Rule {
    code: "RS1404",
    name: "too-many-virtual-machines",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "more virtual machines than the routing infrastructure units of a route server serve",
    what: "The `virtual_machines` written for the VNet of a route server and for the VNets peered with it are together more than its \
           `routing_infrastructure_units` serve. VNets for which no number is written are not counted.",
    why: "A route server programs routes on the virtual machines of its VNet and of the peered ones, up to a number that grows with the \
          routing infrastructure units. Beyond it machines may not get the routes.",
    fix: "Give the route server more routing infrastructure units; Azure needs up to 25 minutes for the change. Beyond the maximum, \
          divide the VNets among several hubs.",
    bad: example!("RS1404", "bad"),
    good: example!("RS1404", "good"),
    sources: &[Source { title: "Route Server capacity page", date: "2025-10-31", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let base = estate.limit(Fact::VirtualMachinesPerUnit);
    for (host, _) in estate.route_servers() {
        let vnet = estate.topology.vnet(host);
        let (Some(written), Some(server)) = (estate.written_route_server(host), vnet.route_server.as_ref()) else {
            continue;
        };
        let units = server.routing_infrastructure_units;
        let capacity = served_by(base, units);
        let count = machines(estate.topology, host);
        if count <= capacity {
            continue;
        }
        let flag = written.value.routing_infrastructure_units.as_ref();
        let message = format!(
            "the route server of `{}` serves {capacity} virtual machines, and {count} are behind it",
            vnet.name
        );
        let mut finding =
            Finding::new(flag.map_or(written.span, |flag| flag.span), estate.route_server_path(host), message)
                .label(format!("{units} routing infrastructure units"))
                .note(format!(
                    "{FIRST_UNITS} units serve {base}, each further one {MACHINES_PER_UNIT} more ({})",
                    estate.source_of(Fact::VirtualMachinesPerUnit)
                ));
        finding = match needed(base, count) {
            Some(needed) => {
                finding = finding.help(format!("write `routing_infrastructure_units: {needed}`"));
                match flag {
                    Some(flag) => {
                        let title = format!("give the route server {needed} routing infrastructure units");
                        finding.replace(flag.span, needed.to_string(), title)
                    }
                    None => finding,
                }
            }
            None => finding
                .help(format!("divide the VNets among several hubs: no route server serves more than {MOST_MACHINES}")),
        };
        found.add(finding);
    }
}
