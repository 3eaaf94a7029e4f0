//! Formats of other tools, written: what a topology states, in the words of the tool that has to do it.
//!
//! Text only; nothing is computed here that the topology does not hold, and what a format cannot say becomes a remark.

pub mod nva_bgp;
