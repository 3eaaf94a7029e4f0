//! `action/install.sh`, which brings rsctl into a job of GitHub Actions.

use super::job::Job;
use super::root;

/// A cargo that writes down what it is asked for.
pub(super) const CARGO: &str = "printf '%s\\n' \"$PWD\" \"$@\" >>\"$CALLS\"\n";

#[test]
fn an_rsctl_on_the_path_is_used() {
    let job = Job::with_rsctl();
    job.program("cargo", CARGO);
    for version in ["", env!("CARGO_PKG_VERSION"), concat!("v", env!("CARGO_PKG_VERSION"))] {
        let ended = job.action("install.sh", &[("INPUT_VERSION", version)]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{version}");
        assert!(ended.stdout.starts_with("using rsctl"), "{}", ended.stdout);
    }
    assert_eq!((job.read("calls"), job.read("path")), (String::new(), String::new()));
}

#[test]
fn another_version_is_installed_from_crates_io_and_none_from_the_checkout_of_the_action() {
    let job = Job::with_rsctl();
    job.program("cargo", CARGO);
    assert_eq!(job.action("install.sh", &[("INPUT_VERSION", "99.0.0-rc.1")]).code, 0);
    let calls = job.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    assert!(calls[0].contains("rsctl-install."), "not in the checkout of the user: {calls:?}");
    assert_eq!(calls[1..], ["install", "--locked", "--root", calls[0], "--version", "99.0.0-rc.1", "rsctl"]);
    assert_eq!(job.read("path"), format!("{}/bin\n", calls[0]));

    let job = Job::new();
    job.program("cargo", CARGO);
    assert_eq!(job.action("install.sh", &[("INPUT_VERSION", "")]).code, 0);
    let calls = job.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    assert_eq!(calls[1..], ["install", "--locked", "--root", calls[0], "--path", root().to_str().unwrap()]);
}

#[test]
fn what_is_no_version_and_a_machine_without_cargo_are_told() {
    let job = Job::new();
    for version in ["--git=https://example.com", "1.0", "1.0.0 --features x", "$(touch owned)"] {
        let ended = job.action("install.sh", &[("INPUT_VERSION", version)]);
        assert_eq!(ended.code, 2, "{version}");
        assert!(ended.stdout.starts_with("::error title=rsctl::the input version"), "{}", ended.stdout);
    }
    let ended = job.action("install.sh", &[("INPUT_VERSION", "1.0.0")]);
    assert!(ended.code == 2 && ended.stdout.contains("there is no cargo"), "{}", ended.stdout);
}
