//! RS0310: a peering that is not connected.

use super::*;
use crate::lint::questions::peering_sides::Side;
use crate::topology::{Link, PeeringState, VnetId};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0310",
    name: "peering-not-connected",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a peering is not connected on both sides",
    what: "A peering is written for one direction only, or one of its sides has the state `Initiated` or `Disconnected`.",
    why: "A peering carries routes and traffic only when both sides exist and are connected. Until then neither VNet has a route to \
          the other, and nothing is borrowed or lent over it.",
    fix: "Create the side that is missing. A side that is `Disconnected` has lost its counterpart and cannot be mended: delete it, \
          then create both sides anew.",
    bad: example!("RS0310", "bad"),
    good: example!("RS0310", "good"),
    sources: &[Source { title: "virtual network peering overview", date: "2018", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut seen: BTreeSet<(VnetId, VnetId)> = BTreeSet::new();
    // One that was connected and has failed is no mistake in the file.
    let failed = |side: &Side<'_>| estate.topology.down.has_peering(side.local, side.link.remote);
    for side in estate.sides().iter().filter(|side| !side.link.connected && !failed(side)) {
        let ends = (side.local.min(side.link.remote), side.local.max(side.link.remote));
        if seen.insert(ends) {
            found.add(finding(estate, side));
        }
    }
}

fn finding(estate: &Context<'_>, side: &Side<'_>) -> Finding {
    let (local, remote) = (estate.name_of(side.local), estate.name_of(side.link.remote));
    let path = estate.peering_path(side.local, side.link.remote);
    let Some(reverse) = side.reverse else {
        let message = format!("the peering of `{local}` with `{remote}` has no side of `{remote}`");
        return Finding::new(side.link.span, path, message)
            .label(format!("only the side of `{local}` is written"))
            .also(estate.topology.vnet(side.link.remote).span, format!("`{remote}` has no peering with `{local}`"))
            .help(format!("write the other side too: `- {{ local: {remote}, remote: {local} }}`"));
    };
    let broken = |link: &Link| link.state.filter(|state| *state != PeeringState::Connected);
    let (owner, link, state) = match (broken(side.link), broken(reverse)) {
        (Some(state), _) => (side.local, side.link, state),
        (None, state) => (side.link.remote, reverse, state.unwrap_or(PeeringState::Initiated)),
    };
    let (word, help) = match state {
        PeeringState::Disconnected => ("Disconnected", "delete both sides and create them anew"),
        _ => ("Initiated", "create the other side in Azure; the state then turns to Connected"),
    };
    let (owner_name, other) = (estate.name_of(owner), if owner == side.local { remote } else { local });
    let written = estate.flags_of(owner, link).find_map(|flags| flags.state.as_ref()).map(|state| state.span);
    Finding::new(
        written.unwrap_or(link.span),
        path,
        format!("the peering of `{owner_name}` with `{other}` is {word}, not Connected"),
    )
    .label("nothing is routed over this peering")
    .help(help)
}
