//! Questions over effective tables: pure functions of an estate, its RIBs and its tables.
//!
//! Whether an answer is bad is for `lint` to say, how it looks for `report` and `render`.

pub mod aggregate;
pub mod designs;
pub mod difference;
mod estate;
pub mod failover;
pub mod fate;
pub mod forward;
pub mod heard;
pub mod limits;
pub mod outcome;
pub mod space;
pub mod static_design;
pub mod trace;
pub mod why;

pub use estate::Estate;
