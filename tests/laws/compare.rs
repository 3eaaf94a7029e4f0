//! Laws of `compare`: what it says of a route holds when somebody acts on it.

use super::config;
use super::support::{resolved, small::estates};
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::designs::{Designs, Verdict, compare};
use rsctl::analysis::outcome::Pieces;
use rsctl::azure::ROUTE_SERVER_SUBNET;
use rsctl::topology::Topology;

/// The estate as it is, and what is said of its routes: without its route servers against without its routes.
fn compared(full: &Topology) -> Designs {
    let (mut fixed, mut dynamic) = (full.clone(), full.clone());
    fixed.vnets.iter_mut().for_each(|vnet| vnet.route_server = None);
    dynamic.route_tables.iter_mut().for_each(|table| table.routes.clear());
    compare(&Estate::new(fixed), &Estate::new(dynamic))
}

/// The estate without the routes that one of these is said of.
fn left(full: &Topology, designs: &Designs, gone: &[Verdict]) -> Topology {
    let mut left = full.clone();
    for table in &mut left.route_tables {
        let name = table.name.clone();
        let is_gone = |route: &str| {
            designs.routes.iter().any(|said| said.table == name && said.route == route && gone.contains(&said.verdict))
        };
        table.routes.retain(|route| !is_gone(&route.name));
    }
    left
}

/// The first address that a subnet treats otherwise, in words.
fn differing(before: &Estate, after: &Estate) -> Option<String> {
    let pieces = Pieces::of(&[before, after]);
    for id in before.subnets().filter(|id| before.topology.subnet(*id).name != ROUTE_SERVER_SUBNET) {
        for piece in 0..pieces.len() as u32 {
            let address = pieces.first(piece);
            let fate = |estate: &Estate| estate.fate(id, address).settled(&estate.topology, id.vnet);
            let (was, is) = (fate(before), fate(after));
            if was != is {
                return Some(format!("{} to {address}: {was:?} -> {is:?}", before.topology.subnet_name(id)));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn without_its_redundant_routes_an_estate_does_the_same(estate in estates()) {
        let yaml = estate.aimed().node().to_yaml();
        let full = resolved(&yaml).unwrap();
        let designs = compared(&full);
        let without = Estate::new(left(&full, &designs, &[Verdict::Redundant]));
        let found = differing(&Estate::new(full), &without);
        prop_assert!(found.is_none(), "{}\n{:?}\n{}", found.unwrap_or_default(), designs.routes, yaml);
    }
}

/// `10.50.7.0/24` does what BGP does, but only because a shorter route stands between it and the one of BGP.
#[test]
fn an_exception_from_a_route_that_stays_is_not_redundant() {
    let yaml = r#"
rsctl: 1
vnets:
  hub:
    address_space: 10.1.0.0/16
    subnets: { RouteServerSubnet: 10.1.0.0/26, nva: 10.1.1.0/24 }
    route_server: { peers: fw1 }
  spoke:
    address_space: 10.2.0.0/16
    subnets: { app: { prefix: 10.2.1.0/24, route_table: t } }
peerings: [{ hub: hub, spoke: spoke }]
nvas:
  fw1: { subnet: hub/nva, ip: 10.1.1.10, asn: 65001, advertises: 0.0.0.0/0 }
route_tables:
  t:
    routes:
      alone: { prefix: 10.60.0.0/16, next_hop: 10.1.1.10 }
      exception: { prefix: 10.50.7.0/24, next_hop: 10.1.1.10 }
      inside: { prefix: 10.50.7.128/25, next_hop: 10.1.1.10 }
      stays: { prefix: 10.50.0.0/16, next_hop: None }
"#;
    let full = resolved(yaml).unwrap();
    let designs = compared(&full);
    let said: Vec<(&str, Verdict)> = designs.routes.iter().map(|route| (&*route.route, route.verdict)).collect();
    assert_eq!(
        said,
        [
            ("alone", Verdict::Redundant),
            ("exception", Verdict::Exception),
            ("inside", Verdict::Redundant),
            ("stays", Verdict::Overrides)
        ]
    );
    let without = Estate::new(left(&full, &designs, &[Verdict::Redundant]));
    assert_eq!(differing(&Estate::new(full), &without), None);
}
