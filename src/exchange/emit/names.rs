//! Names that Azure and the languages of its tools take, made from any text.
//!
//! A name that is right already stays as it is, whatever else has to be renamed around it.

use std::collections::{BTreeMap, BTreeSet};

/// Longest name of a route table and of a route.
///
/// Source: Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Network: 1 to 80 letters, digits, underscores,
/// periods and hyphens; starts with a letter or digit, ends with a letter, digit or underscore.
const LONGEST: usize = 80;

/// One name for each text, as Azure takes it. No two are alike but for case, as Azure compares them, and none is like one in `taken`.
pub(super) fn azure<'a>(texts: impl IntoIterator<Item = &'a str>, taken: &[String]) -> Vec<String> {
    let wanted = texts.into_iter().map(|text| (azure_name(text), text));
    distinct(wanted.map(|(name, text)| (name == text, name)).collect(), '-', taken)
}

/// One identifier for each text: letters, digits and underscores, led by `lead` where the text starts otherwise than with a letter.
pub(super) fn identifiers(texts: impl IntoIterator<Item = String>, lead: &str) -> Vec<String> {
    let identifier = |text: String| {
        let word: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let word = if word.starts_with(|c: char| c.is_ascii_alphabetic()) { word } else { format!("{lead}_{word}") };
        (word == text, word)
    };
    distinct(texts.into_iter().map(identifier).collect(), '_', &[])
}

fn azure_name(text: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-') { c } else { '-' };
    let name: String = text.chars().map(allowed).collect();
    let name = name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = &name[..name.len().min(LONGEST)];
    let name = name.trim_end_matches(['.', '-']);
    if name.is_empty() { "unnamed".into() } else { name.into() }
}

/// Numbers what is there already: `app`, `app-2`. Names that are marked go first and so keep their form.
fn distinct(wanted: Vec<(bool, String)>, joint: char, taken: &[String]) -> Vec<String> {
    let mut used: BTreeSet<String> = taken.iter().map(|name| name.to_lowercase()).collect();
    let first = |(as_it_is, name): &(bool, String)| *as_it_is && used.insert(name.to_lowercase());
    let kept: Vec<bool> = wanted.iter().map(first).collect();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(wanted.len());
    for ((_, name), kept) in wanted.into_iter().zip(kept) {
        let mut candidate = name.clone();
        if !kept {
            let number = numbers.entry(name.to_lowercase()).or_insert(1);
            while !used.insert(candidate.to_lowercase()) {
                *number += 1;
                let suffix = format!("{joint}{number}");
                candidate = format!("{}{suffix}", &name[..name.len().min(LONGEST - suffix.len())]);
            }
        }
        names.push(candidate);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_azure_stays_as_it_is() {
        let names = ["app", "hub-1_a.b", "10", "x_", "GatewaySubnet"];
        assert_eq!(azure(names, &[]), names);
    }

    #[test]
    fn any_text_becomes_a_name_that_azure_takes() {
        let texts = ["a b", "-x", "x-.", "", "größe", "${x}", "_", "hub/app"];
        assert_eq!(azure(texts, &[]), ["a-b", "x", "x-2", "unnamed", "gr--e", "x-3", "unnamed-2", "hub-app"]);
        let long = "y".repeat(200);
        let names = azure([long.as_str(), long.as_str()], &[]);
        assert_eq!(names.iter().map(String::len).collect::<Vec<_>>(), [80, 80]);
        assert!(names[1].ends_with("-2"));
    }

    #[test]
    fn names_that_are_alike_but_for_case_are_numbered() {
        assert_eq!(azure(["app", "App", "app"], &[]), ["app", "App-2", "app-3"]);
        assert_eq!(azure(["a b", "a-b", "a-b-2"], &[]), ["a-b-3", "a-b", "a-b-2"]);
        assert_eq!(azure(["app"], &["APP".into()]), ["app-2"]);
    }

    #[test]
    fn an_identifier_starts_with_a_letter() {
        let texts = ["hub.app", "hub-app", "1st", "_x", ""].map(String::from);
        assert_eq!(identifiers(texts, "t"), ["hub_app", "hub_app_2", "t_1st", "t__x", "t_"]);
    }
}
