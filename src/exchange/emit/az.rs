//! Route tables as a bash script that calls `az`.
//!
//! Tables are filled before the first subnet gets one, so that no subnet ever has half a table.

use super::tables::{Named, Route, RouteTables, Subnet, comment};
use crate::words::printable;

const START: &str = r#"#
# All is taken to be in one resource group. Where a VNet is in another, name that group in the lines of its subnets, and the route
# table there by its id. A second run empties each table for a moment before it fills it again.
set -euo pipefail
: "${RESOURCE_GROUP:?set it to the resource group of the VNets, which the route tables get into}"
"#;

/// The tables, their routes, and the subnets that use them.
pub fn write(tables: &RouteTables) -> String {
    let mut out = String::from("#!/usr/bin/env bash\n");
    out.push_str(&comment("#", &[tables.heading(), tables.left_behind()].concat()));
    if tables.tables.is_empty() && tables.bare_subnets.is_empty() {
        return out;
    }
    out.push_str(START);
    let named = tables.named();
    for table in &named {
        create(table, &mut out);
    }
    let users: Vec<(&Subnet, &str)> = named.iter().flat_map(users).collect();
    if !users.is_empty() {
        out.push_str("\n# From here on the routes count.\n");
    }
    for (subnet, table) in users {
        update(subnet, &["--route-table", &word(table)], &mut out);
    }
    if !tables.bare_subnets.is_empty() {
        out.push_str("\n# Subnets that need no route table any more.\n");
    }
    for subnet in &tables.bare_subnets {
        update(subnet, &["--remove", "routeTable"], &mut out);
    }
    out
}

fn users<'n>(named: &'n Named<'_>) -> impl Iterator<Item = (&'n Subnet, &'n str)> {
    named.table.subnets.iter().map(|subnet| (subnet, named.name.as_str()))
}

fn create(named: &Named<'_>, out: &mut String) {
    let table = named.table;
    let name = word(&named.name);
    out.push('\n');
    out.push_str(&comment("#", &table.remarks));
    let off = (!table.propagation).to_string();
    let mut words = vec!["--disable-bgp-route-propagation", off.as_str()];
    // Without a location the table gets that of its resource group.
    let location = table.location().map(word);
    words.extend(location.iter().flat_map(|location| ["--location", location.as_str()]));
    command(&["route-table", "create", GROUP, "--name", &name], &words, out);
    for (route_name, route) in &named.routes {
        create_route(&name, &word(route_name), route, out);
    }
}

fn create_route(table: &str, name: &str, route: &Route, out: &mut String) {
    let prefix = route.prefix.to_string();
    let address = route.next_hop_address().map(|address| address.to_string());
    let mut words = vec!["--address-prefix", prefix.as_str(), "--next-hop-type", route.next_hop_type()];
    words.extend(address.iter().flat_map(|address| ["--next-hop-ip-address", address.as_str()]));
    command(&["route-table", "route", "create", GROUP, "--route-table-name", table, "--name", name], &words, out);
}

fn update(subnet: &Subnet, words: &[&str], out: &mut String) {
    let (vnet, name) = (word(&subnet.vnet), word(&subnet.name));
    command(&["vnet", "subnet", "update", GROUP, "--vnet-name", &vnet, "--name", &name], words, out);
}

const GROUP: &str = "--resource-group \"$RESOURCE_GROUP\"";

/// What is called and on what, and in a second line with which values.
fn command(called: &[&str], words: &[&str], out: &mut String) {
    out.push_str(&format!("az network {} \\\n  {} --output none\n", called.join(" "), words.join(" ")));
}

/// The text as one word that bash changes nothing in.
///
/// az would read a file for a word that starts with `@`, so no word does; a name that starts so is none of Azure.
fn word(text: &str) -> String {
    let text = printable(text);
    let text = match text.strip_prefix('@') {
        Some(rest) => format!("\\u{{40}}{rest}"),
        None => text.into_owned(),
    };
    shlex::try_quote(&text).expect("printable text holds no NUL").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_becomes_code() {
        assert_eq!(word("hub-app_1.x"), "hub-app_1.x");
        assert_eq!(word("West US 2"), "'West US 2'");
        assert_eq!(word("$(x)`y`"), "'$(x)`y`'");
        assert_eq!(word("it's"), "\"it's\"");
        assert_eq!(word(""), "''");
        assert_eq!(word("a\0b\n"), r#""a\\u{0}b\\n""#);
    }

    #[test]
    fn no_word_makes_az_read_a_file() {
        assert_eq!(word("@/etc/passwd"), r#""\\u{40}/etc/passwd""#);
    }
}
