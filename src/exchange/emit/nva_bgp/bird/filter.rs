//! Filters: the steps of a policy as statements.

use super::super::names::Names;
use super::super::policy::{Change, CommunityChange, Conditions, PathChange, Range, Step, Then};
use super::{ANNOUNCED, SUMMARIES, Writer, comment, is_host, pair};
use super::{Neighbor, NvaBgp};
use crate::net::{AsPath, Asn, Community};
use ipnet::Ipv4Net;

/// Lines of a filter, indented.
struct Lines {
    out: String,
    depth: usize,
}

impl Lines {
    fn new() -> Lines {
        Lines { out: String::new(), depth: 1 }
    }

    fn line(&mut self, text: &str) {
        self.out += &"  ".repeat(self.depth);
        self.out += text;
        self.out.push('\n');
    }

    fn note(&mut self, text: &str) {
        self.out += &"  ".repeat(self.depth);
        self.out += &comment("#", text);
    }

    /// `if CONDITION then { … }`, or the statements alone where nothing is asked.
    fn when(&mut self, conditions: &[String], statements: &[String]) {
        if conditions.is_empty() {
            statements.iter().for_each(|statement| self.line(statement));
            return;
        }
        let condition = conditions.join(" && ");
        if let [only] = statements {
            self.line(&format!("if {condition} then {only}"));
            return;
        }
        self.line(&format!("if {condition} then {{"));
        self.depth += 1;
        statements.iter().for_each(|statement| self.line(statement));
        self.depth -= 1;
        self.line("}");
    }

    /// What nothing matched passes.
    fn end(mut self) -> String {
        let ended = matches!(self.out.lines().last(), Some("  accept;" | "  reject;"));
        if !ended {
            self.line("accept;");
        }
        self.out
    }
}

/// The filters of a configuration; those that say the same are one.
#[derive(Default)]
pub(super) struct Filters {
    names: Names,
    known: Vec<(String, String)>,
    pub(super) text: String,
}

impl Filters {
    /// The name of the filter with this body; a new one takes its name from `hint`.
    pub(super) fn name(&mut self, hint: &str, body: String) -> String {
        if let Some((_, name)) = self.known.iter().find(|(known, _)| *known == body) {
            return name.clone();
        }
        let name = self.names.fresh(hint, '_');
        self.text += &format!("filter {name} {{\n{body}}}\n\n");
        self.known.push((body, name.clone()));
        name
    }
}

