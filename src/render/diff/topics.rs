//! What a difference is about: ids, names and help, for formats that file what they show under rules.

use crate::diagnostic::Severity;
use crate::report::diff::Kind;

/// What a difference is about, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// Packets no longer arrive.
    Lost,
    /// Packets are no longer inspected.
    Uninspected,
    /// Packets arrive that did not.
    Gained,
    /// Packets are newly inspected.
    Inspected,
    /// Packets take another way.
    Moved,
    /// A subnet is on one side only.
    Subnet,
    /// A BGP session carries something else.
    Session,
}

/// How a topic is listed and explained.
pub(super) struct About {
    /// `diff/lost`.
    pub(super) id: &'static str,
    /// In Pascal case.
    pub(super) name: &'static str,
    /// What differs, in one clause.
    pub(super) summary: &'static str,
    /// What that means.
    pub(super) what: &'static str,
    /// What to do.
    pub(super) fix: &'static str,
}

impl Topic {
    pub(super) const ALL: [Topic; 7] =
        [Topic::Lost, Topic::Uninspected, Topic::Gained, Topic::Inspected, Topic::Moved, Topic::Subnet, Topic::Session];

    pub(super) fn of(kind: Kind) -> Topic {
        match kind {
            Kind::Lost => Topic::Lost,
            Kind::Uninspected => Topic::Uninspected,
            Kind::Gained => Topic::Gained,
            Kind::Inspected => Topic::Inspected,
            Kind::Moved => Topic::Moved,
        }
    }

    /// How bad it is: only what loses traffic or leads it past a firewall is more than a note.
    pub(super) fn severity(self) -> Severity {
        match self {
            Topic::Lost => Severity::Error,
            Topic::Uninspected => Severity::Warning,
            _ => Severity::Note,
        }
    }

    pub(super) fn about(self) -> About {
        match self {
            Topic::Lost => About {
                id: "diff/lost",
                name: "TrafficLost",
                summary: "packets that arrived before no longer do",
                what: "In the old topology packets from the named subnets to these ranges arrived. In the new one they are dropped or go in circles.",
                fix: "Take the edit back or give the ranges a route, unless they are meant to be cut off.",
            },
            Topic::Uninspected => About {
                id: "diff/uninspected",
                name: "TrafficNoLongerInspected",
                summary: "packets that an NVA saw before pass it by",
                what: "In the old topology all packets from the named subnets to these ranges passed an NVA. In the new one some or all of them arrive without.",
                fix: "Take the edit back or lead the ranges through an NVA, unless they need no inspection.",
            },
            Topic::Gained => About {
                id: "diff/gained",
                name: "TrafficGained",
                summary: "packets that did not arrive before do now",
                what: "In the old topology packets from the named subnets to these ranges were dropped or went in circles. In the new one they arrive.",
                fix: "Nothing is to be done if the ranges are meant to be reached.",
            },
            Topic::Inspected => About {
                id: "diff/inspected",
                name: "TrafficNewlyInspected",
                summary: "packets pass an NVA that did not before",
                what: "In the old topology not all packets from the named subnets to these ranges passed an NVA. In the new one all of them do.",
                fix: "Nothing is to be done if the NVA lets them through and has room for them.",
            },
            Topic::Moved => About {
                id: "diff/moved",
                name: "TrafficMoved",
                summary: "packets take another way",
                what: "Packets from the named subnets to these ranges arrive as before and are inspected as before, on another way.",
                fix: "Nothing is to be done if the way is the one that is meant. Look whether the way back is the same.",
            },
            Topic::Subnet => About {
                id: "diff/subnet",
                name: "SubnetOnOneSide",
                summary: "a subnet is new or gone",
                what: "The named subnets exist in one of the topologies only, so there is nothing to compare their routes with.",
                fix: "Nothing is to be done if the subnets are meant to come or go.",
            },
            Topic::Session => About {
                id: "diff/session",
                name: "BgpSessionCarriesOtherRoutes",
                summary: "a BGP session carries other routes",
                what: "One speaker sends another one more or fewer routes than before, or the same ones with another path, next hop or community.",
                fix: "Nothing is to be done if the neighbour is to learn them so. What it does with them is told where it changes the way of packets.",
            },
        }
    }
}
