//! Entries between two ends: peerings and connections, what they mean however they are written, and what of them a user wrote.

use super::{key, plain, set};
use crate::syntax::tree::{Key, Kind, Node};
use std::collections::{BTreeMap, BTreeSet};

/// What an entry between two ends means, however it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The two ends, in lower case and in order.
    pub(super) ends: [String; 2],
    /// Flags that are not as usual, each with the end that it is of.
    flags: BTreeSet<(String, String, String)>,
}

pub(super) fn meaning(one: &str, other: &str) -> Meaning {
    let mut ends = [one.to_lowercase(), other.to_lowercase()];
    ends.sort();
    Meaning { ends, flags: BTreeSet::new() }
}

const FLAGS: &[(&str, &str)] = &[
    ("allow_virtual_network_access", "true"),
    ("allow_forwarded_traffic", "false"),
    ("allow_gateway_transit", "false"),
    ("use_remote_gateways", "false"),
    ("state", "connected"),
    ("peer_complete_virtual_networks", "true"),
    ("local_subnet_names", ""),
    ("remote_subnet_names", ""),
    ("remote_address_space", ""),
];

/// Flags by side and name.
type Flags = BTreeMap<(String, &'static str), String>;

fn put(flags: &mut Flags, side: &str, node: &Node) {
    for (flag, _) in FLAGS {
        if let Some(value) = node.get(flag) {
            let is_list = flag.ends_with("names") || flag.ends_with("space");
            let value = if is_list { set(value).into_iter().collect::<Vec<_>>().join(",") } else { plain(value) };
            flags.insert((side.to_lowercase(), flag), value);
        }
    }
}

/// The sides of a peering. A name is for display only.
pub(super) fn sides(item: &Node) -> Option<Meaning> {
    let text = |key: &str| item.get(key).and_then(Node::text);
    let mut flags = Flags::new();
    let ends: [String; 2] = if let (Some(hub), Some(spoke)) = (text("hub"), text("spoke")) {
        [hub.to_owned(), spoke.to_owned()]
    } else if let (Some(local), Some(remote)) = (text("local"), text("remote")) {
        put(&mut flags, local, item);
        flags.entry((local.to_lowercase(), "state")).or_insert_with(|| "initiated".into());
        [local.to_owned(), remote.to_owned()]
    } else {
        let [one, other] = item.get("between")?.items() else { return None };
        [one.text()?.to_owned(), other.text()?.to_owned()]
    };
    let both: &[&str] = if text("local").is_some() { &[] } else { &[&ends[0], &ends[1]] };
    both.iter().for_each(|side| put(&mut flags, side, item));
    for (side, node) in item.get("sides").map(Node::entries).unwrap_or_default() {
        put(&mut flags, &side.text, node);
    }
    if text("hub").is_some() {
        let [hub, spoke] = ends.each_ref().map(|end| end.to_lowercase());
        for (side, flag) in [
            (&hub, "allow_gateway_transit"),
            (&spoke, "use_remote_gateways"),
            (&hub, "allow_forwarded_traffic"),
            (&spoke, "allow_forwarded_traffic"),
        ] {
            flags.entry((side.clone(), flag)).or_insert_with(|| "true".into());
        }
    }
    if let Some(subnets) = item.get("subnets") {
        for (own, far) in [(0, 1), (1, 0)] {
            let names = |end: usize| {
                let of = subnets.entries().iter().find(|(name, _)| name.text.eq_ignore_ascii_case(&ends[end]));
                of.map(|(_, names)| set(names).into_iter().collect::<Vec<_>>().join(",")).unwrap_or_default()
            };
            let side = ends[own].to_lowercase();
            flags.insert((side.clone(), "peer_complete_virtual_networks"), "false".into());
            flags.insert((side.clone(), "local_subnet_names"), names(own));
            flags.insert((side, "remote_subnet_names"), names(far));
        }
    }
    let mut meaning = meaning(&ends[0], &ends[1]);
    for ((side, flag), value) in flags {
        if FLAGS.iter().all(|(name, usual)| *name != flag || *usual != value) {
            meaning.flags.insert((side, flag.to_owned(), value));
        }
    }
    Some(meaning)
}

/// Keys of peerings and connections that documents tell all of; any other was written by hand.
const TOLD_OF_PAIRS: &[&str] =
    &["hub", "spoke", "local", "remote", "between", "sides", "subnets", "bgp", "type", "local_networks", "addresses"];

/// The entry of the documents with what only a user writes in one: names, the instances that carry a tunnel.
pub(super) fn with_own_keys(was: &Node, is: &Node) -> Node {
    let mut entries = is.entries().to_vec();
    let is_told = |key: &Key| {
        TOLD_OF_PAIRS.contains(&&*key.text)
            || FLAGS.iter().any(|(flag, _)| *flag == &*key.text)
            || is.get(&key.text).is_some()
    };
    entries.extend(was.entries().iter().filter(|(key, _)| !is_told(key)).cloned());
    for (side, flags) in was.get("sides").map(Node::entries).unwrap_or_default() {
        let own: Vec<(Key, Node)> = flags.entries().iter().filter(|(key, _)| !is_told(key)).cloned().collect();
        if own.is_empty() {
            continue;
        }
        let at = entries.iter().position(|(key, _)| &*key.text == "sides").unwrap_or(entries.len());
        if at == entries.len() {
            entries.push((key("sides", was), Node { kind: Kind::Map(Vec::new()), span: was.span }));
        }
        let Kind::Map(sides) = &mut entries[at].1.kind else { continue };
        match sides.iter_mut().find(|(name, _)| name.text.eq_ignore_ascii_case(&side.text)) {
            Some((_, Node { kind: Kind::Map(told), .. })) => told.extend(own),
            _ => sides.push((side.clone(), Node { kind: Kind::Map(own), span: flags.span })),
        }
    }
    Node { kind: Kind::Map(entries), span: is.span }
}

/// Whether an entry has the BGP addresses that the documents tell.
pub(super) fn addresses_agree(was: &Node, is: &Node) -> bool {
    let told = is.get("addresses").map(Node::entries).unwrap_or_default();
    told.iter().all(|(end, at)| {
        let known = was.get("addresses").map(Node::entries).unwrap_or_default();
        known.iter().any(|(name, known)| name.text.eq_ignore_ascii_case(&end.text) && plain(known) == plain(at))
    })
}

/// The entries that say one side of a peering each and together what the documents say, which is taken from what is still open.
pub(super) fn settled_halves(all: &[Node], open: &mut Vec<(Meaning, &Node)>) -> BTreeSet<usize> {
    let half = |(at, item): (usize, &Node)| {
        let (local, mut meaning) = (item.get("local")?.text()?.to_lowercase(), sides(item)?);
        if item.get("state").is_none() {
            // With the other side it is connected.
            meaning.flags.retain(|(_, flag, _)| flag != "state");
        }
        Some((at, local, meaning))
    };
    let halves: Vec<(usize, String, Meaning)> = all.iter().enumerate().filter_map(half).collect();
    let mut settled = BTreeSet::new();
    for (number, (at, local, one)) in halves.iter().enumerate() {
        let mates = halves[number + 1..].iter().filter(|(_, owner, mate)| owner != local && mate.ends == one.ends);
        for (mate_at, _, mate) in mates {
            let flags = one.flags.union(&mate.flags).cloned().collect();
            let both = Meaning { ends: one.ends.clone(), flags };
            let told = open.iter().position(|(meaning, _)| *meaning == both);
            if let Some(told) = told.filter(|_| !settled.contains(at) && !settled.contains(mate_at)) {
                open.remove(told);
                settled.extend([*at, *mate_at]);
            }
        }
    }
    settled
}

/// The tunnel of an entry of `connections`.
pub(super) fn tunnel(item: &Node) -> Option<Meaning> {
    let [one, other] = item.get("between")?.items() else { return None };
    let mut meaning = meaning(one.text()?, other.text()?);
    // BGP runs where nothing is written.
    let bgp = item.get("bgp").map_or_else(|| "true".to_owned(), plain);
    meaning.flags.insert((String::new(), "bgp".into(), bgp));
    for (end, ranges) in item.get("local_networks").map(Node::entries).unwrap_or_default() {
        let ranges = set(ranges).into_iter().collect::<Vec<_>>().join(",");
        meaning.flags.insert((end.text.to_lowercase(), "local_networks".into(), ranges));
    }
    Some(meaning)
}
