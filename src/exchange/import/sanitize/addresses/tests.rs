//! Which relations between addresses hold before and after, tried on random estates.

use super::*;
use proptest::prelude::*;

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn noted(prefixes: &[(IpNet, Standing)]) -> Addresses {
    let mut addresses = Addresses::new(42);
    prefixes.iter().for_each(|(prefix, standing)| addresses.note(*prefix, *standing));
    addresses
}

/// Prefixes close enough to meet: from a few ranges, of all lengths.
fn prefix() -> impl Strategy<Value = IpNet> {
    let v4 = prop_oneof![
        any::<u32>(),
        (0x0a00_0000..0x0a0f_ffffu32),
        (0xac10_0000..0xac1f_ffffu32),
        (0x1404_0000..0x1430_0000u32),
        (0xa9fe_0000..0xa9fe_ffffu32),
    ];
    let v4 =
        (v4, 1..=32u8).prop_map(|(bits, length)| IpNet::new_assert(Ipv4Addr::from_bits(bits).into(), length).trunc());
    let v6 = prop_oneof![any::<u128>(), (0xfd00_u128 << 112..0xfd01_u128 << 112)];
    let v6 =
        (v6, 1..=128u8).prop_map(|(bits, length)| IpNet::new_assert(Ipv6Addr::from_bits(bits).into(), length).trunc());
    prop_oneof![8 => v4, 1 => v6]
}

fn estate() -> impl Strategy<Value = Vec<(IpNet, Standing)>> {
    let standing = prop_oneof![4 => Just(Standing::Used), 2 => Just(Standing::Subnet), 1 => Just(Standing::Azures)];
    prop::collection::vec((prefix(), standing), 2..60)
}

proptest! {
    #[test]
    fn prefixes_contain_one_another_and_sort_as_before(estate in estate()) {
        let addresses = noted(&estate);
        let new: Vec<IpNet> = estate.iter().map(|(prefix, _)| addresses.new_prefix(*prefix)).collect();
        for (left, new_left) in estate.iter().map(|(prefix, _)| prefix).zip(&new) {
            for (right, new_right) in estate.iter().map(|(prefix, _)| prefix).zip(&new) {
                prop_assert_eq!(left.contains(right), new_left.contains(new_right), "{} {}", left, right);
                let key = |prefix: &IpNet| (prefix.addr(), prefix.prefix_len());
                prop_assert_eq!(key(left).cmp(&key(right)), key(new_left).cmp(&key(new_right)), "{} {}", left, right);
            }
        }
    }

    #[test]
    fn what_means_something_stays_what_it_is(estate in estate()) {
        let addresses = noted(&estate);
        let constants: Vec<IpNet> = MEANING.iter().chain(VERBATIM).map(|text| net(text)).collect();
        for (prefix, standing) in &estate {
            let new = addresses.new_prefix(*prefix);
            for constant in &constants {
                prop_assert_eq!(constant.contains(prefix), constant.contains(&new), "{} {}", constant, prefix);
                prop_assert_eq!(prefix.contains(constant), new.contains(constant), "{} {}", constant, prefix);
            }
            if *standing == Standing::Azures || VERBATIM.iter().any(|range| net(range).contains(prefix)) {
                prop_assert_eq!(*prefix, new);
            }
        }
    }

    #[test]
    fn a_host_keeps_its_place_in_its_subnet(estate in estate(), host in any::<u32>()) {
        let mut addresses = noted(&estate);
        let subnets: Vec<IpNet> = estate.iter().filter(|(_, standing)| *standing == Standing::Subnet).map(|(net, _)| *net).collect();
        for subnet in subnets.iter().filter_map(|subnet| match subnet { IpNet::V4(subnet) => Some(subnet), IpNet::V6(_) => None }) {
            let inside = subnet.hostmask().to_bits();
            let address = Ipv4Addr::from_bits(subnet.network().to_bits() | host & inside);
            addresses.note(IpAddr::V4(address).into(), Standing::Used);
            let IpAddr::V4(new) = addresses.new_address(address.into()) else { panic!("another family") };
            prop_assert_eq!(new.to_bits() & inside, host & inside);
            prop_assert!(addresses.new_prefix((*subnet).into()).contains(&IpAddr::V4(new)));
        }
    }
}

#[test]
fn a_range_used_in_one_half_only_may_move_and_its_host_bits_stay() {
    let moved = (0..64).filter(|seed| {
        let mut addresses = Addresses::new(*seed);
        addresses.note(net("10.20.30.44/32"), Standing::Used);
        let IpAddr::V4(new) = addresses.new_address("10.20.30.44".parse().unwrap()) else { panic!("another family") };
        assert_eq!((new.octets()[0], new.octets()[3]), (10, 44));
        new.octets()[1..3] != [20, 30]
    });
    assert!(moved.count() > 60);
}

#[test]
fn a_public_address_moves_within_public_space() {
    let mut addresses = Addresses::new(1);
    addresses.note(net("131.107.72.23/32"), Standing::Used);
    let new = addresses.new_address("131.107.72.23".parse().unwrap());
    assert_ne!(new.to_string(), "131.107.72.23");
    assert!(MEANING.iter().chain(VERBATIM).all(|range| !net(range).contains(&new)));
}

#[test]
fn azures_platform_address_and_the_default_routes_stay() {
    let mut addresses = Addresses::new(3);
    let stay = [
        "168.63.129.16/32",
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "0.0.0.0/32",
        "169.254.21.5/32",
        "25.48.0.0/12",
        "::/0",
    ];
    stay.iter().for_each(|text| addresses.note(net(text), Standing::Used));
    stay.iter().for_each(|text| assert_eq!(addresses.new_prefix(net(text)), net(text)));
}
