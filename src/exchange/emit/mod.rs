//! Formats of other tools, written: what rsctl worked out elsewhere, and what a topology states, as files that can be deployed.
//!
//! Route tables arrive as plain data ([`tables::RouteTables`]); one file for each format. Nothing here decides which routes there are.
//! Each language escapes the user's text in its own file, so that a name never becomes code, and what it cannot say becomes a remark.

pub mod arm;
pub mod az;
pub mod bicep;
mod names;
pub mod nva_bgp;
pub mod tables;
pub mod terraform;
pub mod topology;
