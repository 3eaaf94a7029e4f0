//! Best-path selection by elimination: each step of a ladder keeps the candidates that are best in it, and every loser keeps its reason.
//!
//! Ladders are data. Which steps a speaker takes depends on what it is and, at a route server, on its routing preference.

use crate::azure::facts::{Fact, Facts};
use crate::topology::RoutingPreference;

/// What kind of neighbour a route server heard a route from (hub routing preference page, 2025-09-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceClass {
    /// From the speaker itself.
    Local,
    /// From the ExpressRoute gateway.
    ExpressRoute,
    /// From the VPN gateway.
    Vpn,
    /// From an NVA, or anywhere for a speaker that makes no difference.
    Router,
}

/// What a ladder may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    /// Where it came from.
    pub class: SourceClass,
    /// AS path length.
    pub path_length: u64,
    /// BGP origin: 0 IGP, 1 EGP, 2 incomplete.
    pub origin: u64,
    /// Learned from another AS (or originated).
    pub external: bool,
    /// Learned from the Microsoft edge.
    pub from_edge: bool,
    /// Place of the neighbour in the order of addresses.
    pub peer_rank: u64,
}

/// One step of a ladder. Each compares one number, the lower the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What the speaker originates comes first.
    LocalOrigin,
    /// Hub routing preference ExpressRoute.
    PreferExpressRoute,
    /// Hub routing preference VpnGateway: VPN and NVAs before ExpressRoute.
    PreferVpnAndNva,
    /// The weight an ExpressRoute gateway gives the edge (32769 against 32768).
    EdgeWeight,
    /// The shorter AS path.
    AsPathLength,
    /// At equal length, ExpressRoute (fact `as_path_mode_tie`).
    ExpressRouteAmongEquals,
    /// At equal length, VPN before NVAs (fact `vpn_nva_tie`).
    VpnAmongEquals,
    /// At equal length, NVAs before VPN (fact `vpn_nva_tie`).
    NvaAmongEquals,
    /// The lower origin (RFC 4271, 9.1.2.2 b).
    Origin,
    /// eBGP before iBGP (RFC 4271, 9.1.2.2 d).
    ExternalFirst,
    /// The lowest peer address (RFC 4271, 9.1.2.2 g).
    LowestPeerAddress,
    /// The highest peer address (fact `advertised_among_equals`).
    HighestPeerAddress,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 12] = [
        Step::LocalOrigin,
        Step::PreferExpressRoute,
        Step::PreferVpnAndNva,
        Step::EdgeWeight,
        Step::AsPathLength,
        Step::ExpressRouteAmongEquals,
        Step::VpnAmongEquals,
        Step::NvaAmongEquals,
        Step::Origin,
        Step::ExternalFirst,
        Step::LowestPeerAddress,
        Step::HighestPeerAddress,
    ];

    /// The name of the step.
    pub fn label(self) -> &'static str {
        match self {
            Step::LocalOrigin => "own origin",
            Step::PreferExpressRoute => "routing preference ExpressRoute",
            Step::PreferVpnAndNva => "routing preference VpnGateway",
            Step::EdgeWeight => "weight",
            Step::AsPathLength => "AS path length",
            Step::ExpressRouteAmongEquals => "ExpressRoute at equal length",
            Step::VpnAmongEquals => "VPN at equal length",
            Step::NvaAmongEquals => "NVA at equal length",
            Step::Origin => "origin",
            Step::ExternalFirst => "eBGP before iBGP",
            Step::LowestPeerAddress => "lowest peer address",
            Step::HighestPeerAddress => "highest peer address",
        }
    }

    /// The open fact that the step follows at a route server, if any.
    pub fn fact(self) -> Option<Fact> {
        match self {
            Step::ExpressRouteAmongEquals => Some(Fact::AsPathModeTie),
            Step::VpnAmongEquals | Step::NvaAmongEquals => Some(Fact::VpnNvaTie),
            Step::LowestPeerAddress | Step::HighestPeerAddress => Some(Fact::AdvertisedAmongEquals),
            Step::Origin => Some(Fact::MedAndOrigin),
            _ => None,
        }
    }

    /// The number that the step compares.
    pub(super) fn value(self, traits: &Traits) -> u64 {
        let rank = |better: bool| u64::from(!better);
        match self {
            Step::LocalOrigin => rank(traits.class == SourceClass::Local),
            Step::PreferExpressRoute | Step::ExpressRouteAmongEquals => rank(traits.class == SourceClass::ExpressRoute),
            Step::PreferVpnAndNva => rank(traits.class != SourceClass::ExpressRoute),
            Step::EdgeWeight => rank(traits.from_edge),
            Step::AsPathLength => traits.path_length,
            Step::VpnAmongEquals => rank(traits.class != SourceClass::Router),
            Step::NvaAmongEquals => rank(traits.class != SourceClass::Vpn),
            Step::Origin => traits.origin,
            Step::ExternalFirst => rank(traits.external),
            Step::LowestPeerAddress => traits.peer_rank,
            Step::HighestPeerAddress => u64::MAX - traits.peer_rank,
        }
    }

    /// The traits with what the step looks at taken from others.
    pub(super) fn levelled(self, traits: &Traits, from: &Traits) -> Traits {
        let mut traits = *traits;
        match self {
            Step::LocalOrigin
            | Step::PreferExpressRoute
            | Step::PreferVpnAndNva
            | Step::ExpressRouteAmongEquals
            | Step::VpnAmongEquals
            | Step::NvaAmongEquals => traits.class = from.class,
            Step::EdgeWeight => traits.from_edge = from.from_edge,
            Step::AsPathLength => traits.path_length = from.path_length,
            Step::Origin => traits.origin = from.origin,
            Step::ExternalFirst => traits.external = from.external,
            Step::LowestPeerAddress | Step::HighestPeerAddress => traits.peer_rank = from.peer_rank,
        }
        traits
    }

    /// The value as people say it.
    pub fn words(self, value: u64) -> String {
        let either = |better: &str, worse: &str| if value == 0 { better.to_owned() } else { worse.to_owned() };
        match self {
            Step::LocalOrigin => either("originated here", "learned"),
            Step::PreferExpressRoute | Step::ExpressRouteAmongEquals => either("ExpressRoute", "VPN or NVA"),
            Step::PreferVpnAndNva => either("VPN or NVA", "ExpressRoute"),
            Step::EdgeWeight => either("32769", "32768"),
            Step::AsPathLength => value.to_string(),
            Step::VpnAmongEquals => either("VPN", "NVA"),
            Step::NvaAmongEquals => either("NVA", "VPN"),
            Step::Origin => ["IGP", "EGP", "incomplete"].get(value as usize).copied().unwrap_or("unknown").to_owned(),
            Step::ExternalFirst => either("eBGP", "iBGP"),
            Step::LowestPeerAddress => format!("number {} by address", value + 1),
            Step::HighestPeerAddress => format!("number {} by address", u64::MAX - value + 1),
        }
    }
}

