//! RS0706: a VPN connection that ends at a VNet without a VPN gateway.

use super::*;
use crate::azure::GATEWAY_SUBNET;
use crate::lint::questions::vpn_connections::{WrittenEnd, ends_by_name, written_tunnels};
use crate::source::Span;
use crate::topology::VnetId;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0706",
    name: "connection-without-gateway",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VPN connection ends at a VNet that has no VPN gateway",
    what: "An end of an entry in `connections`, or the `gateway` of a site's `vpn`, is a VNet without a `vpn_gateway`.",
    why: "A VPN connection in Azure is a connection of a VPN gateway; without one it cannot be made. rsctl plans the estate without \
          the connection.",
    fix: "Add a VPN gateway with its GatewaySubnet to the VNet, or end the connection at the VNet that has the gateway: a spoke uses \
          the gateway of its hub.",
    bad: example!("RS0706", "bad"),
    good: example!("RS0706", "good"),
    sources: &[Source { title: "VPN Gateway FAQ", date: "2026", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let ends = ends_by_name(estate);
    let mut missing: BTreeMap<VnetId, Vec<Span>> = BTreeMap::new();
    for end in written_tunnels(estate).into_iter().flat_map(|tunnel| tunnel.ends) {
        if let Some(WrittenEnd::Vnet(id, None)) = ends.get(end.value.as_str()) {
            missing.entry(*id).or_default().push(end.span);
        }
    }
    for (id, places) in missing {
        found.add(finding(estate, id, &places));
    }
}

fn finding(estate: &Context<'_>, id: VnetId, places: &[Span]) -> Finding {
    let name = &estate.written_vnet(id).name;
    let message = format!("a VPN connection ends at `{}`, which has no VPN gateway", name.value);
    let mut finding = Finding::new(places[0], estate.vnet_path(id), message)
        .label("planned without this connection")
        .left_out(true)
        .also(name.span, "no `vpn_gateway` here")
        .help(help(estate, id));
    for place in places.iter().skip(1).take(4) {
        finding = finding.also(*place, "and without this one");
    }
    finding
}

fn help(estate: &Context<'_>, id: VnetId) -> String {
    let lenders = estate.topology.vnet(id).links.iter().filter(|link| link.use_remote_gateways);
    let lent = lenders.map(|link| estate.written_vnet(link.remote)).find(|vnet| vnet.body.vpn_gateway.is_some());
    if let Some(hub) = lent {
        return format!("end it at `{}`, whose VPN gateway this VNet uses", hub.name.value);
    }
    if estate.subnet_named(id, GATEWAY_SUBNET).is_some() {
        return "add `vpn_gateway: { active_active: true }` to the VNet".into();
    }
    let length = estate.limit(Fact::GatewaySubnetLength) as u8;
    match estate.free_range(id, length) {
        Some(range) => {
            format!(
                "add `vpn_gateway: {{ active_active: true }}` to the VNet, and the subnet `{GATEWAY_SUBNET}: {range}`"
            )
        }
        None => {
            format!("add `vpn_gateway: {{ active_active: true }}` to the VNet, and a `{GATEWAY_SUBNET}` of /{length}")
        }
    }
}
