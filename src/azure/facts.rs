//! Facts about Azure, each with its values over time, its evidence and its sources; and the values that hold for one run.
//!
//! The facts themselves stand in `registry`. Nothing here applies a fact.

use super::registry;

/// How well a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Microsoft says so.
    Documented,
    /// Seen in captured output.
    Observed,
    /// Neither: rsctl's choice, or a choice between sources that disagree.
    Assumed,
}

impl Status {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Status::Documented => "documented",
            Status::Observed => "observed",
            Status::Assumed => "assumed",
        }
    }
}

/// One value of a fact from some day on.
#[derive(Debug, Clone, Copy)]
pub struct Era {
    /// First day, `YYYY-MM-DD`; the first era starts in the past without end.
    pub since: &'static str,
    /// The value that holds.
    pub value: &'static str,
    /// How well it is known.
    pub status: Status,
    /// Who says so, with date.
    pub source: &'static str,
}

/// What values a fact may take.
#[derive(Debug, Clone, Copy)]
pub enum Domain {
    /// One of these words, each with its meaning.
    Words(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Number,
    /// Cannot be switched: rsctl knows no other behaviour.
    Fixed,
}

/// One fact about Azure.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The id used in code.
    pub fact: Fact,
    /// The name users write.
    pub name: &'static str,
    /// What it is about, as a statement or a question.
    pub about: &'static str,
    /// Allowed values.
    pub domain: Domain,
    /// Values over time, oldest first.
    pub eras: &'static [Era],
}

macro_rules! fact_ids {
    ($($(#[$doc:meta])* $id:ident,)*) => {
        /// A fact by its id; its name, values and sources stand in the registry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Fact { $($(#[$doc])* $id,)* }

        impl Fact {
            /// Every fact, in the order of the registry.
            pub const ALL: &'static [Fact] = &[$(Fact::$id,)*];
        }
    };
}

fact_ids! {
    /// Paths through 65515 are dropped by a route server.
    AsPathLoop,
    /// Paths that hold ASN 0 are dropped.
    AsnZero,
    /// Routes that one peer may send.
    RoutesPerPeer,
    /// Whether prefixes of the route server's own space are kept among learned routes.
    OwnPrefixesLearned,
    /// Own-space prefixes are announced by the route server itself.
    LocalOrigination,
    /// Order of sources.
    HubRoutingPreference,
    /// Whether the preference holds without branch-to-branch.
    PreferenceScope,
    /// VPN and NVA paths of equal length.
    VpnNvaTie,
    /// ExpressRoute and other paths of equal length under ASPath.
    AsPathModeTie,
    /// Which of several equal paths is passed on.
    AdvertisedAmongEquals,
    /// How many equal paths a NIC takes.
    EcmpLimit,
    /// MED, origin and age.
    MedAndOrigin,
    /// Only the best path is passed on, and not to where it came from.
    SplitHorizon,
    /// Gateways and NVAs are joined only with branch-to-branch.
    BranchToBranch,
    /// NVA to NVA through the route server.
    NvaReflection,
    /// NO_ADVERTISE.
    NoAdvertise,
    /// NO_EXPORT.
    NoExport,
    /// Prefixes of the own VNet towards gateways.
    OwnPrefixesToGateways,
    /// The route server tells gateways nothing they know.
    LocalToGateways,
    /// Point-to-site pools through the route server.
    ClientPoolThroughRouteServer,
    /// Host routes of BGP peers.
    PeerHostRoutes,
    /// A VPN gateway keeps the default route.
    VpnDefaultRoute,
    /// A VPN gateway refuses the ranges of its own VNets.
    VpnOwnRanges,
    /// VNet-to-VNet connections.
    VnetToVnetExport,
    /// Gateways in one VNet without route server.
    CoexistingGateways,
    /// Circuit to circuit.
    CircuitTransit,
    /// The edge drops paths through 12076.
    EdgeLoop,
    /// The edge hides private ASNs.
    EdgePrivateAsns,
    /// VNets on one circuit.
    EdgeVnetToVnet,
    /// NVA routes of one hub at the other hub of a circuit.
    InjectedRoutesAcrossCircuit,
    /// What a NIC refuses from gateways.
    InjectionFilter,
    /// Prefixes inside another transit spoke.
    InsideTransitSpoke,
    /// Spokes that do not use remote gateways.
    PlainSpokeToOnPremises,
    /// A gateway's announcement may be summarised.
    SummarizedGatewayPrefixes,
    /// Propagation switched off.
    PropagationOff,
    /// Which None routes there are.
    NoneRoutes,
    /// User over BGP over system.
    SourceOrder,
    /// The Internet row beside a BGP default.
    DefaultRouteRow,
    /// The Internet row when a BGP and a user default exist.
    InternetRowUnderBoth,
    /// Private endpoints and user-defined routes.
    PrivateEndpointOverride,
    /// VirtualNetworkGateway as next hop without a VPN gateway.
    GatewayNextHopWithoutVpn,
    /// A next hop that cannot be reached.
    UnreachableNextHop,
    /// Subnet peering.
    SubnetPeering,
    /// Fabric addresses of ExpressRoute.
    ExpressRouteNextHop,
    /// Where the instances sit.
    InstanceAddresses,
    /// One instance peered.
    OneInstancePeered,
    /// Route maps.
    RouteMaps,
    /// None rows of ranges that a VNet uses in part.
    NoneRowsOfWiderRanges,
    /// The longest prefix that RouteServerSubnet may have.
    RouteServerSubnetLength,
    /// BGP peers of one route server.
    PeersPerRouteServer,
    /// VNets that one route server serves.
    VnetsPerRouteServer,
    /// Prefixes that one route server holds.
    PrefixesPerRouteServer,
    /// Virtual machines behind one route server.
    VirtualMachinesPerUnit,
    /// Prefixes that an ExpressRoute gateway announces to a circuit.
    ExpressRoutePrefixes,
    /// Prefixes that a circuit announces to Azure.
    CircuitPrefixes,
    /// Prefixes that a VPN BGP peer may send.
    VpnPrefixes,
    /// User-defined routes of one route table.
    RoutesPerTable,
    /// Service tags of one route table.
    ServiceTagsPerTable,
    /// Route tables of one subscription in one region.
    RouteTablesPerRegion,
    /// Peerings of one VNet.
    PeeringsPerVnet,
    /// The longest prefix that GatewaySubnet should have.
    GatewaySubnetLength,
    /// Hold time of a route server.
    HoldTime,
}

impl Fact {
    /// The registry entry.
    pub fn entry(self) -> &'static Entry {
        &registry::ENTRIES[self as usize]
    }

    /// The name users write.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Finds a fact by name.
    pub fn named(name: &str) -> Option<Fact> {
        registry::ENTRIES.iter().find(|entry| entry.name == name).map(|entry| entry.fact)
    }
}

/// A set of facts, such as those an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FactSet(u128);

impl FactSet {
    /// The set of one fact.
    pub fn of(fact: Fact) -> Self {
        FactSet(1 << fact as u8)
    }

    /// Adds a fact.
    pub fn insert(&mut self, fact: Fact) {
        self.0 |= 1 << fact as u8;
    }

    /// Both sets together.
    pub fn union(self, other: FactSet) -> Self {
        FactSet(self.0 | other.0)
    }

    /// The facts, in the order of the registry.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.iter().copied().filter(move |fact| self.0 & (1 << *fact as u8) != 0)
    }

    /// True when no fact is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The value of every fact for one run.
#[derive(Debug, Clone)]
pub struct Facts {
    as_of: Option<String>,
    values: Vec<Value>,
}

#[derive(Debug, Clone)]
struct Value {
    value: String,
    status: Status,
    source: &'static str,
    chosen: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Facts::as_of(None)
    }
}

