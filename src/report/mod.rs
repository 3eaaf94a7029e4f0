//! Owned views with names, ready to be rendered: what a command found, without ids and without the engine.
//!
//! Nothing is decided here; how a view looks belongs in `render`.

pub mod compare;
pub mod cover;
pub mod diff;
pub mod diff_pair;
pub mod explain;
pub mod facts;
pub mod facts_view;
pub mod failover;
mod fates;
pub mod hints;
pub mod infer;
pub mod limits;
pub mod lint;
pub mod places;
pub mod plan;
pub mod rib;
pub mod rib_view;
pub mod routes;
pub mod rules;
pub mod static_design;
pub mod test_results;
pub mod trace;
mod unsettled;
pub mod verify;
pub mod verify_view;
pub mod view;
pub mod why;
