//! The estate with every name resolved: dense ids, defaults filled in, nothing that can fail to be found afterwards.
//!
//! Reading text belongs in `syntax`; what Azure does with the estate belongs in `bgp` and `effective`.

mod addressing;
mod gateways;
mod model;
mod names;
mod peerings;
mod policies;
mod resolve;
mod routers;
mod tunnels;

pub use model::*;
pub use resolve::{facts_of, resolve};
