//! RS0413: BGP attributes of which nobody says what a route server does with them.

use super::*;
use crate::net::Community;
use crate::source::{Span, Spanned};
use crate::syntax::document::{Actions, Origin, Router};
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0413",
    name: "attribute-without-known-effect",
    group: Group::Unknown,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "an NVA sets NO_EXPORT or a BGP origin, and nobody documents what a route server does with it",
    what: "An NVA that peers with a route server announces prefixes with the community NO_EXPORT or with an origin other than IGP, or \
           adds NO_EXPORT in a policy towards the route server.",
    why: "Of the well-known communities only NO_ADVERTISE is documented for a route server, and no capture shows the effect of NO_EXPORT \
          or of the origin. rsctl plans by an assumption.",
    fix: "Use NO_ADVERTISE to keep a route from all BGP neighbours of the route server, and the length of the AS path to make a route less \
          preferred. If you know better, set the facts `no_export` and `med_and_origin`.",
    bad: example!("RS0413", "bad"),
    good: example!("RS0413", "good"),
    sources: &[Source {
        title: "Route Server FAQ (names NO_ADVERTISE only)",
        date: "2025-09-17",
        status: Status::Documented,
    }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut hosts: BTreeMap<RouterId, Vec<VnetId>> = BTreeMap::new();
    for (host, server) in estate.route_servers() {
        for peer in server.peers.iter().filter(|peer| estate.session_comes_up(host, peer)) {
            hosts.entry(peer.router).or_default().push(host);
        }
    }
    for (id, hosts) in hosts {
        let router = &estate.written_router(id).body;
        let (origins, mut no_exports) = announced(router);
        no_exports.extend(hosts.iter().flat_map(|host| added(estate, router, *host)));
        no_exports.sort_unstable();
        no_exports.dedup();
        let mut say = |fact: Fact, what: &str, help: &str, spans: &[Span]| {
            let (Some(first), false) = (spans.first(), estate.topology.facts.chosen(fact)) else { return };
            let name = &estate.topology.router(id).name;
            let message = format!("`{name}` sets {what}, whose effect on a route server is not documented");
            let mut finding = Finding::new(*first, estate.router_path(id), message)
                .key(fact.name())
                .label("effect unknown")
                .note(format!("planned with `{}: {}`", fact.name(), estate.topology.facts.value(fact)))
                .help(help);
            if spans.len() > 1 {
                finding = finding.note(format!("written in {} places", spans.len()));
            }
            found.add(finding);
        };
        say(
            Fact::MedAndOrigin,
            "a BGP origin",
            "make the AS path longer instead: its length is what a route server compares",
            &origins,
        );
        say(
            Fact::NoExport,
            "no-export",
            "write `no-advertise` to keep a route from gateways and other NVAs",
            &no_exports,
        );
    }
}

/// Where announcements have an origin or NO_EXPORT.
fn announced(router: &Router) -> (Vec<Span>, Vec<Span>) {
    let origins = router.originates.iter().filter_map(|announcement| announcement.origin.as_ref());
    let origins = origins.filter(|origin| origin.value != Origin::Igp).map(|origin| origin.span).collect();
    let communities = router.originates.iter().flat_map(|announcement| &announcement.communities);
    (origins, no_export(communities).collect())
}

/// Where the policy of a router towards a VNet adds NO_EXPORT.
fn added<'a>(estate: &Context<'a>, router: &'a Router, host: VnetId) -> Vec<Span> {
    let name = &estate.topology.vnet(host).name;
    let named = router.export.iter().find(|entry| entry.name.value == *name);
    let Some(entry) = named.or_else(|| router.export.iter().find(|entry| entry.name.value == "*")) else {
        return Vec::new();
    };
    let rules = estate.rules_of(&entry.body);
    let sets = |then: &Actions| -> Vec<Span> {
        no_export(then.add_communities.iter().chain(then.communities.iter().flatten())).collect()
    };
    rules.iter().filter(|rule| !rule.then.drop).flat_map(|rule| sets(&rule.then)).collect()
}

fn no_export<'c>(communities: impl Iterator<Item = &'c Spanned<Community>>) -> impl Iterator<Item = Span> {
    communities.filter(|community| community.value == Community::NO_EXPORT).map(|community| community.span)
}
