//! RS0807: a site behind a circuit that speaks no BGP.

use super::*;
use crate::source::Span;
use crate::topology::RouterId;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0807",
    name: "site-behind-circuit-without-asn",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a site behind an ExpressRoute circuit has no ASN",
    what: "An entry of a circuit's `sites` is a site without an `asn`.",
    why: "ExpressRoute private peering knows no static routes: the site and Microsoft's edge exchange everything over BGP, and the \
          peering asks for the ASN of the site. rsctl plans the estate without routes to or from the site over the circuit.",
    fix: "Give the site its ASN. A private one will do; 65515 and Azure's other reserved ASNs will not.",
    bad: example!("RS0807", "bad"),
    good: example!("RS0807", "good"),
    sources: &[Source { title: "ExpressRoute routing requirements page", date: "2023", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut silent: BTreeMap<RouterId, Vec<(Span, &str)>> = BTreeMap::new();
    for (circuit, written) in estate.topology.circuits.iter().zip(&estate.document.circuits) {
        for id in circuit.sites.iter().filter(|id| estate.topology.router(**id).asn.is_none()) {
            let name = &estate.topology.router(*id).name;
            let place = written.body.sites.iter().find(|site| site.value == *name);
            silent.entry(*id).or_default().extend(place.map(|place| (place.span, circuit.name.as_str())));
        }
    }
    let help = match estate.free_asn() {
        Some(asn) => format!("add its ASN, such as `asn: {asn}`, which is free in this file"),
        None => "add its ASN".to_owned(),
    };
    for (id, places) in silent {
        let router = estate.topology.router(id);
        let message = format!("`{}` is behind an ExpressRoute circuit but has no ASN", router.name);
        let mut finding = Finding::new(router.span, estate.router_path(id), message)
            .label("speaks no BGP; planned without routes over the circuit")
            .left_out(true)
            .help(help.clone());
        for (place, circuit) in places.into_iter().take(5) {
            finding = finding.also(place, format!("behind circuit `{circuit}`"));
        }
        found.add(finding);
    }
}
