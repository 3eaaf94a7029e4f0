//! Laws of `diff`: what it prints makes the new estate of the old one, and says nothing that it need not.

use super::config;
use super::support::{resolved, small::estates};
use super::what_if::pairs;
use ipnet::Ipv4Net;
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::difference::{Difference, SubnetChange, difference};
use rsctl::analysis::fate::Fate;
use rsctl::analysis::outcome::{Outcome, Pieces};
use rsctl::analysis::space::Range;
use rsctl::effective::{NextHopType, Row};
use rsctl::topology::{Outages, SubnetId};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

fn computed(yaml: &str) -> Estate {
    Estate::new(resolved(yaml).unwrap_or_else(|errors| panic!("the estate is refused: {errors}\n{yaml}")))
}

/// What a row does with packets, in words, apart from who decides it.
fn doing(estate: &Estate, id: SubnetId, row: Option<Row>) -> String {
    let Some(row) = row else { return "dropped".into() };
    let name = row.name.clone().unwrap_or_default();
    match row.next_hop_type {
        NextHopType::VnetLocal => "local".into(),
        NextHopType::VNetPeering | NextHopType::VNetGlobalPeering => format!("peered {name}"),
        NextHopType::InterfaceEndpoint => format!("endpoint {name}"),
        NextHopType::Internet | NextHopType::VirtualNetworkServiceEndpoint => "internet".into(),
        NextHopType::None => "dropped".into(),
        _ if row.next_hops.is_empty() => {
            let provider = estate.topology.vnet(id.vnet).provider.map(|vnet| &estate.topology.vnet(vnet).name);
            format!("gateway {provider:?}")
        }
        _ => format!("{:?}", row.next_hops),
    }
}

fn words(fate: &Fate) -> String {
    match fate {
        Fate::Local => "local".into(),
        Fate::Peered(name) => format!("peered {name}"),
        Fate::Endpoint(name) => format!("endpoint {name}"),
        Fate::Internet => "internet".into(),
        Fate::Dropped => "dropped".into(),
        Fate::Hops(hops) => format!("{hops:?}"),
        Fate::Gateway(provider) => format!("gateway {provider:?}"),
    }
}

fn covering(changes: &[SubnetChange], address: Ipv4Addr) -> Vec<&SubnetChange> {
    let holds = |range: &Range| (range.first..=range.last).contains(&address);
    changes.iter().filter(|change| change.ranges.iter().any(holds)).collect()
}

/// Holds what is printed against both estates, address by address.
fn check(old: &Estate, new: &Estate, found: &Difference) -> Result<(), TestCaseError> {
    let pieces = Pieces::of(&[old, new]);
    for after in new.subnets().filter(|id| new.topology.subnet(*id).name != "RouteServerSubnet") {
        let name = new.topology.subnet_name(after);
        let Some(before) = old.subnet_named(&name) else { continue };
        let told = found.subnets.iter().find(|subnet| subnet.name == name);
        let changes = told.map_or(&[][..], |told| told.changes.as_slice());
        for piece in 0..pieces.len() as u32 {
            let address = pieces.first(piece);
            let was = doing(old, before, old.table(before).decide(address));
            let is = doing(new, after, new.table(after).decide(address));
            match covering(changes, address).as_slice() {
                [] => {
                    prop_assert_eq!(&was, &is, "{} to {}", name, address);
                    prop_assert_eq!(
                        Outcome::of_subnet(old, before, address),
                        Outcome::of_subnet(new, after, address),
                        "{} to {}",
                        name,
                        address
                    );
                }
                [change] => {
                    let side =
                        |side: &rsctl::analysis::difference::Side| words(&found.decisions.decision(side.decision).fate);
                    prop_assert_eq!(
                        (&was, &is),
                        (&side(&change.before), &side(&change.after)),
                        "{} to {}",
                        name,
                        address
                    );
                    prop_assert!(
                        was != is
                            || Outcome::of_subnet(old, before, address) != Outcome::of_subnet(new, after, address)
                    );
                    prop_assert_eq!(change.further_on, was == is);
                }
                more => prop_assert!(false, "{} to {} is told {} times", name, address, more.len()),
            }
        }
    }
    Ok(())
}

