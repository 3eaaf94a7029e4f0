//! The rules, one file each: words, sources, check.
//!
//! A rule looks at a [`Context`] and adds findings; it knows nothing of files, formats or what the user switched off. Examples stand
//! in `fixtures/lint`, one folder for each code.

use super::context::{Context, last_usable, some_of};
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

pub(super) use rs1601_unused_ignore::{RULE as UNUSED_IGNORE, finding as unused_ignore};

rules! {
    rs0101_route_server_subnet_missing,
    rs0102_route_server_subnet_misnamed,
    rs0103_route_server_subnet_too_small,
    rs1101_nva_routes_to_itself,
    rs1102_nva_pair_without_overlay,
    rs1103_forwarding_loop,
    rs1104_appliance_has_no_way_on,
    rs1105_routes_never_settle,
    rs1301_on_premises_to_spoke_bypasses_firewall,
    rs1302_default_route_bypassed_by_gateway_route,
    rs1304_ecmp_to_stateful_appliances,
    rs1305_asymmetric_path,
    rs1601_unused_ignore,
    rs1602_ignore_names_no_rule,
}
