//! Expectations held against an estate: what the entries of `expect` mean, whether each holds, and what shows that it does not.
//!
//! How a result is worded and written is for `report` and `render`.

mod adverts;
mod claims;
mod conversations;
mod evaluate;
mod pattern;
mod read;
mod sentence;
mod sides;
mod survival;

pub use conversations::{Direction, Why};
pub use evaluate::{Counterexample, Outcome, Status, Talk, evaluate};
pub use read::{Entry, read};