impl Facts {
    /// What was known of a day (`YYYY-MM-DD`); the newest knowledge without one.
    pub fn as_of(day: Option<&str>) -> Self {
        let value = |entry: &Entry| {
            let in_force = |era: &&Era| day.is_none_or(|day| era.since <= day);
            let era = entry.eras.iter().rev().find(in_force).unwrap_or(&entry.eras[0]);
            Value { value: era.value.to_owned(), status: era.status, source: era.source, chosen: false }
        };
        Facts { as_of: day.map(str::to_owned), values: registry::ENTRIES.iter().map(value).collect() }
    }

    /// Sets a fact to a value of the user's choice.
    ///
    /// # Errors
    /// A sentence that says which values are allowed.
    pub fn choose(&mut self, name: &str, value: &str) -> Result<(), ChoiceError> {
        let Some(fact) = Fact::named(name) else {
            return Err(ChoiceError::UnknownFact);
        };
        let allowed = match fact.entry().domain {
            Domain::Fixed => return Err(ChoiceError::Fixed),
            Domain::Number if value.parse::<u64>().is_ok() => true,
            Domain::Number => return Err(ChoiceError::NotANumber),
            Domain::Words(words) => words.iter().any(|(word, _)| *word == value),
        };
        if !allowed {
            return Err(ChoiceError::UnknownValue(fact));
        }
        let slot = &mut self.values[fact as usize];
        *slot = Value { value: value.to_owned(), status: Status::Assumed, source: "chosen by the user", chosen: true };
        Ok(())
    }

