//! The fewest user-defined routes that make a table decide every address as wished.
//!
//! Aggregation as ORTC does it (Draves et al., INFOCOM 1999) finds the smallest table from nothing; here a table is given that the
//! routes are laid over and that cannot be changed, so the same search runs with its routes in place: for every prefix and every
//! decision that may reach it from above, how many routes are needed below it. What a decision means is no business of this file.

use super::space::{Range, Space};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// A decision, from 0.
pub type Label = u16;

/// What is given and what is wished.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// The table as it is without user-defined routes, each prefix once. A route of equal prefix takes the place of one of its routes.
    pub given: &'a [(Ipv4Net, Label)],
    /// Private endpoints that a route hides which covers them.
    pub endpoints: &'a [Endpoint],
    /// What happens where nothing matches.
    pub otherwise: Label,
    /// What is to be decided.
    pub wished: &'a Space<Label>,
    /// Decisions that a user-defined route can make, at the index of their label.
    pub expressible: &'a [bool],
    /// Whether there is a route for 0.0.0.0/0.
    pub default_route: DefaultRoute,
}

/// Whether a route for 0.0.0.0/0 belongs to the answer: system routes depend on it, so either case has its own given table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultRoute {
    /// There is one.
    Required,
    /// There is none.
    Forbidden,
}

/// A host route that no longer counts once a user-defined route covers it that is inside `space` or equal to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address.
    pub address: Ipv4Addr,
    /// What it decides.
    pub label: Label,
    /// The range of its VNet.
    pub space: Ipv4Net,
}

/// What the table decides with these routes laid over it.
pub fn decided(wish: &Wish<'_>, routes: &[(Ipv4Net, Label)]) -> Space<Label> {
    let by_prefix: BTreeMap<Ipv4Net, Label> = routes.iter().copied().collect();
    let hides = |endpoint: &Endpoint| {
        let covering = |length| Ipv4Net::new_assert(endpoint.address, length).trunc();
        (endpoint.space.prefix_len()..=32).any(|length| by_prefix.contains_key(&covering(length)))
    };
    let given = wish.given.iter().copied().filter(|(prefix, _)| !by_prefix.contains_key(prefix));
    let hosts = wish.endpoints.iter().filter(|endpoint| !hides(endpoint));
    let hosts = hosts.map(|endpoint| (Ipv4Net::from(endpoint.address), endpoint.label));
    Space::of_prefixes(given.chain(hosts).chain(routes.iter().copied()), wish.otherwise)
}

/// More routes than any table holds: there is no way.
const NO_WAY: u32 = u32::MAX / 4;

/// The fewest routes, in order of prefix; none when no set of routes does it.
pub fn fewest_routes(wish: &Wish<'_>) -> Option<Vec<(Ipv4Net, Label)>> {
    let mut given = wish.given.to_vec();
    given.sort_unstable();
    let mut endpoints = wish.endpoints.to_vec();
    endpoints.sort_unstable_by_key(|endpoint| endpoint.address);
    let mut search = Search { wish, nodes: Vec::new(), labels: wish.expressible.len() };
    let root = search.node(Ipv4Net::default(), &given, &endpoints);
    let mut routes = Vec::new();
    match wish.default_route {
        DefaultRoute::Forbidden => {
            let state = State { label: wish.otherwise, covered: false };
            (search.without_route(root, state) < NO_WAY).then(|| search.collect_without(root, state, &mut routes))?;
        }
        DefaultRoute::Required => search.collect_with(root, &mut routes)?,
    }
    Some(routes)
}

/// What reaches a prefix from above.
#[derive(Debug, Clone, Copy)]
struct State {
    /// The decision of the longest prefix above.
    label: Label,
    /// A user-defined route above is inside the range of the endpoints below.
    covered: bool,
}

struct Node {
    prefix: Ipv4Net,
    halves: Option<[usize; 2]>,
    given: Option<Label>,
    endpoint: Option<Label>,
    /// The range of a VNet with endpoints: what covers it from outside does not count.
    is_space: bool,
    /// What is wished; of a leaf only.
    wished: Label,
    /// Routes needed here and below, by what reaches it.
    needed: [Vec<u32>; 2],
    /// Routes needed with a route here, and its label.
    with_route: (u32, Label),
}

