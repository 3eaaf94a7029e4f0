//! The estate with every name resolved: dense ids, defaults filled in, nothing that can fail to be found afterwards.
//!
//! Reading text belongs in `syntax`; what Azure does with the estate belongs in `bgp` and `effective`.

mod addressing;
mod gateways;
mod model;
mod names;
mod outage;
mod peerings;
mod pick;
mod policies;
mod resolve;
mod routers;
mod tunnels;
mod without;

pub use model::*;
pub use outage::{Element, Instance, Outages, Part};
pub use resolve::{facts_of, resolve};
pub use without::{objects, without};
