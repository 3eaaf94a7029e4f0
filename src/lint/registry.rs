//! All rules, by code and by name.
//!
//! The list itself stands in `rules`. Codes are never reused: a rule that goes leaves its code behind.

use super::rule::Rule;
use super::rules;
use crate::words;

/// Every rule, by code.
pub fn all() -> &'static [&'static Rule] {
    rules::ALL
}

/// The rule of a code (`RS0103`) or a name (`route-server-subnet-too-small`), in any case.
pub fn find(text: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|rule| rule.is_named(text))
}

/// The code or name that was probably meant.
pub fn closest(text: &str) -> Option<&'static str> {
    let code = text.to_ascii_uppercase();
    let codes = all().iter().map(|rule| rule.code);
    let names = all().iter().map(|rule| rule.name);
    if code.starts_with("RS") { words::closest(&code, codes) } else { words::closest(text, names) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_ascend_and_names_are_unique() {
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code), "in order of their codes");
        let names: BTreeSet<&str> = all().iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), all().len());
        for rule in all() {
            let digits = rule.code.strip_prefix("RS").expect("codes begin with RS");
            assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{}", rule.code);
            let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(rule.name.bytes().all(kebab), "{}", rule.name);
        }
    }

    #[test]
    fn every_rule_has_its_words_and_sources() {
        for rule in all() {
            for (what, text) in [("summary", rule.summary), ("what", rule.what), ("why", rule.why), ("fix", rule.fix)] {
                assert!(!text.trim().is_empty(), "{}: {what}", rule.code);
                assert!(!text.contains("  "), "{}: {what} has a double space", rule.code);
            }
            let first = rule.summary.chars().next().unwrap_or('A');
            let proper = [
                "ASN",
                "BGP",
                "IPv6",
                "NVA",
                "VPN",
                "ExpressRoute",
                "RouteServerSubnet",
                "GatewaySubnet",
                "AzureFirewallSubnet",
                "Azure",
            ];
            let opens_with_a_name = proper.iter().any(|word| rule.summary.starts_with(word));
            assert!(first.is_lowercase() || opens_with_a_name, "{}: {}", rule.code, rule.summary);
            assert!(!rule.summary.ends_with('.'), "{}", rule.code);
            assert!(rule.summary.len() <= 120, "{}: the summary is a title", rule.code);
            for text in [rule.what, rule.why, rule.fix] {
                assert!(text.ends_with('.'), "{}: {text}", rule.code);
            }
            assert!(!rule.sources.is_empty(), "{}", rule.code);
            assert!(
                rule.sources.iter().all(|source| !source.title.is_empty() && source.date.len() >= 4),
                "{}",
                rule.code
            );
        }
    }

    #[test]
    fn a_rule_is_found_by_code_and_by_name_in_any_case() {
        let rule = find("rs0103").expect("the code is known");
        assert_eq!(find("Route-Server-Subnet-Too-Small").map(|rule| rule.code), Some(rule.code));
        assert_eq!(closest("route-server-subnet-to-small"), Some("route-server-subnet-too-small"));
        assert!(find("RS9999").is_none());
    }
}