/// No two of the prefixes of a change can be told as one.
fn is_fewest(change: &SubnetChange) -> bool {
    let prefixes: BTreeSet<Ipv4Net> = change.ranges.iter().flat_map(|range| range.prefixes()).collect();
    let buddy = |prefix: &Ipv4Net| {
        let parent = prefix.supernet()?;
        parent.subnets(prefix.prefix_len()).ok()?.find(|half| half != prefix)
    };
    prefixes.iter().all(|prefix| buddy(prefix).is_none_or(|buddy| !prefixes.contains(&buddy)))
        && prefixes.iter().all(|one| prefixes.iter().all(|other| one == other || !one.contains(other)))
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn the_ranges_that_differ_make_the_new_estate_of_the_old_one(one in estates(), other in estates()) {
        let (old, new) = (computed(&one.node().to_yaml()), computed(&other.node().to_yaml()));
        let found = difference(&old, &new);
        check(&old, &new, &found)?;
        for subnet in &found.subnets {
            prop_assert!(subnet.changes.iter().all(is_fewest), "{} {:?}", subnet.name, subnet.changes);
        }
    }

    #[test]
    fn an_edit_is_told_in_full(one in estates(), other in estates(), which in any::<u8>()) {
        let crossed = one.crossed(&other, which).node().to_yaml();
        let Ok(topology) = resolved(&crossed) else { return Ok(()) };
        let (old, new) = (computed(&one.node().to_yaml()), Estate::new(topology));
        check(&old, &new, &difference(&old, &new))?;
    }

    #[test]
    fn the_loss_of_an_nva_is_told_in_full(estate in estates(), number in any::<u8>()) {
        let Some((without, _)) = estate.without_an_nva(number) else { return Ok(()) };
        let (old, new) = (computed(&estate.node().to_yaml()), computed(&without.node().to_yaml()));
        check(&old, &new, &difference(&old, &new))?;
    }

    #[test]
    fn what_fails_and_what_works_again_is_told_in_full(estate in estates(), number in any::<prop::sample::Index>()) {
        let text = estate.node().to_yaml();
        let (works, topology) = (computed(&text), resolved(&text).unwrap());
        let names: Vec<String> = Outages::all_names(&topology).into_iter().chain(pairs(&topology)).collect();
        if names.is_empty() {
            return Ok(());
        }
        let outages = Outages::named(&topology, &[number.get(&names).clone()]).unwrap();
        let failed = Estate::new(topology.with(&outages));
        check(&works, &failed, &difference(&works, &failed))?;
        check(&failed, &works, &difference(&failed, &works))?;
    }

    #[test]
    fn what_two_failures_do_otherwise_is_told_in_full(
        estate in estates(),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let text = estate.node().to_yaml();
        let topology = resolved(&text).unwrap();
        let names: Vec<String> = Outages::all_names(&topology).into_iter().chain(pairs(&topology)).collect();
        if names.is_empty() {
            return Ok(());
        }
        let failed = |index: prop::sample::Index| {
            let outages = Outages::named(&topology, &[index.get(&names).clone()]).unwrap();
            Estate::new(topology.with(&outages))
        };
        let (old, new) = (failed(one), failed(other));
        check(&old, &new, &difference(&old, &new))?;
    }

    #[test]
    fn an_estate_does_not_differ_from_itself(estate in estates(), seed in any::<u64>()) {
        let (one, other) = (computed(&estate.node().to_yaml()), computed(&estate.node().shuffled(seed).to_yaml()));
        let found = difference(&one, &other);
        prop_assert!(found.subnets.is_empty(), "{:?}", found.subnets);
        prop_assert!(found.sessions.is_empty(), "{:?}", found.sessions);
    }
}

/// Two connections stand at the same place of the file and lead to different ends; nothing else tells them apart.
#[test]
fn a_connection_without_bgp_that_leads_elsewhere_is_told() {
    let estate = |site: &str| {
        computed(&format!(
            r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: {{ GatewaySubnet: 10.1.0.64/26, app: 10.1.1.0/24 }}
    vpn_gateway: {{}}
sites:
  one: {{ prefixes: 10.9.0.0/16 }}
  other: {{ prefixes: 10.9.0.0/16 }}
connections: [{{ between: [hub, {site}] }}]
"#
        ))
    };
    let (old, new) = (estate("one"), estate("other"));
    let found = difference(&old, &new);
    check(&old, &new, &found).unwrap();
    let names: Vec<&str> = found.subnets.iter().map(|subnet| &*subnet.name).collect();
    assert_eq!(names, ["hub/GatewaySubnet", "hub/app"]);
}