    /// The day that was asked for.
    pub fn day(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// The value in force.
    pub fn value(&self, fact: Fact) -> &str {
        &self.values[fact as usize].value
    }

    /// True when the value in force is `word`, which must be one of the fact's values.
    pub fn is(&self, fact: Fact, word: &str) -> bool {
        debug_assert!(
            matches!(fact.entry().domain, Domain::Words(words) if words.iter().any(|(known, _)| *known == word)),
            "{word} is no value of {}",
            fact.name()
        );
        self.value(fact) == word
    }

    /// The number in force.
    ///
    /// # Panics
    /// When the fact is not a number, which is a mistake in rsctl.
    pub fn number(&self, fact: Fact) -> usize {
        self.value(fact).parse().expect("choose() and the registry keep numbers numeric")
    }

    /// How well the value in force is known.
    pub fn status(&self, fact: Fact) -> Status {
        self.values[fact as usize].status
    }

    /// Who says so.
    pub fn source(&self, fact: Fact) -> &'static str {
        self.values[fact as usize].source
    }

    /// True when the user chose the value.
    pub fn chosen(&self, fact: Fact) -> bool {
        self.values[fact as usize].chosen
    }

    /// True when an answer that rests on the fact has to say so: nobody vouches for the value.
    pub fn is_open(&self, fact: Fact) -> bool {
        self.chosen(fact) || self.status(fact) == Status::Assumed
    }
}

/// Why a fact cannot be set as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceError {
    /// No fact of that name.
    UnknownFact,
    /// The fact has no other value.
    Fixed,
    /// A number was expected.
    NotANumber,
    /// The fact has other values.
    UnknownValue(Fact),
}

impl ChoiceError {
    /// What is wrong and what to write, for the fact and value given.
    pub fn explain(self, name: &str, value: &str) -> (String, String) {
        match self {
            ChoiceError::UnknownFact => {
                let close = crate::words::closest(name, Fact::ALL.iter().map(|fact| fact.name()));
                let hint = close.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
                (format!("there is no fact `{name}`"), format!("{hint}`rsctl facts` lists all of them"))
            }
            ChoiceError::Fixed => {
                (format!("the fact `{name}` cannot be changed"), "rsctl knows no other behaviour of Azure here".into())
            }
            ChoiceError::NotANumber => {
                (format!("`{value}` is not a whole number"), format!("write `{name}` with a number such as 4000"))
            }
            ChoiceError::UnknownValue(fact) => {
                let Domain::Words(words) = fact.entry().domain else {
                    unreachable!("only facts with words have unknown values")
                };
                let list: Vec<String> = words.iter().map(|(word, meaning)| format!("`{word}` ({meaning})")).collect();
                (format!("`{value}` is not a value of the fact `{name}`"), format!("write one of {}", list.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_the_order_of_the_ids_and_names_are_unique() {
        assert_eq!(registry::ENTRIES.len(), Fact::ALL.len());
        assert!(Fact::ALL.len() <= 128, "FactSet has 128 bits");
        for (entry, fact) in registry::ENTRIES.iter().zip(Fact::ALL) {
            assert_eq!(entry.fact, *fact, "{}", entry.name);
            assert_eq!(Fact::named(entry.name), Some(*fact));
        }
    }

    #[test]
    fn every_era_holds_an_allowed_value_and_eras_are_in_order() {
        for entry in registry::ENTRIES {
            assert!(!entry.eras.is_empty(), "{}", entry.name);
            assert!(entry.eras.windows(2).all(|pair| pair[0].since < pair[1].since), "{}", entry.name);
            for era in entry.eras {
                match entry.domain {
                    Domain::Words(words) => assert!(words.iter().any(|(word, _)| *word == era.value), "{}", entry.name),
                    Domain::Number => assert!(era.value.parse::<u64>().is_ok(), "{}", entry.name),
                    Domain::Fixed => {}
                }
            }
        }
    }

    #[test]
    fn a_day_picks_the_value_of_its_time() {
        assert_eq!(Facts::as_of(Some("2021-06-01")).value(Fact::RoutesPerPeer), "200");
        assert_eq!(Facts::as_of(Some("2023-01-01")).value(Fact::RoutesPerPeer), "1000");
        assert_eq!(Facts::as_of(None).value(Fact::RoutesPerPeer), "4000");
    }

    #[test]
    fn a_wrong_choice_is_refused_with_the_allowed_values() {
        let mut facts = Facts::default();
        assert_eq!(facts.choose("nva_reflection", "always"), Ok(()));
        assert!(facts.chosen(Fact::NvaReflection) && facts.is_open(Fact::NvaReflection));
        let error = facts.choose("nva_reflection", "sometimes").unwrap_err();
        assert!(error.explain("nva_reflection", "sometimes").1.contains("`always`"));
        assert_eq!(facts.choose("as_path_loop", "off"), Err(ChoiceError::Fixed));
        assert!(ChoiceError::UnknownFact.explain("nva_reflexion", "x").1.contains("did you mean `nva_reflection`"));
    }
}
