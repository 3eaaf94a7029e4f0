//! RS1507: a route map with an ASN that does not fit into two bytes.

use super::*;
use crate::net::Asn;
use crate::source::Span;
use crate::syntax::document::Rule as MapRule;

pub(super) static RULE: Rule = Rule {
    code: "RS1507",
    name: "route-map-asn-32-bit",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route map of a route server names an ASN above 65535",
    what: "A route map that a route server applies has an ASN above 65535 in a condition or in an action.",
    why: "Route maps support 2-byte ASNs only. Azure does not take such a value.",
    fix: "Use an ASN up to 65535, or do it in a policy on the NVA.",
    bad: example!("RS1507", "bad"),
    good: example!("RS1507", "good"),
    sources: &[Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for map in estate.azure_route_maps() {
        for rule in &map.body {
            let Some((span, asn)) = offender(rule) else { continue };
            let message = format!("the route map `{}` names {asn}, an ASN of more than two bytes", map.name.value);
            found.add(
                Finding::new(span, format!("route_maps.{}", map.name.value), message)
                    .key(asn.to_string())
                    .label("above 65535")
                    .help("use an ASN up to 65535, or do this in `import` or `export` of the NVA"),
            );
        }
    }
}

/// The first ASN of a rule that is too large.
fn offender(rule: &MapRule) -> Option<(Span, Asn)> {
    let large = |asn: &Asn| asn.0 > 65535;
    let single = rule.matches.as_path_contains.iter().chain(&rule.then.prepend).chain(&rule.then.strip);
    let mut single = single.filter(|asn| large(&asn.value)).map(|asn| (asn.span, asn.value));
    let paths = [&rule.matches.as_path, &rule.then.replace_as_path];
    let mut paths = paths.into_iter().flatten().filter_map(|path| {
        let asn = path.value.asns().iter().find(|asn| large(asn))?;
        Some((path.span, *asn))
    });
    single.next().or_else(|| paths.next())
}
