//! Names that every daemon takes, made of names of the user, each used once.

use std::collections::{BTreeMap, BTreeSet};

/// Longest part of a user's name in a name; BIRD takes 64 characters.
const LONGEST: usize = 40;

/// The text in letters and digits, with `filler` for anything else.
pub(super) fn plain(text: &str, filler: char) -> String {
    let kept = |character: char| if character.is_ascii_alphanumeric() { character } else { filler };
    text.chars().take(LONGEST).map(kept).collect()
}

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// The name, or the name with the first number that makes it new.
    pub(super) fn fresh(&mut self, name: &str, filler: char) -> String {
        let numbered = (2..).map(|number| format!("{name}{filler}{number}"));
        let name = std::iter::once(name.to_owned()).chain(numbered).find(|name| !self.taken.contains(name));
        let name = name.expect("numbers do not end");
        self.taken.insert(name.clone());
        name
    }
}

/// Lists of one kind; a list that is there already is not made again.
#[derive(Debug, Default)]
pub(super) struct Lists {
    names: Names,
    by_lines: BTreeMap<Vec<String>, String>,
    /// In the order in which they were made.
    pub(super) made: Vec<(String, Vec<String>)>,
}

impl Lists {
    /// The name of the list with these lines; a new list takes its name from `hint`.
    pub(super) fn name(&mut self, hint: &str, lines: Vec<String>) -> String {
        if let Some(name) = self.by_lines.get(&lines) {
            return name.clone();
        }
        let name = self.names.fresh(hint, '-');
        self.by_lines.insert(lines.clone(), name.clone());
        self.made.push((name.clone(), lines));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::default();
        assert_eq!(names.fresh("to-hub", '-'), "to-hub");
        assert_eq!(names.fresh("to-hub", '-'), "to-hub-2");
        assert_eq!(names.fresh("to-hub", '-'), "to-hub-3");
    }

    #[test]
    fn names_of_users_are_made_harmless() {
        assert_eq!(plain("hub/route_server:0", '_'), "hub_route_server_0");
        assert_eq!(plain("Zürich \"a\"\n", '-'), "Z-rich--a--");
        assert_eq!(plain(&"x".repeat(100), '-').len(), LONGEST);
    }

    #[test]
    fn equal_lists_are_one() {
        let mut lists = Lists::default();
        let one = || vec!["permit 10.0.0.0/8".to_owned()];
        assert_eq!(lists.name("a", one()), "a");
        assert_eq!(lists.name("b", one()), "a");
        assert_eq!(lists.name("a", Vec::new()), "a-2");
        assert_eq!(lists.made.len(), 2);
    }
}
