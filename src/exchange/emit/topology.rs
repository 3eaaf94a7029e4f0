//! Route tables as an overlay on the topology that they were worked out for: the same estate without its route servers.
//!
//! Only keys of the format; what an overlay does with them belongs to `syntax`.

use super::tables::{Named, Route, RouteTables, Subnet, comment};
use crate::syntax::scalar as word;
use crate::topology::UserPrefix;
use ipnet::IpNet;
use std::collections::BTreeMap;

/// The overlay. It extends the base, so both have to be kept.
pub fn write(tables: &RouteTables) -> String {
    let about = "An overlay: the estate with these route tables, and without what they replace.".to_owned();
    let mut out = comment("#", &[tables.heading(), vec![about]].concat());
    out.push_str(&format!("rsctl: 1\nextends: {}\n", word(&tables.base)));
    let named = tables.named();
    vnets(tables, &named, &mut out);
    if !tables.peerings.is_empty() {
        out.push_str("# All peerings again: an overlay replaces a list as a whole.\npeerings:\n");
        tables.peerings.iter().for_each(|peering| out.push_str(&format!("  - {peering}\n")));
    }
    if !(named.is_empty() && tables.removed_route_tables.is_empty()) {
        out.push_str("route_tables:\n");
    }
    for name in &tables.removed_route_tables {
        out.push_str(&format!("  {}: null\n", word(name)));
    }
    for table in &named {
        route_table(table, &mut out);
    }
    out
}

/// What changes in one VNet.
#[derive(Default)]
struct Vnet<'t> {
    loses_route_server: bool,
    /// Subnets and what stands under them.
    subnets: Vec<(&'t Subnet, String)>,
}

/// VNets by name, since the file's own order is not known here.
fn vnets(tables: &RouteTables, named: &[Named<'_>], out: &mut String) {
    let mut vnets: BTreeMap<&str, Vnet<'_>> = BTreeMap::new();
    for vnet in &tables.removed_route_servers {
        vnets.entry(vnet).or_default().loses_route_server = true;
    }
    for (named, subnet) in named.iter().flat_map(|named| named.table.subnets.iter().map(move |subnet| (named, subnet)))
    {
        let body = with_table(subnet, &named.name);
        vnets.entry(&subnet.vnet).or_default().subnets.push((subnet, body));
    }
    for subnet in &tables.bare_subnets {
        vnets.entry(&subnet.vnet).or_default().subnets.push((subnet, "{ route_table: null }".into()));
    }
    if !vnets.is_empty() {
        out.push_str("vnets:\n");
    }
    for (name, mut vnet) in vnets {
        out.push_str(&format!("  {}:\n", word(name)));
        if vnet.loses_route_server {
            out.push_str("    route_server: null\n");
        }
        if !vnet.subnets.is_empty() {
            out.push_str("    subnets:\n");
        }
        vnet.subnets.sort_by_key(|(subnet, _)| &subnet.name);
        for (subnet, body) in vnet.subnets {
            out.push_str(&format!("      {}: {body}\n", word(&subnet.name)));
        }
    }
}

/// The prefix is said again: where the base has nothing but the prefix, in the short form, this replaces it.
fn with_table(subnet: &Subnet, table: &str) -> String {
    let prefix = match subnet.prefixes.as_slice() {
        [] => String::new(),
        [one] => format!("prefix: {one}, "),
        several => {
            let several: Vec<String> = several.iter().map(IpNet::to_string).collect();
            format!("prefix: [{}], ", several.join(", "))
        }
    };
    format!("{{ {prefix}route_table: {} }}", word(table))
}

fn route_table(named: &Named<'_>, out: &mut String) {
    let remarks = comment("  #", &named.table.remarks);
    out.push_str(&format!("{remarks}  {}:\n", word(&named.name)));
    out.push_str(&format!("    bgp_route_propagation: {}\n", named.table.propagation));
    if !named.routes.is_empty() {
        out.push_str("    routes:\n");
    }
    for (name, route) in &named.routes {
        let (name, prefix, next_hop) = (word(name), prefix(route), next_hop(route));
        out.push_str(&format!("      {name}: {{ prefix: {prefix}, next_hop: {next_hop} }}\n"));
    }
}

/// A range is never taken for anything but a text.
fn prefix(route: &Route) -> String {
    match &route.prefix {
        UserPrefix::Range(range) => range.to_string(),
        UserPrefix::ServiceTag(tag) => word(tag),
    }
}

/// An address means a virtual appliance.
fn next_hop(route: &Route) -> String {
    route.next_hop_address().map_or(route.next_hop_type().into(), |address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_reader_takes_for_something_else_is_plain() {
        for plain in ["hub", "GatewaySubnet", "a.b-c_d", "_x", "../base.rsctl.yaml", "./base.rsctl.yaml", "nullable"] {
            assert_eq!(word(plain), plain);
        }
        for quoted in ["null", "No", "10", "1e3", "0x1f", "2026-01-01", "-", ".inf", "", "a b", "a: b", "~", "x#"] {
            assert_eq!(word(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(word("a\"b\\c\n\u{202e}\u{ffff}"), r#""a\"b\\c\u000a\u202e\uffff""#);
    }
}
