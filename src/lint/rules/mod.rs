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
    rs0401_peer_unreachable,
    rs0402_peer_address_reserved,
    rs0403_peer_on_premises,
    rs0404_one_instance_peered,
    rs0405_too_many_peers,
    rs0406_peers_over_former_limit,
    rs0407_too_many_routes_from_peer,
    rs0408_route_refresh_closes_session,
    rs0409_instances_hear_different_routes,
    rs0410_no_static_route_to_route_server,
    rs0411_route_server_asn_readvertised,
    rs0412_asn_stripping_removes_loop_protection,
    rs0413_attribute_without_known_effect,
    rs0414_asn_zero_in_path,
    rs0415_peer_without_asn,
    rs1501_route_map_in_preview,
    rs1502_route_map_on_spoke_peer,
    rs1503_route_map_prepends_reserved_asn,
    rs1504_route_map_on_vnet_prefix,
    rs1505_summary_overlaps_foreign_range,
    rs1506_summary_omits_hub,
    rs1507_route_map_asn_32_bit,
    rs1508_route_map_removes_azure_community,
    rs1509_summaries_overlap,
    rs1510_summary_without_gateway,
}
