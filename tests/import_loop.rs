//! The loop closed as a user closes it: the collect script gathers an estate from an `az` of the test, `import` makes the topology of it,
//! `verify` holds what that predicts against what was gathered.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod command;

use command::{folder, rsctl};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// An `az` that answers with the documents of the Fortinet estate.
const AZ: &str = r#"#!/usr/bin/env bash
case "$*" in
    'account show '*tsv) echo 00000000-0000-0000-0000-000000000000 ;;
    'account show '*) cat "$OTHER/account.json" ;;
    'network vnet list'*) cat "$ESTATE/vnet-list.json" ;;
    'network route-table list'*) cat "$ESTATE/route-table-list.json" ;;
    'network nic list'*) cat "$OTHER/nics.json" ;;
    'network routeserver list '*tsv) printf 'rg-sdwan\trs-hub1\n' ;;
    'network routeserver list'*) printf '[%s]' "$(cat "$ESTATE/routeserver-show.json")" ;;
    'network routeserver peering list '*tsv) printf 'fgt1\nfgt2\n' ;;
    'network routeserver peering list '*) cat "$ESTATE/routeserver-peering-list.json" ;;
    *list-learned-routes*fgt1*) cat "$ESTATE/peering-learned-fgt1.json" ;;
    *list-learned-routes*fgt2*) cat "$ESTATE/peering-learned-fgt2.json" ;;
    *list-advertised-routes*fgt1*) cat "$ESTATE/peering-advertised-fgt1.json" ;;
    *list-advertised-routes*) exit 1 ;;
    'vm list '*) echo /subscriptions/s/resourceGroups/rg-sdwan/providers/Microsoft.Network/networkInterfaces/fgt1-private ;;
    *show-effective-route-table*) cat "$ESTATE/nic-effective-fgt1-private.json" ;;
    *tsv) ;;
    *) echo '[]' ;;
esac
"#;

#[test]
fn what_the_script_gathers_is_imported_and_verified() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import");
    let script = rsctl(&fixtures, &["import", "--collect-script", "bash"]).fine().stdout;
    let folder = folder(&[("collect.sh", script.as_str()), ("bin/az", AZ)]);
    let az = folder.path().join("bin/az");
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", az.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let gathered = Command::new("bash")
        .args(["collect.sh", "-o", "capture"])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("ESTATE", fixtures.join("env-fortinet-hub1"))
        .env("OTHER", fixtures.join("sanitize"))
        .output()
        .unwrap();
    // One question is refused, as that of a peer that is down is; the rest is gathered.
    assert_eq!(gathered.status.code(), Some(1), "{}", String::from_utf8_lossy(&gathered.stderr));
    let args = ["import", "capture", "--strict", "-o", "yaml=estate.rsctl.yaml", "-o", "captures=estate.captures.yaml"];
    rsctl(folder.path(), &args).fine();
    let run =
        rsctl(folder.path(), &["verify", "estate.rsctl.yaml", "estate.captures.yaml", "--as-of", "2025-09-17"]).fine();
    insta::assert_snapshot!(run.stdout);
    // What is shared of it says the same.
    let shared = rsctl(folder.path(), &["import", "--sanitize", "shared", "capture"]);
    assert_eq!(shared.code, 0, "{}", shared.stderr);
    let args = ["import", "shared", "--strict", "-o", "yaml=shared.rsctl.yaml", "-o", "captures=shared.captures.yaml"];
    rsctl(folder.path(), &args).fine();
    let other =
        rsctl(folder.path(), &["verify", "shared.rsctl.yaml", "shared.captures.yaml", "--as-of", "2025-09-17"]).fine();
    assert_eq!(run.stdout.lines().last(), other.stdout.lines().last());
}
