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
    rs0301_borrows_while_hosting,
    rs0302_borrows_from_two,
    rs0303_borrows_from_nothing,
    rs0304_borrows_what_is_not_lent,
    rs0305_spoke_does_not_borrow,
    rs0306_peering_blocks_access,
    rs0307_forwarded_traffic_refused,
    rs0308_peered_vnets_overlap,
    rs0309_vnet_overlaps_on_premises,
    rs0310_peering_not_connected,
    rs0311_peering_not_synced,
    rs0501_reserved_asn,
    rs0502_route_server_asn_used,
    rs0503_asn_over_16_bit,
    rs0504_shared_asn,
    rs0601_next_hop_unreachable,
    rs0602_next_hop_unknown,
    rs0603_next_hop_on_premises,
    rs0604_load_balancer_in_other_region,
    rs0605_load_balancer_without_ha_ports,
}
