//! What makes a place send a packet where it does: a row of a table, or a route that a router or a gateway holds.

use super::{Forwarding, Place};
use crate::azure::facts::FactSet;
use crate::bgp::{Device, Source, SpeakerId};
use crate::effective::Row;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Why a packet goes on as it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The row of the subnet's effective routes.
    Row(Box<Row>),
    /// A route that a speaker holds.
    Route {
        /// What it matches.
        prefix: Ipv4Net,
        /// Who holds it.
        speaker: SpeakerId,
        /// From whom.
        source: Source,
        /// Open facts.
        rests_on: FactSet,
    },
}

impl Cause {
    /// Open facts that it rests on.
    pub fn rests_on(&self) -> FactSet {
        match self {
            Cause::Row(row) => row.rests_on,
            Cause::Route { rests_on, .. } => *rests_on,
        }
    }
}

impl Forwarding<'_> {
    /// What decides about packets for an address at a place; nothing where no route does.
    pub fn cause(&self, place: Place, to: Ipv4Addr) -> Option<Cause> {
        let (device, gateway) = match place {
            Place::Subnet(id) => return self.table(id).decide(to).map(|row| Cause::Row(Box::new(row))),
            Place::Router(id) => (Device::Router(id), None),
            Place::VpnGateway(vnet) => (Device::VpnGateway(vnet), Some(vnet)),
            Place::ExpressRouteGateway(vnet) => (Device::ExpressRouteGateway(vnet), Some(vnet)),
            Place::LoadBalancer(_) | Place::Vnet(_) => return None,
        };
        for (class, speaker) in self.held(device, to) {
            let choice = self.choice(class, speaker);
            let counts = |source: &&Source| match (place, gateway) {
                (Place::Router(id), _) => self.by_source(id, (class, speaker), **source, to).is_some(),
                (_, Some(vnet)) => self.out_of_gateway(vnet, speaker, **source, to).is_some(),
                _ => false,
            };
            // A gateway takes the first class it holds; what is not passed on goes into its VNet.
            let first = choice.survivors.iter().find(counts).or(choice.survivors.first().filter(|_| gateway.is_some()));
            let Some(source) = first else { continue };
            let prefixes = self.ribs.class(class).prefixes.iter();
            let prefix = prefixes.copied().filter(|prefix| prefix.contains(&to)).max_by_key(Ipv4Net::prefix_len)?;
            let view = self.ribs.view(self.topology, class, speaker);
            let candidate = view.candidates.iter().find(|candidate| candidate.source == *source);
            let rests_on = candidate.map(|candidate| candidate.route.rests_on).unwrap_or_default();
            return Some(Cause::Route { prefix, speaker, source: *source, rests_on });
        }
        None
    }
}
