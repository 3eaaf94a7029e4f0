//! BGP routes: what route servers and gateways learn and advertise, the tables of circuits and of routers.
//!
//! Only the meaning of cells lives here; finding them belongs to `rows` and `table`.

use super::rows::{Loaded, RawRow, Read};
use super::words::BadValue;
use super::{BgpCapture, BgpRow, CapturedAddress, CapturedPrefix, InstanceKey, Kind};
use crate::diagnostic::Diagnostic;
use crate::net::AsPath;
use std::net::{IpAddr, Ipv4Addr};

const NETWORK: &[&str] = &["network"];
const LOCAL: &[&str] = &["localaddress"];
const NEXT_HOP: &[&str] = &["nexthop"];
const SOURCE_PEER: &[&str] = &["sourcepeer"];
const PATH: &[&str] = &["aspath", "path"];
const WEIGHT: &[&str] = &["weight"];

/// Gives meaning to rows. A print without rows and without instances counts as one of a gateway.
pub(super) fn read(loaded: &Loaded) -> Read<BgpCapture> {
    let kind = loaded.kind().unwrap_or(Kind::Gateway);
    if kind == Kind::Effective {
        let mistake = Diagnostic::error(loaded.place, "these are effective routes, not BGP routes");
        return Err(vec![
            mistake.help("BGP routes come from `list-learned-routes`, `list-advertised-routes` and the like"),
        ]);
    }
    let mut mistakes = Vec::new();
    let rows = loaded.rows.iter().filter_map(|raw| row(raw, &mut mistakes)).collect();
    let instances =
        loaded.instances.iter().map(|(name, rows)| InstanceKey { name: name.clone(), rows: *rows }).collect();
    if mistakes.is_empty() { Ok(BgpCapture { kind, rows, instances }) } else { Err(mistakes) }
}

fn row(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<BgpRow> {
    let network = network(raw, mistakes);
    let (next_hop, starred) = next_hop(raw, mistakes);
    let source_peer = address(raw, SOURCE_PEER, mistakes);
    let local_address = local_address(raw, mistakes);
    let as_path = as_path(raw, mistakes);
    let weight = weight(raw, mistakes);
    let origin = raw.text(&["origin"], mistakes).map(|text| text.value).filter(|text| !text.is_empty());
    let marked = raw.text(&["best"], mistakes).is_some_and(|text| text.value.eq_ignore_ascii_case("true"));
    let best = starred || marked;
    Some(BgpRow { local_address, network: network?, next_hop, source_peer, origin, as_path, weight, best })
}

fn network(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<CapturedPrefix> {
    let Some(text) = raw.text(NETWORK, mistakes) else {
        if raw.find(NETWORK).is_none() {
            mistakes.push(Diagnostic::error(raw.place, format!("{} has no `network`", raw.name)));
        }
        return None;
    };
    let read = CapturedPrefix::read(text.value.trim()).and_then(|prefix| match prefix {
        CapturedPrefix::Tag(tag) => Err(BadValue { message: format!("`{tag}` is not a prefix"), help: None }),
        prefix => Ok(prefix),
    });
    read.map_err(|why| mistakes.push(raw.bad(NETWORK, text.span, why))).ok()
}

/// The next hop and whether a star marks it as the best one.
fn next_hop(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> (Option<CapturedAddress>, bool) {
    let Some(text) = raw.text(NEXT_HOP, mistakes) else { return (None, false) };
    let bare = text.value.trim().trim_end_matches('*');
    let starred = bare.len() < text.value.trim().len();
    let read = CapturedAddress::read(bare).map_err(|why| mistakes.push(raw.bad(NEXT_HOP, text.span, why))).ok();
    (read, starred)
}

fn address(raw: &RawRow, keys: &[&str], mistakes: &mut Vec<Diagnostic>) -> Option<CapturedAddress> {
    let text = raw.text(keys, mistakes)?;
    CapturedAddress::read(&text.value).map_err(|why| mistakes.push(raw.bad(keys, text.span, why))).ok()
}

/// An IPv6 or masked local address tells nothing that is compared.
fn local_address(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<Ipv4Addr> {
    match address(raw, LOCAL, mistakes)? {
        CapturedAddress::Address(IpAddr::V4(address)) => Some(address),
        CapturedAddress::Address(IpAddr::V6(_)) | CapturedAddress::None | CapturedAddress::Masked(_) => None,
    }
}

/// The path, without the letter of the origin that routers print behind it.
fn as_path(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<AsPath> {
    let text = raw.text(PATH, mistakes)?;
    let path = text.value.trim();
    let path = path.strip_suffix(['I', 'i', 'E', 'e', '?']).unwrap_or(path);
    let words: Vec<&str> = path.split_whitespace().collect();
    let why = |_| BadValue { message: format!("`{}` is not an AS path", text.value.trim()), help: None };
    words.join(" ").parse().map_err(|error| mistakes.push(raw.bad(PATH, text.span, why(error)))).ok()
}

fn weight(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<u32> {
    let text = raw.text(WEIGHT, mistakes).filter(|text| !text.value.is_empty())?;
    let why = |_| BadValue { message: format!("`{}` is not a weight", text.value), help: None };
    text.value.parse().map_err(|error| mistakes.push(raw.bad(WEIGHT, text.span, why(error)))).ok()
}
