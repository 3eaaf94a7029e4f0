//! rsctl computes offline what Azure would route: best path and propagation of Azure Route Server, gateways and NVAs, and the
//! effective routes of every subnet.
//!
//! Data walks one way: `source` → `syntax` → `topology` → `bgp` → `effective` → `report` → `render`.

pub mod analysis;
pub mod azure;
pub mod bgp;
pub mod cli;
pub mod cmd;
pub mod diagnostic;
pub mod effective;
pub mod exchange;
pub mod expect;
pub mod lint;
pub mod net;
pub mod render;
pub mod report;
pub mod settings;
pub mod source;
pub mod syntax;
pub mod topology;
pub mod words;
