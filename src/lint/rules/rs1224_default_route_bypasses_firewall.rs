//! RS1224: a subnet leaves for the internet past the appliance that announces the default route.

use super::*;
use crate::azure::{BASTION_SUBNET, FIREWALL_MANAGEMENT_SUBNET, FIREWALL_SUBNET};
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::lint::phrases::hops_text;
use crate::topology::{SubnetId, UserNextHop};
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS1224",
    name: "default-route-bypasses-firewall",
    group: Group::Bypass,
    severity: Severity::Note,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a subnet sends 0.0.0.0/0 to the internet although BGP brings a default route",
    what: "A route table has 0.0.0.0/0 with next hop `Internet`, and a subnet that uses it would take 0.0.0.0/0 from a gateway or a route \
           server. Subnets with an NVA in them, delegated subnets and those of Azure's own services are left out: they need it.",
    why: "Somebody announces the default route so that internet traffic passes an appliance or on-premises. This subnet leaves directly \
          instead, without inspection.",
    fix: "Remove the route where the traffic should be inspected. Keep it where a service, such as Application Gateway, asks for direct \
          internet access.",
    bad: example!("RS1224", "bad"),
    good: example!("RS1224", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let services = [BASTION_SUBNET, FIREWALL_SUBNET, FIREWALL_MANAGEMENT_SUBNET, GATEWAY_SUBNET, ROUTE_SERVER_SUBNET];
    let with_nvas = estate.subnets_with_nvas();
    let needs_it = |id: &SubnetId| {
        let delegated = estate.written_subnet(*id).body.delegation.is_some();
        delegated || with_nvas.contains(id) || services.contains(&estate.topology.subnet(*id).name.as_str())
    };
    for used in estate.used_tables().into_iter().filter(|used| used.table.propagation) {
        let default = Some(Ipv4Net::default());
        let leaves = |next_hop: UserNextHop| next_hop == UserNextHop::Internet;
        let Some(route) = used.routes().find(|route| route.range() == default && leaves(route.route.next_hop)) else {
            continue;
        };
        let learned = |id: &SubnetId| estate.table(*id).gateway_row(Ipv4Net::default());
        let subnets: Vec<SubnetId> =
            used.subnets.iter().copied().filter(|id| !needs_it(id) && learned(id).is_some()).collect();
        let Some((first, row)) = subnets.first().and_then(|first| Some((first, learned(first)?))) else { continue };
        let hops = hops_text(&row.next_hops);
        let message = format!(
            "route `{}` lets `{}` pass {hops} by on the way to the internet",
            route.route.name,
            estate.topology.subnet_name(*first)
        );
        found.add(
            Finding::new(route.next_hop_span(), used.route_path(route.route), message)
                .label(format!("BGP brings 0.0.0.0/0 to {hops}"))
                .affects(estate.subnets_text(&subnets))
                .help(format!(
                    "remove `{}`, unless a service in the subnet needs direct internet access",
                    route.route.name
                )),
        );
    }
}
