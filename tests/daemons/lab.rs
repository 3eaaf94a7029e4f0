//! Two network namespaces with a wire between them: the router in one, everybody it speaks to in the other.
//!
//! Every process and both namespaces end with the lab.

use super::checks::FRR;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Lab {
    name: String,
    folder: tempfile::TempDir,
    children: Vec<Child>,
}

/// One end of the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Router,
    Peers,
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Whether this machine lets a test make namespaces: it takes root, and containers may forbid it.
pub(crate) fn allowed() -> bool {
    let name = format!("rsctl-{}-try", std::process::id());
    let added = Command::new("ip").args(["netns", "add", &name]).output().is_ok_and(|output| output.status.success());
    if added {
        let wire = run("ip", &["-n", &name, "link", "add", "one", "type", "veth", "peer", "name", "other"]);
        run("ip", &["netns", "del", &name]);
        return wire.status.success();
    }
    false
}

impl Lab {
    pub(crate) fn new() -> Lab {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = tempfile::tempdir().unwrap();
        // FRR's daemons leave root behind.
        open_to_all(folder.path());
        let lab = Lab { name: format!("rsctl-{}-{number}", std::process::id()), folder, children: Vec::new() };
        let (router, peers) = (lab.namespace(Side::Router), lab.namespace(Side::Peers));
        must(&["netns", "add", &router]);
        must(&["netns", "add", &peers]);
        must(&["link", "add", "wire", "netns", &router, "type", "veth", "peer", "name", "wire", "netns", &peers]);
        for side in [&router, &peers] {
            must(&["-n", side, "link", "set", "lo", "up"]);
            must(&["-n", side, "link", "set", "wire", "up"]);
            // The far side answers for every address it has.
            must(&["-n", side, "route", "add", "default", "dev", "wire", "scope", "link"]);
        }
        lab
    }

    fn namespace(&self, side: Side) -> String {
        let letter = match side {
            Side::Router => 'r',
            Side::Peers => 'p',
        };
        format!("{}{letter}", self.name)
    }

    pub(crate) fn add_address(&self, side: Side, address: Ipv4Addr, length: u8, device: &str) {
        must(&["-n", &self.namespace(side), "addr", "add", &format!("{address}/{length}"), "dev", device]);
    }

    /// Keeps the way to an address, whatever a daemon learns: how peers are reached is no part of BGP.
    pub(crate) fn keep_route(&self, side: Side, address: Ipv4Addr) {
        must(&["-n", &self.namespace(side), "route", "add", &format!("{address}/32"), "dev", "wire", "scope", "link"]);
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn start(&mut self, side: Side, name: &str, program: &str, arguments: &[&str]) {
        let log = std::fs::File::create(self.folder.path().join(format!("{name}.log"))).unwrap();
        let child = Command::new("ip")
            .args(["netns", "exec", &self.namespace(side), program])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.children.push(child);
    }

    pub(crate) fn start_bird(&mut self, side: Side, name: &str, configuration: &str) {
        let file = self.file(&format!("{name}.conf"), configuration);
        let control = self.folder.path().join(format!("{name}.ctl"));
        let arguments = ["-f", "-c", file.to_str().unwrap(), "-s", control.to_str().unwrap()];
        self.start(side, name, "bird", &arguments);
    }

    pub(crate) fn start_frr(&mut self, configuration: &str) {
        let file = self.file("frr.conf", configuration);
        let folder = self.folder.path().join("frr");
        std::fs::create_dir(&folder).unwrap();
        open_to_all(&folder);
        let zebra = folder.join("zebra.sock");
        for name in ["zebra", "staticd", "bgpd"] {
            let process = folder.join(format!("{name}.pid"));
            let mut arguments = vec!["-f", file.to_str().unwrap(), "--vty_socket", folder.to_str().unwrap()];
            arguments.extend(["-z", zebra.to_str().unwrap(), "-i", process.to_str().unwrap(), "-P", "0"]);
            self.start(Side::Router, name, &format!("{FRR}/{name}"), &arguments);
            // The others look for it once, and then only every few seconds.
            for _ in 0..100 {
                if zebra.exists() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
    }

    /// What a BIRD answers.
    pub(crate) fn ask_bird(&self, name: &str, question: &[&str]) -> String {
        let control = self.folder.path().join(format!("{name}.ctl"));
        let mut arguments = vec!["-s", control.to_str().unwrap()];
        arguments.extend(question);
        String::from_utf8_lossy(&run("birdc", &arguments).stdout).into_owned()
    }

    /// What FRR answers.
    pub(crate) fn ask_frr(&self, question: &str) -> String {
        let folder = self.folder.path().join("frr");
        let output = run("vtysh", &["--vty_socket", folder.to_str().unwrap(), "-c", question]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What the processes said.
    pub(crate) fn logs(&self) -> String {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
        files.sort();
        let text = |path: &PathBuf| format!("-- {}\n{}", path.display(), std::fs::read_to_string(path).unwrap());
        files.iter().map(text).collect()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Gone already is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
        for side in [Side::Router, Side::Peers] {
            run("ip", &["netns", "del", &self.namespace(side)]);
        }
    }
}

fn must(arguments: &[&str]) {
    let output = run("ip", arguments);
    assert!(output.status.success(), "ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
}
