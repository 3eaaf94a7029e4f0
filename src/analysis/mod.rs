//! Questions over effective tables: pure functions of an estate, its RIBs and its tables.
//!
//! Whether an answer is bad is for `lint` to say, how it looks for `report` and `render`.

mod estate;
pub mod forward;
pub mod space;

pub use estate::Estate;
