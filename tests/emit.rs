//! What `rsctl emit` writes, read back with the readers of the languages that it is written in.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "emit/agreement.rs"]
mod agreement;
#[path = "emit/formats.rs"]
mod formats;
#[path = "emit/made.rs"]
mod made;
#[path = "emit/overlays.rs"]
mod overlays;
#[path = "emit/readers.rs"]
mod readers;
#[path = "emit/template.rs"]
mod template;
#[path = "emit/tree.rs"]
mod tree;
