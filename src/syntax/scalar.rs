//! Reads one leaf (a range, an address, an AS number) and says what is wrong with it.
//!
//! Knows nothing of keys or of the tree; `shape` says which leaf stands where.

mod address;

pub(super) use address::{cidr, cidr4, ipv4};

use super::document::{UserNextHop, UserPrefix};
use super::shape::{Choice, Scalar};
use crate::net::{Asn, Community};
use crate::words::{all_of, closest, echo, is_harmful, one_of};

/// What is wrong with a leaf, still without a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// What is wrong.
    pub(super) message: String,
    /// What is here.
    pub(super) label: String,
    /// What to do.
    pub(super) help: String,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Self {
        Complaint { message: message.into(), label: label.into(), help: help.into() }
    }
}

/// Longest name, as long as Azure allows for networks.
pub(super) const MAX_NAME: usize = 80;

/// Checks a leaf; `quoted` tells `"1"` from `1`.
pub(super) fn check(kind: &Scalar, text: &str, quoted: bool) -> Result<(), Complaint> {
    match kind {
        Scalar::Version => version(text, quoted),
        Scalar::Date => date(text),
        Scalar::Cidr => cidr(text).map(drop),
        Scalar::Cidr4 => cidr4(text).map(drop),
        Scalar::Ipv4 => ipv4(text).map(drop),
        Scalar::Asn => unquoted(text, quoted, "an AS number").and_then(|()| asn(text)).map(drop),
        Scalar::Bool => unquoted(text, quoted, "`true` or `false`").and_then(|()| boolean(text)).map(drop),
        Scalar::Community => community(text).map(drop),
        Scalar::Count => unquoted(text, quoted, "a whole number").and_then(|()| count(text)).map(drop),
        Scalar::Instance => unquoted(text, quoted, "0 or 1").and_then(|()| instance(text)).map(drop),
        Scalar::PrefixLength => unquoted(text, quoted, "a prefix length").and_then(|()| prefix_length(text)).map(drop),
        Scalar::UserPrefix => user_prefix(text).map(drop),
        Scalar::UserNextHop => user_next_hop(text).map(drop),
        Scalar::Enum(choice) => enumerated(choice, text).map(drop),
        Scalar::Reference(what) => reference(text, what),
        Scalar::Subnet => subnet(text),
        Scalar::Text(what) => plain(text, what),
    }
}

fn unquoted(text: &str, quoted: bool, what: &str) -> Result<(), Complaint> {
    if !quoted {
        return Ok(());
    }
    let shown = echo(text);
    Err(Complaint::new(
        format!("expected {what}, found text in quotes"),
        "in quotes",
        format!("remove the quotes: `{shown}`"),
    ))
}

fn version(text: &str, quoted: bool) -> Result<(), Complaint> {
    let shown = echo(text);
    match text {
        "1" if !quoted => Ok(()),
        "1" | "1.0" | "v1" => {
            Err(Complaint::new("the format version is written as a plain number", "this version", "write `rsctl: 1`"))
        }
        _ => Err(Complaint::new(
            format!("format version `{shown}` is unknown"),
            "only version 1 exists",
            "write `rsctl: 1`, or use the rsctl that wrote this file",
        )),
    }
}

fn date(text: &str) -> Result<(), Complaint> {
    let shown = echo(text);
    let complain = |label: &str| {
        let help = "write year, month and day, such as 2026-11-23";
        Err(Complaint::new(format!("`{shown}` is not a date"), label, help))
    };
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, width: usize| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
    let &[year, month, day] = parts.as_slice() else { return complain("not of the form YYYY-MM-DD") };
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return complain("not of the form YYYY-MM-DD");
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return complain("there are twelve months"),
    };
    if (1..=days).contains(&day) { Ok(()) } else { complain("this month has no such day") }
}

