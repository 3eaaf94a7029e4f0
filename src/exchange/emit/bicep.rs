//! Route tables as Bicep.
//!
//! A subnet names its table in its own resource, and a deployment of that resource would take away whatever it does not name, such as
//! a network security group. So subnets are never written; the ids of their tables are an output.

use super::names;
use super::tables::{Named, Route, RouteTables, comment};
use crate::words::is_harmful;
use std::fmt::Write as _;

/// Source: Microsoft, template reference, Microsoft.Network/routeTables 2024-05-01.
pub(super) const API_VERSION: &str = "2024-05-01";

/// How a table gets to its subnet, for files that do not write subnets.
pub(super) const ASSOCIATE: [&str; 2] = [
    "No subnet is deployed here, because that would take away what this file does not know, such as its network security group.",
    "Write each id into `properties.routeTable.id` where the subnet is defined, or run \
`az network vnet subnet update --ids SUBNET --route-table ID`.",
];

/// The tables, and the id of each subnet's table as an output.
pub fn write(tables: &RouteTables) -> String {
    let mut out = comment("//", &[tables.heading(), tables.left_behind(), tables.bare()].concat());
    if tables.asks_for_location() {
        out.push_str("\n@description('The region of the route tables whose region the topology does not say.')\n");
        out.push_str("param location string = resourceGroup().location\n");
    }
    let named = tables.named();
    let symbols = names::identifiers(named.iter().map(|table| format!("routeTable_{}", table.name)), "routeTable");
    for (table, symbol) in named.iter().zip(&symbols) {
        resource(table, symbol, &mut out);
    }
    output(&named, &symbols, &mut out);
    out
}

fn resource(named: &Named<'_>, symbol: &str, out: &mut String) {
    let table = named.table;
    let (name, location) = (quoted(&named.name), table.location().map_or("location".into(), quoted));
    out.push('\n');
    out.push_str(&comment("//", &table.remarks));
    out.push_str(&format!("resource {symbol} 'Microsoft.Network/routeTables@{API_VERSION}' = {{\n"));
    out.push_str(&format!("  name: {name}\n  location: {location}\n  properties: {{\n"));
    out.push_str(&format!("    disableBgpRoutePropagation: {}\n", !table.propagation));
    if named.routes.is_empty() {
        out.push_str("    routes: []\n");
    } else {
        out.push_str("    routes: [\n");
        for (name, route) in &named.routes {
            route_object(name, route, out);
        }
        out.push_str("    ]\n");
    }
    out.push_str("  }\n}\n");
}

fn route_object(name: &str, route: &Route, out: &mut String) {
    out.push_str(&format!("      {{\n        name: {}\n        properties: {{\n", quoted(name)));
    out.push_str(&format!("          addressPrefix: {}\n", quoted(&route.prefix.to_string())));
    out.push_str(&format!("          nextHopType: {}\n", quoted(route.next_hop_type())));
    if let Some(address) = route.next_hop_address() {
        out.push_str(&format!("          nextHopIpAddress: {}\n", quoted(&address.to_string())));
    }
    out.push_str("        }\n      }\n");
}

fn output(named: &[Named<'_>], symbols: &[String], out: &mut String) {
    let mut entries = String::new();
    for (named, symbol) in named.iter().zip(symbols) {
        for subnet in &named.table.subnets {
            entries.push_str(&format!("  {}: {symbol}.id\n", quoted(&subnet.key())));
        }
    }
    if !entries.is_empty() {
        out.push('\n');
        out.push_str(&comment("//", &ASSOCIATE.map(str::to_owned)));
        out.push_str("@description('The id of the route table of each subnet, by `vnet/subnet`.')\n");
        out.push_str(&format!("output routeTableIds object = {{\n{entries}}}\n"));
    }
}

/// A string that holds nothing but the text.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '$' if rest.peek() == Some(&'{') => out.push_str("\\$"),
            _ if is_harmful(c) => write!(out, "\\u{{{:x}}}", u32::from(c)).expect("a string takes everything"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_becomes_code() {
        assert_eq!(quoted("hub/app"), "'hub/app'");
        assert_eq!(quoted(r"it's a\b"), r"'it\'s a\\b'");
        assert_eq!(quoted("${x}$y$${z}"), r"'\${x}$y$\${z}'");
        assert_eq!(quoted("a\nb\u{202e}"), r"'a\u{a}b\u{202e}'");
    }
}
