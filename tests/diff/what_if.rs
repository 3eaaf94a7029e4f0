//! What-ifs of `rsctl diff`: of one file against itself they are the edit, of two files both are supposed.

use super::{ESTATE, changes, edited, folder, rsctl, snapshot, told};

const FILE: (&str, &str) = ("estate.rsctl.yaml", ESTATE);

#[test]
fn one_file_is_compared_with_itself_after_the_what_if_and_the_flag_is_the_cause() {
    let folder = folder(&[FILE]);
    for (flags, cause) in [
        (&["--down", "fw1"][..], "alone: --down fw1"),
        (&["--without", "fw1"], "alone: --without fw1"),
        (&["--down", "fw1", "--down", "dc1"], "alone: --down fw1"),
    ] {
        let args = [&["diff", "estate.rsctl.yaml", "-o", "json"], flags].concat();
        let run = rsctl(folder.path(), &args).fine();
        let moved = changes(&run.json(), "spoke1/db").into_iter().find(|(_, prefixes, _)| prefixes == "10.50.0.0/16");
        assert_eq!(moved, told(&[("moved", "10.50.0.0/16", cause)]).pop(), "{flags:?}");
    }
    let human = rsctl(folder.path(), &["diff", "--down", "fw1"]).fine();
    snapshot("down", &human.stdout);
}

#[test]
fn failures_that_only_matter_together_are_named_together() {
    let folder = folder(&[FILE]);
    let run = rsctl(folder.path(), &["diff", "--down", "fw1,fw2", "-o", "json"]).fine();
    let lost = changes(&run.json(), "spoke1/db").into_iter().find(|(_, prefixes, _)| prefixes == "10.50.0.0/16");
    assert_eq!(lost, told(&[("lost", "10.50.0.0/16", "together: --down fw1 --down fw2")]).pop());
}

#[test]
fn a_value_that_is_set_is_told_as_a_supposition() {
    let folder = folder(&[FILE]);
    let flag = "vnets.hub.route_server.branch_to_branch=false";
    let run = rsctl(folder.path(), &["diff", "--set", flag]).fine();
    assert!(run.stdout.contains("--set vnets.hub.route_server.branch_to_branch: true → false"), "{}", run.stdout);
    let written = super::against(&edited(&[("branch_to_branch: true", "branch_to_branch: false")]), &[]).fine();
    let without_causes = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.contains("because of")).map(str::to_owned).collect()
    };
    assert_eq!(without_causes(&run.stdout), without_causes(&written.stdout));
    let same = rsctl(folder.path(), &["diff", "--set", "vnets.hub.route_server.branch_to_branch=true"]).fine();
    assert_eq!(same.stdout, "Diff: no difference in routing\n");
}

#[test]
fn two_files_are_compared_both_with_the_what_if_and_that_is_said() {
    let new = edited(&[("next_hop: 10.0.1.4", "next_hop: 10.0.1.5")]);
    let folder = folder(&[FILE, ("new.rsctl.yaml", &new)]);
    let diff = |more: &[&str]| rsctl(folder.path(), &[&["diff", "estate.rsctl.yaml"], more].concat());
    let itself = diff(&["estate.rsctl.yaml", "--down", "fw1"]);
    assert_eq!((itself.code, itself.stderr.as_str()), (0, "note: what if: fw1 down\n"));
    assert_eq!(itself.stdout, "Diff: no difference in routing\n");
    // With fw1 down the new next hop works where the old one does not.
    let both = diff(&["new.rsctl.yaml", "--down", "fw1"]);
    assert_eq!((both.code, both.stderr.as_str()), (0, "note: what if: fw1 down\n"));
    assert!(both.stdout.contains("  + 0.0.0.0/0"), "{}", both.stdout);
    let without = diff(&["new.rsctl.yaml", "--without", "udr"]);
    // The edited route is gone on both sides.
    assert!(without.stdout.ends_with("Diff: no difference in routing (1 edit without effect)\n"), "{}", without.stdout);
}

#[test]
fn an_object_that_one_side_lacks_is_refused_with_the_name_of_that_side() {
    let new = edited(&[
        ("peers: [fw1, fw2]", "peers: [fw1]"),
        ("  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [10.50.0.0/16] }\n", ""),
    ]);
    let folder = folder(&[FILE, ("new.rsctl.yaml", &new)]);
    let stderr = rsctl(folder.path(), &["diff", "estate.rsctl.yaml", "new.rsctl.yaml", "--down", "fw2"]).refused();
    assert!(stderr.contains("there is no `fw2` in new.rsctl.yaml"), "{stderr}");
}
