//! RS0111: a subnet whose range is not in the address space of its VNet.

use super::*;
use crate::source::Spanned;
use crate::topology::{SubnetId, VnetId};
use crate::words::plural;
use ipnet::{IpNet, Ipv4Net};

pub(super) static RULE: Rule = Rule {
    code: "RS0111",
    name: "subnet-outside-vnet",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a range of a subnet is not inside the address space of its VNet",
    what: "A range of a subnet, IPv4 or IPv6, is inside none of the ranges of `address_space`. Where this is so of every range of a \
           VNet there is one finding for the VNet, because then its address space is the likely mistake.",
    why: "Azure refuses such a subnet. And as routes are made from the address space, no other machine would have a way to it.",
    fix: "Move the subnet into the address space, or add a range that holds it.",
    bad: example!("RS0111", "bad"),
    good: example!("RS0111", "good"),
    sources: &[Source { title: "Virtual Network FAQ", date: "2019-02-12", status: Status::Documented }],
    check,
};

type Stray<'a> = (SubnetId, &'a Spanned<IpNet>);

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let space = &estate.written_vnet(id).body.address_space;
        let inside = |range: &IpNet| space.iter().any(|space| space.value.contains(range));
        let written = |id| estate.written_subnet(id).body.prefixes.iter();
        let all: Vec<Stray<'_>> =
            estate.topology.subnet_ids(id).flat_map(|id| written(id).map(move |range| (id, range))).collect();
        let stray: Vec<Stray<'_>> = all.iter().copied().filter(|(_, range)| !inside(&range.value)).collect();
        match space.first() {
            Some(first) if stray.len() == all.len() && all.len() > 1 => {
                found.add(wrong_space(estate, id, first, &stray));
            }
            Some(_) => stray.into_iter().for_each(|stray| found.add(wrong_range(estate, stray))),
            None => {}
        }
    }
}

/// Every subnet is outside: the address space is the likely mistake.
fn wrong_space(estate: &Context<'_>, id: VnetId, first: &Spanned<IpNet>, stray: &[Stray<'_>]) -> Finding {
    let name = &estate.topology.vnet(id).name;
    let message = format!("no subnet of VNet `{name}` is inside its address space");
    let ranges: Vec<String> = stray.iter().map(|(_, range)| range.value.to_string()).collect();
    let help = match common(stray) {
        Some(range) => format!("write the address space that holds them, such as {range}"),
        None => "write the address space that holds them".to_owned(),
    };
    Finding::new(first.span, estate.vnet_path(id), message)
        .label(format!("none of {} is inside", plural(stray.len(), "range", "ranges")))
        .also(stray[0].1.span, "for instance this one")
        .affects(format!("the subnet ranges {}", few(&ranges)))
        .help(help)
}

fn wrong_range(estate: &Context<'_>, (id, range): Stray<'_>) -> Finding {
    let vnet = estate.written_vnet(id.vnet);
    let message = format!(
        "{} of `{}` is inside no range of VNet `{}`",
        range.value,
        estate.topology.subnet_name(id),
        vnet.name.value
    );
    let free = match range.value {
        IpNet::V4(net) => estate.free_range(id.vnet, net.prefix_len()),
        IpNet::V6(_) => None,
    };
    let help = match free {
        Some(free) => format!("write {free}, which is free, or add {} to `address_space`", range.value),
        None => format!("add {} to `address_space`", range.value),
    };
    let mut finding = Finding::new(range.span, estate.subnet_path(id), message)
        .label("not in the address space")
        .help(help)
        .key(range.value.to_string());
    for space in vnet.body.address_space.iter().take(3) {
        finding = finding.also(space.span, "the address space");
    }
    finding
}

/// The smallest range that holds all IPv4 ranges, unless it is wider than a VNet may be.
fn common(stray: &[Stray<'_>]) -> Option<Ipv4Net> {
    const WIDEST: u8 = 8;
    let nets = || stray.iter().filter_map(|(_, range)| if let IpNet::V4(net) = range.value { Some(net) } else { None });
    let mut all = nets().next()?;
    while !nets().all(|net| all.contains(&net)) {
        all = all.supernet()?;
    }
    (all.prefix_len() >= WIDEST).then_some(all)
}
