//! Formats of other tools: what was captured elsewhere is read here and held against what rsctl predicts, and what rsctl worked out
//! is written for them.
//!
//! Nothing here computes a route; predictions and results arrive as plain data.

pub mod capture;
pub mod compare;
pub mod emit;
pub mod import;
mod json;
pub mod manifest;
pub mod request;
pub mod text;
