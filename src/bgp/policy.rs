//! Evaluates policies on routes.

use super::route::Route;
use super::speaker::Network;
use crate::net::{AsPath, Asn};
use crate::topology::{PeerName, Policy, Rule};
use ipnet::Ipv4Net;
use std::sync::Arc;

/// What a policy makes of a route.
pub(super) enum Verdict {
    /// It passes, changed or not.
    Permit(Route),
    /// A rule drops it; the rule's name.
    Drop(String),
    /// A rule announces this prefix instead.
    Summarize(Ipv4Net),
}

/// What a rule may look at beside the route itself.
pub(super) struct Context {
    /// A prefix of the class; all of a class match alike.
    pub(super) prefix: Ipv4Net,
    /// Where the route came from.
    pub(super) learned_from: PeerName,
    /// The ASN of the speaker that applies the policy.
    pub(super) own_asn: Asn,
    /// The ASN of the other end of the session.
    pub(super) peer_asn: Asn,
}

/// Applies a policy: rules in order, the first match ends it unless it continues; what no rule matches passes unchanged.
pub(super) fn apply(policy: &Policy, route: Route, context: &Context) -> Verdict {
    apply_noting(policy, route, context, |_| {})
}

/// The same, telling the number of each rule that matches.
pub(super) fn apply_noting(
    policy: &Policy,
    mut route: Route,
    context: &Context,
    mut note: impl FnMut(usize),
) -> Verdict {
    for (number, rule) in policy.rules.iter().enumerate() {
        if !matches(rule, &route, context) {
            continue;
        }
        note(number);
        if rule.drop {
            return Verdict::Drop(name(policy, rule));
        }
        if let Some(summary) = rule.summarize.filter(|summary| *summary != context.prefix) {
            return Verdict::Summarize(summary);
        }
        act(rule, &mut route, context);
        if !rule.continues {
            break;
        }
    }
    Verdict::Permit(route)
}

fn name(policy: &Policy, rule: &Rule) -> String {
    match (&rule.name, &policy.name) {
        (Some(rule), Some(policy)) => format!("rule `{rule}` of `{policy}`"),
        (Some(rule), None) => format!("rule `{rule}`"),
        (None, Some(policy)) => format!("route map `{policy}`"),
        (None, None) => "a rule".into(),
    }
}

fn matches(rule: &Rule, route: &Route, context: &Context) -> bool {
    rule.matches_prefix(context.prefix)
        && (rule.as_path_contains.is_empty() || rule.as_path_contains.iter().any(|asn| route.path.contains(*asn)))
        && rule.as_path.as_ref().is_none_or(|path| *path == route.path)
        && (rule.communities.is_empty() || rule.communities.iter().any(|community| route.has_community(*community)))
        && (rule.learned_from.is_empty() || rule.learned_from.contains(&context.learned_from))
}

fn act(rule: &Rule, route: &mut Route, context: &Context) {
    if !rule.strip.is_empty() {
        route.path = route.path.without(|asn| rule.strip.contains(&asn));
    }
    if let Some(path) = &rule.replace_as_path {
        route.path = path.clone();
    }
    if rule.as_override {
        route.path = overridden(&route.path, context.peer_asn, context.own_asn);
    }
    if !rule.prepend.is_empty() {
        route.path = route.path.prepended(&rule.prepend);
    }
    if let Some(communities) = &rule.set_communities {
        route.communities = communities.clone();
        route.communities.sort_unstable();
        route.communities.dedup();
    }
    rule.add_communities.iter().for_each(|community| route.add_community(*community));
    route.communities.retain(|community| !rule.remove_communities.contains(community));
    if rule.next_hop.is_some() {
        route.next_hop = rule.next_hop;
        route.other_next_hops.clear();
    }
}

/// The path with the peer's ASN replaced by the speaker's own (`as-override`).
pub(super) fn overridden(path: &AsPath, peer: Asn, own: Asn) -> AsPath {
    path.replaced(peer, own)
}

/// Every rule of the network that looks at prefixes, so that prefixes which all of them treat alike can share a class.
pub(super) struct PrefixRules {
    policies: Vec<Arc<Policy>>,
}

impl PrefixRules {
    pub(super) fn of(network: &Network) -> Self {
        let mut policies: Vec<Arc<Policy>> = Vec::new();
        for neighbor in network.speakers.iter().flat_map(|speaker| &speaker.neighbors) {
            for policy in neighbor.import.iter().chain(&neighbor.export) {
                let looks = policy.rules.iter().any(|rule| rule.looks_at_prefix() || rule.summarize.is_some());
                if looks && !policies.iter().any(|known| Arc::ptr_eq(known, policy)) {
                    policies.push(Arc::clone(policy));
                }
            }
        }
        PrefixRules { policies }
    }

    /// Which of the rules a prefix meets.
    pub(super) fn hits(&self, prefix: Ipv4Net) -> Vec<bool> {
        let rules = self.policies.iter().flat_map(|policy| &policy.rules);
        rules.map(|rule| rule.matches_prefix(prefix) && rule.summarize != Some(prefix)).collect()
    }
}
