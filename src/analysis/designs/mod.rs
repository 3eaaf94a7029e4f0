//! A static design against a dynamic one of the same estate: who decides what, which routes are needed, what each costs to keep.
//!
//! Which of them is better is nobody's business here.

mod agreement;
mod exceptions;
mod upkeep;
mod verdicts;

pub use agreement::{AgreedRange, Agreement, SubnetAgreement};
pub use upkeep::{Failure, Noticed, SpokeEdits, Upkeep, upkeep};
pub use verdicts::{Reason, RouteVerdict, Verdict};

use super::Estate;
use super::fate::Decisions;
use super::heard::{Heard, heard};

/// Two designs, compared.
#[derive(Debug)]
pub struct Designs {
    /// Every subnet that both have, in the order of the static design.
    pub subnets: Vec<SubnetAgreement>,
    /// Every user-defined route of the static design, in the order of its file.
    pub routes: Vec<RouteVerdict>,
    /// What sites and NVAs hear of in the static, and in the dynamic design.
    pub heard: (Heard, Heard),
    /// What the subnets refer to.
    pub decisions: Decisions,
    /// Subnets that only the static, and only the dynamic design has.
    pub unmatched: (Vec<String>, Vec<String>),
}

/// Compares two designs.
pub fn compare(fixed: &Estate, dynamic: &Estate) -> Designs {
    let mut decisions = Decisions::default();
    let subnets = agreement::subnets(fixed, dynamic, &mut decisions);
    let mut routes = verdicts::routes(fixed, dynamic, &subnets, &decisions);
    exceptions::take_back(fixed, dynamic, &subnets, &mut decisions, &mut routes);
    let missing = |one: &Estate, other: &Estate| {
        let names = one.subnets().map(|id| one.topology.subnet_name(id));
        names.filter(|name| other.subnet_named(name).is_none()).collect::<Vec<String>>()
    };
    let unmatched = (missing(fixed, dynamic), missing(dynamic, fixed));
    let heard = (heard(&fixed.topology, &fixed.ribs), heard(&dynamic.topology, &dynamic.ribs));
    Designs { subnets, routes, heard, decisions, unmatched }
}