/// An AS number: plain digits.
pub(super) fn asn(text: &str) -> Result<Asn, Complaint> {
    if let Some(number) = plain_number(text) {
        return Ok(Asn(number));
    }
    let shown = echo(text);
    let message = format!("`{shown}` is not an AS number");
    let range = "a number from 0 to 4294967295";
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if let Some((high, low)) = text.split_once('.') {
        let dotted = plain_number(high).zip(plain_number(low)).filter(|(high, low)| *high <= 65535 && *low <= 65535);
        return Err(match dotted {
            Some((high, 0)) => Complaint::new(message, range, format!("write `{high}`")),
            Some((high, low)) => {
                let number = (u64::from(high) << 16) + u64::from(low);
                Complaint::new(message, "dotted notation", format!("write it as one number: `{number}`"))
            }
            None => Complaint::new(message, range, "write plain digits, such as 65001"),
        });
    }
    if text.contains('-') && plain_number(text.split('-').next().unwrap_or("")).is_some() {
        let list = text.replace('-', ", ");
        return Err(Complaint::new(message, range, format!("if a path is meant, write a list: `[{}]`", echo(&list))));
    }
    let bare = digits.trim_start_matches('0');
    let near = text.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let cleaned = near.chars().all(|character| character.is_ascii_digit() || "_ ,".contains(character));
    let help = match plain_number(bare) {
        Some(number) if cleaned => format!("write plain digits: `{number}`"),
        _ if cleaned && !bare.is_empty() => "AS numbers end at 4294967295".to_owned(),
        _ => "write plain digits, such as 65001".to_owned(),
    };
    Err(Complaint::new(message, range, help))
}

/// Digits without sign, separators or leading zeros.
pub(super) fn plain_number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text.len() == 1 || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

/// `true` or `false`.
pub(super) fn boolean(text: &str) -> Result<bool, Complaint> {
    match text {
        "true" => return Ok(true),
        "false" => return Ok(false),
        _ => {}
    }
    let help = match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "1" | "true" | "enabled" => "write `true`",
        "no" | "off" | "n" | "0" | "false" | "disabled" => "write `false`",
        _ => "write `true` or `false`",
    };
    Err(Complaint::new(format!("`{}` is neither `true` nor `false`", echo(text)), "a truth value is expected", help))
}

/// `65001:7`, `no-advertise` or `no-export`.
pub(super) fn community(text: &str) -> Result<Community, Complaint> {
    let halves = text.split_once(':');
    let canonical = halves.is_none_or(|(high, low)| plain_number(high).is_some() && plain_number(low).is_some());
    if canonical && let Ok(community) = text.parse() {
        return Ok(community);
    }
    let help = match closest(text, ["no-advertise", "no-export"]) {
        Some(name) => format!("did you mean `{name}`?"),
        None if text.matches(':').count() == 2 => {
            "large and extended communities do not reach Azure; write two numbers, such as 65001:7".to_owned()
        }
        None => "write two numbers up to 65535 joined by a colon, such as 65001:7, or `no-advertise` or `no-export`"
            .to_owned(),
    };
    Err(Complaint::new(format!("`{}` is not a community", echo(text)), "a community is expected", help))
}

/// A whole number.
pub(super) fn count(text: &str) -> Result<u32, Complaint> {
    let number = plain_number(text);
    number.ok_or_else(|| {
        let message = format!("`{}` is not a whole number", echo(text));
        Complaint::new(message, "a whole number is expected", "write digits only, such as 1200")
    })
}

/// One of the two instances of a gateway or route server.
pub(super) fn instance(text: &str) -> Result<u8, Complaint> {
    match text {
        "0" => Ok(0),
        "1" => Ok(1),
        _ => Err(Complaint::new(
            format!("`{}` is not an instance", echo(text)),
            "0 or 1 is expected",
            "the two instances are `0` and `1`; leave the key out for both",
        )),
    }
}

/// 0 to 32.
pub(super) fn prefix_length(text: &str) -> Result<u8, Complaint> {
    let length = plain_number(text).and_then(|number| u8::try_from(number).ok()).filter(|length| *length <= 32);
    length.ok_or_else(|| {
        let help = match plain_number(text.trim_start_matches('/')) {
            Some(length @ 0..=32) => format!("write `{length}`"),
            _ => "write a number from 0 to 32, such as 24".to_owned(),
        };
        Complaint::new(format!("`{}` is not a prefix length", echo(text)), "0 to 32 is expected", help)
    })
}

/// A range, or a service tag.
pub(super) fn user_prefix(text: &str) -> Result<UserPrefix, Complaint> {
    let looks_like_tag =
        text.starts_with(|character: char| character.is_ascii_alphabetic()) && !text.contains(['/', ':']);
    if !looks_like_tag {
        return cidr(text).map(UserPrefix::Range).map_err(|complaint| {
            let help = format!("{}; a service tag starts with a letter, such as Storage.WestEurope", complaint.help);
            if complaint.message.contains("is not an address range") {
                Complaint { help, ..complaint }
            } else {
                complaint
            }
        });
    }
    if matches!(text.to_ascii_lowercase().as_str(), "default" | "any" | "all") {
        let message = format!("`{}` is neither an address range nor a service tag", echo(text));
        return Err(Complaint::new(
            message,
            "a range or a service tag is expected",
            "write `0.0.0.0/0` for everything",
        ));
    }
    if text.len() <= MAX_NAME && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-') {
        return Ok(UserPrefix::ServiceTag(text.to_owned()));
    }
    Err(Complaint::new(
        format!("`{}` is neither an address range nor a service tag", echo(text)),
        "a range or a service tag is expected",
        "write a range such as 10.1.0.0/16, or a tag such as Storage.WestEurope",
    ))
}

