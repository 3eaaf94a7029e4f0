//! RS1218: Azure Firewall loses its way to the internet to a BGP default route.

use super::*;
use crate::azure::{FIREWALL_MANAGEMENT_SUBNET, FIREWALL_SUBNET};
use crate::effective::State;
use crate::lint::phrases::hops_text;
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS1218",
    name: "firewall-subnet-learns-default",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "AzureFirewallSubnet learns 0.0.0.0/0 by BGP and has no route back to the internet",
    what: "A gateway or a route server programs 0.0.0.0/0 on `AzureFirewallSubnet`, and its route table has no route 0.0.0.0/0. A VNet \
           with an `AzureFirewallManagementSubnet` is left out: there the firewall may be in forced tunnelling mode.",
    why: "Azure Firewall needs direct access to the internet. Outside forced tunnelling mode, a default route that it learns by BGP takes \
          that away; where the route points at the firewall itself, its traffic even runs in a circle.",
    fix: "Give the subnet a route table with `0.0.0.0/0` and next hop `Internet`, and leave propagation on for the other routes.",
    bad: example!("RS1218", "bad"),
    good: example!("RS1218", "good"),
    sources: &[
        Source { title: "route injection in spokes page", date: "2024-03-13", status: Status::Documented },
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for subnet in estate.subnets_named(FIREWALL_SUBNET) {
        if estate.subnet_named(subnet.vnet, FIREWALL_MANAGEMENT_SUBNET).is_some() {
            continue;
        }
        let row = estate.table(subnet).gateway_row(Ipv4Net::default()).filter(|row| row.state == State::Active);
        let Some(row) = row else { continue };
        let name = estate.topology.subnet_name(subnet);
        let message = format!("`{name}` takes 0.0.0.0/0 to {} by BGP", hops_text(&row.next_hops));
        let written = estate.written_subnet(subnet);
        let mut finding = Finding::new(written.name.span, estate.subnet_path(subnet), message)
            .label("Azure Firewall loses its direct way to the internet");
        finding = match &written.body.route_table {
            Some(table) => {
                let help = format!(
                    "add to table `{}` the route `internet: {{ prefix: 0.0.0.0/0, next_hop: Internet }}`",
                    table.value
                );
                finding.also(table.span, "its table has no route 0.0.0.0/0").help(help)
            }
            None => finding
                .help("give it a route table with the route `internet: { prefix: 0.0.0.0/0, next_hop: Internet }`"),
        };
        found.add(finding);
    }
}
