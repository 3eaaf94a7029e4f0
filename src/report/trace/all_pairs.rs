//! All conversations of an estate by class: how many come to what, and the failing ones with the change that repairs them.

use super::{Seen, reason, tone};
use crate::analysis::Estate;
use crate::analysis::trace::{AllPairs, Change, Fix, Host, PairClass, Verdict};
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use crate::topology::{SubnetId, Topology};
use crate::words::{few_names, plural};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// All conversations as they are told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllPairsView {
    format_version: &'static str,
    subnets_and_sites: usize,
    classes: usize,
    conversations: u64,
    uninspected: u64,
    by_verdict: Vec<CountView>,
    failing: Vec<FailingView>,
    #[serde(skip)]
    all: bool,
}

#[derive(Debug, Serialize)]
struct CountView {
    verdict: Verdict,
    count: u64,
}

/// Conversations that fail for one reason.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailingView {
    verdict: Verdict,
    /// No NVA sees them; told only when inspection is asked for.
    uninspected: bool,
    /// Whoever opens them: the count is of those from either side.
    both_directions: bool,
    conversations: u64,
    from: Vec<String>,
    to: Vec<String>,
    reason: String,
    example: [String; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixView>,
}

#[derive(Debug, Clone, Serialize)]
struct FixView {
    changes: Vec<String>,
    repairs: u64,
}

/// Kinds that are shown unless all are asked for.
const FEW: usize = 20;

impl AllPairsView {
    /// Builds the view. `fixes` are those of failing classes, by their place in `all.pairs`; `inspected`: what passes no NVA fails, too.
    pub fn new(estate: &Estate, found: &AllPairs, fixes: &[(usize, Fix)], (inspected, all): (bool, bool)) -> Self {
        let topology = &estate.topology;
        let uninspected = |pair: &PairClass| pair.trace.verdict == Verdict::Symmetric && !pair.is_inspected(estate);
        let mut failing: Vec<FailingView> = Vec::new();
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for (index, pair) in found.pairs.iter().enumerate() {
            let bypass = inspected && uninspected(pair);
            if told.contains(&index) || pair.trace.verdict == Verdict::Symmetric && !bypass {
                continue;
            }
            let mirrored = mirrored(topology, found, index).filter(|place| !told.contains(place));
            told.extend(mirrored);
            // Of both directions the one is told whose packets, not whose answers, fail.
            let by_packets = |place: &usize| reason(topology, &found.pairs[*place].trace, Seen::ByOpener);
            let shown = mirrored.filter(|place| by_packets(place) > by_packets(&index)).unwrap_or(index);
            let other = mirrored.map(|place| &found.pairs[place]);
            let meant = fixes.iter().filter(|(place, _)| *place == index || Some(*place) == mirrored);
            let fix = meant.max_by_key(|(_, fix)| (fix.repairs, std::cmp::Reverse(fix.changes.len())));
            let shown = &found.pairs[shown];
            let view = FailingView {
                verdict: shown.trace.verdict,
                uninspected: bypass,
                both_directions: other.is_some(),
                conversations: pair.count + other.map_or(0, |other| other.count),
                from: names(topology, &found.classes.classes[shown.from].hosts),
                to: names(topology, &found.classes.classes[shown.to].hosts),
                reason: reason(topology, &shown.trace, Seen::ByOpener),
                example: [shown.trace.from, shown.trace.to].map(|host| argument(estate, host)),
                fix: fix.map(|(_, fix)| fix_view(topology, fix)),
            };
            merge(&mut failing, view);
        }
        failing.sort_by(|one, other| {
            (one.verdict, std::cmp::Reverse(one.conversations), &one.from, &one.to).cmp(&(
                other.verdict,
                std::cmp::Reverse(other.conversations),
                &other.from,
                &other.to,
            ))
        });
        let by_verdict =
            Verdict::ALL.iter().map(|verdict| CountView { verdict: *verdict, count: found.count_of(*verdict) });
        AllPairsView {
            format_version: "1",
            subnets_and_sites: found.classes.classes.iter().map(|class| class.hosts.len()).sum(),
            classes: found.classes.classes.len(),
            conversations: found.count(),
            uninspected: found.pairs.iter().filter(|pair| uninspected(pair)).map(|pair| pair.count).sum(),
            by_verdict: by_verdict.filter(|count| count.count > 0).collect(),
            failing,
            all,
        }
    }

