//! What tells a finding from every other and stays the same when the file is laid out anew: rule, object and key, never a line.

use super::run::Found;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Gives every finding its fingerprint: 32 hexadecimal digits. Equal ones are numbered in order of place.
pub(super) fn fingerprints(all: &mut [Found]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for found in all {
        let identity = [found.rule.code, &found.finding.object, &found.finding.key].join("\0");
        let count = seen.entry(identity.clone()).and_modify(|count| *count += 1).or_insert(1);
        let text = if *count == 1 { identity } else { format!("{identity}\0{count}") };
        let digest = Sha256::digest(text.as_bytes());
        found.fingerprint = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    }
}
