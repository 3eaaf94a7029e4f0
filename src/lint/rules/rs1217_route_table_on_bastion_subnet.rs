//! RS1217: a route table on AzureBastionSubnet.

use super::*;
use crate::azure::BASTION_SUBNET;

pub(super) static RULE: Rule = Rule {
    code: "RS1217",
    name: "route-table-on-bastion-subnet",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "AzureBastionSubnet has a route table",
    what: "A subnet called `AzureBastionSubnet` names a route table.",
    why: "Azure Bastion does not support user-defined routes on its subnet: Azure answers the attempt to attach a route table with \
          `RouteTableCannotBeAttachedForAzureBastionSubnet`.",
    fix: "Take the route table off the subnet. Traffic from Azure Bastion to virtual machines is private and needs no steering.",
    bad: example!("RS1217", "bad"),
    good: example!("RS1217", "good"),
    sources: &[
        Source { title: "Azure Bastion FAQ", date: "2024-04-01", status: Status::Documented },
        Source {
            title: "blog.cloudtrooper.net, Azure Bastion routing in Virtual WAN",
            date: "2022-09-17",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for subnet in estate.subnets_named(BASTION_SUBNET) {
        let Some(reference) = &estate.written_subnet(subnet).body.route_table else { continue };
        let message = format!("`{}` has the route table `{}`", estate.topology.subnet_name(subnet), reference.value);
        found.add(
            Finding::new(reference.span, estate.subnet_path(subnet), message)
                .label("Azure refuses a route table here")
                .note("Azure answers RouteTableCannotBeAttachedForAzureBastionSubnet (seen in 2022-09)")
                .help("remove `route_table` from this subnet"),
        );
    }
}