    /// Whether any conversation fails.
    pub fn fails(&self) -> bool {
        !self.failing.is_empty()
    }
}

/// The same conversations opened from the other side, where they fail for the same reason.
fn mirrored(topology: &Topology, found: &AllPairs, index: usize) -> Option<usize> {
    let pair = &found.pairs[index];
    let expected = reason(topology, &pair.trace, Seen::ByAnswerer);
    found.pairs.iter().enumerate().position(|(place, other)| {
        place != index
            && (other.from, other.to, other.within_vnet) == (pair.to, pair.from, pair.within_vnet)
            && other.trace.verdict == pair.trace.verdict
            && reason(topology, &other.trace, Seen::ByOpener) == expected
    })
}

/// What makes `--from` and `--to` mean this host, as a word of a shell.
fn argument(estate: &Estate, host: Host) -> String {
    let name = host.endpoint.name(&estate.topology);
    let meant = Host::named(estate, &name).is_ok_and(|named| named == host);
    let word = if meant { name } else { host.address.to_string() };
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-./".contains(character);
    if word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn names(topology: &Topology, hosts: &[Host]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    hosts.iter().map(|host| host.endpoint.name(topology)).filter(|name| seen.insert(name.clone())).collect()
}

/// Adds conversations to those that fail for the same reason at the same senders or the same targets.
fn merge(failing: &mut Vec<FailingView>, new: FailingView) {
    let alike = |known: &&mut FailingView| {
        (known.verdict, known.uninspected, known.both_directions, &known.reason)
            == (new.verdict, new.uninspected, new.both_directions, &new.reason)
            && known.fix.as_ref().map(|fix| &fix.changes) == new.fix.as_ref().map(|fix| &fix.changes)
            && (known.from == new.from || known.to == new.to)
    };
    match failing.iter_mut().find(alike) {
        None => failing.push(new),
        Some(known) => {
            let add = |list: &mut Vec<String>, more: Vec<String>| {
                let known: BTreeSet<String> = list.iter().cloned().collect();
                list.extend(more.into_iter().filter(|name| !known.contains(name)));
            };
            known.conversations += new.conversations;
            add(&mut known.from, new.from);
            add(&mut known.to, new.to);
        }
    }
}

fn fix_view(topology: &Topology, fix: &Fix) -> FixView {
    let mut changes = Vec::new();
    let mut rest = fix.changes.as_slice();
    while let Some(first) = rest.first() {
        // Routes for the same subnets are one edit.
        let alike = rest.iter().take_while(|change| subnets_of(change) == subnets_of(first)).count();
        let together = if subnets_of(first).is_some() { alike } else { 1 };
        changes.push(words(topology, &rest[..together]));
        rest = &rest[together..];
    }
    FixView { changes, repairs: fix.repairs }
}

fn subnets_of(change: &Change) -> Option<&[SubnetId]> {
    match change {
        Change::Route { subnets, .. } => Some(subnets),
        Change::PropagationOff(_) | Change::Translate(_) => None,
    }
}

/// Changes as an instruction: one, or routes for the same subnets.
fn words(topology: &Topology, changes: &[Change]) -> String {
    match &changes[0] {
        Change::Route { subnets, .. } => {
            let names = few_names(subnets.iter().map(|id| topology.subnet_name(*id)));
            let table = topology.subnet(subnets[0]).route_table.map(|id| &topology.route_tables[id.index()].name);
            let route = |change: &Change| match change {
                Change::Route { prefix, next_hop, .. } => Some(format!("{{ prefix: {prefix}, next_hop: {next_hop} }}")),
                _ => None,
            };
            let routes = changes.iter().filter_map(route).collect::<Vec<_>>().join(", ");
            match table {
                Some(table) => {
                    let what = if changes.len() == 1 { "route" } else { "routes" };
                    format!("add the {what} {routes} to `{table}`, the table of {names}")
                }
                None => format!("give {names} a route table with {routes}"),
            }
        }
        Change::PropagationOff(id) => {
            let name = topology.subnet_name(*id);
            match topology.subnet(*id).route_table {
                Some(table) => {
                    let table = &topology.route_tables[table.index()].name;
                    format!("set `bgp_route_propagation: false` in `{table}`, the table of `{name}`")
                }
                None => format!("give `{name}` a route table with `bgp_route_propagation: false`"),
            }
        }
        Change::Translate(id) => format!("let `{}` translate addresses (`snat: true`)", topology.router(*id).name),
    }
}

impl View for AllPairsView {
    fn headings(&self) -> &'static [&'static str] {
        &["Part", "Reason"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        if self.conversations == 0 {
            let text = "no two workload subnets or sites to follow a conversation between";
            return Box::new(std::iter::once(Block::Summary(format!("Trace: {text}"))));
        }
        let mut blocks = Vec::new();
        let heading = format!(
            "{} between {}",
            plural(self.conversations as usize, "conversation", "conversations"),
            plural(self.subnets_and_sites, "subnet or range of a site", "subnets and ranges of sites")
        );
        let detail = format!("proved by {}", plural(self.classes, "class of hosts", "classes of hosts"));
        blocks.push(Block::Heading(1, heading, detail));
        let row = |count: &CountView| {
            vec![Cell::toned(count.verdict.word(), tone(count.verdict)), Cell::plain(count.count.to_string())]
        };
        let rows = self.by_verdict.iter().map(row).collect();
        blocks.push(Block::Grid(Grid { columns: vec!["Verdict", "Conversations"], rows }));
        let shown = if self.all { self.failing.len() } else { self.failing.len().min(FEW) };
        for failing in self.failing.iter().take(shown) {
            let word = if failing.uninspected { "UNINSPECTED" } else { failing.verdict.word() };
            blocks.push(Block::Heading(2, format!("{word}: {}", failing.reason), String::new()));
            let line =
                |label: &str, text: String, tone: Tone| Block::Line(Cell::toned(format!("{label:<9}{text}"), tone));
            let list = |names: &[String]| if self.all { names.join(", ") } else { few_names(names.iter()) };
            let (from, to, count) = match failing.both_directions {
                true => ("between", "and", format!("{}, both directions", failing.conversations)),
                false => ("from", "to", failing.conversations.to_string()),
            };
            blocks.push(line(from, list(&failing.from), Tone::Plain));
            blocks.push(line(to, list(&failing.to), Tone::Plain));
            blocks.push(line("count", count, Tone::Plain));
            let [from, to] = &failing.example;
            blocks.push(line("example", format!("rsctl trace --from {from} --to {to} --both"), Tone::Dim));
            if let Some(fix) = &failing.fix {
                for (index, change) in fix.changes.iter().enumerate() {
                    blocks.push(line(if index == 0 { "fix" } else { "" }, change.clone(), Tone::Good));
                }
                let text = format!("tried: {} more of all conversations are then symmetric", fix.repairs);
                blocks.push(line("", text, Tone::Dim));
            }
        }
        if shown < self.failing.len() {
            let text =
                format!("and {}; --all shows them", plural(self.failing.len() - shown, "more kind", "more kinds"));
            blocks.push(Block::Line(Cell::toned(text, Tone::Dim)));
        }
        let counts: Vec<String> =
            self.by_verdict.iter().map(|count| format!("{} {}", count.count, count.verdict.word())).collect();
        let unseen = format!("{} of the symmetric pass no NVA", self.uninspected);
        blocks.push(Block::Summary(format!("Trace: {} · {unseen}", counts.join(", "))));
        Box::new(blocks.into_iter())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json(self, out)
    }
}
