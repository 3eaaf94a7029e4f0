//! Formats of other tools: what was captured elsewhere is read here and held against what rsctl predicts, and what a topology states is
//! written in their words.
//!
//! Nothing here computes a route; predictions arrive as plain data.

pub mod capture;
pub mod compare;
pub mod emit;
pub mod manifest;
pub mod request;
pub mod text;
