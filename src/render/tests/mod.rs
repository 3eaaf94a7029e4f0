//! How expectations came out, one file for each format that people and other tools read.
//!
//! A format decides how a result is written and nothing else. Whatever comes from a file of the user is made harmless here.

pub mod human;
pub mod json;
pub mod junit;
pub mod tap;
