//! The words of route tables, one enum for the spelling of the API and that of the portal.
//!
//! Only reading and printing of single values lives here; which rows they stand in belongs to the readers.

use ipnet::{Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::IpAddr;

/// Where an effective route comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteSource {
    /// A system route.
    Default,
    /// A user-defined route.
    User,
    /// Learned by BGP or from a gateway; the portal prints `Virtual network gateway`.
    VirtualNetworkGateway,
    /// A word that is not known here, as printed.
    Other(String),
}

/// Whether an effective route carries traffic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is used.
    Active,
    /// Another route of the same prefix is preferred.
    Invalid,
    /// A word that is not known here, as printed.
    Other(String),
}

/// What kind of next hop an effective route has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextHopType {
    /// The own VNet; the portal prints `Virtual network`.
    VnetLocal,
    /// A peered VNet of the same region.
    VNetPeering,
    /// A peered VNet of another region.
    VNetGlobalPeering,
    /// A gateway or a BGP peer of a route server.
    VirtualNetworkGateway,
    /// An address in a VNet.
    VirtualAppliance,
    /// The internet.
    Internet,
    /// Traffic is dropped.
    None,
    /// The prefixes of a service endpoint.
    VirtualNetworkServiceEndpoint,
    /// A private endpoint.
    InterfaceEndpoint,
    /// A gateway of the platform, documented but not seen in prints.
    HyperNetGateway,
    /// A word that is not known here, as printed.
    Other(String),
}

/// The letters and digits of a word in lower case: what the API and the portal spell alike.
pub(super) fn letters(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

impl From<&str> for RouteSource {
    fn from(word: &str) -> Self {
        match letters(word).as_str() {
            "default" => RouteSource::Default,
            "user" => RouteSource::User,
            "virtualnetworkgateway" => RouteSource::VirtualNetworkGateway,
            _ => RouteSource::Other(word.to_owned()),
        }
    }
}

impl From<&str> for State {
    fn from(word: &str) -> Self {
        match letters(word).as_str() {
            "active" => State::Active,
            "invalid" => State::Invalid,
            _ => State::Other(word.to_owned()),
        }
    }
}

impl From<&str> for NextHopType {
    fn from(word: &str) -> Self {
        match letters(word).as_str() {
            "vnetlocal" | "virtualnetwork" => NextHopType::VnetLocal,
            "vnetpeering" | "virtualnetworkpeering" => NextHopType::VNetPeering,
            "vnetglobalpeering" | "globalvnetpeering" | "virtualnetworkglobalpeering" => NextHopType::VNetGlobalPeering,
            "virtualnetworkgateway" => NextHopType::VirtualNetworkGateway,
            "virtualappliance" => NextHopType::VirtualAppliance,
            "internet" => NextHopType::Internet,
            "none" => NextHopType::None,
            "virtualnetworkserviceendpoint" => NextHopType::VirtualNetworkServiceEndpoint,
            "interfaceendpoint" => NextHopType::InterfaceEndpoint,
            "hypernetgateway" => NextHopType::HyperNetGateway,
            _ => NextHopType::Other(word.to_owned()),
        }
    }
}

/// The word of the API.
impl fmt::Display for RouteSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RouteSource::Default => "Default",
            RouteSource::User => "User",
            RouteSource::VirtualNetworkGateway => "VirtualNetworkGateway",
            RouteSource::Other(word) => word,
        })
    }
}

/// The word of the API.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Active => "Active",
            State::Invalid => "Invalid",
            State::Other(word) => word,
        })
    }
}

/// The word of the API.
impl fmt::Display for NextHopType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NextHopType::VnetLocal => "VnetLocal",
            NextHopType::VNetPeering => "VNetPeering",
            NextHopType::VNetGlobalPeering => "VNetGlobalPeering",
            NextHopType::VirtualNetworkGateway => "VirtualNetworkGateway",
            NextHopType::VirtualAppliance => "VirtualAppliance",
            NextHopType::Internet => "Internet",
            NextHopType::None => "None",
            NextHopType::VirtualNetworkServiceEndpoint => "VirtualNetworkServiceEndpoint",
            NextHopType::InterfaceEndpoint => "InterfaceEndpoint",
            NextHopType::HyperNetGateway => "HyperNetGateway",
            NextHopType::Other(word) => word,
        })
    }
}

/// A destination as printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapturedPrefix {
    /// An IPv4 prefix without host bits.
    V4(Ipv4Net),
    /// An IPv6 prefix.
    V6(Ipv6Net),
    /// A service tag such as `Storage.WestEurope`.
    Tag(String),
    /// A prefix that the author made unreadable: `<PUBLIC_IP>/14`, `20.X.X.X/32`.
    Masked(String),
}

/// An address as printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapturedAddress {
    /// Printed empty.
    None,
    /// A readable address.
    Address(IpAddr),
    /// An address that the author made unreadable, or a name in its place.
    Masked(String),
}

impl CapturedPrefix {
    /// Reads a prefix, a service tag or a masked prefix; the error says what is wrong and what to do.
    pub(super) fn read(text: &str) -> Result<Self, BadValue> {
        if let Ok(net) = text.parse::<Ipv4Net>() {
            let kept = net.trunc();
            return if kept == net { Ok(CapturedPrefix::V4(net)) } else { Err(BadValue::host_bits(text, kept)) };
        }
        if let Ok(net) = text.parse::<Ipv6Net>() {
            return Ok(CapturedPrefix::V6(net.trunc()));
        }
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        if is_numeric(address) || length.is_some_and(|length| length.parse::<u8>().is_err()) {
            return Err(BadValue::prefix(text));
        }
        let tag = length.is_none()
            && address.starts_with(|first: char| first.is_ascii_alphabetic())
            && address.chars().all(|part| part.is_ascii_alphanumeric() || matches!(part, '.' | '-' | '_'))
            && !is_masked_quad(address);
        Ok(if tag { CapturedPrefix::Tag(text.to_owned()) } else { CapturedPrefix::Masked(text.to_owned()) })
    }
}