/// Why a candidate lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Its index among the candidates.
    pub candidate: usize,
    /// The step that removed it.
    pub step: Step,
    /// Its value in that step.
    pub had: u64,
    /// The best value in that step, which the final winner has.
    pub best: u64,
}

/// The result of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Candidates that no step removed, in order: equal-cost paths.
    pub survivors: Vec<usize>,
    /// The one survivor that is passed on.
    pub preferred: usize,
    /// Every other candidate, with its reason, in the order of elimination.
    pub losses: Vec<Loss>,
}

/// Runs a ladder and then `tie` among the survivors. Nothing comes of no candidates.
pub(super) fn decide(ladder: &[Step], tie: Step, candidates: &[Traits]) -> Option<Decision> {
    let mut live: Vec<usize> = (0..candidates.len()).collect();
    let mut losses = Vec::new();
    for step in ladder {
        let best = live.iter().map(|index| step.value(&candidates[*index])).min()?;
        live.retain(|index| {
            let had = step.value(&candidates[*index]);
            if had != best {
                losses.push(Loss { candidate: *index, step: *step, had, best });
            }
            had == best
        });
    }
    let preferred = live.iter().copied().min_by_key(|index| (tie.value(&candidates[*index]), *index))?;
    Some(Decision { survivors: live, preferred, losses })
}

/// The ladder of a route server (hub routing preference page, 2025-09-17; ties by the open facts).
pub(super) fn route_server_ladder(preference: RoutingPreference, branch_to_branch: bool, facts: &Facts) -> Vec<Step> {
    let ignored = !branch_to_branch && facts.is(Fact::PreferenceScope, "branch_to_branch");
    let mut ladder = vec![Step::LocalOrigin];
    match preference {
        RoutingPreference::ExpressRoute if !ignored => ladder.push(Step::PreferExpressRoute),
        RoutingPreference::VpnGateway if !ignored => ladder.push(Step::PreferVpnAndNva),
        _ => {}
    }
    ladder.push(Step::AsPathLength);
    if facts.is(Fact::AsPathModeTie, "express_route") {
        ladder.push(Step::ExpressRouteAmongEquals);
    }
    if facts.is(Fact::MedAndOrigin, "origin") {
        ladder.push(Step::Origin);
    }
    match facts.value(Fact::VpnNvaTie) {
        "vpn" => ladder.push(Step::VpnAmongEquals),
        "nva" => ladder.push(Step::NvaAmongEquals),
        _ => {}
    }
    ladder
}

/// The ladder of a VPN gateway: captures show own routes, then eBGP, then the sibling's copy.
pub(super) const VPN_GATEWAY_LADDER: &[Step] = &[Step::LocalOrigin, Step::AsPathLength, Step::ExternalFirst];

/// The ladder of an ExpressRoute gateway: routes of the edge carry a higher weight (github.com/fabferri/az-pattern, 2022-07).
pub(super) const EXPRESS_ROUTE_GATEWAY_LADDER: &[Step] = &[Step::LocalOrigin, Step::EdgeWeight, Step::AsPathLength];