/// The words a user-defined route may name instead of an address.
pub(super) const NEXT_HOP_TYPES: [&str; 4] = ["VnetLocal", "Internet", "VirtualNetworkGateway", "None"];

/// An address, or a next hop type.
pub(super) fn user_next_hop(text: &str) -> Result<UserNextHop, Complaint> {
    match text {
        "VnetLocal" => return Ok(UserNextHop::VnetLocal),
        "Internet" => return Ok(UserNextHop::Internet),
        "VirtualNetworkGateway" => return Ok(UserNextHop::VirtualNetworkGateway),
        "None" => return Ok(UserNextHop::None),
        _ => {}
    }
    if text.starts_with(|character: char| character.is_ascii_digit()) || text.contains([':', '/']) {
        return ipv4(text).map(UserNextHop::VirtualAppliance);
    }
    let help = if text.eq_ignore_ascii_case("VirtualAppliance") {
        "write the address of the appliance: `next_hop: 10.0.1.4`".to_owned()
    } else if let Some(word) = closest(text, NEXT_HOP_TYPES) {
        format!("did you mean `{word}`?")
    } else {
        format!("write an address, or {}", one_of(NEXT_HOP_TYPES))
    };
    Err(Complaint::new(
        format!("`{}` is not a next hop", echo(text)),
        "an address or a next hop type is expected",
        help,
    ))
}

/// The place of a word in its choice.
pub(super) fn enumerated(choice: &Choice, text: &str) -> Result<usize, Complaint> {
    if let Some(index) = choice.words.iter().position(|word| *word == text) {
        return Ok(index);
    }
    let words = choice.words.iter().copied();
    let help = match closest(text, words.clone()) {
        Some(word) => format!("did you mean `{word}`? allowed: {}", all_of(words)),
        None => format!("write {}", one_of(words)),
    };
    Err(Complaint::new(
        format!("`{}` is not {}", echo(text), choice.title),
        format!("{} is expected", choice.title),
        help,
    ))
}

/// What is wrong with a name; `None` when it can be used.
pub(super) fn name_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("a name must not be empty".to_owned());
    }
    let length = text.chars().count();
    if length > MAX_NAME {
        return Some(format!("a name has at most {MAX_NAME} characters, this one has {length}"));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let wrong = text.chars().find(|character| !allowed(*character))?;
    Some(match wrong {
        ' ' => "a name must not contain blanks".to_owned(),
        _ => format!("a name must not contain `{}`", echo(&wrong.to_string())),
    })
}

/// The name with dashes for what must not be in it, where that still looks like it.
pub(super) fn usable_name(text: &str) -> Option<String> {
    let allowed =
        |character: char| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' };
    let name: String = text.chars().map(allowed).collect();
    let readable = name.bytes().any(|byte| byte.is_ascii_alphanumeric()) && name.len() <= MAX_NAME;
    let plain = text.chars().all(|character| character.is_ascii() && !character.is_control());
    (readable && plain).then_some(name)
}

/// What names are made of, for help texts.
pub(super) const NAME_RULE: &str = "names are made of letters a to z, digits, `-`, `_` and `.`";

fn reference(text: &str, what: &str) -> Result<(), Complaint> {
    let Some(fault) = name_fault(text) else { return Ok(()) };
    let message = format!("`{}` cannot be the name of {what}", echo(text));
    let help = if text.contains('/') && !text.contains(' ') {
        format!("write the name of {what} alone")
    } else {
        format!("write {what} by its name; {NAME_RULE}")
    };
    Err(Complaint::new(message, fault, help))
}

