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
    rs0701_vpn_gateway_not_active_active,
    rs0702_vpn_gateway_asn_not_65515,
    rs0703_connected_gateways_share_asn,
    rs0704_default_route_stays_at_vpn_gateway,
    rs0705_too_many_prefixes_to_vpn_gateway,
    rs0706_connection_without_gateway,
    rs0801_too_many_prefixes_to_express_route,
    rs0802_prefixes_near_express_route_limit,
    rs0803_hubs_share_a_circuit,
    rs0804_private_prepend_over_express_route,
    rs0805_circuit_to_circuit_transit,
    rs0806_circuit_without_gateway,
    rs0807_site_behind_circuit_without_asn,
    rs0808_too_many_prefixes_from_circuit,
    rs0901_branch_to_branch_off,
    rs0902_branch_to_branch_change_needs_session_reset,
    rs0903_preference_beats_shorter_path,
    rs0904_failback_not_guaranteed,
    rs0905_undocumented_tie,
    rs0906_more_than_eight_equal_paths,
    rs1001_own_prefix_never_programmed,
    rs1002_spoke_prefix_never_programmed,
    rs1401_too_many_vnets,
    rs1402_too_many_prefixes,
    rs1403_too_many_peerings,
    rs1404_too_many_virtual_machines,
    rs1405_near_route_server_limit,
}
