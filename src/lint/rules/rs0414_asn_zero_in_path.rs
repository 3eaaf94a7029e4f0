//! RS0414: a path with ASN 0, which a route server drops.

use super::*;
use crate::bgp::{ClassId, Device, Refusal, SpeakerId};
use crate::net::Asn;
use crate::source::Span;
use crate::syntax::document::Actions;
use crate::topology::RouterId;
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0414",
    name: "asn-zero-in-path",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a path that holds ASN 0, which a route server drops",
    what: "A route that an NVA sends to a route server has the ASN 0 in its path: in `as_path` of an announcement, or put there by \
           `prepend` or `replace_as_path`.",
    why: "ASN 0 is not allowed in a path. A route server drops such a route, and the prefix is missing in every VNet that it serves.",
    fix: "Prepend the NVA's own ASN instead of 0.",
    bad: example!("RS0414", "bad"),
    good: example!("RS0414", "good"),
    sources: &[Source { title: "Route Server troubleshooting page", date: "2023-09-15", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    if !is_written(estate) {
        return;
    }
    let mut places: BTreeMap<(RouterId, Cause), Vec<Ipv4Net>> = BTreeMap::new();
    for (sender, class) in dropped(estate) {
        let Device::Router(nva) = estate.ribs().network.speaker(sender).device else { continue };
        let Some(cause) = cause(estate, sender, class) else { continue };
        places.entry((nva, cause)).or_default().extend(&estate.ribs().class(class).prefixes);
    }
    for ((id, cause), mut prefixes) in places {
        prefixes.sort_unstable();
        let router = estate.topology.router(id);
        let (span, key) = match cause {
            Cause::Announced(origin) => (first_zero(estate, origin), "advertises"),
            Cause::Rule(span) => (span, "policy"),
        };
        let message = format!("`{}` announces a path with ASN 0, which a route server drops", router.name);
        let own = router.asn.map_or_else(String::new, |asn| format!(" {asn}"));
        found.add(
            Finding::new(span, estate.router_path(id), message)
                .key(key)
                .label("ASN 0")
                .affects(few(&prefixes))
                .help(format!("write the NVA's own ASN{own} in place of 0")),
        );
    }
}

/// Where the ASN 0 of a route is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// In announcements of a router.
    Announced(RouterId),
    /// In a rule.
    Rule(Span),
}

/// Whether ASN 0 is written in any path at all; hardly any file has it.
fn is_written(estate: &Context<'_>) -> bool {
    let document = estate.document;
    let routers = || document.nvas.iter().chain(&document.sites).map(|router| &router.body);
    let paths =
        routers().flat_map(|router| &router.originates).filter_map(|announcement| announcement.as_path.as_ref());
    let policies = routers().flat_map(|router| router.export.iter().chain(&router.import));
    let mut rules = policies.flat_map(|entry| estate.rules_of(&entry.body));
    paths.into_iter().any(|path| path.value.contains(Asn(0))) || rules.any(|rule| zero(&rule.then).is_some())
}

/// Where an action puts ASN 0 into a path.
fn zero(then: &Actions) -> Option<Span> {
    let replaced = then.replace_as_path.iter().find(|path| path.value.contains(Asn(0))).map(|path| path.span);
    replaced.or_else(|| then.prepend.iter().find(|asn| asn.value == Asn(0)).map(|asn| asn.span))
}

/// What route servers drop for it, by sender.
fn dropped(estate: &Context<'_>) -> BTreeSet<(SpeakerId, ClassId)> {
    let ribs = estate.ribs();
    let mut dropped = BTreeSet::new();
    for (host, _) in estate.route_servers() {
        for id in ribs.network.instances(Device::RouteServer(host)) {
            for class in ribs.class_ids() {
                let view = ribs.view(estate.topology, class, id);
                let zeros = view.received.iter().filter(|received| received.accepted == Err(Refusal::AsnZero));
                dropped
                    .extend(zeros.map(|received| (ribs.network.speaker(id).neighbors[received.neighbor].peer, class)));
            }
        }
    }
    dropped
}

/// Why a route has ASN 0: its origin announces it so, or a rule on its way puts it in.
fn cause(estate: &Context<'_>, sender: SpeakerId, class: ClassId) -> Option<Cause> {
    let ribs = estate.ribs();
    let way = estate.way_back(class, sender);
    let announced =
        ribs.class(class).origins.iter().find(|(id, _, route)| way.last() == Some(id) && route.path.contains(Asn(0)));
    let router = |id: &SpeakerId| match ribs.network.speaker(*id).device {
        Device::Router(router) => Some(router),
        _ => None,
    };
    if let Some(origin) = announced.and_then(|(id, _, _)| router(id)) {
        return Some(Cause::Announced(origin));
    }
    let entries = way.iter().filter_map(router).map(|id| &estate.written_router(id).body);
    let mut entries = entries.flat_map(|body| body.export.iter().chain(&body.import));
    entries.find_map(|entry| estate.rules_of(&entry.body).iter().find_map(|rule| zero(&rule.then))).map(Cause::Rule)
}

/// The first announcement of a router whose path holds ASN 0.
fn first_zero(estate: &Context<'_>, id: RouterId) -> Span {
    let paths =
        estate.written_router(id).body.originates.iter().filter_map(|announcement| announcement.as_path.as_ref());
    let mut zeros = paths.filter(|path| path.value.contains(Asn(0)));
    zeros.next().map_or(estate.topology.router(id).span, |path| path.span)
}