struct Search<'w> {
    wish: &'w Wish<'w>,
    nodes: Vec<Node>,
    labels: usize,
}

impl Search<'_> {
    /// The node of a prefix, its halves first. `given` and `endpoints` are those at and inside the prefix.
    fn node(&mut self, prefix: Ipv4Net, given: &[(Ipv4Net, Label)], endpoints: &[Endpoint]) -> usize {
        let (own, inside) = match given.split_first() {
            Some(((first, label), rest)) if *first == prefix => (Some(*label), rest),
            _ => (None, given),
        };
        let host = prefix.prefix_len() == 32;
        let range = Range::from(prefix);
        // Where the whole space may have no route of its own, its halves may.
        let whole = prefix.prefix_len() == 0 && self.wish.default_route == DefaultRoute::Forbidden;
        let leaf = !whole && inside.is_empty() && (endpoints.is_empty() || host) && self.wish.wished.is_constant(range);
        let halves = (!leaf).then(|| {
            let length = prefix.prefix_len() + 1;
            let second = Ipv4Addr::from(u32::from(prefix.network()) | (1 << (32 - u32::from(length))));
            let cut = inside.partition_point(|(inner, _)| inner.network() < second);
            let endpoint_cut = endpoints.partition_point(|endpoint| endpoint.address < second);
            let half = |network| Ipv4Net::new_assert(network, length);
            [
                self.node(half(prefix.network()), &inside[..cut], &endpoints[..endpoint_cut]),
                self.node(half(second), &inside[cut..], &endpoints[endpoint_cut..]),
            ]
        });
        let node = Node {
            prefix,
            halves,
            given: own,
            endpoint: endpoints.first().filter(|_| host).map(|endpoint| endpoint.label),
            is_space: endpoints.iter().any(|endpoint| endpoint.space == prefix),
            wished: self.wish.wished.at(range.first),
            needed: [Vec::new(), Vec::new()],
            with_route: (NO_WAY, 0),
        };
        let index = self.nodes.len();
        self.nodes.push(node);
        self.nodes[index].with_route = self.best_route(index);
        for covered in [false, true] {
            let needed = (0..self.labels as Label).map(|label| {
                let without = self.without_route(index, State { label, covered });
                without.min(self.nodes[index].with_route.0)
            });
            self.nodes[index].needed[usize::from(covered)] = needed.collect();
        }
        index
    }

    /// Routes needed below when this state reaches the halves; of a leaf, whether it is what is wished.
    fn below(&self, index: usize, state: State) -> u32 {
        let node = &self.nodes[index];
        match node.halves {
            None if node.wished == state.label => 0,
            None => NO_WAY,
            Some(halves) => {
                let needed =
                    |half: usize| self.nodes[half].needed[usize::from(state.covered)][usize::from(state.label)];
                halves.map(needed).iter().sum::<u32>().min(NO_WAY)
            }
        }
    }

    /// What reaches the halves when there is no route here.
    fn passed_on(&self, index: usize, state: State) -> State {
        let node = &self.nodes[index];
        let covered = state.covered && !node.is_space;
        let endpoint = node.endpoint.filter(|_| !covered);
        State { label: endpoint.or(node.given).unwrap_or(state.label), covered }
    }

    fn without_route(&self, index: usize, state: State) -> u32 {
        self.below(index, self.passed_on(index, state))
    }

    /// The best route for exactly this prefix: how many are needed with it, and what it decides.
    fn best_route(&self, index: usize) -> (u32, Label) {
        let labels = (0..self.labels as Label).filter(|label| self.wish.expressible[usize::from(*label)]);
        let needed = labels.map(|label| (1 + self.below(index, State { label, covered: true }), label));
        needed.min().map_or((NO_WAY, 0), |(needed, label)| (needed.min(NO_WAY), label))
    }

    fn collect(&self, index: usize, state: State, routes: &mut Vec<(Ipv4Net, Label)>) {
        let without = self.without_route(index, state);
        if without <= self.nodes[index].with_route.0 {
            self.collect_without(index, state, routes);
        } else {
            let _ = self.collect_with(index, routes);
        }
    }

    fn collect_without(&self, index: usize, state: State, routes: &mut Vec<(Ipv4Net, Label)>) {
        let passed_on = self.passed_on(index, state);
        for half in self.nodes[index].halves.into_iter().flatten() {
            self.collect(half, passed_on, routes);
        }
    }

    fn collect_with(&self, index: usize, routes: &mut Vec<(Ipv4Net, Label)>) -> Option<()> {
        let node = &self.nodes[index];
        let (needed, label) = node.with_route;
        if needed >= NO_WAY {
            return None;
        }
        routes.push((node.prefix, label));
        for half in node.halves.into_iter().flatten() {
            self.collect(half, State { label, covered: true }, routes);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a table with these routes decides, written anew from the rules of Azure.
    fn decides(wish: &Wish<'_>, routes: &[(Ipv4Net, Label)], address: Ipv4Addr) -> Label {
        let covers = |prefix: &Ipv4Net| prefix.contains(&address);
        let hidden = |endpoint: &Endpoint| {
            routes.iter().any(|(prefix, _)| prefix.contains(&endpoint.address) && endpoint.space.contains(prefix))
        };
        let given = wish.given.iter().filter(|(prefix, _)| !routes.iter().any(|(other, _)| other == prefix));
        let hosts = wish.endpoints.iter().filter(|endpoint| !hidden(endpoint));
        let hosts = hosts.map(|endpoint| (Ipv4Net::from(endpoint.address), endpoint.label));
        let all = routes.iter().copied().chain(given.copied()).chain(hosts);
        let best = all.filter(|(prefix, _)| covers(prefix)).max_by_key(|(prefix, _)| prefix.prefix_len());
        best.map_or(wish.otherwise, |(_, label)| label)
    }

    const BLOCK: &str = "10.0.0.0/29";

    /// Prefixes of a block of eight addresses, and some around it.
    fn prefixes() -> Vec<Ipv4Net> {
        let block: Ipv4Net = BLOCK.parse().unwrap();
        let inside = (29..=32).flat_map(|length| block.subnets(length).unwrap());
        let around = ["10.0.0.0/28", "10.0.0.0/24", "10.0.0.0/8"].map(|text| text.parse().unwrap());
        around.into_iter().chain(inside).collect()
    }

    fn addresses() -> Vec<Ipv4Addr> {
        let block: Ipv4Net = "10.0.0.0/28".parse().unwrap();
        block
            .hosts()
            .chain(["10.0.0.0", "10.0.0.15", "10.0.0.99", "10.9.9.9", "9.9.9.9"].map(|text| text.parse().unwrap()))
            .collect()
    }

    #[derive(Debug, Clone)]
    struct Case {
        given: Vec<(Ipv4Net, Label)>,
        endpoints: Vec<Endpoint>,
        wished: Space<Label>,
    }

    /// Labels 0 and 1 can be expressed; 2 can be given only.
    fn cases() -> impl Strategy<Value = Case> {
        let entry = (proptest::sample::select(prefixes()), 0..3_u16);
        let given = proptest::collection::btree_map(proptest::sample::select(prefixes()), 0..3_u16, 0..4);
        let wishes = proptest::collection::vec(entry, 0..5);
        let hosts = proptest::collection::btree_set(0_u32..8, 0..2);
        (given, wishes, hosts, any::<bool>()).prop_map(|(given, wishes, hosts, inner)| {
            let space: Ipv4Net = if inner { "10.0.0.0/30" } else { BLOCK }.parse().unwrap();
            let base = u32::from(space.network());
            let endpoints = hosts.into_iter().map(|host| Endpoint { address: (base + host).into(), label: 2, space });
            let endpoints: Vec<Endpoint> = endpoints.filter(|endpoint| space.contains(&endpoint.address)).collect();
            let is_host =
                |prefix: &Ipv4Net| endpoints.iter().any(|endpoint| Ipv4Net::from(endpoint.address) == *prefix);
            let given: Vec<(Ipv4Net, Label)> = given.into_iter().filter(|(prefix, _)| !is_host(prefix)).collect();
            // What cannot be expressed is wished where it is given, or there would mostly be no way.
            let hosts = endpoints.iter().map(|endpoint| (Ipv4Net::from(endpoint.address), endpoint.label));
            let plain = Space::of_prefixes(given.iter().copied().chain(hosts), 0);
            let wished = Space::of_prefixes(wishes, 0).beside(&plain);
            let wished = wished.map(|(wish, given)| if wish == 2 || (wish == 0 && given == 2) { given } else { wish });
            Case { given, endpoints, wished }
        })
    }

    /// Whether some set of that many routes does it.
    fn is_possible(wish: &Wish<'_>, count: usize, from: usize, routes: &mut Vec<(Ipv4Net, Label)>) -> bool {
        if count == 0 {
            return addresses().into_iter().all(|address| decides(wish, routes, address) == wish.wished.at(address));
        }
        let all = prefixes();
        (from..all.len()).any(|index| {
            [0, 1].into_iter().any(|label| {
                routes.push((all[index], label));
                let found = is_possible(wish, count - 1, index + 1, routes);
                routes.pop();
                found
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn no_smaller_set_of_routes_does_it(case in cases()) {
            let wish = Wish {
                given: &case.given,
                endpoints: &case.endpoints,
                otherwise: 0,
                wished: &case.wished,
                expressible: &[true, true, false],
                default_route: DefaultRoute::Forbidden,
            };
            let found = fewest_routes(&wish);
            if let Some(routes) = &found {
                prop_assert_eq!(&decided(&wish, routes), wish.wished);
                for address in addresses() {
                    prop_assert_eq!(decides(&wish, routes, address), wish.wished.at(address), "{} by {:?}", address, routes);
                }
            }
            let fewer = found.as_ref().map_or(3, |routes| routes.len().min(4)).min(3);
            for count in 0..fewer {
                prop_assert!(!is_possible(&wish, count, 0, &mut Vec::new()), "{} are enough instead of {:?}", count, found);
            }
        }
    }

    fn labels(entries: &[(&str, Label)]) -> Vec<(Ipv4Net, Label)> {
        entries.iter().map(|(text, label)| (text.parse().unwrap(), *label)).collect()
    }

    fn fewest(given: &[(&str, Label)], wished: &[(&str, Label)], default_route: DefaultRoute) -> Option<Vec<String>> {
        let (given, wished) = (labels(given), Space::of_prefixes(labels(wished), 0));
        let wish = Wish {
            given: &given,
            endpoints: &[],
            otherwise: 0,
            wished: &wished,
            expressible: &[true, true, false],
            default_route,
        };
        let routes = fewest_routes(&wish)?;
        Some(routes.into_iter().map(|(prefix, label)| format!("{prefix}={label}")).collect())
    }

    #[test]
    fn what_is_given_already_needs_no_route() {
        let none: Vec<String> = Vec::new();
        assert_eq!(fewest(&[("10.0.0.0/8", 2)], &[("10.0.0.0/8", 2)], DefaultRoute::Forbidden), Some(none));
    }

    #[test]
    fn a_longer_given_route_is_overridden_by_one_of_its_own() {
        let given = [("0.0.0.0/0", 0), ("10.1.0.0/16", 2)];
        let wished = [("10.0.0.0/8", 1)];
        let routes = fewest(&given, &wished, DefaultRoute::Forbidden);
        assert_eq!(routes.as_deref(), Some(&["10.0.0.0/8=1".to_owned(), "10.1.0.0/16=1".to_owned()][..]));
    }

    #[test]
    fn exceptions_of_a_shorter_route_take_fewer_than_its_parts() {
        let wished = [("10.0.0.0/8", 1), ("10.1.0.0/16", 0)];
        let routes = fewest(&[], &wished, DefaultRoute::Forbidden);
        assert_eq!(routes.as_deref(), Some(&["10.0.0.0/8=1".to_owned(), "10.1.0.0/16=0".to_owned()][..]));
    }

    #[test]
    fn a_default_route_may_be_required() {
        assert_eq!(
            fewest(&[("10.0.0.0/8", 2)], &[("0.0.0.0/0", 1), ("10.0.0.0/8", 2)], DefaultRoute::Required).as_deref(),
            Some(&["0.0.0.0/0=1".to_owned()][..])
        );
        let routes = fewest(&[], &[("0.0.0.0/0", 1)], DefaultRoute::Forbidden);
        assert_eq!(routes.as_deref(), Some(&["0.0.0.0/1=1".to_owned(), "128.0.0.0/1=1".to_owned()][..]));
    }

    #[test]
    fn where_nothing_does_it_there_is_no_answer() {
        assert_eq!(fewest(&[], &[("10.0.0.0/8", 2)], DefaultRoute::Forbidden), None);
    }
}
