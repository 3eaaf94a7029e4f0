//! `rsctl failover`.

use super::{Exit, Screen, Stop, load, output};
use crate::analysis::Estate;
use crate::analysis::failover::{Alike, Failure, FailureKind, alike, failover, failures};
use crate::cli::{FailingKind, FailoverArgs, FailoverFailOn};
use crate::diagnostic::Sink;
use crate::report::failover::FailoverView;
use crate::topology::{Outages, Topology, without};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::sync::Mutex;

pub(super) fn run(args: &FailoverArgs, screen: Screen) -> Result<Exit, Stop> {
    let session = load::topology(args.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let (kinds, names) = chosen(&args.of);
    let progress = Mutex::new(output::Progress::new());
    let say = |text: &str| {
        if let Ok(mut progress) = progress.lock() {
            progress.say(text);
        }
    };
    say("looking for spokes that nothing tells apart");
    let (topology, alike) = smaller(&session, args, &names)?;
    let mut list = failures(&topology, &alike, &kinds);
    list.extend(named(&topology, &names)?);
    if list.is_empty() {
        if let Ok(mut progress) = progress.lock() {
            progress.finish();
        }
        let help = "name other kinds with --of, or leave it out";
        return Err(Stop::Usage("nothing here can fail that was asked for".into(), help.into()));
    }
    let found = failover(&topology, &alike, &list, args.k == 2, &|done, total| {
        if done % 16 == 0 || done == total {
            say(&format!("{done} of {total} failures"));
        }
    });
    if let Ok(mut progress) = progress.lock() {
        progress.finish();
    }
    let view = FailoverView::new(&topology, &list, &found, args.all);
    output::show(&view, &args.output, screen)?;
    let [dead, asymmetric, uninspected] = view.worst();
    let fails = match args.fail_on {
        FailoverFailOn::Never => false,
        FailoverFailOn::Dead => dead,
        FailoverFailOn::Asymmetric => dead || asymmetric,
        FailoverFailOn::Uninspected => dead || asymmetric || uninspected,
    };
    Ok(if fails { Exit::No } else { Exit::Fine })
}

/// The kinds that were asked for, and the names; all kinds where nothing was.
fn chosen(of: &[String]) -> (BTreeSet<FailureKind>, Vec<String>) {
    let (mut kinds, mut names) = (BTreeSet::new(), Vec::new());
    for word in of.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        match FailingKind::from_str(word, true) {
            Ok(kind) => kinds.extend(kinds_of(kind)),
            Err(_) => names.push(word.to_owned()),
        }
    }
    if kinds.is_empty() && names.is_empty() {
        kinds.extend(FailureKind::ALL);
    }
    (kinds, names)
}

fn kinds_of(kind: FailingKind) -> &'static [FailureKind] {
    match kind {
        FailingKind::Nva => &[FailureKind::Nva],
        FailingKind::Session => &[FailureKind::Session],
        FailingKind::RouteServer => &[FailureKind::RouteServerInstance],
        FailingKind::Gateway => &[FailureKind::Gateway, FailureKind::GatewayInstance],
        FailingKind::Circuit => &[FailureKind::Circuit],
        FailingKind::Peering => &[FailureKind::Peering],
        FailingKind::Hub => &[FailureKind::Hub],
    }
}

/// The things that were asked for by name.
fn named(topology: &Topology, names: &[String]) -> Result<Vec<Failure>, Stop> {
    let one = |name: &String| -> Result<Failure, Stop> {
        let outages = Outages::named(topology, std::slice::from_ref(name))?;
        Ok(Failure { kind: FailureKind::Named, name: name.clone(), outages, stands_for: 1 })
    };
    names.iter().map(one).collect()
}

/// The estate without most of the spokes that nothing tells apart. Where things are asked for by name, all stay.
fn smaller(session: &load::Session, args: &FailoverArgs, names: &[String]) -> Result<(Topology, Alike), Stop> {
    let whole = || (session.topology.clone(), Alike::default());
    if !names.is_empty() || !args.what_if.down.is_empty() {
        return Ok(whole());
    }
    // Two that do not break, and as many that do as break at once.
    let kept = 2 + usize::from(args.k);
    let groups = alike(&Estate::new(session.topology.clone()));
    let left_out: Vec<String> = groups.iter().flat_map(|group| group.iter().skip(kept)).cloned().collect();
    if left_out.is_empty() {
        return Ok(whole());
    }
    let document = without(&session.document, &left_out)?;
    let chosen = load::choices(&args.facts)?;
    let topology = load::resolve_with(&document, &args.facts, &chosen, &mut Sink::default());
    Ok(topology.map_or_else(whole, |topology| {
        let alike = Alike::of_groups(&topology, &groups, kept);
        (topology, alike)
    }))
}
