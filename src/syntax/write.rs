//! Writes YAML.

use super::tree::{Kind, Node};
use crate::words::is_harmful;
use std::fmt::Write as _;

/// A serialisable value as YAML.
///
/// # Errors
/// When the value cannot be written as YAML, which is a mistake in rsctl.
pub fn yaml(value: &impl serde::Serialize) -> Result<String, String> {
    serde_saphyr::to_string(value).map_err(|error| error.to_string())
}

/// The text as a plain scalar where every YAML reader takes it for that text, else in double quotes.
pub fn scalar(text: &str) -> String {
    let name = text.strip_prefix("./").unwrap_or(text.trim_start_matches("../"));
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if starts && name.chars().all(safe) && !reserved.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return text.to_owned();
    }
    quoted_scalar(text)
}

/// The text in double quotes.
pub(super) fn quoted_scalar(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if is_harmful(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes everything");
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value on one line, in flow style; read again it is the same value.
pub fn flow(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".into(),
        Kind::Scalar { text, quoted } => {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
            let is_plain = !quoted && !text.is_empty() && text.chars().all(plain) && !text.starts_with('-');
            if is_plain { text.to_string() } else { quoted_scalar(text) }
        }
        Kind::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) if entries.is_empty() => "{}".into(),
        Kind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", scalar(&key.text), flow(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The peerings of a topology's tree, each on one line, with `use_remote_gateways: false` for the sides that are named: index of the
/// entry, VNet that owns the side.
pub fn peerings_without_gateways(root: &Node, sides: &[(usize, &str)]) -> Vec<String> {
    let items = root.get("peerings").map(Node::items).unwrap_or_default();
    let line = |(index, item): (usize, &Node)| {
        let own: Vec<&str> = sides.iter().filter(|(entry, _)| *entry == index).map(|(_, side)| *side).collect();
        if own.is_empty() {
            return flow(item);
        }
        if item.get("local").is_some() {
            return flow(&with_flag(item.clone()));
        }
        let mut entries: Vec<String> = Vec::new();
        for (key, value) in item.entries().iter().filter(|(key, _)| &*key.text != "sides") {
            entries.push(format!("{}: {}", scalar(&key.text), flow(value)));
        }
        let written = item.get("sides").map(Node::entries).unwrap_or_default();
        let mut told: Vec<String> = Vec::new();
        for (key, value) in written {
            let changed = own.contains(&&*key.text);
            let value = if changed { flow(&with_flag(value.clone())) } else { flow(value) };
            told.push(format!("{}: {value}", scalar(&key.text)));
        }
        let new = own.iter().filter(|side| !written.iter().any(|(key, _)| &*key.text == **side));
        told.extend(new.map(|side| format!("{}: {{ use_remote_gateways: false }}", scalar(side))));
        entries.push(format!("sides: {{ {} }}", told.join(", ")));
        format!("{{ {} }}", entries.join(", "))
    };
    items.iter().enumerate().map(line).collect()
}

/// The flags of a side with `use_remote_gateways: false`.
fn with_flag(mut flags: Node) -> Node {
    let span = flags.span;
    if let Kind::Map(entries) = &mut flags.kind {
        entries.retain(|(key, _)| &*key.text != "use_remote_gateways");
        let value = Node { kind: Kind::Scalar { text: "false".into(), quoted: false }, span };
        entries.push((super::tree::Key { text: "use_remote_gateways".into(), span }, value));
    }
    flags
}
