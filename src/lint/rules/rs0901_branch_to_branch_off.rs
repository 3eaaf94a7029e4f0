//! RS0901: routes that stop at a route server because branch-to-branch is off.

use super::*;
use crate::azure::AZURE_ASN;
use crate::bgp::{Device, Neighbor};
use crate::lint::questions::withheld_routes::{Missing, misses};
use crate::topology::{RouterKind, VnetId};

pub(super) static RULE: Rule = Rule {
    code: "RS0901",
    name: "branch-to-branch-off",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "branch-to-branch is off, and gateways and NVAs miss routes of each other because of it",
    what: "A route server does not pass a route between an NVA and a gateway with tunnels or circuits, or between its two gateways, \
           because branch-to-branch is off, and who misses it has the prefix from nobody else. Default routes towards gateways are \
           not counted, as keeping them in Azure is a reason to leave it off. It is a note only where nothing is missing but routes \
           between NVAs, or routes of gateways at an NVA that has nobody to pass them on to.",
    why: "Without branch-to-branch a route server programs routes on NICs and nothing else: what an NVA announces does not reach \
          on-premises, and what on-premises announces does not reach the networks behind the NVA.",
    fix: "Write `branch_to_branch: true`. A VPN gateway of the VNet has to be active-active with ASN 65515 for it, and a default route that is not to reach on-premises has to carry no-advertise.",
    bad: example!("RS0901", "bad"),
    good: example!("RS0901", "good"),
    sources: &[
        Source {
            title: "Route Server ExpressRoute and VPN support page",
            date: "2025-09-17",
            status: Status::Documented,
        },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-hubless-region-ars",
            date: "2026-08-03",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let server = estate.topology.vnet(host).route_server.as_ref();
        if server.is_none_or(|server| server.branch_to_branch) {
            continue;
        }
        let mut missing = Missing::new();
        for speaker in estate.ribs().network.instances(Device::RouteServer(host)) {
            for class in estate.ribs().class_ids() {
                misses(estate, host, class, speaker, &mut missing);
            }
        }
        // NVAs of one VNet stand side by side; what one knows the other need not know.
        missing.retain(|(from, to), _| !beside(estate, *from, *to));
        if let Some(finding) = finding(estate, host, &missing).filter(|_| !missing.is_empty()) {
            found.add(finding);
        }
    }
}

fn beside(estate: &Context<'_>, from: Device, to: Device) -> bool {
    let vnet = |device: Device| if let Device::Router(id) = device { estate.topology.router(id).vnet() } else { None };
    vnet(from).is_some() && vnet(from) == vnet(to)
}

/// Routes between NVAs, or at an NVA that passes them on to nobody, are less of a loss.
fn is_grave(estate: &Context<'_>, host: VnetId, from: Device, to: Device) -> bool {
    let Device::Router(nva) = to else { return true };
    if matches!(from, Device::Router(_)) || !estate.topology.router(nva).readvertise {
        return false;
    }
    let network = &estate.ribs().network;
    let elsewhere = |neighbor: &Neighbor| estate.device(neighbor.peer) != Device::RouteServer(host);
    network.instances(to).any(|id| network.speaker(id).neighbors.iter().any(elsewhere))
}

fn finding(estate: &Context<'_>, host: VnetId, missing: &Missing) -> Option<Finding> {
    let server = estate.written_route_server(host)?;
    let flag = server.value.branch_to_branch.as_ref();
    let hub = &estate.topology.vnet(host).name;
    let between_nvas = |pair: &(Device, Device)| matches!(pair, (Device::Router(_), Device::Router(_)));
    let only_nvas = missing.keys().all(between_nvas);
    let any_nva = missing.keys().any(|(from, to)| [from, to].iter().any(|device| matches!(device, Device::Router(_))));
    let who = match (only_nvas, any_nva) {
        (true, _) => "NVAs",
        (false, true) => "NVAs and gateways",
        (false, false) => "the gateways",
    };
    let message = format!("{who} do not learn from each other at the route server of `{hub}`: branch-to-branch is off");
    let label = if flag.is_some() { "off" } else { "without `branch_to_branch` it is off" };
    let mut finding = Finding::new(flag.map_or(server.span, |flag| flag.span), estate.route_server_path(host), message)
        .label(label)
        .help(help(estate, host));
    if !missing.keys().any(|(from, to)| is_grave(estate, host, *from, *to)) {
        finding = finding.severity(Severity::Note);
        let from_gateway = |(from, _): &&(Device, Device)| !matches!(from, Device::Router(_));
        if missing.keys().filter(from_gateway).all(|(_, to)| is_served(estate, host, *to)) && !only_nvas {
            finding = finding
                .note("packets of the NVAs find their way all the same: their NICs have the routes of the gateways");
        }
    }
    let lines = missing.iter().map(|((from, to), classes)| {
        let prefixes = classes.iter().flat_map(|class| &estate.ribs().class(*class).prefixes);
        format!("{} does not learn {} of {}", estate.said(*to), few(prefixes), estate.said(*from))
    });
    for line in few_lines(lines.collect(), "pairs that do not learn from each other") {
        finding = finding.affects(line);
    }
    if missing.keys().any(between_nvas) {
        finding = finding.note(
            "NVAs did learn from each other without it in a lab of 2021-11 (github.com/AndrewBryson/azure-route-server-failover), \
             and did not in one of 2026-08-03 (github.com/erjosito/net-lab-builder dual-hub-hubless-region-ars)",
        );
    }
    Some(finding)
}

/// True for an NVA whose NIC takes the routes of the gateways beside the route server.
fn is_served(estate: &Context<'_>, host: VnetId, to: Device) -> bool {
    let Device::Router(nva) = to else { return false };
    let RouterKind::Nva { subnet, .. } = &estate.topology.router(nva).kind else { return false };
    estate.topology.vnet(subnet.vnet).provider == Some(host) && !estate.table(*subnet).propagation_disabled
}

fn is_fit(estate: &Context<'_>, host: VnetId) -> bool {
    let gateway = estate.topology.vnet(host).vpn_gateway.as_ref();
    gateway.is_none_or(|gateway| gateway.active_active && gateway.asn == AZURE_ASN)
}

fn help(estate: &Context<'_>, host: VnetId) -> String {
    let mut help = String::from("write `branch_to_branch: true`");
    if !is_fit(estate, host) {
        help.push_str(&format!(", after making the VPN gateway active-active with ASN {AZURE_ASN}"));
    }
    if holds_default(estate, host) {
        help.push_str(", with no-advertise on default routes that shall not leave Azure");
    }
    help
}

fn holds_default(estate: &Context<'_>, host: VnetId) -> bool {
    let ribs = estate.ribs();
    let default = ribs.class_ids().find(|class| ribs.class(*class).is_default);
    let mut servers = ribs.network.instances(Device::RouteServer(host));
    default.is_some_and(|class| servers.any(|server| estate.holds(class, server)))
}
