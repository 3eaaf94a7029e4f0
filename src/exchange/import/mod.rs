//! From what other tools print about an estate to a topology: `az` output, templates and Terraform become one set of resources,
//! the resources an estate, the estate a topology file.
//!
//! Nothing here opens a file or computes a route.

mod arm;
pub mod collect;
mod resource;
pub mod sanitize;
mod terraform;
