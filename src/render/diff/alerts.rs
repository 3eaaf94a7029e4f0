//! What each edit brings about, for formats that pin words to lines: one alert for an edit, and one for what has no known cause.

use super::topics::Topic;
use super::{Item, because, done, items};
use crate::report::diff::{Change, DiffReport, EditView, How, PairDiff};
use crate::report::places::Region;
use crate::words::{few_lines, few_names};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be said about an edited place.
pub(super) struct Alert {
    /// The worst that it is about.
    pub(super) topic: Topic,
    /// The lines of the new file.
    pub(super) region: Region,
    /// What was edited, with what was done; none where no edit is known.
    pub(super) edit: Option<String>,
    /// The path of what was edited.
    pub(super) object: Option<String>,
    /// What differs, the worst first, one clause each; only as many as somebody reads.
    pub(super) effects: Vec<String>,
    /// What tells it from every other, and knows no line.
    pub(super) identity: String,
}

/// The place, and the path of an edit with what was done. An edit of a file that several topologies share is one edit.
type Key = (Region, Option<(String, String)>);

/// All alerts, the worst first.
pub(super) fn alerts(report: &DiffReport<'_>) -> Vec<Alert> {
    let mut effects: BTreeMap<Key, Vec<(Topic, String)>> = BTreeMap::new();
    for pair in &report.pairs {
        // Once for each edit, not for each effect: finding a path asks the file system.
        let key = |edit: &EditView| (region(report, pair, Some(edit)), Some((edit.path.clone(), done(edit))));
        let keys: Vec<Key> = pair.edits.iter().map(key).collect();
        // Where nothing is known, some line that was edited; what was taken away left none.
        let written = pair.edits.iter().find(|edit| matches!(edit.change, Change::Added | Change::Changed));
        let unknown: Key = (region(report, pair, written.or(pair.edits.first())), None);
        for item in items(pair) {
            let effect = effect(report, pair, item);
            let causes = item.causes();
            let known = causes.edits.iter().filter(|_| causes.how != How::Unknown);
            let known: Vec<(&Key, &EditView)> =
                known.filter_map(|index| keys.get(*index).zip(pair.edits.get(*index))).collect();
            let mut push = |key: &Key, remark: Option<String>| {
                let text = std::iter::once(effect.clone()).chain(remark).collect::<Vec<_>>().join("; ");
                effects.entry(key.clone()).or_default().push((item.topic(), text));
            };
            for (key, edit) in &known {
                push(key, others(causes.how, &known, edit));
            }
            if known.is_empty() {
                push(&unknown, Some(because(pair, How::Unknown, 0).to_owned()));
            }
        }
    }
    let mut alerts: Vec<Alert> = effects.into_iter().filter_map(|(key, effects)| alert(key, effects)).collect();
    alerts.sort_by_key(|alert| alert.topic);
    alerts
}

fn alert((region, edit): Key, mut effects: Vec<(Topic, String)>) -> Option<Alert> {
    effects.sort_by_key(|(topic, _)| *topic);
    let (topic, _) = *effects.first()?;
    let topics: BTreeSet<Topic> = effects.iter().map(|(topic, _)| *topic).collect();
    let kinds: Vec<&str> = topics.iter().map(|topic| topic.about().id).collect();
    let (object, edit) = edit.map(|(path, done)| (path.clone(), format!("`{path}`{done}"))).unzip();
    let identity = [object.as_deref().unwrap_or_default(), &kinds.join(" ")].join("\0");
    let effects = few_lines(effects.into_iter().map(|(_, text)| text).collect(), "changes");
    Some(Alert { topic, region, edit, object, effects, identity })
}

/// What differs, with the topology where there are several.
fn effect(report: &DiffReport<'_>, pair: &PairDiff, item: Item<'_>) -> String {
    match report.pairs.len() {
        1 => item.sentence(),
        _ => format!("in `{}` {}", pair.new, item.sentence()),
    }
}

/// The other edits that have to do with it.
fn others(how: How, edits: &[(&Key, &EditView)], edit: &EditView) -> Option<String> {
    let others = edits.iter().filter(|(_, other)| *other != edit);
    let others: Vec<&str> = others.map(|(_, other)| other.path.as_str()).collect();
    match (how, others.len()) {
        (_, 0) => None,
        (How::Together, _) => Some(format!("only together with {}", few_names(others))),
        (_, 1) => Some(format!("{} alone does the same", few_names(others))),
        _ => Some(format!("each of {} alone does the same", few_names(others))),
    }
}

/// Where an edit stands in the new file; the beginning of the file where it left nothing behind.
fn region(report: &DiffReport<'_>, pair: &PairDiff, edit: Option<&EditView>) -> Region {
    let places = report.places();
    match edit.and_then(|edit| edit.new) {
        Some(span) => places.region(span),
        None => start(report, pair),
    }
}

/// The beginning of the new file.
pub(super) fn start(report: &DiffReport<'_>, pair: &PairDiff) -> Region {
    Region::start_of(report.places().of(&pair.path))
}
