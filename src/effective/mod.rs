//! Effective routes: what each subnet's NICs do with a packet.
//!
//! Combines system routes, peerings, private and service endpoints, what gateways and route servers program, and user-defined routes,
//! and says of every row whether it is Active or Invalid and why. How routes spread between speakers belongs in `bgp`.

mod gateway;
mod row;
mod table;

pub use gateway::{Choice, GatewayRoute, GatewayRoutes, Programmed, programmed};
pub use row::{Hop, InvalidReason, NextHopType, RouteSource, Row, RowPrefix, State};
pub use table::{GatewayRun, RefusingRange, SubnetTable, Tables};
