//! RS1509: summarized gateway prefixes that lie in one another.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1509",
    name: "summaries-overlap",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "two summarized gateway prefixes of one VNet overlap",
    what: "An entry of `summarized_gateway_prefixes` is equal to or inside another entry of the same list.",
    why: "Microsoft asks for prefixes that do not overlap within the list, and says nothing of what happens otherwise.",
    fix: "Keep the wider prefix, or split it so that the parts do not overlap.",
    bad: example!("RS1509", "bad"),
    good: example!("RS1509", "good"),
    sources: &[Source { title: "advertised gateway prefixes page", date: "2026-03-31", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let list = &estate.written_vnet(id).body.summarized_gateway_prefixes;
        for (index, inner) in list.iter().enumerate() {
            let covers = |(place, outer): &(usize, &crate::source::Spanned<ipnet::Ipv4Net>)| {
                let wider = outer.value.prefix_len() < inner.value.prefix_len();
                outer.value.contains(&inner.value) && (wider || *place < index)
            };
            let Some((_, outer)) = list.iter().enumerate().find(covers) else { continue };
            let vnet = &estate.topology.vnet(id).name;
            let message = format!("the summary {} of `{vnet}` lies in its summary {}", inner.value, outer.value);
            found.add(
                Finding::new(inner.span, estate.vnet_path(id), message)
                    .key(inner.value.to_string())
                    .label("covered already")
                    .also(outer.span, "by this one")
                    .help(format!("take {} out", inner.value)),
            );
        }
    }
}
