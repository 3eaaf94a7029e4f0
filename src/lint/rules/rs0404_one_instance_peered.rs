//! RS0404: an NVA that peers with one of the two instances of a route server.

use super::*;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "RS0404",
    name: "one-instance-peered",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA peers with only one of the two instances of a route server",
    what: "An entry of `peers` names one instance in `instances`.",
    why: "Microsoft asks every NVA to peer with both instances and to announce the same routes to both. Azure maintains one instance at a \
          time without notice: while it serves the only peered one, every route of the NVA is gone from the virtual machines.",
    fix: "Configure the session with the second instance on the NVA as well, and leave `instances` out.",
    bad: example!("RS0404", "bad"),
    good: example!("RS0404", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let Some(missing) = estate.missing_instance(host, peer) else { continue };
            let (vnet, name) = (&estate.topology.vnet(host).name, &estate.topology.router(peer.router).name);
            let message = format!("`{name}` peers with only one instance of the route server of `{vnet}`");
            let span = estate.instance_span(host, peer);
            let mut finding = Finding::new(span, estate.peer_path(host, peer.router), message)
                .label(format!("instance {missing} is missing"))
                .note(estate.source_of(Fact::OneInstancePeered))
                .help(format!("peer with {} too, and leave `instances` out: it means both", server.addresses[missing]));
            if in_brackets(estate, span) {
                finding = finding.replace(span, "0, 1", "peer with both instances");
            }
            found.add(finding);
        }
    }
}

/// True for the one item of a list in brackets, which can be replaced by two.
fn in_brackets(estate: &Context<'_>, span: Span) -> bool {
    let around = Span { start: span.start.saturating_sub(1), end: span.end + 1, ..span };
    let text = estate.sources.text(around);
    text.starts_with('[') && text.ends_with(']') && text.len() == 3
}