/// The ladder of the edge and of routers (RFC 4271, 9.1.2.2, without MED and IGP cost, which the topology does not hold).
pub(super) const ROUTER_LADDER: &[Step] = &[Step::LocalOrigin, Step::AsPathLength, Step::Origin, Step::ExternalFirst];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn learned(class: SourceClass, path_length: u64) -> Traits {
        Traits { class, path_length, origin: 0, external: true, from_edge: false, peer_rank: 0 }
    }

    fn route_server(preference: RoutingPreference) -> Vec<Step> {
        route_server_ladder(preference, true, &Facts::default())
    }

    fn survivors(preference: RoutingPreference, candidates: &[Traits]) -> Vec<usize> {
        decide(&route_server(preference), Step::LowestPeerAddress, candidates).unwrap().survivors
    }

    #[test]
    fn express_route_beats_a_shorter_nva_path_by_default() {
        let candidates = [learned(SourceClass::Router, 1), learned(SourceClass::ExpressRoute, 3)];
        assert_eq!(survivors(RoutingPreference::ExpressRoute, &candidates), [1]);
        assert_eq!(survivors(RoutingPreference::VpnGateway, &candidates), [0]);
        assert_eq!(survivors(RoutingPreference::AsPath, &candidates), [0]);
    }

    #[test]
    fn a_local_prefix_beats_everything_learned() {
        let candidates = [learned(SourceClass::ExpressRoute, 0), learned(SourceClass::Local, 0)];
        assert_eq!(survivors(RoutingPreference::ExpressRoute, &candidates), [1]);
    }

    #[test]
    fn vpn_and_nva_of_equal_length_share_by_default() {
        let candidates =
            [learned(SourceClass::Vpn, 1), learned(SourceClass::Router, 1), learned(SourceClass::Router, 2)];
        assert_eq!(survivors(RoutingPreference::ExpressRoute, &candidates), [0, 1]);
    }

    #[test]
    fn every_step_has_words_of_its_own() {
        let labels: std::collections::BTreeSet<&str> = Step::ALL.iter().map(|step| step.label()).collect();
        assert_eq!(labels.len(), Step::ALL.len());
    }

    fn any_traits() -> impl Strategy<Value = Traits> {
        let class = prop_oneof![
            Just(SourceClass::Local),
            Just(SourceClass::ExpressRoute),
            Just(SourceClass::Vpn),
            Just(SourceClass::Router)
        ];
        (class, 0..5u64, 0..3u64, any::<bool>(), any::<bool>(), 0..9u64).prop_map(
            |(class, path_length, origin, external, from_edge, peer_rank)| Traits {
                class,
                path_length,
                origin,
                external,
                from_edge,
                peer_rank,
            },
        )
    }

    fn any_ladder() -> impl Strategy<Value = Vec<Step>> {
        prop_oneof![
            Just(route_server(RoutingPreference::ExpressRoute)),
            Just(route_server(RoutingPreference::VpnGateway)),
            Just(route_server(RoutingPreference::AsPath)),
            Just(VPN_GATEWAY_LADDER.to_vec()),
            Just(EXPRESS_ROUTE_GATEWAY_LADDER.to_vec()),
            Just(ROUTER_LADDER.to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn every_loser_has_a_reason_that_names_a_worse_value(ladder in any_ladder(), candidates in prop::collection::vec(any_traits(), 1..9)) {
            let decision = decide(&ladder, Step::LowestPeerAddress, &candidates).unwrap();
            prop_assert_eq!(decision.survivors.len() + decision.losses.len(), candidates.len());
            for loss in &decision.losses {
                prop_assert!(loss.had > loss.best);
                prop_assert_eq!(loss.step.value(&candidates[loss.candidate]), loss.had);
                prop_assert_eq!(loss.step.value(&candidates[decision.preferred]), loss.best);
            }
        }

        #[test]
        fn the_order_of_candidates_never_changes_the_survivors(ladder in any_ladder(), candidates in prop::collection::vec(any_traits(), 1..9), turn in 0..9usize) {
            let mut turned = candidates.clone();
            turned.rotate_left(turn % candidates.len());
            turned.reverse();
            let pick = |list: &[Traits]| {
                let decision = decide(&ladder, Step::LowestPeerAddress, list).unwrap();
                let mut kept: Vec<String> = decision.survivors.iter().map(|index| format!("{:?}", list[*index])).collect();
                kept.sort();
                kept
            };
            prop_assert_eq!(pick(&candidates), pick(&turned));
        }

        #[test]
        fn levelling_a_loser_at_its_step_lets_it_pass_that_step(candidates in prop::collection::vec(any_traits(), 2..9)) {
            let ladder = route_server(RoutingPreference::AsPath);
            let decision = decide(&ladder, Step::LowestPeerAddress, &candidates).unwrap();
            for loss in decision.losses.iter().filter(|loss| loss.step == Step::AsPathLength) {
                let mut levelled = candidates.clone();
                levelled[loss.candidate].path_length = loss.best;
                let again = decide(&ladder, Step::LowestPeerAddress, &levelled).unwrap();
                let same = again.losses.iter().find(|other| other.candidate == loss.candidate);
                prop_assert!(same.is_none_or(|other| other.step != Step::AsPathLength));
            }
        }
    }
}
