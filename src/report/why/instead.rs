//! The smallest edits that change an outcome: proposals tried one by one, then in pairs, each by a run with it.

use super::proposals::Proposal;
use super::{Instead, Remedy};
use crate::analysis::fate::{Decision, Fate};
use crate::analysis::why::{Asked, Extent, Reasons, disturbed};
use crate::bgp::{self, Ribs};
use crate::effective::Tables;
use crate::report::fates::Holders;
use crate::topology::{SubnetId, Topology};
use crate::words::{closest, echo};
use std::net::Ipv4Addr;

/// Ways that are told.
const MOST_FOUND: usize = 8;

/// What is not wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwanted {
    /// What is decided now.
    Now,
    /// Any of these addresses, which have this name.
    Addresses(String, Vec<Ipv4Addr>),
}

/// A subnet that shall decide otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// What about.
    pub asked: Asked,
    /// The subnet.
    pub at: SubnetId,
    /// What it shall not do.
    pub unwanted: &'a Unwanted,
}

/// Finds what a name, an address, or nothing means as a next hop that is not wanted.
///
/// # Errors
/// What is wrong, and what could be meant.
pub fn unwanted(topology: &Topology, text: &str) -> Result<Unwanted, (String, String)> {
    if text.is_empty() {
        return Ok(Unwanted::Now);
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(Unwanted::Addresses(text.to_owned(), vec![address]));
    }
    let routers = topology.routers.iter().map(|router| {
        let nics = router.nics().filter_map(|(_, address)| address);
        (router.name.clone(), nics.chain(router.address).collect::<Vec<_>>())
    });
    let balancers = topology.load_balancers.iter().map(|balancer| (balancer.name.clone(), vec![balancer.address]));
    let gateways = topology.vnets.iter().filter_map(|vnet| {
        let gateway = vnet.vpn_gateway.as_ref()?;
        let addresses = gateway.addresses.iter().chain(&gateway.public_ips).copied().collect();
        Some((format!("{}/vpn_gateway", vnet.name), addresses))
    });
    let known: Vec<(String, Vec<Ipv4Addr>)> = routers.chain(balancers).chain(gateways).collect();
    if let Some((name, addresses)) = known.iter().find(|(name, _)| name == text) {
        return Ok(Unwanted::Addresses(name.clone(), addresses.clone()));
    }
    let message = format!("`{}` is no address, and there is no next hop of this name", echo(text));
    let help = match closest(text, known.iter().map(|(name, _)| name.as_str())) {
        Some(close) => format!("did you mean `{close}`?"),
        None => "write an address, or the name of an NVA, a load balancer or a VPN gateway".into(),
    };
    Err((message, help))
}

/// What a subnet decides in an estate.
fn fate(reasons: &Reasons<'_>, wish: &Wish<'_>) -> Fate {
    let row = reasons.deciding(wish.asked, wish.at);
    Decision::of(reasons.topology, wish.at, row.as_ref()).fate
}

/// Looks for edits. `make` gives the estate with some, or none where they make no valid one.
///
/// # Errors
/// When the subnet does not do what it shall not do: what it does.
pub fn instead(
    reasons: &Reasons<'_>,
    wish: &Wish<'_>,
    proposals: &[Proposal],
    make: &mut dyn FnMut(&[String]) -> Option<Topology>,
) -> Result<Instead, (String, String)> {
    let now = fate(reasons, wish);
    let now_words = Holders::new(reasons.topology).fate(&now);
    let wanted = match wish.unwanted {
        Unwanted::Now if now == Fate::Dropped => "not to drop it".into(),
        Unwanted::Now => format!("to send it elsewhere than to {now_words}"),
        Unwanted::Addresses(name, addresses) => {
            if !now.addresses().any(|address| addresses.contains(&address)) {
                let message = format!("{name} is not the next hop now");
                return Err((message, format!("it is {now_words}; leave out what follows --not to ask for any other")));
            }
            format!("to send it elsewhere than to {name}")
        }
    };
    let mut search = Search { reasons, wish, now, make, tried: 0, found: Vec::new() };
    let most = most_trials(reasons.ribs);
    let mut helped: Vec<usize> = Vec::new();
    for proposal in proposals {
        if !helped.contains(&proposal.family) && search.tried < most && search.try_all(&[proposal]) {
            helped.push(proposal.family);
        }
    }
    if search.found.is_empty() {
        for (index, one) in proposals.iter().enumerate() {
            for other in proposals[index + 1..].iter().filter(|other| other.family != one.family) {
                if search.tried < most {
                    search.try_all(&[one, other]);
                }
            }
        }
    }
    search.found.sort_by_key(|remedy| (remedy.what.len(), remedy.disturbs, remedy.set.len()));
    search.found.truncate(MOST_FOUND);
    Ok(Instead { wanted, tried: search.tried, found: search.found })
}

/// How many runs are made: fewer in large estates, where each takes longer.
fn most_trials(ribs: &Ribs) -> usize {
    (10_000_000 / (ribs.network.speakers.len() * ribs.classes.len()).max(1)).clamp(24, 240)
}

struct Search<'a> {
    reasons: &'a Reasons<'a>,
    wish: &'a Wish<'a>,
    now: Fate,
    make: &'a mut dyn FnMut(&[String]) -> Option<Topology>,
    tried: usize,
    found: Vec<Remedy>,
}

impl Search<'_> {
    /// Tries some proposals together, each in the first form that is valid. True when they help.
    fn try_all(&mut self, proposals: &[&Proposal]) -> bool {
        self.tried += 1;
        let forms = proposals.iter().map(|proposal| proposal.forms.len()).max().unwrap_or(0);
        for form in 0..forms {
            let set: Vec<String> = proposals
                .iter()
                .filter_map(|proposal| proposal.forms.get(form).or(proposal.forms.last()))
                .flatten()
                .cloned()
                .collect();
            let Some(topology) = (self.make)(&set) else { continue };
            return self.judge(proposals, set, &topology);
        }
        false
    }

    fn judge(&mut self, proposals: &[&Proposal], set: Vec<String>, topology: &Topology) -> bool {
        let ribs = bgp::run(topology);
        let tables = Tables::new(topology, &ribs);
        let reasons = Reasons { topology, ribs: &ribs, tables: &tables, extent: Extent::Relevant };
        let fate = fate(&reasons, self.wish);
        let unwanted = match self.wish.unwanted {
            Unwanted::Now => fate.addresses().any(|address| self.now.addresses().any(|now| now == address)),
            Unwanted::Addresses(_, addresses) => fate.addresses().any(|address| addresses.contains(&address)),
        };
        // Nowhere is no other next hop.
        if fate == self.now || fate == Fate::Dropped || unwanted {
            return false;
        }
        let old = (self.reasons.topology, self.reasons.tables);
        let disturbs = disturbed(old, (topology, &tables), (self.wish.asked, self.wish.at));
        self.found.push(Remedy {
            what: proposals.iter().map(|proposal| proposal.what.clone()).collect(),
            set,
            outcome: format!("then to {}", Holders::new(topology).fate(&fate)),
            disturbs,
        });
        true
    }
}
