//! New addresses for old ones: the same address mirrored bit by bit wherever nothing used tells the two halves of a range apart.
//!
//! A range of which only one half is used may have its halves swapped; whether it has is decided by the seed. So whatever contained
//! something still contains it, whatever came first still comes first, and Azure's own ranges stay what they are.

#[cfg(test)]
mod tests;

use crate::azure::system_routes::none_ranges;
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges that mean something (RFC 6890, Azure's reserved ranges): what is inside one stays inside it, what is outside stays outside.
const MEANING: &[&str] = &[
    "10.0.0.0/8",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "fc00::/7",
    "2000::/3",
    "2001:db8::/32",
];

/// Ranges whose very addresses mean something, or say nothing about anybody. 168.63.129.16 is Azure's platform address.
const VERBATIM: &[&str] = &[
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "168.63.129.16/32",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/8",
    "fe80::/10",
    "ff00::/8",
];

/// The bits at the end that never change, where no subnet says otherwise: the fourth host stays the fourth.
const HOST_BITS_V4: u8 = 8;
const HOST_BITS_V6: u8 = 64;

/// What is used of both address families.
#[derive(Debug)]
pub(super) struct Addresses {
    seed: u64,
    v4: Trie,
    v6: Trie,
}

/// What a prefix is to the estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A prefix of Azure: it stays.
    Azures,
    /// A prefix of a subnet: inside it nothing changes.
    Subnet,
    /// Any other.
    Used,
}

impl Addresses {
    /// Nothing used yet but what means something.
    pub(super) fn new(seed: u64) -> Addresses {
        let mut addresses = Addresses { seed, v4: Trie::new(), v6: Trie::new() };
        let constant = |text: &&str| text.parse::<IpNet>().expect("the constants above are prefixes");
        for range in MEANING.iter().map(constant).collect::<Vec<_>>() {
            addresses.note(range, Standing::Azures);
        }
        for range in VERBATIM.iter().map(constant).collect::<Vec<_>>() {
            addresses.note(range, Standing::Azures);
            addresses.note(range, Standing::Subnet);
        }
        for range in ["observed_2021", "observed_2026"].iter().flat_map(|which| none_ranges(which)) {
            addresses.note(range.into(), Standing::Azures);
        }
        addresses
    }

    /// Takes note of a prefix.
    pub(super) fn note(&mut self, prefix: IpNet, standing: Standing) {
        let (bits, trie) = match prefix.addr() {
            IpAddr::V4(address) => (v4_bits(address), &mut self.v4),
            IpAddr::V6(address) => (address.to_bits(), &mut self.v6),
        };
        trie.insert(bits, prefix.prefix_len(), standing);
    }

    /// The new prefix; bits behind its length stay.
    pub(super) fn new_prefix(&self, prefix: IpNet) -> IpNet {
        let length = prefix.prefix_len();
        IpNet::new_assert(self.mirrored(prefix.addr(), length), length)
    }

    /// The new address.
    pub(super) fn new_address(&self, address: IpAddr) -> IpAddr {
        self.mirrored(address, u8::MAX)
    }

    fn mirrored(&self, address: IpAddr, length: u8) -> IpAddr {
        match address {
            IpAddr::V4(address) => {
                let length = length.min(32 - HOST_BITS_V4);
                let bits = self.v4.mirrored(v4_bits(address), length, |depth, ahead| self.swaps(4, depth, ahead));
                IpAddr::V4(Ipv4Addr::from_bits((bits >> 96) as u32))
            }
            IpAddr::V6(address) => {
                let length = length.min(128 - HOST_BITS_V6);
                let bits = self.v6.mirrored(address.to_bits(), length, |depth, ahead| self.swaps(6, depth, ahead));
                IpAddr::V6(Ipv6Addr::from_bits(bits))
            }
        }
    }

    /// Whether the halves of a range are swapped: a bit that nobody without the seed can tell.
    fn swaps(&self, family: u8, depth: u8, ahead: u128) -> bool {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update([family, depth]);
        hash.update(ahead.to_be_bytes());
        hash.finalize()[0] & 1 == 1
    }
}

/// An IPv4 address at the front of 128 bits.
fn v4_bits(address: Ipv4Addr) -> u128 {
    u128::from(address.to_bits()) << 96
}

/// The bit at a depth, counted from the front.
fn bit(bits: u128, depth: u8) -> usize {
    usize::from(bits >> (127 - depth) & 1 == 1)
}

/// The ranges that are used, as a binary tree; 0 stands for no child, since nothing leads back to the root.
#[derive(Debug)]
struct Trie(Vec<Range>);

#[derive(Debug, Default, Clone, Copy)]
struct Range {
    halves: [usize; 2],
    /// A range of Azure lies inside, so the halves stay.
    fixed: bool,
    /// Nothing inside changes.
    whole: bool,
}

impl Trie {
    fn new() -> Trie {
        Trie(vec![Range::default()])
    }

    fn insert(&mut self, bits: u128, length: u8, standing: Standing) {
        let mut at = 0;
        for depth in 0..length {
            self.0[at].fixed |= standing == Standing::Azures;
            let half = bit(bits, depth);
            if self.0[at].halves[half] == 0 {
                self.0[at].halves[half] = self.0.len();
                self.0.push(Range::default());
            }
            at = self.0[at].halves[half];
        }
        self.0[at].whole |= standing == Standing::Subnet;
    }

    fn mirrored(&self, bits: u128, length: u8, swaps: impl Fn(u8, u128) -> bool) -> u128 {
        let mut new = bits;
        let mut at = 0;
        for depth in 0..length {
            let Range { halves, fixed, whole } = self.0[at];
            let half = bit(bits, depth);
            if whole || halves[half] == 0 {
                break;
            }
            let ahead = if depth == 0 { 0 } else { bits >> (128 - depth) };
            if !fixed && halves[1 - half] == 0 && swaps(depth, ahead) {
                new ^= 1 << (127 - depth);
            }
            at = halves[half];
        }
        new
    }
}
