//! How results and diagnostics look.
//!
//! Renderers take finished values and give text; nothing here reads a file, decides a route or prints.

mod comment;
mod data;
pub mod diagnostic;
pub mod diff;
pub mod explain;
pub mod findings;
pub mod markdown;
pub mod rule;
mod sarif;
pub mod terminal;
pub mod tests;
pub mod text;
pub mod tsv;
pub mod why;
mod workflow;
mod xml;
