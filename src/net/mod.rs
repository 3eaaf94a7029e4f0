//! Words of routing: AS numbers, AS paths, communities.
//!
//! Nothing here knows Azure or a file; anything that needs a table of reserved numbers belongs in `azure`.

mod as_path;
mod asn;
mod community;

pub use as_path::AsPath;
pub use asn::Asn;
pub use community::Community;
