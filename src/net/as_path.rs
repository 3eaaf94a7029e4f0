//! The AS_PATH attribute: the autonomous systems a route has crossed, nearest first.

use super::Asn;
use std::fmt;
use std::str::FromStr;

/// An AS path as the receiver of a route sees it (RFC 4271, 5.1.2). Sequences only: no lab prints an AS_SET.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsPath(Box<[Asn]>);

impl AsPath {
    /// The number of ASNs, repeats counted: what best-path selection compares.
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// True for a path that never left its autonomous system.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ASNs, nearest first.
    pub fn asns(&self) -> &[Asn] {
        &self.0
    }

    /// True when the path went through `asn`.
    pub fn contains(&self, asn: Asn) -> bool {
        self.0.contains(&asn)
    }

    /// The path with `asns` put before it, in the order given.
    pub fn prepended(&self, asns: &[Asn]) -> Self {
        asns.iter().chain(self.0.iter()).copied().collect()
    }

    /// The path without the ASNs that `drop` names.
    pub fn without(&self, drop: impl Fn(Asn) -> bool) -> Self {
        self.0.iter().copied().filter(|asn| !drop(*asn)).collect()
    }

    /// The path with every `from` replaced by `to`.
    pub fn replaced(&self, from: Asn, to: Asn) -> Self {
        self.0.iter().map(|asn| if *asn == from { to } else { *asn }).collect()
    }
}

impl FromIterator<Asn> for AsPath {
    fn from_iter<I: IntoIterator<Item = Asn>>(asns: I) -> Self {
        AsPath(asns.into_iter().collect())
    }
}

/// Dash-joined as `az` prints it; the empty path prints nothing.
impl fmt::Display for AsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, asn) in self.0.iter().enumerate() {
            let dash = if index == 0 { "" } else { "-" };
            write!(f, "{dash}{asn}")?;
        }
        Ok(())
    }
}

/// Reads ASNs joined by dashes, commas or blanks: `65001-65010`, `65001,65010`, `65001 65010`.
impl FromStr for AsPath {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(['-', ',', ' ', '\t'])
            .filter(|part| !part.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(AsPath)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prints_as_az_prints_it_and_reads_back() {
        let path: AsPath = "65001-65002 12076".parse().unwrap();
        assert_eq!(path.to_string(), "65001-65002-12076");
        assert_eq!(path.to_string().parse::<AsPath>().unwrap(), path);
        assert_eq!("".parse::<AsPath>().unwrap().length(), 0);
    }

    #[test]
    fn prepending_counts_towards_the_length() {
        let path: AsPath = "65010".parse().unwrap();
        assert_eq!(path.prepended(&[Asn(65001), Asn(65001)]).length(), 3);
    }
}
