//! RS0604: an announced next hop that is a load balancer of another region.

use super::*;
use crate::lint::questions::address_holders::Holder;

pub(super) static RULE: Rule = Rule {
    code: "RS0604",
    name: "load-balancer-in-other-region",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a load balancer of another region than the route server's",
    what: "An NVA announces prefixes to a route server with the frontend of a load balancer as next hop, and the regions written for \
           the VNet of the load balancer and for that of the route server differ.",
    why: "Microsoft asks for a load balancer in the region of the route server when it is used as next hop. From elsewhere it is \
          reached over a global peering, which a Basic load balancer does not allow at all.",
    fix: "Announce a load balancer in the region of the route server, or the NVA itself.",
    bad: example!("RS0604", "bad"),
    good: example!("RS0604", "good"),
    sources: &[
        Source { title: "Route Server next hop IP page", date: "2025-09-17", status: Status::Documented },
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for hop in estate.announced_next_hops() {
        let Some(Holder::LoadBalancer(index)) = estate.owner_of(hop.host, hop.address) else { continue };
        let balancer = &estate.topology.load_balancers[index];
        let (there, here) = (estate.written_vnet(balancer.subnet.vnet), estate.written_vnet(hop.host));
        let (Some(far), Some(near)) = (&there.body.region, &here.body.region) else { continue };
        if far.value.eq_ignore_ascii_case(&near.value) {
            continue;
        }
        let router = estate.topology.router(hop.router);
        let message = format!(
            "`{}` announces load balancer `{}` in {} to the route server in {}",
            router.name, balancer.name, far.value, near.value
        );
        found.add(
            Finding::new(hop.span, estate.router_path(hop.router), message)
                .key(format!("{} {}", here.name.value, hop.address))
                .label(format!("the frontend of `{}`", balancer.name))
                .also(far.span, "the region of the load balancer")
                .also(near.span, "the region of the route server")
                .affects(few(&hop.prefixes))
                .help(match router.address {
                    Some(address) => {
                        format!("announce a load balancer in {}, or the NVA itself: `next_hop: {address}`", near.value)
                    }
                    None => format!("announce a load balancer in {}", near.value),
                }),
        );
    }
}
