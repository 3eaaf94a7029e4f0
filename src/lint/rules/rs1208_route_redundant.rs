//! RS1208: a user-defined route without which nothing would change.

use super::*;
use crate::azure::system_routes;
use crate::effective::{Hop, InvalidReason, NextHopType, State};
use crate::lint::phrases::hops_text;
use crate::lint::questions::deciding_routes::Decider;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use crate::topology::{SubnetId, UserNextHop};
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS1208",
    name: "route-redundant",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "a user-defined route sends where packets would go without it",
    what: "In every subnet that uses the route table, what the route matches would take the same way without it: a BGP route of the \
           same prefix has the same next hop, a shorter user-defined route sends to the same appliance, or the system route is the same.",
    why: "The route does no harm today. It counts against the limit of the table, and it pins the next hop: when BGP, a peering or \
          another route changes, this one stays.",
    fix: "Remove the route, or keep it where it is there for the day on which the other one disappears.",
    bad: example!("RS1208", "bad"),
    good: example!("RS1208", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let routes = used.by_range();
        let subnets = used.one_per_vnet();
        for route in used.routes() {
            // Without a default route of its own a subnet gets the reserved None routes back: that is a change.
            let Some(range) = route.range().filter(|range| range.prefix_len() > 0) else { continue };
            let counts = routes.get(&range).is_some_and(|kept| std::ptr::eq(*kept, route.route));
            let mut instead: Option<Decider<'_>> = None;
            let same = counts
                && subnets.iter().all(|subnet| {
                    let way = estate.decider(*subnet, &routes, range, Some(route.route));
                    let same = is_same(route.route.next_hop, &way) && !does_more(estate, *subnet, &route, &way);
                    instead = Some(way);
                    same
                });
            if let Some(way) = instead.filter(|_| same) {
                found.add(finding(estate, &used, &route, &way));
            }
        }
    }
}

/// Whether a packet goes the same way.
fn is_same(next_hop: UserNextHop, way: &Decider<'_>) -> bool {
    match (next_hop, way) {
        (UserNextHop::VirtualAppliance(address), Decider::Gateway(hops)) => *hops == [Hop::Address(address)],
        (_, Decider::User(other)) => next_hop == other.next_hop,
        (UserNextHop::VnetLocal, Decider::Local) | (UserNextHop::Internet, Decider::Internet) => true,
        _ => false,
    }
}

/// Whether the route does more than its prefix says: it turns private endpoints off, or a reserved range back on.
fn does_more(estate: &Context<'_>, subnet: SubnetId, route: &TableRoute<'_>, way: &Decider<'_>) -> bool {
    let reserved = system_routes::none_ranges(estate.topology.facts.value(Fact::NoneRoutes));
    let inside = |reserved: &Ipv4Net| route.range().is_some_and(|range| range.contains(reserved));
    let by_it = |state: &State| match state {
        State::Invalid(InvalidReason::EndpointCoveredBy(name) | InvalidReason::OverriddenBy(name)) => {
            *name == route.route.name
        }
        _ => false,
    };
    let mut endpoints =
        estate.table(subnet).own_rows().filter(|row| row.next_hop_type == NextHopType::InterfaceEndpoint);
    (matches!(way, Decider::Internet) && reserved.iter().any(inside)) || endpoints.any(|row| by_it(&row.state))
}

fn finding(estate: &Context<'_>, used: &UsedTable<'_>, route: &TableRoute<'_>, way: &Decider<'_>) -> Finding {
    let name = &route.route.name;
    let already = match way {
        Decider::Gateway(hops) => format!("BGP brings the same prefix with next hop {}", hops_text(hops)),
        Decider::User(other) => format!("the route `{}` covers it and sends there too", other.name),
        Decider::Internet => "the system route 0.0.0.0/0 sends there too".into(),
        _ => "the system route of the VNet sends there too".into(),
    };
    let mut finding = Finding::new(
        route.prefix_span(),
        used.route_path(route.route),
        format!("route `{name}` of table `{}` changes nothing", used.table.name),
    )
    .label(already)
    .affects(estate.subnets_text(&used.subnets))
    .help(format!("remove `{name}`"));
    if let Decider::User(other) = way {
        finding = finding.also(other.span, "this route is enough");
    }
    finding
}
