//! NVAs and sites, and what they announce.
//!
//! Spelling of keys only; what an announcement does is decided in `bgp`.

use super::{as_path, bare, boolean, instances, leaf, named, policy, reference, value, values, word};
use crate::syntax::document::{Announcement, Interface, Origin, Router, SiteVpn};
use crate::syntax::prefix_file::PrefixFiles;
use crate::syntax::scalar;
use crate::syntax::shape::Scalar;
use crate::syntax::tree::{Kind, Node};

/// An NVA or a site: the keys that only one of them has are absent from the other.
pub(super) fn router(node: &Node, prefix_files: &mut PrefixFiles<'_, '_>) -> Router {
    let originated = node.get("advertises").or_else(|| node.get("prefixes"));
    let mut originates = Vec::new();
    for item in originated.map_or(&[][..], Node::items) {
        match item.get("from") {
            Some(from) => originates
                .extend(leaf(Some(from), Scalar::Text("")).map(|from| prefix_files.read(&from)).unwrap_or_default()),
            None => originates.extend(announcement(item)),
        }
    }
    Router {
        subnet: leaf(node.get("subnet"), Scalar::Subnet),
        ip: value(node.get("ip"), scalar::ipv4),
        interfaces: super::all(node.get("interfaces"), interface),
        asn: bare(node.get("asn"), scalar::asn),
        originates,
        readvertise: boolean(node.get("readvertise")),
        split_horizon: boolean(node.get("split_horizon")),
        as_override: boolean(node.get("as_override")),
        next_hop_self: boolean(node.get("next_hop_self")),
        allow_as_in: boolean(node.get("allow_as_in")),
        import: named(node.get("import"), policy::policy),
        export: named(node.get("export"), policy::policy),
        ip_forwarding: boolean(node.get("ip_forwarding")),
        snat: boolean(node.get("snat")),
        vpn: super::all(node.get("vpn"), site_vpn),
    }
}

fn interface(node: &Node) -> Option<Interface> {
    Some(Interface { subnet: leaf(node.get("subnet"), Scalar::Subnet)?, ip: value(node.get("ip"), scalar::ipv4)? })
}

fn announcement(node: &Node) -> Option<Announcement> {
    if matches!(node.kind, Kind::Scalar { .. }) {
        let prefix = value(Some(node), scalar::cidr)?;
        return Some(Announcement { prefix, as_path: None, next_hop: None, communities: Vec::new(), origin: None });
    }
    let origins = [("Igp", Origin::Igp), ("Egp", Origin::Egp), ("Incomplete", Origin::Incomplete)];
    Some(Announcement {
        prefix: value(node.get("prefix"), scalar::cidr)?,
        as_path: as_path(node.get("as_path")).map(Box::new),
        next_hop: value(node.get("next_hop"), scalar::ipv4).map(Box::new),
        communities: values(node.get("communities"), scalar::community),
        origin: word(node.get("origin"), &origins),
    })
}

fn site_vpn(node: &Node) -> Option<SiteVpn> {
    Some(SiteVpn {
        gateway: reference(node.get("gateway"))?,
        bgp: boolean(node.get("bgp")),
        instances: instances(node.get("instances")),
        local_network: values(node.get("local_networks"), scalar::cidr4),
    })
}
