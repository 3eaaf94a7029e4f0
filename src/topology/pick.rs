//! Finds the one thing that a name on the command line means, among things of many kinds.
//!
//! What the things are is known to those who ask.

use crate::words::{closest, one_of};

/// What is wrong, and what could be meant.
pub(super) type Mistake = (String, String);

/// Something with a name, and the key of the file under which it stands: `nvas`.
pub(super) struct Named<T> {
    pub(super) section: &'static str,
    pub(super) name: String,
    pub(super) what: T,
}

/// The thing of that name; `nvas.fw1` where names alone do not tell things apart.
pub(super) fn pick<T: Copy>(text: &str, all: &[Named<T>]) -> Result<T, Mistake> {
    let whole = |named: &Named<T>| format!("{}.{}", named.section, named.name);
    if let Some(named) = all.iter().find(|named| text.starts_with(named.section) && whole(named) == text) {
        return Ok(named.what);
    }
    let found: Vec<&Named<T>> = all.iter().filter(|named| named.name == text).collect();
    match found.as_slice() {
        [one] => Ok(one.what),
        [] => Err((format!("there is no `{text}`"), instead(text, all))),
        many => {
            let names: Vec<String> = many.iter().map(|named| whole(named)).collect();
            let help = format!("write {}", one_of(names.iter().map(String::as_str)));
            Err((format!("`{text}` names {} things", many.len()), help))
        }
    }
}

fn instead<T>(text: &str, all: &[Named<T>]) -> String {
    // `hub/vpn_gatway` is meant to be something of `hub`, and `fw` is meant to be no longer than that.
    if let Some(close) = closest(text, all.iter().map(|named| named.name.as_str())) {
        return format!("did you mean `{close}`?");
    }
    let part_of = text.split_once('/').map(|(vnet, _)| format!("{vnet}/"));
    let inside = |named: &&Named<T>| part_of.as_ref().is_some_and(|start| named.name.starts_with(start));
    let mut names: Vec<&str> = all.iter().filter(inside).map(|named| named.name.as_str()).collect();
    if names.is_empty() {
        names = all.iter().map(|named| named.name.as_str()).filter(|name| !name.contains('/')).collect();
    }
    names.dedup();
    match names.len() {
        0 => "the topology names nothing at all".to_owned(),
        count if count > 12 => format!("names here: {} and {} more", names[..12].join(", "), count - 12),
        _ => format!("names here: {}", names.join(", ")),
    }
}

/// The two ends of `A~B`; none where there is no `~`.
pub(super) fn ends(text: &str) -> Result<Option<(&str, &str)>, Mistake> {
    let Some((one, other)) = text.split_once('~') else { return Ok(None) };
    let (one, other) = (one.trim(), other.trim());
    if one.is_empty() || other.is_empty() || other.contains('~') {
        let help = "write the names of two things that are joined, such as `hub~spoke1` or `fw1~hub/route_server`";
        return Err((format!("`{text}` does not name two ends"), help.to_owned()));
    }
    Ok(Some((one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Named<u8>> {
        let named = |section, name: &str, what| Named { section, name: name.into(), what };
        vec![
            named("vnets", "hub", 0),
            named("vnets", "hub/vpn_gateway", 1),
            named("nvas", "fw1", 2),
            named("route_tables", "hub", 3),
            named("sites", "nvas.fw1", 4),
        ]
    }

    #[test]
    fn a_name_that_names_two_things_needs_the_key_it_stands_under() {
        assert_eq!(pick("fw1", &all()), Ok(2));
        assert_eq!(pick("route_tables.hub", &all()), Ok(3));
        let (message, help) = pick("hub", &all()).unwrap_err();
        assert_eq!(
            (message.as_str(), help.as_str()),
            ("`hub` names 2 things", "write `vnets.hub` or `route_tables.hub`")
        );
    }

    #[test]
    fn a_wrong_name_is_told_with_what_could_be_meant() {
        assert_eq!(pick("fw2", &all()).unwrap_err().1, "did you mean `fw1`?");
        assert_eq!(pick("hub/vpn_gatway", &all()).unwrap_err().1, "did you mean `hub/vpn_gateway`?");
        assert_eq!(pick("hub/route_server", &all()).unwrap_err().1, "names here: hub/vpn_gateway");
        assert_eq!(pick("something", &all()).unwrap_err().1, "names here: hub, fw1, hub, nvas.fw1");
        assert_eq!(pick::<u8>("x", &[]).unwrap_err().1, "the topology names nothing at all");
    }

    #[test]
    fn two_ends_are_two_names() {
        assert_eq!(ends("fw1"), Ok(None));
        assert_eq!(ends("a ~ b"), Ok(Some(("a", "b"))));
        assert!(ends("a~").is_err() && ends("~").is_err() && ends("a~b~c").is_err());
    }
}
