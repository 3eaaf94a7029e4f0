//! How expectations came out, in words: what does not do what is expected, why, and the command that shows it hop by hop.
//!
//! Whether an expectation holds was decided before.

use super::places::{Places, Region};
use super::trace::{Seen, reason};
use crate::analysis::Estate;
use crate::analysis::forward::Way;
use crate::analysis::outcome::{Arrival, place_name};
use crate::analysis::trace::{Endpoint, Host};
use crate::expect::{Counterexample, Direction, Entry, Outcome, Status, Talk, Why};
use crate::report::fates::arrival;
use crate::source::Sources;
use crate::topology::Topology;
use crate::words::plural;
use serde::Serialize;
use std::net::Ipv4Addr;
use std::path::Path;

/// All expectations of one topology.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suite {
    /// The topology, as the user named it.
    pub file: String,
    /// Its path from the root of the repository.
    #[serde(skip)]
    pub path: String,
    /// Its expectations, in order.
    pub tests: Vec<TestView>,
}

/// One expectation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestView {
    /// What it is called.
    pub name: String,
    /// Where it is written.
    pub place: Region,
    /// How it came out.
    pub status: StatusWord,
    /// How many conversations, or speakers and neighbours, were looked at.
    pub checked: u64,
    /// How many of them do not do what is expected.
    pub failing: u64,
    /// Some of these.
    pub counterexamples: Vec<CounterexampleView>,
}

/// How an expectation came out, as it is written for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StatusWord {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It does not, and is said not to.
    KnownToFail,
    /// It holds, though it is said not to.
    UnexpectedlyHolds,
}

/// What shows that an expectation does not hold.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CounterexampleView {
    /// Who sends or announces.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What had failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
    /// Why, in a clause.
    pub reason: String,
    /// The command that shows it.
    pub command: String,
}

/// Everything that was tested.
#[derive(Debug)]
pub struct TestReport {
    /// By topology.
    pub suites: Vec<Suite>,
}

/// What the commands that are told need besides the two ends.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What the topology is called.
    pub name: String,
    /// The topology, as an argument.
    pub file: String,
    /// What-if and fact flags, as arguments.
    pub flags: Vec<String>,
}

impl TestView {
    /// Nothing is wrong with it.
    pub fn is_fine(&self) -> bool {
        matches!(self.status, StatusWord::Passed | StatusWord::KnownToFail)
    }

    /// What is wrong, or known to be, one line each.
    pub fn lines(&self) -> Vec<String> {
        if self.status == StatusWord::UnexpectedlyHolds {
            return vec!["it holds, though it is said not to: remove `must_fail: true`".to_owned()];
        }
        let mut lines: Vec<String> = self.counterexamples.iter().map(CounterexampleView::line).collect();
        let more = self.failing.saturating_sub(self.counterexamples.len() as u64);
        if more > 0 {
            lines.push(format!("and {more} more, of {} that were looked at", self.checked));
        }
        lines
    }
}

impl CounterexampleView {
    /// `spoke1/app → branch1 with fw1 down: packets are dropped at …`.
    pub fn line(&self) -> String {
        let down = match self.failures.is_empty() {
            true => String::new(),
            false => format!(" with {} down", self.failures.join(" and ")),
        };
        format!("{} → {}{down}: {}", self.from, self.to, self.reason)
    }
}

impl TestReport {
    /// Every expectation.
    pub fn tests(&self) -> impl Iterator<Item = &TestView> {
        self.suites.iter().flat_map(|suite| &suite.tests)
    }

    /// How many came out so.
    pub fn count(&self, status: StatusWord) -> usize {
        self.tests().filter(|test| test.status == status).count()
    }

    /// How many are not fine.
    pub fn failed(&self) -> usize {
        self.tests().filter(|test| !test.is_fine()).count()
    }
}

