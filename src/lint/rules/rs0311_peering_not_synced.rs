//! RS0311: a peering that does not know a range of the other VNet yet.

use super::*;
use ipnet::IpNet;

pub(super) static RULE: Rule = Rule {
    code: "RS0311",
    name: "peering-not-synced",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the other VNet has a range that the peering was not synced for",
    what: "A side of a connected peering says in `remote_address_space` what the other VNet had at the last sync, and the other VNet \
           has a range now that this does not cover.",
    why: "A VNet takes the ranges of its peers from the last sync. Until the next one there is no route to the new range over this \
          peering, and a hub does not announce it either.",
    fix: "Sync the peering in the portal or with `az network vnet peering sync`, then take `remote_address_space` out of the file.",
    bad: example!("RS0311", "bad"),
    good: example!("RS0311", "good"),
    sources: &[Source { title: "virtual network peering overview", date: "2018", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for side in estate.sides().iter().filter(|side| side.link.connected && side.link.complete) {
        // Most peerings know all there is; what was written for them need not be looked up.
        let remote = estate.topology.vnet(side.link.remote);
        if side.link.remote_ranges == remote.ranges && remote.ipv6_ranges.is_empty() {
            continue;
        }
        let mut written = estate.flags_of(side.local, side.link).map(|flags| &flags.remote_address_space);
        let Some(known) = written.find(|list| !list.is_empty()) else { continue };
        let Some(last) = known.last() else { continue };
        let remote = estate.written_vnet(side.link.remote);
        let covers = |range: &IpNet| known.iter().any(|old| old.value.contains(range));
        let missing: Vec<_> = remote.body.address_space.iter().filter(|range| !covers(&range.value)).collect();
        let Some(first) = missing.first() else { continue };
        let (local, name) = (estate.name_of(side.local), &remote.name.value);
        let lost = few(missing.iter().map(|range| range.value));
        let message = format!("the peering of `{local}` with `{name}` was not synced since `{name}` got {lost}");
        found.add(
            Finding::new(last.span, estate.peering_path(side.local, side.link.remote), message)
                .key(local)
                .label("what this side knew at the last sync")
                .also(first.span, "not known on the other side of the peering")
                .affects(format!("{lost}: no route from `{local}`"))
                .help("sync the peering (`az network vnet peering sync`) and take `remote_address_space` out"),
        );
    }
}
