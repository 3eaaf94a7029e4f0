//! System routes that every subnet has, whatever is deployed.

use ipnet::Ipv4Net;

/// The address ranges that Azure routes to `None` while nothing else claims them.
///
/// `which` is a value of the fact `none_routes`. The documented four are those of the user-defined routes overview (2025); the longer
/// lists are captures of 2021 (FortinetSecDevOps/technical-recipe-azure-sdwan) and 2026 (erjosito/net-lab-builder).
pub fn none_ranges(which: &str) -> Vec<Ipv4Net> {
    let documented = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
    let seen_2021 = [
        "25.48.0.0/12",
        "25.4.0.0/14",
        "198.18.0.0/15",
        "157.59.0.0/16",
        "25.33.0.0/16",
        "40.109.0.0/16",
        "104.147.0.0/16",
        "104.146.0.0/17",
        "40.108.0.0/17",
        "23.103.0.0/18",
        "25.41.0.0/20",
        "20.35.252.0/22",
    ];
    let seen_2026 = [
        "127.0.0.0/8",
        "25.176.0.0/13",
        "25.152.0.0/14",
        "25.184.0.0/14",
        "25.4.0.0/14",
        "25.148.0.0/15",
        "198.18.0.0/15",
        "25.150.0.0/16",
        "25.156.0.0/16",
        "25.159.0.0/16",
        "40.109.0.0/16",
        "104.147.0.0/16",
        "157.59.0.0/16",
        "40.108.0.0/17",
        "104.146.0.0/17",
        "23.103.0.0/18",
        "20.35.252.0/22",
    ];
    let further: &[&str] = match which {
        "observed_2021" => &seen_2021,
        "observed_2026" => &seen_2026,
        _ => &[],
    };
    let texts = documented.iter().chain(further);
    texts.map(|text| text.parse().expect("the constants above are prefixes")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_ranges_are_in_every_list() {
        assert_eq!(none_ranges("documented").len(), 4);
        assert_eq!(none_ranges("observed_2021").len(), 16);
        assert_eq!(none_ranges("observed_2026").len(), 21);
    }
}
