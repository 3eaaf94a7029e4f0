//! What is done with the names and numbers that a capture holds: noted first, replaced then. Both find them the same way.

use super::addresses::{Addresses, Standing};
use super::names::{Names, Seen, word};
use super::numbers::Numbers;
use crate::net::Asn;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Receives every name and number of the captures, and says what stands in its place.
pub(super) trait Meaning {
    /// A name; `word` is what new names of its kind begin with.
    fn name(&mut self, word: &'static str, name: &str) -> String;
    /// An address.
    fn address(&mut self, address: IpAddr) -> IpAddr;
    /// A prefix.
    fn prefix(&mut self, prefix: IpNet, standing: Standing) -> IpNet;
    /// An AS number.
    fn asn(&mut self, asn: Asn) -> Asn;
}

/// Takes note of everything and changes nothing.
#[derive(Debug)]
pub(super) struct Noted {
    names: Seen,
    addresses: Addresses,
    asns: BTreeSet<Asn>,
}

impl Noted {
    /// Nothing yet.
    pub(super) fn new(seed: u64) -> Noted {
        Noted { names: Seen::default(), addresses: Addresses::new(seed), asns: BTreeSet::new() }
    }
}

impl Meaning for Noted {
    fn name(&mut self, word: &'static str, name: &str) -> String {
        self.names.note(word, name);
        name.to_owned()
    }

    fn address(&mut self, address: IpAddr) -> IpAddr {
        self.addresses.note(address.into(), Standing::Used);
        address
    }

    fn prefix(&mut self, prefix: IpNet, standing: Standing) -> IpNet {
        self.addresses.note(prefix, standing);
        prefix
    }

    fn asn(&mut self, asn: Asn) -> Asn {
        self.asns.insert(asn);
        asn
    }
}

/// What became of every name and number of a set of captures. What did not occur in them stays as it is.
#[derive(Debug)]
pub struct Mapping {
    names: Names,
    addresses: Addresses,
    numbers: Numbers,
}

impl Mapping {
    /// Finds a replacement for everything that was noted.
    pub(super) fn of(noted: Noted) -> Mapping {
        let Noted { names, addresses, asns } = noted;
        Mapping { names: Names::number(names), addresses, numbers: Numbers::renumber(&asns) }
    }

    /// The new name of a resource; `kind` is the last segment of its type, such as `subnets`.
    pub fn name(&self, kind: &str, name: &str) -> String {
        self.names.replacement(word(kind), name)
    }

    /// The new address.
    pub fn address(&self, address: IpAddr) -> IpAddr {
        self.addresses.new_address(address)
    }

    /// The new prefix, as long as the old one.
    pub fn prefix(&self, prefix: IpNet) -> IpNet {
        self.addresses.new_prefix(prefix)
    }

    /// The new AS number.
    pub fn asn(&self, asn: Asn) -> Asn {
        self.numbers.replacement(asn)
    }
}

/// Replaces.
impl Meaning for &Mapping {
    fn name(&mut self, word: &'static str, name: &str) -> String {
        self.names.replacement(word, name)
    }

    fn address(&mut self, address: IpAddr) -> IpAddr {
        Mapping::address(self, address)
    }

    fn prefix(&mut self, prefix: IpNet, _: Standing) -> IpNet {
        Mapping::prefix(self, prefix)
    }

    fn asn(&mut self, asn: Asn) -> Asn {
        Mapping::asn(self, asn)
    }
}
