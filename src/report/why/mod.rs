//! Why a subnet or a speaker does what it does, as a tree: every leaf with the line that is responsible, or the default that holds there,
//! and every fact with its source.
//!
//! The reasons are found in `analysis::why`; here they get words, places and facts.

mod account;
mod facts;
mod instead;
mod proposals;
mod refusal;
mod rows;
mod session;
mod written;

pub use facts::FactLine;
pub use instead::{Unwanted, Wish, instead, unwanted};
pub use proposals::{Proposal, proposals};
pub use written::{Place, Written};

use crate::analysis::why::{Asked, At, Reasons, Why};
use crate::report::view::Tone;
use crate::topology::Topology;
use rows::Teller;
use serde::Serialize;
use std::net::Ipv4Addr;

/// One statement, with what it rests on below it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// What kind of statement.
    pub kind: Kind,
    /// How it is meant.
    #[serde(skip)]
    pub tone: Tone,
    /// The statement.
    pub text: String,
    /// What machines may want of it.
    #[serde(skip_serializing_if = "Detail::is_empty")]
    pub detail: Detail,
    /// Where what is responsible is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// What is taken to be true of Azure for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactLine>,
    /// Who says so, where it is no fact about Azure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

/// The kinds of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A row of an effective route table, or a prefix at a speaker.
    Entry,
    /// Who programs a row.
    Programmer,
    /// A route that a speaker has, and what became of it.
    Offer,
    /// A route that a speaker did not get.
    Refusal,
    /// The session that a route crossed.
    Session,
    /// What a speaker did to a route.
    Change,
    /// Where a route begins.
    Origin,
    /// A speaker that has nothing to send.
    EmptyHanded,
    /// The same is told above.
    SeeAbove,
    /// What is announced around.
    Near,
    /// The routes never settle.
    Unsettled,
}

/// What machines may want of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    /// The prefix of an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// What an entry counts for, or what became of an offer: one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// The speaker that the statement is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Instances of the speaker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<u8>,
    /// Next hops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next_hops: Vec<Ipv4Addr>,
    /// The AS path, dash-joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_path: Option<String>,
    /// Communities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub communities: Vec<String>,
    /// The step that removed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<&'static str>,
    /// Its value in that step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub had: Option<String>,
    /// The best value in that step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<String>,
}

impl Detail {
    fn is_empty(&self) -> bool {
        *self == Detail::default()
    }
}

impl Node {
    fn new(kind: Kind, tone: Tone, text: impl Into<String>) -> Self {
        Node {
            kind,
            tone,
            text: text.into(),
            detail: Detail::default(),
            places: Vec::new(),
            facts: Vec::new(),
            source: None,
            children: Vec::new(),
        }
    }

    fn at(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        for place in places {
            if !self.places.contains(&place) {
                self.places.push(place);
            }
        }
        self
    }

    fn detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    fn resting_on(mut self, facts: impl IntoIterator<Item = FactLine>) -> Self {
        for fact in facts {
            if !self.facts.contains(&fact) {
                self.facts.push(fact);
            }
        }
        self
    }

    fn with(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(children);
        self
    }
}

/// The whole answer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyReport {
    /// The version of this shape.
    pub format_version: u32,
    /// What was asked about.
    pub asked: String,
    /// Where.
    pub at: String,
    /// The answer in a sentence.
    pub answer: String,
    /// The reasons.
    pub tree: Vec<Node>,
    /// Rows and refusals that have no bearing and are not told.
    pub left_out: usize,
    /// Edits that would change the outcome, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
}

/// Edits that change the outcome.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Instead {
    /// What is wanted, in words.
    pub wanted: String,
    /// How many single edits and pairs were tried.
    pub tried: usize,
    /// What was found, the smallest and least disturbing first.
    pub found: Vec<Remedy>,
}

/// Edits that together change the outcome, each found by a run with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    /// What each does, in words.
    pub what: Vec<String>,
    /// Each as `--set` takes it.
    pub set: Vec<String>,
    /// The outcome with them.
    pub outcome: String,
    /// Ranges of subnets that fare otherwise too, besides those asked about.
    pub disturbs: usize,
}

impl WhyReport {
    /// Gives an answer its words, places and facts.
    pub fn new(reasons: &Reasons<'_>, why: &Why, written: &Written<'_>) -> Self {
        let teller = Teller { reasons, written, at: why.at };
        let tree = teller.tree(why);
        let proofs = why.entries.iter().filter_map(|entry| entry.cause.proof());
        WhyReport {
            format_version: 1,
            asked: asked_words(why.asked),
            at: place_words(reasons.topology, why.at),
            answer: teller.answer(why),
            tree,
            left_out: why.left_out + proofs.map(|proof| proof.left_out).sum::<usize>(),
            instead: None,
        }
    }
}

/// What is asked about, as it is written.
pub fn asked_words(asked: Asked) -> String {
    match asked {
        Asked::Address(address) => address.to_string(),
        Asked::Prefix(prefix) => prefix.to_string(),
    }
}

fn place_words(topology: &Topology, at: At) -> String {
    match at {
        At::Subnet(id) => topology.subnet_name(id),
        At::Speaker(device, None) => device.name(topology),
        At::Speaker(device, Some(instance)) => format!("{}:{instance}", device.name(topology)),
    }
}
