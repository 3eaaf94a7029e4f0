//! What differs, as something that another estate shows or does not.

use super::sessions::{Adverts, SessionDifference, adverts};
use super::subnets::{Kind, SubnetChange};
use super::{Difference, SubnetDifference};
use crate::analysis::Estate;
use crate::analysis::fate::Fate;
use crate::analysis::outcome::{Outcome, same_ways};
use crate::bgp::ClassId;
use crate::topology::VnetId;
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use std::net::Ipv4Addr;

/// Addresses of a change, and prefixes of a session, that are looked at.
const SAMPLES: usize = 8;

/// Something that an estate made with some of the edits shows, or does not.
pub(super) enum Effect<'a> {
    Exists(&'a SubnetDifference),
    Change { subnet: &'a str, change: &'a SubnetChange, samples: Vec<Sample>, difference: &'a Difference },
    Session(&'a SessionDifference),
}

/// What becomes of packets to an address on both sides.
pub(super) struct Sample {
    address: Ipv4Addr,
    before: Outcome,
    after: Outcome,
}

impl<'a> Effect<'a> {
    pub(super) fn of_change(
        subnet: &'a SubnetDifference,
        change: &'a SubnetChange,
        old: &mut Look<'_>,
        new: &mut Look<'_>,
        difference: &'a Difference,
    ) -> Self {
        let mut sample = |address| Sample {
            address,
            before: old.outcome(&subnet.name, address),
            after: new.outcome(&subnet.name, address),
        };
        let samples = change.ranges.iter().take(SAMPLES).map(|range| sample(range.first)).collect();
        Effect::Change { subnet: &subnet.name, change, samples, difference }
    }

    pub(super) fn is_shown(&self, look: &mut Look<'_>) -> bool {
        match self {
            Effect::Exists(subnet) => look.estate.subnet_named(&subnet.name).is_some() == subnet.exists.1,
            Effect::Change { subnet, change, samples, difference } => {
                let Some(id) = look.estate.subnet_named(subnet) else { return false };
                let fate = &difference.decisions.decision(change.after.decision).fate;
                samples.iter().all(|sample| {
                    if look.estate.fate(id, sample.address) != *fate {
                        return false;
                    }
                    let outcome = look.outcome(subnet, sample.address);
                    match change.further_on {
                        true => outcome == sample.after,
                        false => Kind::of(&sample.before, &outcome) == change.kind,
                    }
                })
            }
            Effect::Session(session) => {
                let key = (session.from.clone(), session.to.clone());
                session.prefixes.iter().take(SAMPLES).all(|prefix| match look.adverts(*prefix) {
                    Some(adverts) => adverts.get(&key).map_or(session.after.is_empty(), |sent| *sent == session.after),
                    None => session.after.is_empty(),
                })
            }
        }
    }
}

/// What is asked of one estate, each answer worked out once: thousands of subnets change alike.
pub(super) struct Look<'e> {
    estate: &'e Estate,
    /// By what stands for a subnet, and the address.
    outcomes: FxHashMap<(Fate, Option<VnetId>, Option<VnetId>, Ipv4Addr), Outcome>,
    adverts: FxHashMap<ClassId, Adverts>,
}

impl<'e> Look<'e> {
    pub(super) fn new(estate: &'e Estate) -> Self {
        Look { estate, outcomes: FxHashMap::default(), adverts: FxHashMap::default() }
    }

    /// What becomes of packets of a subnet; nothing where there is none of the name.
    fn outcome(&mut self, subnet: &str, to: Ipv4Addr) -> Outcome {
        let Some(id) = self.estate.subnet_named(subnet) else { return Outcome::default() };
        let fate = self.estate.fate(id, to);
        let (provider, own) = same_ways(&self.estate.topology, id, &fate);
        let known = self.outcomes.entry((fate, provider, own, to));
        known.or_insert_with(|| Outcome::of_subnet(self.estate, id, to)).clone()
    }

    /// What devices take from each other of a prefix.
    fn adverts(&mut self, prefix: Ipv4Net) -> Option<&Adverts> {
        let class = self.estate.class_of(prefix)?;
        Some(self.adverts.entry(class).or_insert_with(|| adverts(self.estate, class)))
    }
}
