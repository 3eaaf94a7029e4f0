//! Facts as a reason names them: with value, status, source, and the line that chose it.

use super::written::{Place, Written};
use crate::azure::facts::{Fact, FactSet, Status};
use crate::bgp::{Device, LocalKind, Step};
use serde::Serialize;

/// One fact that a statement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactLine {
    /// The name that `facts:` and `--fact` take.
    pub name: &'static str,
    /// The value taken.
    pub value: String,
    /// How well it is known.
    pub status: Status,
    /// Who says so, with date.
    pub source: &'static str,
    /// True when the user chose it.
    pub chosen: bool,
    /// The line that chose the value or the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl FactLine {
    /// The fact in a line.
    pub fn told(&self) -> String {
        let status = if self.chosen { "chosen" } else { self.status.word() };
        format!("{} = {} ({status}: {})", self.name, self.value, self.source)
    }
}

impl Written<'_> {
    pub(super) fn fact_line(&self, fact: Fact) -> FactLine {
        let facts = &self.topology.facts;
        let (name, chosen) = (fact.name(), facts.chosen(fact));
        FactLine {
            name,
            value: facts.value(fact).to_owned(),
            status: facts.status(fact),
            source: facts.source(fact),
            chosen,
            place: self.fact(name, chosen).filter(|_| chosen || fact.entry().eras.len() > 1),
        }
    }

    /// The open facts of a set.
    pub(super) fn open_facts(&self, facts: FactSet) -> Vec<FactLine> {
        let open = facts.iter().filter(|fact| self.topology.facts.is_open(*fact));
        open.map(|fact| self.fact_line(fact)).collect()
    }
}

/// The fact behind a step at a speaker, or who says that it is taken.
pub(super) fn of_step(step: Step, device: Device) -> Result<Fact, &'static str> {
    match (device, step) {
        (Device::RouteServer(_), Step::LocalOrigin) => Ok(Fact::LocalOrigination),
        (Device::RouteServer(_), step) => Ok(step.fact().unwrap_or(Fact::HubRoutingPreference)),
        (Device::ExpressRouteGateway(_), Step::EdgeWeight) => Err("github.com/fabferri/az-pattern, 2022-07"),
        (_, Step::AsPathLength) => Err("RFC 4271, 9.1.2.2 a"),
        (_, Step::Origin) => Err("RFC 4271, 9.1.2.2 b"),
        (_, Step::ExternalFirst) => Err("RFC 4271, 9.1.2.2 d"),
        (_, Step::LowestPeerAddress | Step::HighestPeerAddress) => Err("RFC 4271, 9.1.2.2 g"),
        (Device::VpnGateway(_), Step::LocalOrigin) => Err("captures of VPN gateways: own routes come first"),
        _ => Err("RFC 4271, 9.1.1"),
    }
}

/// The fact by which a device originates what it does.
pub(super) fn of_origin(kind: LocalKind, device: Device) -> Option<Fact> {
    match (kind, device) {
        (LocalKind::VnetRange | LocalKind::TransitSpoke, Device::RouteServer(_)) => Some(Fact::LocalOrigination),
        (LocalKind::Summary, _) => Some(Fact::SummarizedGatewayPrefixes),
        (LocalKind::PeerHostRoute(_), _) => Some(Fact::PeerHostRoutes),
        (LocalKind::ClientPool, _) => Some(Fact::ClientPoolThroughRouteServer),
        _ => None,
    }
}
