//! RS1503: a route map that writes private or reserved ASNs into paths.

use super::*;
use crate::net::Asn;
use crate::source::Span;
use crate::syntax::document::Actions;

pub(super) static RULE: Rule = Rule {
    code: "RS1503",
    name: "route-map-prepends-reserved-asn",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route map of a route server prepends a private ASN, or writes one that Azure reserves",
    what: "A route map that a route server applies has a private ASN (64512 to 65534) in `prepend`, or an ASN that Azure reserves (8074, \
           8075, 12076, 65515, 65517 to 65520) in `prepend` or `replace_as_path`.",
    why: "Microsoft asks not to prepend such ASNs. Its page on configuring route maps names them as a reason why a route map does not \
          provision, and why a change of the path is not applied.",
    fix: "Prepend a public ASN of your own, or prepend on the NVA, where its own ASN may be private.",
    bad: example!("RS1503", "bad"),
    good: example!("RS1503", "good"),
    sources: &[
        Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented },
        Source { title: "Route Server page on configuring route maps", date: "2026-07-17", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-interconnect-ars-route-policy",
            date: "2026-08",
            status: Status::Observed,
        },
    ],
    check,
};

/// What Azure keeps for itself, by the pages on route maps (2026-06-02).
const RESERVED: &[u32] = &[8074, 8075, 12076, 65515, 65517, 65518, 65519, 65520];

fn check(estate: &Context<'_>, found: &mut Findings) {
    for map in estate.azure_route_maps() {
        for rule in &map.body {
            let Some((span, asn)) = offender(&rule.then) else { continue };
            let reserved = RESERVED.contains(&asn.0);
            let kind = if reserved { "Azure-reserved ASN" } else { "private ASN" };
            let message = format!("the route map `{}` writes the {kind} {asn} into paths", map.name.value);
            let finding = Finding::new(span, format!("route_maps.{}", map.name.value), message)
                .key(asn.to_string())
                .label(if reserved { "reserved by Azure" } else { "a private ASN" })
                .help("use a public ASN of your own here, or change the path in `export` of the NVA");
            found.add(match reserved {
                true => finding,
                false => finding
                    .note("the table of modifications on the same pages (2026-06-02) prepends 64580, which is private too")
                    .note("in a lab of 2026-08 Azure took a route map that prepends 64496; that the path changed was not seen"),
            });
        }
    }
}

/// The first ASN that should not be written.
fn offender(then: &Actions) -> Option<(Span, Asn)> {
    let unfit = |asn: Asn| RESERVED.contains(&asn.0) || (64512..=65534).contains(&asn.0);
    let prepended = then.prepend.iter().find(|asn| unfit(asn.value)).map(|asn| (asn.span, asn.value));
    let replaced = then.replace_as_path.as_ref().and_then(|path| {
        let asn = path.value.asns().iter().find(|asn| RESERVED.contains(&asn.0))?;
        Some((path.span, *asn))
    });
    prepended.or(replaced)
}
