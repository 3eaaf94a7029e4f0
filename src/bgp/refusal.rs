//! Why a route is not taken or not passed on: data, in one place with its words and its fact.

use crate::azure::facts::Fact;
use crate::net::Asn;

/// A refusal by one speaker at one session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Import: the path holds the receiver's ASN.
    OwnAsnInPath(Asn),
    /// Import: the path holds ASN 0.
    AsnZero,
    /// Import at a route server: inside its own space.
    OwnPrefix,
    /// Import or export: a rule says drop. Holds the rule's name or the policy's.
    Policy(String),
    /// Import at a VPN gateway: equal to its own or a spoke's range.
    OwnRange,
    /// Import at an ExpressRoute gateway: another hub's NVA route over the circuit.
    InjectedAcrossCircuit,
    /// Export: it came from there.
    SplitHorizon,
    /// Export of a route server: branch-to-branch is off.
    BranchToBranchOff,
    /// Export of a route server: NVA to NVA with branch-to-branch off.
    NvaReflectionOff,
    /// Export: NO_ADVERTISE.
    NoAdvertise,
    /// Export: NO_EXPORT.
    NoExport,
    /// Export of a route server to a gateway: inside the own VNet.
    OwnPrefixHeldBack,
    /// Export of a route server to a gateway: the gateway announces it itself.
    LocalToGateway,
    /// Export of a VPN gateway: the default route.
    DefaultRouteKept,
    /// Export: what one coexisting gateway told the other.
    CoexistingGateway,
    /// Export of an ExpressRoute gateway: from another circuit.
    CircuitTransit,
    /// Export: learned over iBGP, and the receiver is iBGP too.
    IbgpToIbgp,
    /// Export of a VPN gateway: a static route over the tunnel it points into.
    StaticIntoOwnTunnel,
    /// Export of a VPN gateway: a peer's host route.
    HostRouteKept,
    /// Export of a VPN gateway: its pool stays with it.
    ClientPoolKept,
    /// Export of a VPN gateway over a VNet-to-VNet connection.
    VnetToVnetNothing,
    /// Export of a gateway to its sibling or to the route server: they know it themselves.
    KnownThere,
    /// Export of a router with `readvertise: false`.
    NotReadvertised,
    /// Export of the edge: from site to site.
    SiteToSite,
    /// Export of the edge: from VNet to VNet over a circuit.
    VnetToVnetOverCircuit,
    /// A rule announces a summary instead.
    Summarized,
}

impl Refusal {
    /// The fact behind it; none where plain BGP or the user's own policy decides.
    pub fn fact(&self) -> Option<Fact> {
        Some(match self {
            Refusal::OwnAsnInPath(asn) if asn.0 == 65515 => Fact::AsPathLoop,
            Refusal::OwnAsnInPath(asn) if asn.0 == 12076 => Fact::EdgeLoop,
            Refusal::AsnZero => Fact::AsnZero,
            Refusal::OwnPrefix => Fact::OwnPrefixesLearned,
            Refusal::OwnRange => Fact::VpnOwnRanges,
            Refusal::InjectedAcrossCircuit => Fact::InjectedRoutesAcrossCircuit,
            Refusal::SplitHorizon => Fact::SplitHorizon,
            Refusal::BranchToBranchOff => Fact::BranchToBranch,
            Refusal::NvaReflectionOff => Fact::NvaReflection,
            Refusal::NoAdvertise => Fact::NoAdvertise,
            Refusal::NoExport => Fact::NoExport,
            Refusal::OwnPrefixHeldBack => Fact::OwnPrefixesToGateways,
            Refusal::LocalToGateway => Fact::LocalToGateways,
            Refusal::DefaultRouteKept => Fact::VpnDefaultRoute,
            Refusal::CoexistingGateway => Fact::CoexistingGateways,
            Refusal::CircuitTransit => Fact::CircuitTransit,
            Refusal::HostRouteKept => Fact::PeerHostRoutes,
            Refusal::ClientPoolKept => Fact::ClientPoolThroughRouteServer,
            Refusal::VnetToVnetNothing => Fact::VnetToVnetExport,
            Refusal::VnetToVnetOverCircuit => Fact::EdgeVnetToVnet,
            _ => return None,
        })
    }

    /// What happened, in a clause that follows "not taken: " or "not sent: ".
    pub fn words(&self) -> String {
        match self {
            Refusal::OwnAsnInPath(asn) => format!("the path already holds {asn}"),
            Refusal::AsnZero => "the path holds ASN 0".into(),
            Refusal::OwnPrefix => "the prefix lies in the route server's own VNet or a spoke of it".into(),
            Refusal::Policy(name) => format!("{name} drops it"),
            Refusal::OwnRange => "the prefix is a range of the gateway's own VNet or of a spoke".into(),
            Refusal::InjectedAcrossCircuit => "an NVA route of another hub came back over the circuit".into(),
            Refusal::SplitHorizon => "it came from there".into(),
            Refusal::BranchToBranchOff => "branch-to-branch is off".into(),
            Refusal::NvaReflectionOff => "branch-to-branch is off, so NVAs do not hear of each other".into(),
            Refusal::NoAdvertise => "it carries no-advertise".into(),
            Refusal::NoExport => "it carries no-export".into(),
            Refusal::OwnPrefixHeldBack => "the prefix lies in the route server's own VNet".into(),
            Refusal::LocalToGateway => "the gateway announces the VNet itself".into(),
            Refusal::DefaultRouteKept => "a VPN gateway keeps the default route to itself".into(),
            Refusal::CoexistingGateway => {
                "it came from the other gateway of the VNet, and no route server joins them".into()
            }
            Refusal::CircuitTransit => "it came from a circuit".into(),
            Refusal::IbgpToIbgp => "it was learned over iBGP".into(),
            Refusal::StaticIntoOwnTunnel => "it is the static route into that very tunnel".into(),
            Refusal::HostRouteKept => "it is the host route of a BGP peer".into(),
            Refusal::ClientPoolKept => "it is the point-to-site pool".into(),
            Refusal::VnetToVnetNothing => "nothing is announced over a VNet-to-VNet connection".into(),
            Refusal::KnownThere => "the receiver holds it itself".into(),
            Refusal::NotReadvertised => "the router announces only what it originates".into(),
            Refusal::SiteToSite => "sites behind one circuit do not hear of each other".into(),
            Refusal::VnetToVnetOverCircuit => "VNet-to-VNet over the circuit is not allowed".into(),
            Refusal::Summarized => "a summary is announced instead".into(),
        }
    }
}
