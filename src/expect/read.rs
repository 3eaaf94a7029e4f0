//! Entries with every name and pattern looked up in an estate. What leads nowhere, and what nothing can be held against, is reported.

use super::adverts::Adverts;
use super::claims::{self, Fate, Kind};
use super::conversations::{OneOf, Wanted, Ways};
use super::pattern::{is_pattern, matching};
use super::sentence::sentence;
use super::sides::{Aim, Scene, Senders, Targets, aims};
use super::survival::{Together, failing};
use crate::analysis::Estate;
use crate::analysis::forward::Place;
use crate::analysis::outcome::place_name;
use crate::analysis::trace::{Endpoint, Host, hosts};
use crate::bgp::{Device, devices, find_device};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{Span, Spanned};
use crate::syntax::document::{Expectation, Group, Subject, Target};
use crate::topology::RouterId;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// One expectation, ready to be held against its estate.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// It is known not to hold.
    pub must_fail: bool,
    pub(super) claim: Claim,
    pub(super) survives: Vec<Together>,
}

#[derive(Debug, Clone)]
pub(super) enum Claim {
    Conversations(Senders, Targets, Wanted),
    Adverts(Adverts),
}

/// The entries that can be held against an estate; the sink hears what is wrong with the others.
pub fn read(written: &[Expectation], estate: &Estate, sink: &mut Sink) -> Vec<Entry> {
    let scene = Scene::new(estate);
    written.iter().filter_map(|entry| Reader { estate, sink, scene: &scene }.entry(entry)).collect()
}

struct Reader<'r, 'e> {
    estate: &'e Estate,
    sink: &'r mut Sink,
    scene: &'r Scene<'e>,
}

impl Reader<'_, '_> {
    fn entry(&mut self, entry: &Expectation) -> Option<Entry> {
        let claim = match claims::kind(entry, self.sink)? {
            Kind::Adverts => Claim::Adverts(self.adverts(entry)?),
            Kind::Conversations(fate) => {
                let senders = self.senders(&entry.subject);
                let targets = entry.to.as_ref().and_then(|to| self.targets(to));
                let wanted = self.wanted(fate, entry);
                let (senders, targets) = (senders?, targets?);
                if self.scene.pairs(&senders, &targets).is_empty() {
                    let message = "nothing is left to hold this against";
                    let diagnostic = Diagnostic::error(entry.span, message).label("no two hosts");
                    let help = "a host does not talk to itself, and what has failed talks to nobody";
                    self.sink.push(diagnostic.help(help));
                    return None;
                }
                Claim::Conversations(senders, targets, wanted?)
            }
        };
        let survives = entry.survives.as_ref().map(|survival| failing(self.estate, survival, self.sink));
        Some(Entry {
            name: entry.name.as_ref().map_or_else(|| sentence(entry), |name| name.value.clone()),
            span: entry.name.as_ref().map_or(entry.span, |name| name.span),
            must_fail: entry.must_fail.as_ref().is_some_and(|flag| flag.value),
            claim,
            survives: survives.unwrap_or_default(),
        })
    }

    fn senders(&mut self, subject: &Subject) -> Option<Senders> {
        match subject {
            Subject::Every(group) => self.group(group).map(Senders::Group),
            Subject::From(name) => {
                let host = self.host(name)?;
                if host.endpoint == Endpoint::Internet {
                    let message = "nothing tells where packets from the internet come in";
                    let diagnostic = Diagnostic::error(name.span, message).label("sends");
                    self.sink.push(diagnostic.help("swap `from` and `to`: answers are followed, too"));
                    return None;
                }
                Some(Senders::One(host))
            }
        }
    }

    fn targets(&mut self, target: &Target) -> Option<Targets> {
        let name = match target {
            Target::Group(group) => return self.group(group).map(Targets::Group),
            Target::Host(name) => name,
        };
        let address = name.value.parse::<Ipv4Addr>().ok().map(ipnet::Ipv4Net::from);
        let Some(prefix) = address.or_else(|| name.value.parse().ok()) else {
            return self.host(name).map(|host| Targets::Aims(vec![Aim::from(host)]));
        };
        if prefix != prefix.trunc() {
            let diagnostic = Diagnostic::error(name.span, format!("`{}` has bits set after its length", name.value));
            self.sink.push(diagnostic.label("a prefix").help(format!("did you mean `{}`?", prefix.trunc())));
            return None;
        }
        let aims = aims(self.estate, prefix);
        if aims.is_empty() {
            let diagnostic = Diagnostic::error(name.span, format!("no subnet has an address of {}", name.value));
            self.sink.push(diagnostic.label("inside a VNet").help("write a range of a subnet, or that of the VNet"));
            return None;
        }
        Some(Targets::Aims(aims))
    }

    fn host(&mut self, name: &Spanned<String>) -> Option<Host> {
        match Host::named(self.estate, &name.value) {
            Ok(host) => Some(host),
            Err((message, help)) => {
                let help = match is_pattern(&name.value) {
                    true => "`every: { subnets: … }`, or `to: { subnets: … }`, takes patterns".to_owned(),
                    false => help,
                };
                self.sink.push(Diagnostic::error(name.span, message).label("one host").help(help));
                None
            }
        }
    }

