//! `rsctl import --update` on the labs: a topology that is refreshed once from its own documents says what they say.

use crate::design::documents;
use crate::labs::{self, import};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Refreshes a topology from the documents beside it.
fn update(folder: &Path, name: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(["import", "--update", name, "documents"]).current_dir(folder).output().unwrap()
}

fn assert_settled(folder: &Path, name: &str, lab: &str) {
    let before = fs::read_to_string(folder.join(name)).unwrap();
    let run = update(folder, name);
    let (said, shown) = (String::from_utf8_lossy(&run.stderr), String::from_utf8_lossy(&run.stdout));
    assert_eq!(
        (run.status.code(), &*shown),
        (Some(0), ""),
        "{lab}: {said}{}",
        fs::read_to_string(folder.join(name)).unwrap()
    );
    assert!(said.contains("says what the documents say"), "{lab}: {said}");
    assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), before, "{lab}");
}

#[test]
fn a_topology_that_is_refreshed_twice_changes_once() {
    for (lab, path) in labs::topologies() {
        let written = labs::read(&path);
        let files = documents(&written).flat();
        let folder = tempfile::tempdir().unwrap();
        for (name, value) in &files {
            let at = folder.path().join("documents").join(name);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, value.to_string()).unwrap();
        }
        fs::write(folder.path().join("imported.yaml"), import(&files).text.unwrap()).unwrap();
        assert_settled(folder.path(), "imported.yaml", &lab);

        let by_hand = fs::read_to_string(&path).unwrap();
        if by_hand.contains("\nextends:") {
            // What is laid over another topology is refused, as other tests tell.
            continue;
        }
        fs::write(folder.path().join("written.yaml"), &by_hand).unwrap();
        let run = update(folder.path(), "written.yaml");
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{lab}: {said}");
        let after = fs::read_to_string(folder.path().join("written.yaml")).unwrap();
        let comments = |text: &str| text.lines().filter(|line| line.trim().starts_with('#')).count();
        assert!(comments(&after) >= comments(&by_hand), "{lab}: comments are gone\n{after}");
        assert_settled(folder.path(), "written.yaml", &lab);
    }
}
