//! Why a subnet or a speaker does what it does with a prefix: the rows in question, where each comes from, and what stopped the others.
//!
//! Ids and routes only. Where something is written, and how it is said, belongs in `report`.

mod account;
mod disturbance;
mod near;
mod rows;

pub use account::{Account, Offer, OfferSource, Proof, Refused, Stage, Stop, Verdict};
pub use disturbance::disturbed;
pub use near::Near;
pub use rows::{Absence, Cause, Entry, GatewayCause, Standing};

use crate::bgp::{ClassId, Device, Ribs};
use crate::effective::{Row, Tables};
use crate::topology::{SubnetId, Topology};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// An address: the longest prefix that holds it decides.
    Address(Ipv4Addr),
    /// A prefix: the rows of exactly this one.
    Prefix(Ipv4Net),
}

impl Asked {
    /// The range asked about.
    pub fn range(self) -> Ipv4Net {
        match self {
            Asked::Address(address) => Ipv4Net::from(address),
            Asked::Prefix(prefix) => prefix,
        }
    }
}

/// Where it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// On the NICs of a subnet.
    Subnet(SubnetId),
    /// At a BGP speaker; at one instance of it where one is named.
    Speaker(Device, Option<u8>),
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What bears on the outcome.
    Relevant,
    /// Also what cannot change it: shorter prefixes with all they rest on, and refusals of what came from the refused one.
    Everything,
}

/// The whole answer.
#[derive(Debug, Clone)]
pub struct Why {
    /// What was asked about.
    pub asked: Asked,
    /// Where.
    pub at: At,
    /// The prefixes in question: the deciding one first, then by length.
    pub entries: Vec<Entry>,
    /// What speakers announce around a prefix that nobody announces.
    pub near: Option<Near>,
    /// Entries that have no bearing and are not told.
    pub left_out: usize,
}

impl Why {
    /// The entry that decides.
    pub fn decides(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.standing == Standing::Decides)
    }
}

/// An estate in which reasons are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Reasons<'a> {
    /// The estate.
    pub topology: &'a Topology,
    /// What every speaker holds.
    pub ribs: &'a Ribs,
    /// Effective routes.
    pub tables: &'a Tables<'a>,
    /// How much is told.
    pub extent: Extent,
}

impl Reasons<'_> {
    /// Answers a question.
    pub fn why(&self, asked: Asked, at: At) -> Why {
        match at {
            At::Subnet(id) => rows::at_subnet(self, asked, id),
            At::Speaker(device, instance) => at_speaker(self, asked, device, instance),
        }
    }

    /// The row of a subnet that decides for what is asked about.
    pub fn deciding(&self, asked: Asked, id: SubnetId) -> Option<Row> {
        rows::deciding(&self.tables.of_subnet(id), asked)
    }

    /// The classes that hold the range asked about, with the prefix of each that does.
    fn classes_around(&self, range: Ipv4Net) -> Vec<(Ipv4Net, ClassId)> {
        let mut found = Vec::new();
        for class in self.ribs.class_ids() {
            let around = self.ribs.class(class).prefixes.iter().filter(|prefix| prefix.contains(&range));
            found.extend(around.map(|prefix| (*prefix, class)));
        }
        found.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.prefix_len()));
        found
    }
}

fn at_speaker(reasons: &Reasons<'_>, asked: Asked, device: Device, instance: Option<u8>) -> Why {
    let range = asked.range();
    let mut around = reasons.classes_around(range);
    if let Asked::Prefix(prefix) = asked {
        around.retain(|(known, _)| *known == prefix);
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut decided: Option<Ipv4Net> = None;
    let mut left_out = 0;
    for (prefix, class) in around {
        // A shorter prefix cannot matter once a longer one is held.
        if decided.is_some() && reasons.extent == Extent::Relevant {
            left_out += 1;
            continue;
        }
        let proof = Proof::at(reasons, class, device, instance);
        let standing = match (proof.is_held(), decided) {
            (true, None) => Standing::Decides,
            (true, Some(than)) => Standing::Shorter(than),
            (false, _) => Standing::Absent(Absence::NotHeld),
        };
        if standing == Standing::Decides {
            decided = Some(prefix);
        }
        entries.push(Entry { prefix, row: None, standing, cause: Cause::Held(Box::new(proof)) });
    }
    let near = entries.is_empty().then(|| Near::around(reasons, range));
    Why { asked, at: At::Speaker(device, instance), entries, near, left_out }
}
