//! RS0603: an announced next hop that is not in Azure at all.

use super::*;
use crate::lint::questions::announced_next_hops::Outside;
use crate::topology::RouterId;

pub(super) static RULE: Rule = Rule {
    code: "RS0603",
    name: "next-hop-on-premises",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a next hop that is on premises, link-local or a loopback",
    what: "An NVA announces prefixes to a route server with a next hop in 169.254.0.0/16 or 127.0.0.0/8, at the address of a site, or \
           inside a prefix of a site that no VNet has.",
    why: "Such an address is good inside a tunnel of the NVA, not on the network of Azure. The route server programs it on every NIC \
          as it is, and all traffic to these prefixes is lost. It happens when a router leaves the next hop of a tunnel unchanged.",
    fix: "Let the NVA announce itself (next-hop-self), or the frontend of the load balancer before it.",
    bad: example!("RS0603", "bad"),
    good: example!("RS0603", "good"),
    sources: &[
        Source { title: "Route Server next hop IP page", date: "2025-09-17", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for hop in estate.announced_next_hops() {
        let Some(outside) = estate.outside_azure(hop.host, hop.address) else { continue };
        let router = estate.topology.router(hop.router);
        let message = format!("next hop {} of `{}` is not in Azure", hop.address, router.name);
        let mut finding = Finding::new(hop.span, estate.router_path(hop.router), message)
            .key(format!("{} {}", estate.name_of(hop.host), hop.address))
            .affects(format!("{}: programmed with a next hop that drops everything", few(&hop.prefixes)));
        let far = "Azure cannot send packets there";
        let site = |id: RouterId| estate.topology.router(id);
        finding = match outside {
            Outside::LinkLocal => finding.label("a link-local address, good inside a tunnel only"),
            Outside::Loopback => finding.label("a loopback address"),
            Outside::Site(id) => finding.label(far).also(site(id).span, format!("the site `{}` itself", site(id).name)),
            Outside::Behind(id, prefix, span) => {
                finding.label(far).also(span, format!("inside {prefix} of the site `{}`", site(id).name))
            }
        };
        found.add(finding.help(match router.address {
            Some(address) => format!("announce `next_hop: {address}`, the NVA itself, or leave it out"),
            None => "announce the NVA itself".to_owned(),
        }));
    }
}
