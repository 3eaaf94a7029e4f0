//! Peerings as rules look at them: each side with its reverse, what was written for that side alone, and what borrows from whom.

use crate::lint::context::Context;
use crate::source::{Span, Spanned};
use crate::syntax::document::{PeeringFlags, PeeringForm};
use crate::topology::{Link, VnetId};
use std::collections::BTreeMap;

/// One side of a peering and, where it is written, the other.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// The VNet that owns this side.
    pub(crate) local: VnetId,
    /// This side.
    pub(crate) link: &'a Link,
    /// The side of the other VNet.
    pub(crate) reverse: Option<&'a Link>,
}

/// What Azure says of a side that uses remote gateways.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Borrowing {
    /// Its own VNet hosts a gateway or a route server.
    WhileHosting,
    /// The VNet borrows from another one already, over a side with that remote.
    Second(VnetId),
    /// The other VNet hosts nothing.
    FromNothing,
    /// The other side does not allow gateway transit.
    NotLent,
    /// Nothing against it, or nothing that is not said of the peering itself.
    Fine,
}

/// Reads one flag.
pub(crate) type Pick = fn(&PeeringFlags) -> &Option<Spanned<bool>>;

impl<'a> Context<'a> {
    /// Every side of every peering with its reverse, by VNet.
    pub(crate) fn sides(&self) -> Vec<Side<'a>> {
        let topology = self.topology;
        let links = || topology.vnet_ids().flat_map(|id| topology.vnet(id).links.iter().map(move |link| (id, link)));
        let by_ends: BTreeMap<(VnetId, VnetId), &Link> = links().map(|(id, link)| ((id, link.remote), link)).collect();
        let side = |(local, link): (VnetId, &'a Link)| Side {
            local,
            link,
            reverse: by_ends.get(&(link.remote, local)).copied(),
        };
        links().map(side).collect()
    }

    /// The sides that use remote gateways, each with what Azure says of it. Every side gets one verdict: the first that holds.
    pub(crate) fn borrowing(&self) -> Vec<(Side<'a>, Borrowing)> {
        let sides = self.sides();
        let borrows = |side: &&Side<'a>| side.link.use_remote_gateways;
        // What is planned counts as the one that was there before; where nothing is, the first by name, as everywhere.
        let mut first: BTreeMap<VnetId, (bool, &str, VnetId)> = BTreeMap::new();
        for side in sides.iter().filter(borrows) {
            let rank =
                (!side.link.borrows_from_remote, self.topology.vnet(side.link.remote).name.as_str(), side.link.remote);
            first.entry(side.local).and_modify(|best| *best = (*best).min(rank)).or_insert(rank);
        }
        let verdict = |side: &Side<'a>| match first.get(&side.local) {
            _ if self.hosts_as_written(side.local) => Borrowing::WhileHosting,
            Some((_, _, kept)) if *kept != side.link.remote => Borrowing::Second(*kept),
            _ if !self.hosts_as_written(side.link.remote) => Borrowing::FromNothing,
            _ if side.reverse.is_some_and(|reverse| !reverse.allow_gateway_transit) => Borrowing::NotLent,
            _ => Borrowing::Fine,
        };
        sides.iter().filter(borrows).map(|side| (*side, verdict(side))).collect()
    }

    /// True when a gateway or a route server is written in a VNet, whether or not it can be deployed.
    pub(crate) fn hosts_as_written(&self, id: VnetId) -> bool {
        self.routing_in(id).is_some()
    }

    /// What a VNet hosts as written, in words, and where that is written.
    pub(crate) fn routing_in(&self, id: VnetId) -> Option<(&'static str, Span)> {
        let server = self.route_server_span(id).map(|span| ("route server", span));
        server.or_else(|| self.gateways(id).first().copied())
    }

    /// What was written for a side: for it alone, then for both sides at once.
    pub(crate) fn flags_of(&self, local: VnetId, link: &Link) -> impl Iterator<Item = &'a PeeringFlags> {
        let peering = self.document.peerings.iter().find(|peering| peering.span == link.span);
        let own = self.own_flags(local, link);
        own.into_iter().chain(peering.map(|peering| &peering.flags))
    }

    /// What was written for this side and no other.
    fn own_flags(&self, local: VnetId, link: &Link) -> Option<&'a PeeringFlags> {
        let peering = self.document.peerings.iter().find(|peering| peering.span == link.span)?;
        if let PeeringForm::OneWay { .. } = peering.form {
            return Some(&peering.flags);
        }
        let name = &self.topology.vnet(local).name;
        peering.sides.iter().find(|side| side.name.value == *name).map(|side| &side.body)
    }

    /// Where a flag is written for this side alone with the given value, so that changing it changes nothing else.
    pub(crate) fn own_flag(&self, local: VnetId, link: &Link, pick: Pick, value: bool) -> Option<Span> {
        let flag = pick(self.own_flags(local, link)?).as_ref()?;
        (flag.value == value).then_some(flag.span)
    }
}
