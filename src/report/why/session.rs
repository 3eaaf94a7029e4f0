//! What happened to a route on its way over one session: what the sender made of it, and what the policies of both ends did.

use super::account::Accounts;
use super::{Kind, Node};
use crate::analysis::why::{Account, Offer};
use crate::azure::facts::Fact;
use crate::bgp::{Device, Neighbor, Route, SessionKind, SpeakerId};
use crate::report::view::Tone;
use crate::topology::{Policy, Rule};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

impl Accounts<'_> {
    /// The session that an offer crossed, with what was done to the route on it.
    pub(super) fn crossed(&self, account: &Account, offer: &Offer, from: Device) -> Vec<Node> {
        let sessions = offer.holders.iter().filter_map(|(id, neighbor)| Some((*id, (*neighbor)?)));
        let sessions: Vec<(SpeakerId, usize)> = sessions.collect();
        let Some(first) = sessions.first().copied() else { return Vec::new() };
        let (written, network) = (self.teller.written, &self.teller.reasons.ribs.network);
        let neighbor = &network.speaker(first.0).neighbors[first.1];
        let sender = network.speaker(neighbor.peer);
        let receiver = network.speaker(first.0);
        let export = sender.neighbors[neighbor.reverse].export.as_deref();
        let (to, from_name) = (self.name(account.device), self.name(from));
        let kind = if neighbor.ebgp { "eBGP" } else { "iBGP" };
        let mut text = match from == account.device {
            true => format!("one instance of {to} sends it to the other over {kind}"),
            false => format!("{from_name} sends it to {to} over {kind}"),
        };
        let mut node_places = written.session(network, first);
        let mut nodes = Vec::new();
        if let (Some(before), Some(sent)) = (&offer.before, &offer.sent) {
            let changes = changes(before, sent, &offer.next_hops);
            if !changes.is_empty() {
                text.push_str(&format!("; {}", changes.join(", ")));
            }
            if before.path != sent.path {
                node_places.push(written.asn(from));
                node_places.extend(written.as_override(from).filter(|_| before.path.contains(receiver.asn)));
            }
        }
        let mut session = Node::new(Kind::Session, Tone::Dim, text).at(node_places);
        if neighbor.kind == SessionKind::EdgeSite && matches!(from, Device::Edge(_)) {
            session = session.resting_on([written.fact_line(Fact::EdgePrivateAsns)]);
        }
        nodes.push(session);
        if offer.summarized {
            let (who, policy) = match &offer.sent {
                Some(_) => (&from_name, export),
                None => (&to, neighbor.import.as_deref()),
            };
            let rules = summarizing(policy, self.prefix);
            let text = format!("a policy of {who} puts this prefix in place of longer ones");
            let places = rules.map(|rule| written.place(rule.span, "`summarize`"));
            nodes.push(Node::new(Kind::Change, Tone::Plain, text).at(places));
            return nodes;
        }
        nodes.extend(self.rules(&from_name, "export", export, &offer.export_rules));
        nodes.extend(self.rules(&to, "import", neighbor.import.as_deref(), &offer.import_rules));
        if let Some(sent) = offer.sent.as_ref().filter(|_| !offer.import_rules.is_empty()) {
            let changes = changes(sent, &offer.route, &offer.next_hops);
            if let (Some(node), false) = (nodes.last_mut(), changes.is_empty()) {
                node.text.push_str(&format!("; {}", changes.join(", ")));
            }
        }
        nodes
    }

    fn rules(&self, who: &str, direction: &str, policy: Option<&Policy>, met: &[usize]) -> Vec<Node> {
        let rules = policy.iter().flat_map(|policy| met.iter().filter_map(|number| policy.rules.get(*number)));
        let node = |rule: &Rule| {
            let named = rule.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
            let text = format!("a rule{named} of the {direction} policy of {who} matches");
            Node::new(Kind::Change, Tone::Plain, text).at([self.teller.written.place(rule.span, "rule")])
        };
        rules.map(node).collect()
    }

    /// The rules by numbers of the policy that refused: of the sender or of the receiver of a session.
    pub(super) fn refusing_rules<'n>(&'n self, neighbor: &'n Neighbor, sent: bool, met: &[usize]) -> Vec<&'n Rule> {
        let network = &self.teller.reasons.ribs.network;
        let policy = match sent {
            true => neighbor.import.as_deref(),
            false => network.speaker(neighbor.peer).neighbors[neighbor.reverse].export.as_deref(),
        };
        policy.iter().flat_map(|policy| met.iter().filter_map(|number| policy.rules.get(*number))).collect()
    }
}

fn summarizing(policy: Option<&Policy>, prefix: Ipv4Net) -> impl Iterator<Item = &Rule> {
    policy.into_iter().flat_map(|policy| &policy.rules).filter(move |rule| rule.summarize == Some(prefix))
}

/// What is different of a route, in words.
fn changes(before: &Route, after: &Route, next_hops: &[Ipv4Addr]) -> Vec<String> {
    let mut changes = Vec::new();
    let path = |route: &Route| if route.path.is_empty() { "empty".to_owned() } else { route.path.to_string() };
    if before.path != after.path {
        changes.push(format!("AS path {} becomes {}", path(before), path(after)));
    }
    if let (true, Some(hop), Some(own)) = (before.next_hop != after.next_hop, after.next_hop, before.next_hop) {
        let hops: Vec<String> = if next_hops.contains(&hop) {
            next_hops.iter().map(ToString::to_string).collect()
        } else {
            vec![hop.to_string()]
        };
        changes.push(format!("next hop {own} becomes {}", hops.join(", ")));
    }
    let list = |some: &[crate::net::Community], but: &[crate::net::Community]| -> Vec<String> {
        some.iter().filter(|community| !but.contains(community)).map(ToString::to_string).collect()
    };
    let (added, removed) =
        (list(&after.communities, &before.communities), list(&before.communities, &after.communities));
    if !added.is_empty() {
        changes.push(format!("community {} is added", added.join(" ")));
    }
    if !removed.is_empty() {
        changes.push(format!("community {} is removed", removed.join(" ")));
    }
    changes
}
