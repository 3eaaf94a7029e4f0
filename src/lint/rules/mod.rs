//! The rules, one file each: words, sources, check.
//!
//! A rule looks at a [`Context`] and adds findings; it knows nothing of files, formats or what the user switched off. Examples stand
//! in `fixtures/lint`, one folder for each code.

use super::context::Context;
use super::finding::{Finding, Findings};
use super::rule::{Group, Persona, Rule, Ruleset, Rulesets, Source};
use crate::azure::facts::{Fact, Status};
use crate::diagnostic::Severity;
use crate::words::{few, few_lines, few_names};

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
    rs0104_route_server_subnet_below_documented_minimum,
    rs0105_route_server_subnet_has_security_group,
    rs0106_route_server_subnet_has_route_table,
    rs0107_route_server_subnet_delegated,
    rs0108_route_server_subnet_shared,
    rs0109_route_server_subnet_has_endpoint_policy,
    rs0110_second_route_server,
    rs0111_subnet_outside_vnet,
    rs0112_subnets_overlap,
    rs0113_subnet_too_small,
    rs0114_gateway_subnet_missing,
    rs0115_gateway_subnet_small,
    rs0116_gateway_subnet_has_security_group,
    rs0117_address_outside_subnet,
    rs0118_reserved_address,
    rs0119_address_taken_twice,
    rs0201_route_server_vnet_has_ipv6,
    rs0202_route_server_in_virtual_wan_spoke,
    rs0203_branch_to_branch_without_gateway,
    rs0204_gateway_outage_while_route_server_changes,
    rs0205_route_server_on_spoke_side,
    rs0206_route_server_in_peered_vnet,
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
    rs0501_reserved_asn,
    rs0502_route_server_asn_used,
    rs0503_asn_over_16_bit,
    rs0504_shared_asn,
    rs0601_next_hop_unreachable,
    rs0602_next_hop_unknown,
    rs0603_next_hop_on_premises,
    rs0604_load_balancer_in_other_region,
    rs0605_load_balancer_without_ha_ports,
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
    rs1101_nva_routes_to_itself,
    rs1102_nva_pair_without_overlay,
    rs1103_forwarding_loop,
    rs1104_appliance_has_no_way_on,
    rs1105_routes_never_settle,
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
    rs1301_on_premises_to_spoke_bypasses_firewall,
    rs1302_default_route_bypassed_by_gateway_route,
    rs1303_private_endpoint_bypasses_firewall,
    rs1304_ecmp_to_stateful_appliances,
    rs1305_asymmetric_path,
    rs1401_too_many_vnets,
    rs1402_too_many_prefixes,
    rs1403_too_many_peerings,
    rs1404_too_many_virtual_machines,
    rs1405_near_route_server_limit,
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
    rs1601_unused_ignore,
    rs1602_ignore_names_no_rule,
    rs1603_ignore_without_reason,
}
