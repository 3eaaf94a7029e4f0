//! RS0112: subnets of one VNet whose ranges overlap.

use super::*;
use crate::source::Spanned;
use crate::topology::{SubnetId, VnetId};
use ipnet::IpNet;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0112",
    name: "subnets-overlap",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "two subnets of a VNet have ranges that overlap",
    what: "A range of a subnet is equal to, inside or around a range of another subnet of the same VNet, or of the same subnet. There \
           is one finding for each subnet that overlaps with one written before it.",
    why: "Azure refuses the second of the two subnets.",
    fix: "Give one of them another range.",
    bad: example!("RS0112", "bad"),
    good: example!("RS0112", "good"),
    sources: &[Source { title: "Virtual Network FAQ", date: "2019-02-12", status: Status::Documented }],
    check,
};

/// Most other places that are pointed at.
const MOST: usize = 4;

type Range<'a> = (SubnetId, &'a Spanned<IpNet>);

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let mut later: BTreeMap<SubnetId, Vec<(Range<'_>, Range<'_>)>> = BTreeMap::new();
        for (one, other) in overlaps(estate, id) {
            let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
            later.entry(second.0).or_default().push((second, first));
        }
        for (subnet, pairs) in later {
            found.add(finding(estate, subnet, &pairs));
        }
    }
}

/// Each range with the narrowest one around it. Ranges either nest or are apart, so a stack of open ones is enough.
fn overlaps<'a>(estate: &Context<'a>, id: VnetId) -> Vec<(Range<'a>, Range<'a>)> {
    let subnets = estate.topology.subnet_ids(id);
    let mut ranges: Vec<Range<'a>> = subnets
        .flat_map(|subnet| estate.written_subnet(subnet).body.prefixes.iter().map(move |range| (subnet, range)))
        .collect();
    ranges.sort_by_key(|(subnet, range)| (range.value, *subnet));
    let mut open: Vec<Range<'a>> = Vec::new();
    let mut pairs = Vec::new();
    for range in ranges {
        while open.pop_if(|around| !around.1.value.contains(&range.1.value)).is_some() {}
        if let Some(around) = open.last() {
            pairs.push((*around, range));
        }
        open.push(range);
    }
    pairs
}

fn finding(estate: &Context<'_>, subnet: SubnetId, pairs: &[(Range<'_>, Range<'_>)]) -> Finding {
    let ((_, range), _) = pairs[0];
    let mut names: Vec<String> = Vec::new();
    for (_, (other, _)) in pairs {
        let name = estate.topology.subnet_name(*other);
        if *other != subnet && !names.contains(&name) {
            names.push(name);
        }
    }
    let name = estate.topology.subnet_name(subnet);
    let message = match names.as_slice() {
        [] => format!("ranges of `{name}` overlap with each other"),
        names => format!("`{name}` overlaps with {}", few_names(names)),
    };
    let free = match range.value {
        IpNet::V4(net) => estate.free_range(subnet.vnet, net.prefix_len()),
        IpNet::V6(_) => None,
    };
    let help = match free {
        Some(free) => format!("give it another range: {free} is free in this VNet"),
        None => "give one of them another range".to_owned(),
    };
    let mut finding = Finding::new(range.span, estate.subnet_path(subnet), message)
        .label("Azure refuses the second of two that overlap")
        .help(help);
    for (_, (other, around)) in pairs.iter().take(MOST) {
        finding = finding.also(around.span, format!("the range of `{}`", estate.topology.subnet(*other).name));
    }
    finding
}
