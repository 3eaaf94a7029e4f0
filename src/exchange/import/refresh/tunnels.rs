//! Tunnels of sites, which a topology may write at the site or among its connections: told in the form that it has.

use super::{key, plain, set};
use crate::syntax::tree::{Key, Kind, Node};

/// The told tree with the tunnels of sites among its connections, where the old tree has them there.
pub(super) fn where_they_stand(old: &Node, new: &Node) -> Node {
    let mut new = new.clone();
    let Kind::Map(sections) = &mut new.kind else { return new };
    let mut moved = Vec::new();
    for (site, body) in
        sections.iter_mut().filter(|(key, _)| &*key.text == "sites").flat_map(|(_, sites)| entries(sites))
    {
        let prefixes = body.get("prefixes").cloned();
        let Kind::Map(fields) = &mut body.kind else { continue };
        let Some(at) = fields.iter().position(|(key, _)| &*key.text == "vpn") else { continue };
        let tunnels = match &fields[at].1.kind {
            Kind::List(items) => items.clone(),
            _ => vec![fields[at].1.clone()],
        };
        let written = |tunnel: &Node| connection(old, tunnel.get("gateway")?.text()?, &site.text);
        let (there, here): (Vec<Node>, Vec<Node>) = tunnels.into_iter().partition(|tunnel| written(tunnel).is_some());
        moved.extend(
            there.iter().filter_map(|tunnel| Some(as_connection(written(tunnel)?, tunnel, site, prefixes.as_ref()))),
        );
        // Where every tunnel has its own list of ranges, the prefixes of the site are what its user knows of it.
        let has_ranges = |tunnel: &Node| {
            let ranges = written(tunnel).and_then(|was| was.get("local_networks"));
            tunnel.get("bgp").is_some_and(|bgp| plain(bgp) == "false") && ranges.is_some()
        };
        let is_told_there = here.is_empty() && there.iter().all(has_ranges);
        match here.as_slice() {
            [] => drop(fields.remove(at)),
            [one] => fields[at].1 = one.clone(),
            _ => fields[at].1.kind = Kind::List(here),
        }
        if is_told_there {
            fields.retain(|(key, _)| &*key.text != "prefixes");
        }
    }
    if moved.is_empty() {
        return new;
    }
    match sections.iter_mut().find(|(key, _)| &*key.text == "connections") {
        Some((_, Node { kind: Kind::List(items), .. })) => items.extend(moved),
        _ => sections.push((key("connections", old), Node { kind: Kind::List(moved), span: old.span })),
    }
    new
}

fn entries(node: &mut Node) -> &mut [(Key, Node)] {
    match &mut node.kind {
        Kind::Map(entries) => entries,
        _ => &mut [],
    }
}

/// The connection of the old tree between a gateway and a site.
fn connection<'o>(old: &'o Node, gateway: &str, site: &str) -> Option<&'o Node> {
    let is_between = |item: &&Node| {
        let ends: Vec<&str> =
            item.get("between").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
        let [one, other] = ends.as_slice() else { return false };
        let is = |near: &str, far: &str| near.eq_ignore_ascii_case(gateway) && far.eq_ignore_ascii_case(site);
        is(one, other) || is(other, one)
    };
    old.get("connections")?.items().iter().find(is_between)
}

/// A tunnel in the form of a connection. Without BGP it leads to all prefixes of the site where nothing else is said, which is only
/// written where the old one writes it.
fn as_connection(was: &Node, tunnel: &Node, site: &Key, prefixes: Option<&Node>) -> Node {
    let node = |kind| Node { kind, span: tunnel.span };
    let text = |text: &str| node(Kind::Scalar { text: text.into(), quoted: false });
    let gateway = tunnel.get("gateway").cloned().unwrap_or_else(|| node(Kind::Null));
    let bgp = tunnel.get("bgp").map_or_else(|| "true".to_owned(), plain);
    let ends = was.get("between").cloned().unwrap_or_else(|| node(Kind::List(vec![gateway.clone(), text(&site.text)])));
    let mut fields = vec![(key("between", tunnel), ends), (key("bgp", tunnel), text(&bgp))];
    let own = gateway.text().unwrap_or_default();
    let written = was.get("local_networks").map(Node::entries).unwrap_or_default();
    let written = written.iter().find(|(name, _)| name.text.eq_ignore_ascii_case(own)).map(|(_, ranges)| ranges);
    let usual = prefixes.filter(|_| bgp == "false");
    let ranges = match (tunnel.get("local_networks"), usual, written) {
        (Some(told), Some(usual), None) if set(told) == set(usual) => None,
        (Some(told), ..) => Some(told),
        (None, Some(usual), Some(_)) => Some(usual),
        (None, ..) => None,
    };
    if let Some(ranges) = ranges {
        let entry = (key(own, tunnel), ranges.clone());
        fields.push((key("local_networks", tunnel), node(Kind::Map(vec![entry]))));
    }
    node(Kind::Map(fields))
}