impl Suite {
    /// Builds the view of what `outcomes` say of `entries`.
    pub fn new(
        estate: &Estate,
        (entries, outcomes): (&[Entry], &[Outcome]),
        sources: &Sources,
        root: &Path,
        asked: &Asked,
    ) -> Suite {
        let places = Places { sources, root, revisions: &[] };
        let view = |(entry, outcome): (&Entry, &Outcome)| TestView {
            name: entry.name.clone(),
            place: places.region(entry.span),
            status: match outcome.status {
                Status::Passed => StatusWord::Passed,
                Status::Failed => StatusWord::Failed,
                Status::KnownToFail => StatusWord::KnownToFail,
                Status::Unexpected => StatusWord::UnexpectedlyHolds,
            },
            checked: outcome.checked,
            failing: outcome.failing,
            counterexamples: outcome.counterexamples.iter().map(|found| counterexample(estate, found, asked)).collect(),
        };
        let tests = entries.iter().zip(outcomes).map(view).collect();
        Suite { file: asked.name.clone(), path: places.of(Path::new(&asked.name)), tests }
    }
}

fn counterexample(estate: &Estate, found: &Counterexample, asked: &Asked) -> CounterexampleView {
    let topology = &estate.topology;
    let (from, to, mut words) = match &found.talk {
        Talk::Packets(from, address, to) => {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
            let (name, subnet) = (host(estate, *from), from.endpoint.name(topology));
            match (to, from.endpoint) {
                (Some(to), _) => {
                    let to = host(estate, *to);
                    let words = words(&["trace", "--from", &name, "--to", &to, "--both"]);
                    (name, to, words)
                }
                // What is nobody's has no answers to be followed.
                (None, Endpoint::Subnet(_)) => (name, address.to_string(), words(&["routes", &subnet])),
                (None, _) => (name, address.to_string(), words(&["plan"])),
            }
        }
        Talk::Adverts(speaker, receiver) => {
            let (speaker, receiver) = (speaker.name(topology), receiver.name(topology));
            let words = ["rib", &speaker, "--advertised", "--peer", &receiver].map(str::to_owned).to_vec();
            (speaker, receiver, words)
        }
    };
    // `plan` takes its topology as it is.
    words.extend((words[0] != "plan").then(|| "--file".to_owned()));
    words.push(asked.file.clone());
    words.extend(asked.flags.iter().cloned());
    words.extend(found.failures.iter().flat_map(|failure| ["--down".to_owned(), failure.clone()]));
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    CounterexampleView {
        from,
        to,
        failures: found.failures.clone(),
        reason: why(topology, &found.why),
        command: format!("rsctl {}", words.join(" ")),
    }
}

/// The name of a host, where it means that host; otherwise its address.
fn host(estate: &Estate, host: Host) -> String {
    let name = host.endpoint.name(&estate.topology);
    match Host::named(estate, &name) {
        Ok(meant) if meant == host => name,
        _ => host.address.to_string(),
    }
}

/// An argument as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/:=~,@+".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

fn why(topology: &Topology, why: &Why) -> String {
    let nobody = |address: &Ipv4Addr| format!("{address} is in no subnet and behind no site");
    match why {
        Why::Verdict(trace) => reason(topology, trace, Seen::ByOpener),
        Why::Nobody(address) => nobody(address),
        Why::Arrives(way) => format!("packets end {}: {}", end(topology, way), told(topology, way)),
        Why::HasRoute(way) => format!("a route leads on: {}", told(topology, way)),
        Why::TooManyWays => "there are more equal-cost ways than are followed".into(),
        Why::Misses(direction, words, way) => {
            let who = if *direction == Direction::Packets { "packets" } else { "answers" };
            format!("{who} pass {words}: {}, and end {}", told(topology, way), end(topology, way))
        }
        Why::NoSession => "no BGP session joins them".into(),
        Why::TooMany { count, most } => format!("{} announced, {most} allowed", are(*count)),
        Why::TooWide(prefix) => format!("{prefix} is announced, which is wider than allowed"),
        Why::Missing(prefix) => format!("{prefix} is not announced"),
        Why::Unwanted(prefix) => format!("{prefix} is announced"),
        Why::Unsettled(prefix) => format!("whether {prefix} is announced depends on the choice among equal paths"),
    }
}

fn are(count: usize) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", plural(count, "prefix", "prefixes"))
}

fn end(topology: &Topology, way: &Way) -> String {
    arrival(&Arrival::of(topology, way))
}

/// The places of a way.
fn told(topology: &Topology, way: &Way) -> String {
    way.places.iter().map(|place| place_name(topology, *place)).collect::<Vec<_>>().join(" → ")
}
