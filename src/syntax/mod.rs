//! Reads the file and keeps what was written, every leaf with its place.
//!
//! The only room that knows the YAML crate and the spelling of keys. Nothing is looked up by name here, and nothing of Azure is decided.

pub mod document;
pub mod tree;
mod words;
