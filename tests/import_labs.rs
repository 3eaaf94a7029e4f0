//! `rsctl import` on real labs: the documents that az would print of every observed lab, imported, held against the topology that was
//! written by hand and against what Azure printed.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/az_documents/mod.rs"]
mod az_documents;
#[path = "import_labs/closed.rs"]
mod closed;
#[path = "import_labs/design.rs"]
mod design;
#[path = "import_labs/labs.rs"]
mod labs;
#[path = "import_labs/merge.rs"]
mod merge;
#[path = "import_labs/rows.rs"]
mod rows;
#[allow(dead_code, reason = "the laws use more of it")]
mod support;
#[path = "import_labs/update.rs"]
mod update;
