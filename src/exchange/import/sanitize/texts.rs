//! Texts that hold names and numbers: ids, lists of addresses, AS paths. What surrounds those keeps its form.
//!
//! Where such texts stand in a document is not known here.

use super::addresses::Standing;
use super::keys::{is_namespace, is_service_tag};
use super::meaning::Meaning;
use super::names::{GROUP, MASKED, SUBSCRIPTION, word};
use crate::net::Asn;
use crate::words::echo;
use ipnet::IpNet;
use std::net::IpAddr;

/// Why a text cannot be replaced: lower case, no full stop.
pub(super) type Bad = String;

/// Cells without a value.
const NOTHING: &[&str] = &["", "-", "None", "none", "N/A"];

/// A name of a kind; one that somebody masked stays a mask.
pub(super) fn name(text: &str, word: &'static str, meaning: &mut dyn Meaning) -> String {
    match text {
        "" => String::new(),
        _ if text.contains(['<', '>', '*']) => meaning.name(MASKED, text),
        _ => meaning.name(word, text),
    }
}

/// `/subscriptions/S/resourceGroups/G/providers/N/T/NAME/…`, or a subscription alone.
pub(super) fn id(text: &str, meaning: &mut dyn Meaning) -> Result<String, Bad> {
    let mut segments = text.split('/');
    let first = segments.next().unwrap_or_default();
    if !first.is_empty() || text.is_empty() {
        return match text.contains('/') {
            true => Err(format!("`{}` is not the id of a resource", echo(text))),
            false => Ok(name(text, SUBSCRIPTION, meaning)),
        };
    }
    let mut new = String::new();
    let mut provider = false;
    while let Some(segment) = segments.next() {
        let follower = segments.next().ok_or_else(|| format!("`{}` is cut", echo(text)))?;
        let is = |word: &str| segment.eq_ignore_ascii_case(word);
        let replaced = if is("providers") && is_namespace(follower) {
            provider = true;
            follower.to_owned()
        } else if is("subscriptions") && !provider {
            name(follower, SUBSCRIPTION, meaning)
        } else if is("resourceGroups") && !provider {
            name(follower, GROUP, meaning)
        } else if provider && segment.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            name(follower, word(segment), meaning)
        } else {
            return Err(format!("`{}` is not the id of a resource", echo(text)));
        };
        new.push('/');
        new.push_str(segment);
        new.push('/');
        new.push_str(&replaced);
    }
    Ok(new)
}

/// One or several addresses: `10.0.0.4`, `10.0.0.4,10.0.0.5`, `10.0.0.12*`, `None`.
pub(super) fn addresses(text: &str, meaning: &mut dyn Meaning) -> Result<String, Bad> {
    each(text, |part| {
        let (address, star) = part.strip_suffix('*').map_or((part, ""), |address| (address, "*"));
        match address.parse::<IpAddr>() {
            Ok(address) => Ok(format!("{}{star}", meaning.address(address))),
            Err(_) if NOTHING.contains(&part) => Ok(part.to_owned()),
            Err(_) if is_numeric(address) => Err(format!("`{}` is not an address", echo(part))),
            Err(_) => Ok(format!("{}{star}", meaning.name(MASKED, address))),
        }
    })
}

/// One or several prefixes; `tags` tells whether a service tag may stand in the place of one.
pub(super) fn prefixes(text: &str, standing: Standing, tags: bool, meaning: &mut dyn Meaning) -> Result<String, Bad> {
    each(text, |part| {
        let (address, length) = part.split_once('/').map_or((part, None), |(address, length)| (address, Some(length)));
        if let Ok(prefix) = part.parse::<IpNet>() {
            Ok(meaning.prefix(prefix, standing).to_string())
        } else if let (Ok(address), None) = (part.parse(), length) {
            Ok(meaning.address(address).to_string())
        } else if part.is_empty() || tags && is_service_tag(part) {
            Ok(part.to_owned())
        } else if is_numeric(address) || length.is_some_and(|length| length.parse::<u8>().is_err()) {
            Err(format!("`{}` is not a prefix", echo(part)))
        } else {
            let masked = meaning.name(MASKED, address);
            Ok(length.map_or_else(|| masked.clone(), |length| format!("{masked}/{length}")))
        }
    })
}

/// One AS number, with or without `AS` before it.
pub(super) fn asn(text: &str, meaning: &mut dyn Meaning) -> Result<String, Bad> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let asn = text.trim().parse().map_err(|_| format!("`{}` is not an AS number", echo(text)))?;
    Ok(meaning.asn(asn).to_string())
}

/// An AS path: `65001-65000`, `65515 I\n   `, `65001 65002 ?`.
pub(super) fn path(text: &str, meaning: &mut dyn Meaning) -> Result<String, Bad> {
    let bad = || format!("`{}` is not an AS path", echo(text));
    let mut new = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let read = if digits > 0 {
            let asn = rest[..digits].parse().map(Asn).map_err(|_| bad())?;
            new.push_str(&meaning.asn(asn).to_string());
            digits
        } else if first.is_whitespace() || "-,{}()?iIeE".contains(first) {
            new.push(first);
            first.len_utf8()
        } else {
            return Err(bad());
        };
        rest = &rest[read..];
    }
    Ok(new)
}

/// Replaces every part of a list.
fn each(text: &str, mut part: impl FnMut(&str) -> Result<String, Bad>) -> Result<String, Bad> {
    let parts: Result<Vec<_>, _> = text.split(',').map(|each| part(each.trim())).collect();
    parts.map(|parts| parts.join(","))
}

/// What can only be meant as a number: digits and dots, or the letters of an IPv6 address.
fn is_numeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        || (text.contains(':') && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'))
}
