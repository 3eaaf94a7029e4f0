//! The rules, one file each: words, sources, check.
//!
//! A rule looks at a [`Context`] and adds findings; it knows nothing of files, formats or what the user switched off. Examples stand
//! in `fixtures/lint`, one folder for each code.

use super::context::Context;
use super::finding::{Finding, Findings};
use super::rule::{Group, Persona, Rule, Ruleset, Rulesets, Source};
use crate::azure::facts::{Fact, Status};
use crate::diagnostic::Severity;

/// Names the modules of the rules, and lists them.
macro_rules! rules {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// Every rule, in order of code.
        pub(super) static ALL: &[&Rule] = &[$(&$module::RULE,)*];
    };
}

/// The bad and the good example of a rule.
macro_rules! example {
    ($code:literal, $name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lint/", $code, "/", $name, ".rsctl.yaml"))
    };
}

rules! {
    rs0101_route_server_subnet_missing,
    rs0102_route_server_subnet_misnamed,
    rs0103_route_server_subnet_too_small,
    rs1201_next_hop_outside_peered_vnets,
    rs1202_appliance_does_not_forward,
    rs1203_next_hop_unowned,
    rs1204_gateway_subnet_propagation_off,
    rs1205_gateway_subnet_default_route,
    rs1206_gateway_next_hop_without_vpn,
    rs1207_route_shadows_bgp,
    rs1208_route_redundant,
    rs1209_duplicate_prefix_in_table,
    rs1210_too_many_routes_in_table,
    rs1211_route_table_nearly_full,
    rs1212_next_hop_on_platform_address,
    rs1213_too_many_service_tags,
    rs1214_propagation_off_drops_route_server,
    rs1215_gateway_subnet_steers_route_server,
    rs1216_nva_subnet_steers_route_server,
    rs1217_route_table_on_bastion_subnet,
    rs1218_firewall_subnet_learns_default,
    rs1219_route_table_unused,
    rs1220_gateway_subnet_route_covers_itself,
    rs1222_route_drops_known_range,
    rs1224_default_route_bypasses_firewall,
    rs1225_propagation_off_loses_prefixes,
    rs1303_private_endpoint_bypasses_firewall,
}
