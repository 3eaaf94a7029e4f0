//! RS1105: routes that change for ever.

use super::*;
use crate::bgp::Device;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS1105",
    name: "routes-never-settle",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "BGP never settles on a route: speakers keep changing their mind",
    what: "The computation reaches a state that it has seen before: each choice of one speaker makes another choose anew.",
    why: "Azure would send updates without end, and the effective routes of NICs would change with them. Nothing that rsctl prints for \
          these prefixes holds for longer than a moment.",
    fix: "Take out the policy that makes a route less wanted once it was taken: usually a route map or an export that depends on what \
          the neighbour sends back.",
    bad: example!("RS1105", "bad"),
    good: example!("RS1105", "good"),
    sources: &[Source { title: "RFC 4264, BGP wedgies", date: "2005-11", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let ribs = estate.ribs();
    let mut told: BTreeSet<BTreeSet<Device>> = BTreeSet::new();
    for oscillation in &ribs.oscillations {
        let devices: BTreeSet<Device> =
            oscillation.speakers.iter().map(|id| ribs.network.speaker(*id).device).collect();
        if !told.insert(devices.clone()) {
            continue;
        }
        let of_these = ribs.oscillations.iter().filter(|other| {
            other.speakers.iter().map(|id| ribs.network.speaker(*id).device).collect::<BTreeSet<_>>() == devices
        });
        let prefixes = few(of_these.flat_map(|other| &ribs.class(other.class).prefixes));
        let names = few_names(devices.iter().map(|device| device.name(estate.topology)));
        let router = devices.iter().find_map(|device| if let Device::Router(id) = device { Some(*id) } else { None });
        let vnet = devices.iter().find_map(|device| device.vnet());
        let (span, object) = match (router, vnet) {
            (Some(id), _) => (estate.topology.router(id).span, estate.router_path(id)),
            (None, Some(id)) => (estate.topology.vnet(id).span, estate.vnet_path(id)),
            (None, None) => continue,
        };
        found.add(
            Finding::new(span, object, format!("BGP never settles on {prefixes} between {names}"))
                .key_of(devices.iter().map(|device| device.name(estate.topology)))
                .label("keeps changing its mind")
                .affects(format!("every subnet that takes {prefixes}"))
                .help("look at the policies between these speakers: one makes a route less wanted once it was taken"),
        );
    }
}
