//! The COMMUNITIES attribute (RFC 1997).

use std::fmt;
use std::str::FromStr;

/// A standard community: two 16-bit halves, written `65001:7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Community(pub u16, pub u16);

impl Community {
    /// Advertise to no peer at all (RFC 1997).
    pub const NO_ADVERTISE: Community = Community(65535, 65282);
    /// Advertise to no eBGP peer (RFC 1997).
    pub const NO_EXPORT: Community = Community(65535, 65281);
}

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Community::NO_ADVERTISE => f.write_str("no-advertise"),
            Community::NO_EXPORT => f.write_str("no-export"),
            Community(high, low) => write!(f, "{high}:{low}"),
        }
    }
}

/// Reads `65001:7`, `no-advertise` or `no-export`.
impl FromStr for Community {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "no-advertise" => return Ok(Community::NO_ADVERTISE),
            "no-export" => return Ok(Community::NO_EXPORT),
            _ => {}
        }
        let halves =
            text.split_once(':').and_then(|(high, low)| Some(Community(high.parse().ok()?, low.parse().ok()?)));
        halves.ok_or_else(|| {
            "a community is two numbers up to 65535 joined by a colon, `no-advertise` or `no-export`".into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_communities_have_names() {
        assert_eq!("65535:65282".parse::<Community>().unwrap().to_string(), "no-advertise");
        assert_eq!("no-export".parse::<Community>().unwrap(), Community(65535, 65281));
        assert!("65536:1".parse::<Community>().is_err());
    }
}