fn subnet(text: &str) -> Result<(), Complaint> {
    let complain = |label: String, help: String| {
        Err(Complaint::new(format!("`{}` does not name a subnet", echo(text)), label, help))
    };
    match text.split_once('/') {
        None => {
            let name = usable_name(text).unwrap_or_else(|| "app".to_owned());
            let help = format!("write VNet and subnet joined by a slash, such as `hub/{name}`");
            complain("the VNet is missing".to_owned(), help)
        }
        Some((vnet, subnet)) => match name_fault(vnet).or_else(|| name_fault(subnet)) {
            None => Ok(()),
            Some(fault) => complain(fault, "write VNet and subnet joined by a slash, such as `hub/app`".to_owned()),
        },
    }
}

/// A piece of text on one line.
fn plain(text: &str, what: &str) -> Result<(), Complaint> {
    if text.trim().is_empty() {
        return Err(Complaint::new(
            format!("{what} must not be empty"),
            "empty text",
            format!("write {what}, or remove the key"),
        ));
    }
    if let Some(wrong) = text.chars().find(|character| character.is_control() || is_harmful(*character)) {
        let shown = echo(&wrong.to_string());
        let message = format!("{what} contains the invisible character `{shown}`");
        return Err(Complaint::new(message, "this text", "write it on one line without control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help<T: std::fmt::Debug>(result: Result<T, Complaint>) -> String {
        result.unwrap_err().help
    }

    #[test]
    fn an_as_number_is_plain_digits() {
        assert_eq!(asn("65001"), Ok(Asn(65001)));
        assert_eq!(asn("0"), Ok(Asn(0)));
        assert_eq!(asn("4294967295"), Ok(Asn(u32::MAX)));
        for (text, expected) in [
            ("65_001", "write plain digits: `65001`"),
            ("065001", "write plain digits: `65001`"),
            ("AS65001", "write plain digits: `65001`"),
            ("65001.0", "write `65001`"),
            ("1.10", "write it as one number: `65546`"),
            ("4294967296", "AS numbers end at 4294967295"),
            ("sixty", "write plain digits, such as 65001"),
            ("-1", "write plain digits, such as 65001"),
            ("65001-65010", "if a path is meant, write a list: `[65001, 65010]`"),
        ] {
            assert_eq!(help(asn(text)), expected, "{text}");
        }
    }

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date("2024-02-29"), Ok(()));
        for text in ["2023-02-29", "2026-13-01", "2026-1-1", "23.11.2026", "2026-11-00", "today"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn truth_values_are_true_and_false_only() {
        assert_eq!(boolean("true"), Ok(true));
        assert_eq!(help(boolean("yes")), "write `true`");
        assert_eq!(help(boolean("Off")), "write `false`");
        assert!(check(&Scalar::Bool, "true", true).is_err());
    }

    #[test]
    fn next_hops_are_addresses_or_azure_words() {
        assert!(user_next_hop("10.0.1.4").is_ok());
        assert_eq!(user_next_hop("None"), Ok(UserNextHop::None));
        assert_eq!(help(user_next_hop("internet")), "did you mean `Internet`?");
        assert!(help(user_next_hop("VirtualAppliance")).contains("address of the appliance"));
        assert!(user_next_hop("10.0.1.0/24").is_err());
    }

    #[test]
    fn a_route_matches_a_range_or_a_service_tag() {
        assert_eq!(user_prefix("Storage.WestEurope"), Ok(UserPrefix::ServiceTag("Storage.WestEurope".into())));
        assert!(matches!(user_prefix("2001:db8::/32"), Ok(UserPrefix::Range(_))));
        assert_eq!(help(user_prefix("default")), "write `0.0.0.0/0` for everything");
        assert_eq!(help(user_prefix("10.1.0.5/16")), "did you mean `10.1.0.0/16`?");
    }

    #[test]
    fn names_have_no_slash_colon_or_control_character() {
        assert_eq!(name_fault("hub-1_a.b"), None);
        for text in ["", "a/b", "a:b", "a b", "a\u{7}", "ä", &"x".repeat(81)] {
            assert!(name_fault(text).is_some(), "{text:?}");
        }
        assert!(check(&Scalar::Subnet, "hub/app", false).is_ok());
        assert!(check(&Scalar::Subnet, "app", false).is_err());
        assert!(check(&Scalar::Subnet, "hub/app/x", false).is_err());
    }

    #[test]
    fn communities_are_two_halves_or_well_known() {
        assert_eq!(community("65001:7"), Ok(Community(65001, 7)));
        assert_eq!(community("no-advertise"), Ok(Community::NO_ADVERTISE));
        assert_eq!(help(community("no_export")), "did you mean `no-export`?");
        assert!(community("65001:07").is_err());
        assert!(community("65536:1").is_err());
    }
}
