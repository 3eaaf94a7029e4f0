//! Questions on the estate that several rules ask, or that are too long to stand in a rule.
//!
//! An answer is data: what there is, where it is written, who has it. How a finding says it stays in the rule, or in `phrases` where
//! several say it alike. What everybody asks of an estate, its parts as written and the paths of objects, is in `context`; what a
//! packet meets on its way is in `analysis`.

pub(super) mod address_holders;
pub(super) mod announced_next_hops;
pub(super) mod deciding_routes;
pub(super) mod forwarded_traffic;
pub(super) mod free_values;
pub(super) mod idle_announcements;
pub(super) mod inspection;
pub(super) mod learned_routes;
pub(super) mod peering_sides;
pub(super) mod placed_addresses;
pub(super) mod prepends;
pub(super) mod route_maps;
pub(super) mod route_servers;
pub(super) mod sample_addresses;
pub(super) mod self_routes;
pub(super) mod subnets;
pub(super) mod summaries;
pub(super) mod user_routes;
pub(super) mod vpn_connections;
pub(super) mod wider_routes;
pub(super) mod withheld_propagation;
pub(super) mod withheld_routes;
