//! What Azure limits by number, counted in an estate: how much is used, what the next spokes add, and which summary would help.
//!
//! The numbers themselves are facts. Whether a count is bad, `lint` and the caller say.

mod counts;
mod growth;
mod loads;
pub mod machines;
mod summary;

pub use counts::{Count, Measure, Object, counts};
pub use growth::{FirstHit, Growth, Typical, growth, is_spoke, typical_of, typical_spokes, with_spokes};
pub use loads::{CircuitLoad, GatewayLoad, Held, Loads, SessionLoad, prefixes};
pub use summary::{Change, Summary, summaries};
