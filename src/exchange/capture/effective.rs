//! Effective routes of a network interface: `az network nic show-effective-route-table`, its portal and PowerShell cousins.
//!
//! Only the meaning of cells lives here; finding them belongs to `rows` and `table`.

use super::rows::{Loaded, RawRow, Read};
use super::{CapturedAddress, CapturedPrefix, EffectiveCapture, EffectiveRow, Kind};
use crate::diagnostic::Diagnostic;

const PREFIX: &[&str] = &["addressprefix", "addressprefixes"];
const NEXT_HOP: &[&str] = &["nexthopipaddress", "nexthopip"];

/// Gives meaning to rows.
pub(super) fn read(loaded: &Loaded) -> Read<EffectiveCapture> {
    if loaded.kind().is_some_and(|kind| kind != Kind::Effective) {
        let mistake = Diagnostic::error(loaded.place, "these are BGP routes, not effective routes");
        return Err(vec![mistake.help("effective routes come from `az network nic show-effective-route-table`")]);
    }
    let mut mistakes = Vec::new();
    let rows = loaded.rows.iter().map(|raw| row(raw, &mut mistakes)).collect();
    if mistakes.is_empty() { Ok(EffectiveCapture { rows }) } else { Err(mistakes) }
}

fn row(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> EffectiveRow {
    let mut word = |keys: &[&str]| raw.text(keys, mistakes).map(|text| text.value).filter(|text| !text.is_empty());
    let source = word(&["source"]);
    let state = word(&["state"]);
    let next_hop_type = word(&["nexthoptype"]);
    let name = word(&["name", "userdefinedroutename"]);
    let propagation = word(&["disablebgproutepropagation"]);
    EffectiveRow {
        source: source.map(|word| word.as_str().into()),
        state: state.map(|word| word.as_str().into()),
        prefixes: prefixes(raw, mistakes),
        next_hop_type: next_hop_type.map(|word| word.as_str().into()),
        next_hops: next_hops(raw, mistakes),
        name,
        propagation_disabled: propagation.map(|word| word.eq_ignore_ascii_case("true")),
    }
}

fn prefixes(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Vec<CapturedPrefix> {
    let texts = raw.texts(PREFIX, mistakes).unwrap_or_default();
    if texts.is_empty() && raw.find(PREFIX).is_none_or(|cell| cell.texts.is_some()) {
        mistakes.push(Diagnostic::error(raw.place, format!("{} has no address prefix", raw.name)));
    }
    let read = texts.iter().filter_map(|text| {
        CapturedPrefix::read(text.value.trim()).map_err(|why| mistakes.push(raw.bad(PREFIX, text.span, why))).ok()
    });
    read.collect()
}

fn next_hops(raw: &RawRow, mistakes: &mut Vec<Diagnostic>) -> Option<Vec<CapturedAddress>> {
    let texts = raw.texts(NEXT_HOP, mistakes)?;
    let read = texts.iter().filter_map(|text| {
        CapturedAddress::read(&text.value).map_err(|why| mistakes.push(raw.bad(NEXT_HOP, text.span, why))).ok()
    });
    Some(read.filter(|hop| *hop != CapturedAddress::None).collect())
}
