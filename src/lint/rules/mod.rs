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
    rs0415_peer_without_asn,
}
