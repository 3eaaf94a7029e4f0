//! Reads the file and keeps what was written, every leaf with its place.
//!
//! The only room that knows the YAML crate and the spelling of keys. Nothing is looked up by name here, and nothing of Azure is
//! decided.
//!
//! A file goes through four steps: `tree` (text to nodes), `overlay` (files over files; then `set`, values of the command line),
//! `validate` (every mistake against the one description in `shape`), `decode` (nodes to [`document::Document`]). [`rewrite`] goes
//! back: a changed tree into the text it came from.

mod decode;
pub mod document;
pub mod edits;
mod load;
mod overlay;
mod prefix_file;
pub mod rewrite;
mod scalar;
mod schema;
mod set;
mod shape;
pub mod tree;
mod validate;
mod write;

pub use load::{
    DiskFiles, Input, Loaded, MAX_FILE_BYTES, ReadFiles, decode_tree, load, load_edited, load_text, set_in_tree,
};
pub use schema::json_schema;
pub use set::quoted_name;
pub use write::{flow, peerings_without_gateways, scalar, yaml};
