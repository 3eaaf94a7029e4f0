//! What `rsctl emit` writes, read back with the readers of the languages that it is written in.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "emit/formats.rs"]
mod formats;
#[path = "emit/readers.rs"]
mod readers;
#[path = "emit/tree.rs"]
mod tree;
