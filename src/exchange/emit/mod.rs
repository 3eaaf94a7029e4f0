//! Formats of other tools, written: what rsctl worked out elsewhere, as files that can be deployed.
//!
//! Everything arrives as plain data, such as [`tables::RouteTables`]; one file for each format. Nothing here decides which routes
//! there are. Each language escapes the user's text in its own file, so that a name never becomes code.

pub mod arm;
pub mod az;
pub mod bicep;
mod names;
pub mod tables;
pub mod terraform;
pub mod topology;
