//! RS0702: a VPN gateway with an ASN of its own beside a route server.

use super::*;
use crate::azure::AZURE_ASN;
use crate::lint::questions::route_servers::Joined;

pub(super) static RULE: Rule = Rule {
    code: "RS0702",
    name: "vpn-gateway-asn-not-65515",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VPN gateway beside a route server with branch-to-branch has an ASN other than 65515",
    what: "A VNet has a route server with `branch_to_branch: true` and a VPN gateway whose `asn` is not 65515.",
    why: "Azure supports the exchange of routes between a route server and a VPN gateway only when the gateway has the ASN of the \
          route server, 65515, so that they speak iBGP. With another ASN the session comes up as eBGP in labs: every path grows by \
          the gateway's ASN, and the gateway sees the route server instead of the NVA as next hop. rsctl plans the estate that way.",
    fix: "Give the gateway the ASN 65515, and tell it to every site that has the old one configured.",
    bad: example!("RS0702", "bad"),
    good: example!("RS0702", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "github.com/mddazure/azure-route-server-lab", date: "2021-06", status: Status::Observed },
        Source {
            title: "github.com/malgebary/Azure-Route-Server-MicroHack",
            date: "2022-02",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(Joined { gateway, flag }) = estate.joined(id) else { continue };
        let Some(asn) = gateway.value.asn.as_ref().filter(|asn| asn.value != AZURE_ASN) else { continue };
        let name = &estate.written_vnet(id).name.value;
        let message =
            format!("the VPN gateway of `{name}` has ASN {}, but a route server exchanges routes with it", asn.value);
        let finding = Finding::new(asn.span, format!("{}.vpn_gateway", estate.vnet_path(id)), message)
            .label(format!("not {AZURE_ASN}"))
            .also(flag.span, "branch-to-branch joins it with the route server")
            .help(format!("write `asn: {AZURE_ASN}`, and tell the new ASN to every site that peers with the gateway"))
            .note(
                "Azure does not support it; in labs it came up as eBGP all the same, with ASN 300 \
                 (github.com/mddazure/azure-route-server-lab, 2021) and with ASN 65004 \
                 (github.com/malgebary/Azure-Route-Server-MicroHack, 2022), and is planned so",
            );
        found.add(finding);
    }
}
