//! Route tables as Terraform, for version 4 of the provider azurerm. The text is what `terraform fmt` would leave as it is.
//!
//! Routes stand inside their table and never also in resources of their own, which would overwrite each other
//! (registry.terraform.io, hashicorp/azurerm, azurerm_route_table, note on routes).

use super::names;
use super::tables::{Named, Route, RouteTables, Subnet, comment};
use crate::words::is_harmful;
use std::fmt::Write as _;

const PROVIDER: &str = r#"# Leave these two blocks out where the configuration has them already.
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
}
"#;

/// Source: hashicorp/terraform-provider-azurerm, subnet_route_table_association_resource.go, create.
const REPLACED: &str = "The provider refuses a subnet that has a route table already; bring its association into the state by \
`terraform import`, or take the old table off first.";

/// The tables and their associations as one root module.
pub fn write(tables: &RouteTables) -> String {
    let mut out = comment("#", &[tables.heading(), tables.left_behind(), tables.bare()].concat());
    if tables.tables.is_empty() {
        return out;
    }
    out.push('\n');
    out.push_str(PROVIDER);
    variables(tables, &mut out);
    let named = tables.named();
    let labels = names::identifiers(named.iter().map(|table| table.name.clone()), "table");
    for (table, label) in named.iter().zip(&labels) {
        resource(table, label, &mut out);
    }
    associations(&named, &labels, !tables.removed_route_tables.is_empty(), &mut out);
    out
}

fn variables(tables: &RouteTables, out: &mut String) {
    variable("resource_group_name", "The resource group of the route tables.", "string", out);
    if tables.asks_for_location() {
        variable("location", "The region of the route tables whose region the topology does not say.", "string", out);
    }
    if tables.tables.iter().any(|table| !table.subnets.is_empty()) {
        variable("subnet_ids", "The resource id of each subnet, by `vnet/subnet`.", "map(string)", out);
    }
}

fn variable(name: &str, description: &str, kind: &str, out: &mut String) {
    open(&format!("variable {}", quoted(name)), out);
    attributes("  ", &[("description", quoted(description)), ("type", kind.into())], out);
    out.push_str("}\n");
}

fn resource(named: &Named<'_>, label: &str, out: &mut String) {
    let table = named.table;
    out.push('\n');
    out.push_str(&comment("#", &table.remarks));
    out.push_str(&format!("resource \"azurerm_route_table\" {} {{\n", quoted(label)));
    let mut entries = vec![
        ("name", quoted(&named.name)),
        ("location", table.location().map_or("var.location".into(), quoted)),
        ("resource_group_name", "var.resource_group_name".into()),
        ("bgp_route_propagation_enabled", table.propagation.to_string()),
    ];
    if table.routes.is_empty() {
        // Without it the provider would leave routes that are there (the same page, note on `route`).
        entries.push(("route", "[]".into()));
    }
    attributes("  ", &entries, out);
    for (name, route) in &named.routes {
        route_block(name, route, out);
    }
    out.push_str("}\n");
}

fn route_block(name: &str, route: &Route, out: &mut String) {
    out.push_str("\n  route {\n");
    let mut entries = vec![
        ("name", quoted(name)),
        ("address_prefix", quoted(&route.prefix.to_string())),
        ("next_hop_type", quoted(route.next_hop_type())),
    ];
    entries.extend(route.next_hop_address().map(|address| ("next_hop_in_ip_address", quoted(&address.to_string()))));
    attributes("    ", &entries, out);
    out.push_str("  }\n");
}

fn associations(named: &[Named<'_>], labels: &[String], replaced: bool, out: &mut String) {
    let tables = named.iter().zip(labels);
    let pairs: Vec<(&Subnet, &String)> =
        tables.flat_map(|(named, label)| named.table.subnets.iter().map(move |subnet| (subnet, label))).collect();
    let ours = names::identifiers(pairs.iter().map(|(subnet, _)| format!("{}_{}", subnet.vnet, subnet.name)), "subnet");
    if replaced && !pairs.is_empty() {
        out.push('\n');
        out.push_str(&comment("#", &[REPLACED.to_owned()]));
    }
    for ((subnet, table), label) in pairs.into_iter().zip(ours) {
        open(&format!("resource \"azurerm_subnet_route_table_association\" {}", quoted(&label)), out);
        let entries = [
            ("subnet_id", format!("var.subnet_ids[{}]", quoted(&subnet.key()))),
            ("route_table_id", format!("azurerm_route_table.{table}.id")),
        ];
        attributes("  ", &entries, out);
        out.push_str("}\n");
    }
}

fn open(block: &str, out: &mut String) {
    out.push_str(&format!("\n{block} {{\n"));
}

/// Attributes one below the other, their values in one column.
fn attributes(indent: &str, entries: &[(&str, String)], out: &mut String) {
    let width = entries.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    for (key, value) in entries {
        out.push_str(&format!("{indent}{key:width$} = {value}\n"));
    }
}

/// A quoted template that holds nothing but the text.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // `${` and `%{` open code; the mark written twice is the text.
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([c, c]),
            _ if is_harmful(c) => write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes everything"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_becomes_code() {
        assert_eq!(quoted("hub/app"), r#""hub/app""#);
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(quoted("${x}%{y}$z{"), r#""$${x}%%{y}$z{""#);
        assert_eq!(quoted("$${x}"), r#""$$${x}""#);
        assert_eq!(quoted("a\nb\u{202e}"), r#""a\u000ab\u202e""#);
    }
}
