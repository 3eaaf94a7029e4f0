//! RS0602: an announced next hop that nobody owns.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0602",
    name: "next-hop-unknown",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a next hop that no NVA and no load balancer has",
    what: "An NVA announces prefixes to a route server with a next hop in the VNet of the route server or in a connected one, and no \
           NIC of an NVA and no frontend of a load balancer in the file has that address.",
    why: "Azure does not check that anything answers at a next hop. If the address is wrong, every packet to these prefixes is lost; \
          if something stands there that the file does not hold, rsctl cannot say where the traffic goes from there.",
    fix: "Correct the address, or write the NVA or the load balancer that has it.",
    bad: example!("RS0602", "bad"),
    good: example!("RS0602", "good"),
    sources: &[Source { title: "Route Server next hop IP page", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for hop in estate.announced_next_hops() {
        let reached = estate.topology.reaches(hop.host, hop.address);
        let outside = estate.outside_azure(hop.host, hop.address).is_some();
        if !reached || outside || estate.owner_of(hop.host, hop.address).is_some() {
            continue;
        }
        let router = estate.topology.router(hop.router);
        let message = format!("next hop {} of `{}` belongs to no NVA and no load balancer", hop.address, router.name);
        let mut finding = Finding::new(hop.span, estate.router_path(hop.router), message)
            .key(format!("{} {}", estate.name_of(hop.host), hop.address))
            .label("nothing in the file has this address")
            .affects(few(&hop.prefixes));
        let backend = |balancer: &&crate::topology::LoadBalancer| balancer.backends.contains(&hop.router);
        finding = finding.help(match estate.topology.load_balancers.iter().find(backend) {
            Some(balancer) => {
                format!(
                    "write {}, the frontend of `{}`, or the NVA that has {}",
                    balancer.address, balancer.name, hop.address
                )
            }
            None => format!("write the NVA or the load balancer that has {}, or correct the address", hop.address),
        });
        found.add(finding);
    }
}