impl CapturedAddress {
    /// Reads an address; `None` and `-` stand for an empty cell, anything that is not made of digits counts as masked.
    pub(super) fn read(text: &str) -> Result<Self, BadValue> {
        let text = text.trim();
        if matches!(text, "" | "-" | "None" | "none" | "N/A") {
            return Ok(CapturedAddress::None);
        }
        match text.parse() {
            Ok(address) => Ok(CapturedAddress::Address(address)),
            Err(_) if is_numeric(text) => Err(BadValue::address(text)),
            Err(_) => Ok(CapturedAddress::Masked(text.to_owned())),
        }
    }
}

/// True for what can only be meant as a number: digits and dots, or the letters of an IPv6 address.
fn is_numeric(text: &str) -> bool {
    text.is_empty()
        || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        || (text.contains(':') && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'))
}

/// True for `X.X.X.X`, which would otherwise read as a service tag.
fn is_masked_quad(text: &str) -> bool {
    let hidden = |part: &str| part.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'_') || byte.is_ascii_digit());
    text.split('.').count() == 4 && text.split('.').all(hidden)
}

impl fmt::Display for CapturedPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CapturedPrefix::V4(net) => write!(f, "{net}"),
            CapturedPrefix::V6(net) => write!(f, "{net}"),
            CapturedPrefix::Tag(text) | CapturedPrefix::Masked(text) => f.write_str(text),
        }
    }
}

/// Empty for [`CapturedAddress::None`].
impl fmt::Display for CapturedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CapturedAddress::None => Ok(()),
            CapturedAddress::Address(address) => write!(f, "{address}"),
            CapturedAddress::Masked(text) => f.write_str(text),
        }
    }
}

/// Why a value of a row cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadValue {
    /// What is wrong, to follow the name of the field.
    pub(super) message: String,
    /// What to do.
    pub(super) help: Option<String>,
}

impl BadValue {
    fn host_bits(text: &str, kept: Ipv4Net) -> Self {
        BadValue { message: format!("`{text}` has host bits set"), help: Some(format!("did you mean {kept}?")) }
    }

    fn prefix(text: &str) -> Self {
        let bare = text.parse::<std::net::Ipv4Addr>().is_ok();
        let help = "routers leave the length out where it is the classful one; write it, for example 10.0.0.0/8";
        BadValue { message: format!("`{text}` is not a prefix"), help: bare.then(|| help.to_owned()) }
    }

    fn address(text: &str) -> Self {
        BadValue { message: format!("`{text}` is not an address"), help: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portal_words_and_api_words_mean_the_same() {
        for (portal, api) in [
            ("Virtual network", "VnetLocal"),
            ("VNet peering", "VNetPeering"),
            ("VNet global peering", "VNetGlobalPeering"),
            ("Virtual network gateway", "VirtualNetworkGateway"),
            ("Virtual appliance", "VirtualAppliance"),
        ] {
            assert_eq!(NextHopType::from(portal), NextHopType::from(api));
            assert_eq!(NextHopType::from(portal).to_string(), api);
        }
        assert_eq!(RouteSource::from("Virtual network gateway"), RouteSource::VirtualNetworkGateway);
    }

    #[test]
    fn an_unknown_word_is_kept_as_printed() {
        assert_eq!(NextHopType::from("Warp Gate"), NextHopType::Other("Warp Gate".into()));
        assert_eq!(State::from("Pending").to_string(), "Pending");
    }

    #[test]
    fn masked_prefixes_and_service_tags_are_told_apart() {
        let read = |text| CapturedPrefix::read(text).unwrap();
        assert_eq!(read("<PUBLIC_IP>/14"), CapturedPrefix::Masked("<PUBLIC_IP>/14".into()));
        assert_eq!(read("20.X.X.X/32"), CapturedPrefix::Masked("20.X.X.X/32".into()));
        assert_eq!(read("X.X.X.X"), CapturedPrefix::Masked("X.X.X.X".into()));
        assert_eq!(read("Storage.WestEurope"), CapturedPrefix::Tag("Storage.WestEurope".into()));
    }

    #[test]
    fn a_bad_prefix_says_what_is_wrong() {
        assert_eq!(CapturedPrefix::read("10.0.0.0/33").unwrap_err().message, "`10.0.0.0/33` is not a prefix");
        assert_eq!(CapturedPrefix::read("10.1.0.5/16").unwrap_err().help.unwrap(), "did you mean 10.1.0.0/16?");
        assert!(CapturedPrefix::read("10.0.0.0").unwrap_err().help.unwrap().contains("classful"));
        assert!(CapturedPrefix::read("<HIDDEN>/x").is_err());
        assert!(CapturedPrefix::read("").is_err());
    }

    #[test]
    fn an_address_of_digits_must_be_one() {
        assert!(CapturedAddress::read("10.0.0.256").is_err());
        assert_eq!(CapturedAddress::read("20.X.X.X").unwrap(), CapturedAddress::Masked("20.X.X.X".into()));
        assert_eq!(CapturedAddress::read("-").unwrap(), CapturedAddress::None);
    }
}
