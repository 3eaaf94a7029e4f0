//! `rsctl compare`.

use super::{Exit, Screen, Stop, load, output, topologies};
use crate::analysis::Estate;
use crate::analysis::designs::{compare, upkeep};
use crate::cli::{CompareArgs, WhatIf};
use crate::report::compare::Comparison;

/// One design: where it is read from, and what is supposed of it.
struct Design {
    file: String,
    what_if: WhatIf,
    /// What is left out of the file to get this design.
    left_out: Vec<String>,
}

/// What `--without` takes away from the static, and from the dynamic design.
const STATIC_WITHOUT: &[&str] = &["route-server"];
const DYNAMIC_WITHOUT: &[&str] = &["udr", "route-tables"];

pub(super) fn run(args: &CompareArgs, screen: Screen) -> Result<Exit, Stop> {
    let (fixed, dynamic) = designs(args)?;
    load::note_what_if(&WhatIf { without: common(args), ..args.what_if.clone() }, screen);
    let (fixed_name, fixed) = read(fixed, args, screen)?;
    let (dynamic_name, dynamic) = read(dynamic, args, screen)?;
    if dynamic.topology.vnets.iter().all(|vnet| vnet.route_server.is_none()) {
        let help = "name a design with a route server with --dynamic FILE";
        return Err(Stop::Usage(format!("the dynamic design, {dynamic_name}, has no route server"), help.into()));
    }
    if fixed.topology.route_tables.iter().all(|table| table.routes.is_empty()) {
        let help = "the static design has no user-defined routes; `rsctl emit udr -o yaml=static.rsctl.yaml` writes some to compare with";
        output::note(screen, help);
    }
    let mut progress = output::Progress::new();
    progress.say("computing the loss of every NVA in both designs");
    let (fixed_upkeep, dynamic_upkeep) = (upkeep(&fixed), upkeep(&dynamic));
    progress.finish();
    let designs = compare(&fixed, &dynamic);
    let view = Comparison::new(
        (fixed_name, &fixed, &fixed_upkeep),
        (dynamic_name, &dynamic, &dynamic_upkeep),
        &designs,
        args.all,
    );
    output::show(&view, &args.output, screen)?;
    Ok(Exit::Fine)
}

/// The static and the dynamic design.
fn designs(args: &CompareArgs) -> Result<(Design, Design), Stop> {
    let file = match &args.file {
        Some(file) => file.clone(),
        None => topologies::only()?,
    };
    let split = |own: &[&str]| -> Vec<String> {
        args.what_if
            .without
            .iter()
            .filter(|what| own.contains(&what.trim()))
            .map(|what| what.trim().to_owned())
            .collect()
    };
    let (mut fixed_without, mut dynamic_without) = (split(STATIC_WITHOUT), split(DYNAMIC_WITHOUT));
    let one_file = args.fixed.is_none() && args.dynamic.is_none();
    if one_file && fixed_without.is_empty() && dynamic_without.is_empty() {
        fixed_without.push("route-server".into());
        dynamic_without.push("udr".into());
    }
    let common = common(args);
    let design = |named: &Option<String>, own: Vec<String>| Design {
        file: named.clone().unwrap_or_else(|| file.clone()),
        what_if: WhatIf { without: common.iter().cloned().chain(own.clone()).collect(), ..args.what_if.clone() },
        left_out: own,
    };
    let (fixed, dynamic) = (design(&args.fixed, fixed_without), design(&args.dynamic, dynamic_without));
    if fixed.file == "-" && dynamic.file == "-" {
        let help = "write it to a file, so that it can be read twice";
        return Err(Stop::Usage("standard input cannot be both designs".into(), help.into()));
    }
    Ok((fixed, dynamic))
}

/// What both designs are without.
fn common(args: &CompareArgs) -> Vec<String> {
    let one_sided = |what: &str| STATIC_WITHOUT.contains(&what.trim()) || DYNAMIC_WITHOUT.contains(&what.trim());
    args.what_if.without.iter().filter(|what| !one_sided(what)).cloned().collect()
}

fn read(design: Design, args: &CompareArgs, screen: Screen) -> Result<(String, Estate), Stop> {
    let session = load::read(Some(&design.file), &design.what_if, &args.facts, screen)?;
    let name = match design.left_out.as_slice() {
        [] => session.name,
        left_out => format!("{} without {}", session.name, left_out.join(" and ")),
    };
    Ok((name, Estate::new(session.topology)))
}
