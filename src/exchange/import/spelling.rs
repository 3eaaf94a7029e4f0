//! How addresses and ranges stand in YAML: those of IPv6 in quotes, whose colons YAML would take for its own.

use ipnet::IpNet;
use std::net::IpAddr;

pub(super) fn range(range: IpNet) -> String {
    match range {
        IpNet::V4(range) => range.to_string(),
        IpNet::V6(range) => format!("\"{range}\""),
    }
}

pub(super) fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("\"{address}\""),
    }
}