impl Writer<'_> {
    /// The filter on what a neighbour sends; none where everything is taken.
    pub(super) fn import(&mut self, neighbor: &Neighbor) -> Option<String> {
        if neighbor.import.is_empty() {
            return None;
        }
        let mut lines = Lines::new();
        for step in &neighbor.import {
            self.step(&mut lines, step, neighbor, true);
        }
        Some(lines.end())
    }

    /// The filter on what a neighbour gets.
    pub(super) fn export(&mut self, neighbor: &Neighbor) -> String {
        let mut lines = Lines::new();
        self.summaries(&mut lines, neighbor);
        self.learned(&mut lines, neighbor);
        if self.bgp.as_override && neighbor.ebgp {
            lines.line(&replaced(neighbor.asn, self.bgp.asn));
        }
        for step in &neighbor.export {
            self.step(&mut lines, step, neighbor, false);
        }
        lines.end()
    }

    /// What comes before everything else: the neighbour's summaries as they are, and no other summary.
    fn summaries(&self, lines: &mut Lines, neighbor: &Neighbor) {
        let (own, made): (Vec<Ipv4Net>, Vec<Ipv4Net>) =
            neighbor.summaries.iter().map(|summary| summary.prefix).partition(|prefix| self.bgp.originates(*prefix));
        if !own.is_empty() {
            lines.note("summaries that are announced anyway");
            let mut statements = vec!["bgp_path = +empty+;".into(), "bgp_community = -empty-;".into()];
            statements.push("bgp_origin = ORIGIN_IGP;".into());
            statements.extend(neighbor.local_address.map(|address| format!("bgp_next_hop = {address};")));
            statements.push("accept;".into());
            lines.when(&[format!("net ~ {}", prefixes(&own))], &statements);
        }
        if !self.summaries.is_empty() {
            lines.note("summaries instead of their parts, each for its own neighbours");
            let summary = format!("proto = \"{SUMMARIES}\"");
            if !made.is_empty() {
                lines.when(&[summary.clone(), format!("net ~ {}", prefixes(&made))], &["accept;".into()]);
            }
            lines.when(&[summary], &["reject;".into()]);
        }
    }

    /// What the router does to routes by itself. BIRD keeps a next hop that an export filter sets, and no other one on eBGP.
    fn learned(&self, lines: &mut Lines, neighbor: &Neighbor) {
        let bgp = self.bgp;
        let learned = ["source = RTS_BGP".to_owned()];
        if !bgp.readvertise {
            lines.note("learned routes are not passed on");
            lines.when(&learned, &["reject;".into()]);
        } else {
            let mut statements = vec![format!("if {} ~ bgp_community then reject;", pair(Community::NO_ADVERTISE))];
            if neighbor.ebgp {
                statements.push(format!("if {} ~ bgp_community then reject;", pair(Community::NO_EXPORT)));
            }
            if neighbor.ebgp || bgp.next_hop_self {
                statements.extend(neighbor.local_address.map(|address| format!("bgp_next_hop = {address};")));
            }
            if let [only] = statements.as_slice() {
                statements = vec![format!("{{ {only} }}")];
            }
            lines.when(&learned, &statements);
        }
        if bgp.announcements.iter().any(|own| own.next_hop.is_some()) {
            lines.note("a next hop is kept only where a filter sets it");
            let own = format!("proto = \"{ANNOUNCED}\"");
            lines.when(&[own, "defined(bgp_next_hop)".into()], &["bgp_next_hop = bgp_next_hop;".into()]);
        }
    }

    fn step(&mut self, lines: &mut Lines, step: &Step, neighbor: &Neighbor, import: bool) {
        let end = if step.continues { "" } else { "accept;" };
        let mut statements = match &step.then {
            Then::Drop => vec!["reject;".to_owned()],
            Then::Summarize(summary) if import => {
                let why = format!("BIRD cannot take {summary} instead of what it receives, and takes the parts");
                self.remark(format!("{}: {}: {why}", neighbor.device, step.label));
                vec!["accept;".to_owned()]
            }
            Then::Summarize(_) => vec!["reject;".to_owned()],
            Then::Change(change) => {
                let mut statements = changes(self.bgp, change, neighbor);
                statements.extend(self.next_hop(step, change, neighbor, import));
                statements.push(end.to_owned());
                statements
            }
        };
        statements.retain(|statement| !statement.is_empty());
        if statements.is_empty() {
            return;
        }
        lines.note(&step.label);
        let conditions = self.conditions(&step.when);
        lines.when(&conditions, &statements);
    }

    fn next_hop(&mut self, step: &Step, change: &Change, neighbor: &Neighbor, import: bool) -> Option<String> {
        let next_hop = change.next_hop?;
        if !is_host(next_hop) {
            self.remark(format!("{}: BIRD takes no next hop {next_hop}", step.label));
            return None;
        }
        if import {
            let still = "BIRD still forwards to the next hop that it received";
            self.remark(format!("{}: {}: passed on with next hop {next_hop}; {still}", neighbor.device, step.label));
        }
        Some(format!("bgp_next_hop = {next_hop};"))
    }

    fn conditions(&self, when: &Conditions) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(ranges) = &when.ranges {
            let ranges: Vec<String> = ranges.iter().map(|range| range_text(*range)).collect();
            all.push(format!("net ~ [{}]", ranges.join(", ")));
        }
        all.extend(when.except.map(|prefix| format!("net != {prefix}")));
        match &when.path {
            Some(path) if path.is_empty() => all.push("bgp_path.len = 0".into()),
            Some(path) => all.push(format!("bgp_path ~ [= {} =]", path.to_string().replace('-', " "))),
            None if when.path_contains.is_empty() => {}
            None => all.push(format!("bgp_path ~ [{}]", numbers(&when.path_contains))),
        }
        if !when.communities.is_empty() {
            all.push(format!("bgp_community ~ [{}]", pairs(&when.communities)));
        }
        if let Some(sources) = &when.learned_from {
            let of_group = |index: &usize| sources.groups.contains(&self.bgp.neighbors[*index].group);
            let peers = (0..self.names.len()).filter(of_group);
            let peers = peers.map(|index| format!("peer_{}", self.names[index]));
            let names: Vec<String> = sources.own.then(|| ANNOUNCED.to_owned()).into_iter().chain(peers).collect();
            let tests: Vec<String> = names.iter().map(|name| format!("proto = \"{name}\"")).collect();
            let any = tests.join(" || ");
            all.push(if tests.len() == 1 { any } else { format!("({any})") });
        }
        all
    }
}

