//! RS0308: peered VNets whose address spaces overlap.

use super::*;
use crate::lint::questions::peering_sides::Side;
use crate::source::{Span, Spanned};
use crate::topology::VnetId;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0308",
    name: "peered-vnets-overlap",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "peered VNets, or VNets peered with the same VNet, have overlapping address spaces",
    what: "Two VNets are peered with each other, or both with a third, and an IPv4 or IPv6 range of one overlaps a range of the other. \
           Of a subnet peering only the listed subnets are compared. When one range overlaps those of several VNets, that is one \
           finding.",
    why: "Azure refuses the peering, because a VNet could not tell which of the two a packet is for. It also refuses a range that is \
          added later and overlaps a VNet that is peered already.",
    fix: "Give one of the VNets another range. Where that cannot be done, peer only the subnets that do not overlap.",
    bad: example!("RS0308", "bad"),
    good: example!("RS0308", "good"),
    sources: &[
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
        Source { title: "github.com/Azure/ResourceModules issue 731", date: "2021-12-04", status: Status::Observed },
        Source { title: "github.com/microsoft/AzureTRE issue 4641", date: "2025-07-19", status: Status::Observed },
    ],
    check,
};

/// A range of a VNet.
#[derive(Clone, Copy)]
struct Space {
    range: IpNet,
    vnet: VnetId,
    span: Span,
}

/// A range that lies in one of another VNet.
struct Overlap {
    inner: Space,
    outer: Space,
    /// The VNet that both are peered with; one of the two where they are peered with each other.
    at: VnetId,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let sides = estate.sides();
    let mut seen: BTreeSet<(VnetId, VnetId)> = BTreeSet::new();
    let mut groups: BTreeMap<(VnetId, IpNet), Vec<Overlap>> = BTreeMap::new();
    let around = sides.chunk_by(|left, right| left.local == right.local).flat_map(|sides| overlaps(estate, sides));
    for overlap in around.chain(sides.iter().filter_map(|side| of_subnets(estate, side))) {
        let (inner, outer) = (overlap.inner.vnet, overlap.outer.vnet);
        if seen.insert((inner.min(outer), inner.max(outer))) {
            groups.entry((outer, overlap.outer.range)).or_default().push(overlap);
        }
    }
    for overlaps in groups.values() {
        found.add(match overlaps.as_slice() {
            [one] => single(estate, one),
            several => many(estate, several),
        });
    }
}

/// Overlaps among a VNet and those that it is peered with as a whole.
fn overlaps(estate: &Context<'_>, sides: &[Side<'_>]) -> Vec<Overlap> {
    let Some(at) = sides.first().map(|side| side.local) else { return Vec::new() };
    let whole = sides.iter().filter(|side| side.link.complete).map(|side| side.link.remote);
    let mut spaces: Vec<Space> = Vec::new();
    for vnet in std::iter::once(at).chain(whole) {
        let ranges = &estate.written_vnet(vnet).body.address_space;
        let space = |range: &Spanned<IpNet>| Space { range: range.value, vnet, span: range.span };
        spaces.extend(ranges.iter().map(space));
    }
    spaces.sort_by_key(|space| (space.range.network(), space.range.prefix_len(), space.vnet));
    let mut open: Vec<Space> = Vec::new();
    let mut found = Vec::new();
    for inner in spaces {
        // What does not hold this range holds none that follows.
        while open.last().is_some_and(|outer| !outer.range.contains(&inner.range)) {
            open.pop();
        }
        if let Some(outer) = open.iter().rev().find(|outer| outer.vnet != inner.vnet) {
            found.push(Overlap { inner, outer: *outer, at });
        }
        open.push(inner);
    }
    found
}

/// The first overlap between the listed subnets of both sides of a subnet peering.
fn of_subnets(estate: &Context<'_>, side: &Side<'_>) -> Option<Overlap> {
    let reverse = side.reverse.filter(|_| !side.link.complete && side.local < side.link.remote)?;
    let place = |vnet: VnetId, range: ipnet::Ipv4Net| {
        let id = estate.topology.subnet_ids(vnet).find(|id| estate.topology.subnet(*id).ranges.contains(&range));
        let span = id.map_or(estate.written_vnet(vnet).name.span, |id| estate.range_span(id));
        Space { range: IpNet::V4(range), vnet, span }
    };
    let mut pairs =
        reverse.remote_ranges.iter().flat_map(|own| side.link.remote_ranges.iter().map(move |far| (own, far)));
    let (own, far) = pairs.find(|(own, far)| own.contains(*far) || far.contains(*own))?;
    let (own, far) = (place(side.local, *own), place(side.link.remote, *far));
    let (inner, outer) = if own.range.contains(&far.range) { (far, own) } else { (own, far) };
    Some(Overlap { inner, outer, at: side.local })
}

fn single(estate: &Context<'_>, overlap: &Overlap) -> Finding {
    let (inner, outer) = (overlap.inner, overlap.outer);
    let (one, other) = (estate.name_of(inner.vnet), estate.name_of(outer.vnet));
    let direct = overlap.at == inner.vnet || overlap.at == outer.vnet;
    let peered =
        if direct { "are peered".to_owned() } else { format!("are both peered with `{}`", estate.name_of(overlap.at)) };
    let extent = if inner.range == outer.range {
        format!("both have {}", inner.range)
    } else {
        format!("{} lies in {}", inner.range, outer.range)
    };
    let message = format!("VNets `{one}` and `{other}` {peered} and overlap: {extent}");
    let label = if direct { "Azure refuses the peering" } else { "Azure refuses the second of the peerings" };
    let mut finding = Finding::new(inner.span, estate.vnet_path(inner.vnet), message)
        .key(other)
        .label(label)
        .also(outer.span, format!("a range of `{other}`"));
    let mut whole = true;
    for link in
        estate.topology.vnet(overlap.at).links.iter().filter(|link| [inner.vnet, outer.vnet].contains(&link.remote))
    {
        whole &= link.complete;
        finding = finding.also(link.span, format!("peered here with `{}`", estate.name_of(link.remote)));
    }
    finding.help(if whole {
        other_range(estate, inner)
    } else {
        "list only subnets that do not overlap, or give one of them another range".to_owned()
    })
}

fn many(estate: &Context<'_>, overlaps: &[Overlap]) -> Finding {
    let outer = overlaps[0].outer;
    let name = estate.name_of(outer.vnet);
    let message = format!(
        "range {} of VNet `{name}` overlaps {} VNets that are peered with it or beside it",
        outer.range,
        overlaps.len()
    );
    let inner = overlaps.iter().map(|overlap| estate.name_of(overlap.inner.vnet));
    Finding::new(outer.span, estate.vnet_path(outer.vnet), message)
        .key(outer.range.to_string())
        .label("Azure refuses these peerings")
        .also(overlaps[0].inner.span, format!("a range of `{}`", estate.name_of(overlaps[0].inner.vnet)))
        .affects(few_names(inner))
        .help(format!("give `{name}` a range that holds its own subnets and none of theirs"))
}

fn other_range(estate: &Context<'_>, space: Space) -> String {
    let name = estate.name_of(space.vnet);
    match space.range {
        IpNet::V4(range) => match estate.free_space(range) {
            Some(free) => format!("give `{name}` another range, such as {free}"),
            None => format!("give `{name}` another range"),
        },
        IpNet::V6(_) => format!("give `{name}` another range"),
    }
}
