//! Refusals in words, with the line that is responsible for each.

use super::account::{Accounts, route_words};
use super::written::Place;
use super::{Detail, Kind, Node};
use crate::analysis::why::{Account, Stage, Stop};
use crate::bgp::{Device, Refusal, SpeakerId};
use crate::net::Community;
use crate::report::view::Tone;
use crate::topology::VnetId;

impl Accounts<'_> {
    /// A route that a device did not get, and where it was before.
    pub(super) fn stop(&mut self, account: &Account, stop: &Stop, followed: bool) -> Node {
        let receivers: Vec<SpeakerId> = stop.sessions.iter().map(|(id, _)| *id).collect();
        let (to, from) = (self.instances(account, &receivers), self.name(stop.from));
        let words = stop.refused.refusal.words();
        let text = match (stop.stage, &stop.refused.route) {
            (Stage::NotSent, _) => format!("{from} does not send it to {to}: {words}"),
            (Stage::NotTaken, Some(route)) => {
                let hops: Vec<_> = route.next_hop.into_iter().collect();
                format!("{to} does not take what {from} sends ({}): {words}", route_words(route, &hops))
            }
            (Stage::NotTaken, None) => format!("{to} does not take what {from} sends: {words}"),
        };
        let detail = Detail {
            speaker: Some(self.name(account.device)),
            from: Some(from),
            verdict: Some(if stop.stage == Stage::NotSent { "notSent" } else { "notTaken" }),
            as_path: stop.refused.route.as_ref().map(|route| route.path.to_string()),
            ..Detail::default()
        };
        let written = self.teller.written;
        let fact = stop.refused.refusal.fact().map(|fact| written.fact_line(fact));
        let mut node = Node::new(Kind::Refusal, Tone::Bad, text)
            .detail(detail)
            .at(self.responsible(account, stop))
            .at(stop
                .sessions
                .first()
                .map(|first| written.session(&self.teller.reasons.ribs.network, *first))
                .unwrap_or_default())
            .resting_on(fact);
        if node.facts.is_empty() {
            node.source = plain_bgp(&stop.refused.refusal);
        }
        let before = if followed { self.account(stop.from) } else { Vec::new() };
        node.with(before)
    }

    /// The lines behind a refusal, beside the session.
    fn responsible(&self, account: &Account, stop: &Stop) -> Vec<Place> {
        let written = self.teller.written;
        let (receiver, sender) = (account.device, stop.from);
        match &stop.refused.refusal {
            Refusal::OwnAsnInPath(_) => vec![written.asn(receiver)],
            Refusal::Policy(_) | Refusal::Summarized => {
                let network = &self.teller.reasons.ribs.network;
                let Some((id, index)) = stop.sessions.first() else { return Vec::new() };
                let neighbor = &network.speaker(*id).neighbors[*index];
                let rules = self.refusing_rules(neighbor, stop.stage == Stage::NotTaken, &stop.refused.rules);
                rules.last().map(|rule| vec![written.place(rule.span, "rule")]).unwrap_or_default()
            }
            Refusal::OwnPrefix | Refusal::OwnRange => self.space(receiver),
            Refusal::OwnPrefixHeldBack | Refusal::LocalToGateway | Refusal::KnownThere => self.space(sender),
            Refusal::InjectedAcrossCircuit => {
                receiver.vnet().map(|vnet| written.device(Device::RouteServer(vnet))).into_iter().collect()
            }
            Refusal::BranchToBranchOff | Refusal::NvaReflectionOff => {
                sender.vnet().map(|vnet| written.branch_to_branch(vnet)).into_iter().collect()
            }
            Refusal::SplitHorizon => match sender {
                Device::Router(id) => written.split_horizon(id).into_iter().collect(),
                _ => Vec::new(),
            },
            Refusal::NotReadvertised => match sender {
                Device::Router(id) => written.readvertise(id).into_iter().collect(),
                _ => Vec::new(),
            },
            Refusal::NoAdvertise => self.tagged(Community::NO_ADVERTISE),
            Refusal::NoExport => self.tagged(Community::NO_EXPORT),
            Refusal::IbgpToIbgp => vec![written.asn(sender), written.asn(receiver)],
            Refusal::AsnZero
            | Refusal::DefaultRouteKept
            | Refusal::CoexistingGateway
            | Refusal::CircuitTransit
            | Refusal::StaticIntoOwnTunnel
            | Refusal::HostRouteKept
            | Refusal::ClientPoolKept
            | Refusal::VnetToVnetNothing
            | Refusal::SiteToSite
            | Refusal::VnetToVnetOverCircuit => Vec::new(),
        }
    }

    /// The range of a device's VNet, or of a VNet that uses its gateways, that holds the prefix.
    fn space(&self, device: Device) -> Vec<Place> {
        let topology = self.teller.reasons.topology;
        let Some(host) = device.vnet() else { return Vec::new() };
        let spokes =
            topology.transit_spokes(host).filter(|(_, ranges)| ranges.iter().any(|range| range.contains(&self.prefix)));
        let spokes: Vec<VnetId> = spokes.map(|(id, _)| id).collect();
        let own = topology.vnet(host).covers(self.prefix).then_some(host);
        own.into_iter().chain(spokes).map(|id| self.teller.written.range(id, self.prefix)).collect()
    }

    /// Announcements of the prefix that carry a community.
    fn tagged(&self, community: Community) -> Vec<Place> {
        let routers = &self.teller.reasons.topology.routers;
        let entries = routers.iter().flat_map(|router| &router.originates);
        let tagged = entries.filter(|entry| entry.prefix == self.prefix && entry.communities.contains(&community));
        tagged.map(|entry| self.teller.written.place(entry.span, "announcement")).collect()
    }
}

/// Who says so, where it is BGP's own rule.
fn plain_bgp(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::OwnAsnInPath(_) => Some("RFC 4271, 9.1.2"),
        Refusal::IbgpToIbgp => Some("RFC 4271, 9.2"),
        _ => None,
    }
}