fn changes(bgp: &NvaBgp, change: &Change, neighbor: &Neighbor) -> Vec<String> {
    let mut statements = Vec::new();
    let prepend = |path: &AsPath| -> Vec<String> {
        path.asns().iter().rev().map(|asn| format!("bgp_path.prepend({asn});")).collect()
    };
    match &change.path {
        PathChange::Edit { strip, as_override, prepend: before } => {
            if !strip.is_empty() {
                statements.push(format!("bgp_path.delete([{}]);", numbers(strip)));
            }
            if *as_override {
                statements.push(replaced(neighbor.asn, bgp.asn));
            }
            statements.extend(prepend(&before.iter().copied().collect()));
        }
        PathChange::Replace(path) => {
            statements.push("bgp_path = +empty+;".into());
            statements.extend(prepend(path));
        }
    }
    let add = |list: &[Community]| -> Vec<String> {
        list.iter().map(|one| format!("bgp_community.add({});", pair(*one))).collect()
    };
    match &change.communities {
        CommunityChange::Set(list) => {
            statements.push("bgp_community = -empty-;".into());
            statements.extend(add(list));
        }
        CommunityChange::Edit { add: added, remove } => {
            statements.extend(add(added));
            if !remove.is_empty() {
                statements.push(format!("bgp_community.delete([{}]);", pairs(remove)));
            }
        }
    }
    statements
}

fn replaced(old: Asn, new: Asn) -> String {
    format!("bgp_path = with_replaced(bgp_path, {old}, {new});")
}

fn numbers(asns: &[Asn]) -> String {
    asns.iter().map(Asn::to_string).collect::<Vec<_>>().join(", ")
}

/// `(65001, 7), (65001, 8)`.
fn pairs(communities: &[Community]) -> String {
    communities.iter().map(|one| pair(*one)).collect::<Vec<_>>().join(", ")
}

/// `[10.0.0.0/8, 192.168.0.0/16]`.
fn prefixes(nets: &[Ipv4Net]) -> String {
    format!("[{}]", nets.iter().map(Ipv4Net::to_string).collect::<Vec<_>>().join(", "))
}

fn range_text(range: Range) -> String {
    let length = range.net.prefix_len();
    match (range.from, range.to) {
        (from, to) if from == length && to == length => range.net.to_string(),
        (from, 32) if from == length => format!("{}+", range.net),
        (from, to) => format!("{}{{{from},{to}}}", range.net),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_the_words_of_prefix_sets() {
        let text = |from, to| range_text(Range { net: "10.0.0.0/8".parse().unwrap(), from, to });
        assert_eq!(text(8, 8), "10.0.0.0/8");
        assert_eq!(text(8, 32), "10.0.0.0/8+");
        assert_eq!(text(16, 24), "10.0.0.0/8{16,24}");
    }
}
