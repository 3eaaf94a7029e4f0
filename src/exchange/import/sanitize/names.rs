//! New names for old ones: numbered for each kind of thing, in the order of the old ones.
//!
//! What is a name, and of what kind, is told by whoever finds it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The word for a masked text.
pub(super) const MASKED: &str = "masked";

/// The word for a subscription.
pub(super) const SUBSCRIPTION: &str = "subscription";

/// The word for a resource group.
pub(super) const GROUP: &str = "group";

/// The word for a subnet.
pub(super) const SUBNET: &str = "subnet";

/// The word for a route of a table.
pub(super) const ROUTE: &str = "route";

/// Names that Azure gives or asks for; they say nothing about their owner, and import knows things by them.
const AZURES: &[&str] = &[
    "RouteServerSubnet",
    "GatewaySubnet",
    "AzureFirewallSubnet",
    "AzureFirewallManagementSubnet",
    "AzureBastionSubnet",
    "VirtualNetworkApplianceSubnet",
    "AzurePrivatePeering",
    "AzurePublicPeering",
    "MicrosoftPeering",
];

/// The word that new names of a kind begin with; a kind is the last segment of a resource type, without regard to case.
pub(super) fn word(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "virtualnetworks" | "virtualnetwork" => "vnet",
        "subnets" | "subnet" => SUBNET,
        "virtualnetworkpeerings" => "peering",
        "routetables" | "routetable" => "route-table",
        "routes" | "route" => ROUTE,
        "virtualhubs" => "route-server",
        "bgpconnections" => "peer",
        "virtualnetworkgateways" => "gateway",
        "localnetworkgateways" => "local-gateway",
        "connections" => "connection",
        "expressroutecircuits" => "circuit",
        "peerings" => "circuit-peering",
        "publicipaddresses" => "public-ip",
        "networkinterfaces" => "nic",
        "virtualmachines" => "vm",
        "loadbalancers" => "load-balancer",
        "frontendipconfigurations" => "frontend",
        "backendaddresspools" => "pool",
        "loadbalancingrules" => "rule",
        "ipconfigurations" => "ip-config",
        "privateendpoints" => "endpoint",
        "azurefirewalls" => "firewall",
        "networksecuritygroups" => "nsg",
        "routemaps" => "route-map",
        "delegations" => "delegation",
        GROUP | "resourcegroups" => GROUP,
        SUBSCRIPTION => SUBSCRIPTION,
        MASKED => MASKED,
        "folder" => "folder",
        "document" => "document",
        _ => "item",
    }
}

/// The names that occur, gathered.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<&'static str, BTreeSet<String>>);

impl Seen {
    /// Takes note of a name, unless it stays.
    pub(super) fn note(&mut self, word: &'static str, name: &str) {
        if !stays(name) {
            self.0.entry(word).or_default().insert(name.to_lowercase());
        }
    }
}

/// The new names.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<&'static str, BTreeMap<String, String>>);

impl Names {
    /// Numbers the names of each word, so that they sort as the old ones did.
    pub(super) fn number(seen: Seen) -> Names {
        let renamed = |(word, names): (&'static str, BTreeSet<String>)| {
            let mut names: Vec<String> = names.into_iter().collect();
            names.sort_by(|left, right| natural(left, right));
            let width = names.len().to_string().len().max(3);
            let new = |(index, name)| (name, new_name(word, index + 1, width));
            (word, names.into_iter().enumerate().map(new).collect())
        };
        Names(seen.0.into_iter().map(renamed).collect())
    }

    /// The new name; one that was never noted stays.
    pub(super) fn replacement(&self, word: &'static str, name: &str) -> String {
        let new = self.0.get(word).and_then(|names| names.get(&name.to_lowercase()));
        new.cloned().unwrap_or_else(|| name.to_owned())
    }
}

/// True for the names of Azure and for none at all.
fn stays(name: &str) -> bool {
    name.is_empty() || AZURES.iter().any(|azures| azures.eq_ignore_ascii_case(name))
}

fn new_name(word: &str, number: usize, width: usize) -> String {
    match word {
        SUBSCRIPTION => format!("00000000-0000-0000-0000-{number:012}"),
        MASKED => format!("<masked-{number:0width$}>"),
        _ => format!("{word}-{number:0width$}"),
    }
}

/// The order of people: `spoke2` before `spoke10`.
fn natural(left: &str, right: &str) -> Ordering {
    pieces(left).cmp(pieces(right)).then_with(|| left.cmp(right))
}

/// Runs of digits by their number, everything else letter by letter.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (piece, after) = match digits {
            0 => (Piece::Letter(first), &rest[first.len_utf8()..]),
            _ => {
                let number = rest[..digits].trim_start_matches('0');
                (Piece::Number(number.len(), number), &rest[digits..])
            }
        };
        rest = after;
        Some(piece)
    })
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    /// The digits without leading zeros, and before them how many there are.
    Number(usize, &'a str),
    Letter(char),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[(&'static str, &str)]) -> Names {
        let mut seen = Seen::default();
        of.iter().for_each(|(word, name)| seen.note(word, name));
        Names::number(seen)
    }

    #[test]
    fn new_names_sort_as_the_old_ones_do() {
        let names = names(&[("vnet", "spoke10"), ("vnet", "spoke2"), ("vnet", "hub")]);
        let new = ["hub", "spoke2", "spoke10"].map(|name| names.replacement("vnet", name));
        assert_eq!(new, ["vnet-001", "vnet-002", "vnet-003"]);
    }

    #[test]
    fn more_than_999_names_still_sort() {
        let mut seen = Seen::default();
        (1..=1200).for_each(|number| seen.note(SUBNET, &format!("s{number}")));
        let names = Names::number(seen);
        assert_eq!(
            (names.replacement(SUBNET, "s7"), names.replacement(SUBNET, "s1200")),
            ("subnet-0007".into(), "subnet-1200".into())
        );
    }

    #[test]
    fn case_makes_no_other_name_and_kind_does() {
        let names = names(&[("vnet", "Hub"), ("nic", "hub")]);
        assert_eq!(
            (names.replacement("vnet", "HUB"), names.replacement("nic", "hub")),
            ("vnet-001".into(), "nic-001".into())
        );
    }

    #[test]
    fn names_of_azure_stay() {
        let names = names(&[(SUBNET, "GatewaySubnet"), (SUBNET, "web"), (SUBNET, "")]);
        assert_eq!(
            (names.replacement(SUBNET, "gatewaysubnet"), names.replacement(SUBNET, "web")),
            ("gatewaysubnet".into(), "subnet-001".into())
        );
        assert_eq!(names.replacement(SUBNET, ""), "");
    }

    #[test]
    fn masked_subscriptions_and_names_keep_their_form() {
        let names = names(&[(SUBSCRIPTION, "f00d"), (MASKED, "<SUB>")]);
        assert_eq!(names.replacement(SUBSCRIPTION, "F00D"), "00000000-0000-0000-0000-000000000001");
        assert_eq!(names.replacement(MASKED, "<sub>"), "<masked-001>");
    }
}
