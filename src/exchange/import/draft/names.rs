//! Names of the topology: Azure's, made fit for the format, and told apart where two objects share one.

use crate::exchange::import::estate::Estate;
use crate::exchange::import::known::Known;
use crate::exchange::import::resource::{Key, ResourceId};
use std::collections::{BTreeMap, BTreeSet};

/// The longest name of the format.
const MAX_NAME: usize = 80;

/// Which object has which name.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) vnets: BTreeMap<Key, String>,
    pub(super) route_tables: BTreeMap<Key, String>,
    pub(super) circuits: BTreeMap<Key, String>,
    /// Names of VNets, NVAs, sites and circuits: a policy names any of them by one word.
    taken: BTreeSet<String>,
}

impl Names {
    pub(super) fn new(estate: &Estate, known: &Known) -> Names {
        let mut vnets: Vec<&ResourceId> = estate.vnets.values().map(|vnet| &vnet.id).collect();
        let remotes = estate.peerings.values().filter_map(|peering| peering.remote.as_ref()).map(|told| &told.value);
        vnets.extend(estate.peerings.values().map(|peering| &peering.local_id));
        vnets.extend(remotes.filter(|id| !estate.vnets.contains_key(&id.key())));
        let tables = estate.route_tables.values().map(|table| &table.id).collect();
        let mut names = Names {
            vnets: apart(vnets),
            route_tables: apart(tables),
            circuits: BTreeMap::new(),
            taken: BTreeSet::from(["self".to_owned()]),
        };
        names.keep_known(estate, known);
        names.taken.extend(names.vnets.values().map(|name| name.to_lowercase()));
        let circuits = estate.circuits.values().map(|circuit| &circuit.id);
        let named = estate.connections.values().filter_map(|connection| connection.far.as_ref()).map(|told| &told.value);
        let named = named.filter(|id| id.is("Microsoft.Network/expressRouteCircuits"));
        for (key, name) in apart(circuits.chain(named).collect()) {
            let name = names.free(&name, "circuit");
            names.circuits.insert(key, name);
        }
        names
    }

    /// VNets keep the name that a refreshed topology has for them; where two of the documents would have one, both keep their own.
    fn keep_known(&mut self, estate: &Estate, known: &Known) {
        let mut wanted: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for (key, name) in &self.vnets {
            let space = estate.vnets.get(key).and_then(|vnet| vnet.address_space.as_ref());
            let ranges = space.map(|told| told.value.iter().copied().collect()).unwrap_or_default();
            if let Some(name) = known.vnet(name, &ranges) {
                wanted.entry(name).or_default().push(key.clone());
            }
        }
        for (name, keys) in wanted {
            if let [key] = keys.as_slice() {
                self.vnets.insert(key.clone(), name.to_owned());
            }
        }
    }

    /// Whether a name is taken.
    pub(super) fn is_taken(&self, wanted: &str) -> bool {
        self.taken.contains(&fit(wanted).to_lowercase())
    }

    /// The name, or one made of it that is not taken; it is taken from now on. The word tells what it is the name of.
    pub(super) fn free(&mut self, wanted: &str, word: &str) -> String {
        let wanted = fit(wanted);
        let further = (2..).map(|number| format!("{wanted}-{word}-{number}"));
        let mut all = [wanted.clone(), format!("{wanted}-{word}")].into_iter().chain(further);
        let name = all.find(|name| !self.taken.contains(&name.to_lowercase())).expect("numbers never end");
        self.taken.insert(name.to_lowercase());
        name
    }
}

/// A name for each id: its own; with its group where several share that; with its subscription where several share both.
fn apart(ids: Vec<&ResourceId>) -> BTreeMap<Key, String> {
    let ids: BTreeMap<Key, &ResourceId> = ids.into_iter().map(|id| (id.key(), id)).collect();
    let forms: [fn(&ResourceId) -> String; 3] = [
        |id| fit(id.name()),
        |id| fit(&format!("{}-{}", id.name(), id.group)),
        |id| fit(&format!("{}-{}-{}", id.name(), id.group, id.subscription)),
    ];
    let mut names: BTreeMap<Key, String> = BTreeMap::new();
    let mut open: Vec<(&Key, &ResourceId)> = ids.iter().map(|(key, id)| (key, *id)).collect();
    for form in forms {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        open.iter().for_each(|(_, id)| *count.entry(form(id).to_lowercase()).or_default() += 1);
        let taken: BTreeSet<String> = names.values().map(|name| name.to_lowercase()).collect();
        let (alone, shared) = open.into_iter().partition(|(_, id)| {
            let name = form(id).to_lowercase();
            count[&name] == 1 && !taken.contains(&name)
        });
        let alone: Vec<(&Key, &ResourceId)> = alone;
        names.extend(alone.into_iter().map(|(key, id)| (key.clone(), form(id))));
        open = shared;
    }
    for (number, (key, id)) in open.into_iter().enumerate() {
        names.insert(key.clone(), fit(&format!("{}-{}", id.name(), number + 1)));
    }
    names
}

/// The text with a dash for what no name of the format may hold.
pub(super) fn fit(text: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name: String = text.chars().map(|letter| if allowed(letter) { letter } else { '-' }).take(MAX_NAME).collect();
    if name.is_empty() { "unnamed".into() } else { name }
}

/// What names are sorted by: numbers inside them by their value, so that `spoke2` stands before `spoke10`.
pub(in crate::exchange::import) fn natural(name: &str) -> Vec<(u8, u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let is_digit = rest.starts_with(|letter: char| letter.is_ascii_digit());
        let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        let number = is_digit.then(|| part.parse().unwrap_or(u64::MAX));
        parts.push((u8::from(!is_digit), number.unwrap_or_default(), part.to_lowercase()));
        rest = behind;
    }
    parts.push((0, 0, name.to_owned()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_sorted_by_their_value() {
        let mut names = vec!["spoke10", "spoke2", "Hub", "hub", "spoke2b", "a"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["a", "Hub", "hub", "spoke2", "spoke2b", "spoke10"]);
    }

    #[test]
    fn a_shared_name_takes_the_group_and_then_the_subscription() {
        let id = |subscription, group| ResourceId::new(subscription, group, "Microsoft.Network/virtualNetworks", "hub");
        let (one, two, three) = (id("s1", "a"), id("s1", "b"), id("s2", "b"));
        let names = apart(vec![&one, &two, &three]);
        assert_eq!(names[&one.key()], "hub-a");
        assert_eq!(names[&two.key()], "hub-b-s1");
        assert_eq!(names[&three.key()], "hub-b-s2");
        assert_eq!(apart(vec![&one])[&one.key()], "hub");
    }

    #[test]
    fn a_taken_name_is_told_apart_by_what_it_names() {
        let mut names = Names::default();
        assert_eq!(names.free("fw 1", "nva"), "fw-1");
        assert_eq!(names.free("FW-1", "nva"), "FW-1-nva");
        assert_eq!(names.free("fw-1", "nva"), "fw-1-nva-2");
    }
}
