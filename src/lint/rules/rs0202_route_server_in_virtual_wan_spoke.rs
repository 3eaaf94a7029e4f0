//! RS0202: a route server in a VNet that hangs on a Virtual WAN hub.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0202",
    name: "route-server-in-virtual-wan-spoke",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server is in a VNet that is connected to a Virtual WAN hub",
    what: "A VNet has both a `route_server` and a `virtual_wan_hub`.",
    why: "Azure does not support a route server in a spoke of Virtual WAN. The VNet takes its routes from the router of the hub, and it \
          cannot take them from a route server of its own as well.",
    fix: "Peer the NVA with the router of the Virtual WAN hub, which does for its spokes what a route server does. Or take the VNet off \
          the hub.",
    bad: example!("RS0202", "bad"),
    good: example!("RS0202", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let vnet = estate.written_vnet(id);
        let (Some(server), Some(hub)) = (estate.route_server_span(id), &vnet.body.virtual_wan_hub) else { continue };
        let name = &vnet.name.value;
        let message =
            format!("VNet `{name}` has a route server and is connected to the Virtual WAN hub `{}`", hub.value);
        let help =
            format!("peer the NVAs with the hub `{}` itself, or take `virtual_wan_hub` off VNet `{name}`", hub.value);
        found.add(
            Finding::new(hub.span, estate.vnet_path(id), message)
                .label("not supported in the VNet of a route server")
                .also(server, "the route server")
                .help(help),
        );
    }
}