    fn group(&mut self, group: &Spanned<Group>) -> Option<BTreeSet<Endpoint>> {
        let topology = &self.estate.topology;
        let (mut subnets, mut sites) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for endpoint in hosts(self.estate).into_iter().map(|host| host.endpoint).filter(|host| seen.insert(*host)) {
            let list = if matches!(endpoint, Endpoint::Subnet(_)) { &mut subnets } else { &mut sites };
            list.push((endpoint.name(topology), endpoint));
        }
        let Group { subnets: in_subnets, sites: at_sites } = &group.value;
        if in_subnets.is_empty() && at_sites.is_empty() {
            let diagnostic = Diagnostic::error(group.span, "the group is empty").label("neither subnets nor sites");
            self.sink.push(diagnostic.help("write `subnets: \"spoke-*/*\"` or `sites: \"branch*\"`"));
            return None;
        }
        let mut found: BTreeSet<Endpoint> = BTreeSet::new();
        found.extend(matching(in_subnets, "workload subnet", &subnets, self.sink));
        found.extend(matching(at_sites, "site with prefixes", &sites, self.sink));
        (!found.is_empty()).then_some(found)
    }

    fn wanted(&mut self, fate: Fate, entry: &Expectation) -> Option<Wanted> {
        let is = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        Some(match fate {
            Fate::Never => Wanted::Never,
            Fate::NoRoute => Wanted::NoRoute,
            Fate::Arrive => {
                let nvas = self.nvas();
                let mut back = Vec::new();
                if is(&entry.inspected) {
                    let places = nvas.iter().map(|(_, place)| *place).collect();
                    back.push(OneOf { places, words: "no NVA".into() });
                }
                back.extend(self.one_of(&entry.inspected_by, "NVA", &nvas)?);
                let places = [nvas, self.further_places()].concat();
                let via = self.one_of(&entry.via, "NVA, site, gateway or load balancer", &places)?;
                let there = via.into_iter().chain(back.iter().cloned()).collect();
                Wanted::Arrives(Ways { there, back, symmetric: is(&entry.symmetric) })
            }
        })
    }

    fn nvas(&self) -> Vec<(String, Place)> {
        let routers = self.estate.topology.routers.iter().enumerate().filter(|(_, router)| router.is_nva());
        routers.map(|(index, router)| (router.name.clone(), Place::Router(RouterId(index as u32)))).collect()
    }

    /// Sites, gateways and load balancers.
    fn further_places(&self) -> Vec<(String, Place)> {
        let topology = &self.estate.topology;
        let routers = topology.routers.iter().enumerate().filter(|(_, router)| !router.is_nva());
        let mut places: Vec<Place> = routers.map(|(index, _)| Place::Router(RouterId(index as u32))).collect();
        for id in topology.vnet_ids() {
            let vnet = topology.vnet(id);
            places.extend(vnet.vpn_gateway.as_ref().map(|_| Place::VpnGateway(id)));
            places.extend(vnet.express_route_gateway.as_ref().map(|_| Place::ExpressRouteGateway(id)));
        }
        places.extend((0..topology.load_balancers.len() as u32).map(Place::LoadBalancer));
        places.into_iter().map(|place| (place_name(topology, place), place)).collect()
    }

    /// Those places that the patterns match, where there are patterns; none at all where they match nothing, which is reported.
    fn one_of(&mut self, patterns: &[Spanned<String>], what: &str, named: &[(String, Place)]) -> Option<Option<OneOf>> {
        if patterns.is_empty() {
            return Some(None);
        }
        let places: BTreeSet<Place> = matching(patterns, what, named, self.sink).into_iter().collect();
        let patterns: Vec<&str> = patterns.iter().map(|pattern| pattern.value.as_str()).collect();
        let words = format!("none of {}", patterns.join(", "));
        (!places.is_empty()).then_some(Some(OneOf { places, words }))
    }

    fn adverts(&mut self, entry: &Expectation) -> Option<Adverts> {
        let topology = &self.estate.topology;
        let all: Vec<(String, Device)> =
            devices(topology).into_iter().map(|device| (device.name(topology), device)).collect();
        let speakers = match &entry.subject {
            Subject::From(name) => match find_device(topology, &name.value) {
                Ok(found) => vec![found],
                Err((message, help)) => {
                    self.sink.push(Diagnostic::error(name.span, message).label("announces").help(help));
                    Vec::new()
                }
            },
            Subject::Every(group) => {
                if let Some(subnets) = group.value.subnets.first() {
                    let diagnostic = Diagnostic::error(subnets.span, "a subnet announces nothing");
                    self.sink
                        .push(diagnostic.label("not a BGP speaker").help("write `sites`, or `from: hub/vpn_gateway`"));
                }
                let site = |device: &Device| matches!(device, Device::Router(id) if !topology.router(*id).is_nva());
                let sites: Vec<(String, Device)> = all.iter().filter(|(_, device)| site(device)).cloned().collect();
                let found = matching(&group.value.sites, "site with an ASN", &sites, self.sink);
                found.into_iter().map(|device| (device, None)).collect()
            }
        };
        let receivers = matching(&entry.advertises_to, "BGP speaker", &all, self.sink);
        if speakers.is_empty() || receivers.is_empty() {
            return None;
        }
        let values = |list: &[Spanned<ipnet::Ipv4Net>]| list.iter().map(|prefix| prefix.value).collect();
        Some(Adverts {
            speakers,
            receivers,
            max_count: entry.max_count.as_ref().map(|count| count.value),
            shortest_length: entry.shortest_length.as_ref().map(|length| length.value),
            includes: values(&entry.includes),
            excludes: values(&entry.excludes),
        })
    }
}
