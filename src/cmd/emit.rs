//! `rsctl emit`.

use super::{Exit, Screen, Stop, load, output};
use crate::analysis::Estate;
use crate::analysis::static_design::static_design;
use crate::bgp;
use crate::cli::{EmitArgs, EmitCommand, EmitNvaBgpArgs, EmitUdrArgs, NvaBgpFormat, Output, UdrFormat};
use crate::exchange::emit::nva_bgp::{self, NvaBgp};
use crate::exchange::emit::{arm, az, bicep, tables::RouteTables, terraform, topology as overlay};
use crate::report::static_design::{peerings, route_tables};
use crate::report::verify::find_subnet;
use crate::topology::{RouterId, SubnetId, Topology};
use crate::words::{closest, few_names};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &EmitArgs, screen: Screen) -> Result<Exit, Stop> {
    match &args.what {
        EmitCommand::Udr(args) => udr(args, screen),
        EmitCommand::NvaBgp(args) => nva_bgp(args, screen),
    }
}

fn udr(args: &EmitUdrArgs, screen: Screen) -> Result<Exit, Stop> {
    let outputs: Vec<Output<(UdrFormat, Option<&Path>)>> = args
        .output
        .iter()
        .map(|output| Output { format: (output.format, output.path.as_deref()), path: output.path.clone() })
        .collect();
    output::check(&outputs)?;
    let session = load::topology(args.file.as_deref(), &args.what_if, &args.facts, screen)?;
    for (_, to) in outputs.iter().map(|output| output.format).filter(|(format, _)| *format == UdrFormat::Yaml) {
        may_extend(&session.name, args, to)?;
    }
    let (document, estate) = (session.document, Estate::new(session.topology));
    let wanted = wanted(&estate.topology, args)?;
    let design = static_design(&estate, wanted.as_ref());
    let written = |id: SubnetId| {
        let subnet = &document.vnets[id.vnet.index()].body.subnets[id.index as usize];
        subnet.body.prefixes.iter().map(|prefix| prefix.value).collect()
    };
    let mut tables = route_tables(&estate.topology, &design, wanted.is_none(), written);
    tables.topology = session.name.clone();
    tables.peerings = peerings(&estate.topology, &document, &session.root);
    if estate.topology.vnets.iter().all(|vnet| vnet.route_server.is_none()) {
        output::note(screen, "the topology has no route server: these are the tables it has, in the fewest routes");
    }
    for remark in tables.remarks.iter().chain(tables.tables.iter().flat_map(|table| &table.remarks)) {
        output::note(screen, remark);
    }
    output::each(&outputs, (UdrFormat::Terraform, None), |(format, to), _, out| {
        let text = match format {
            UdrFormat::Terraform => terraform::write(&tables),
            UdrFormat::Bicep => bicep::write(&tables),
            UdrFormat::Arm => arm::write(&tables),
            UdrFormat::Az => az::write(&tables),
            UdrFormat::Yaml => overlay::write(&RouteTables { base: base(&session.name, to), ..tables.clone() }),
        };
        out.write_all(text.as_bytes())
    })?;
    Ok(Exit::Fine)
}

fn nva_bgp(args: &EmitNvaBgpArgs, screen: Screen) -> Result<Exit, Stop> {
    output::check(&args.output)?;
    if args.what_if.down.iter().any(|what| !what.trim().is_empty()) {
        let help = "leave --down out; what never was there is left out by --without";
        return Err(Stop::Usage("a failure does not change how a router is configured".into(), help.into()));
    }
    let session = load::topology(args.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let topology = &session.topology;
    let router = router(topology, args.nva.as_deref())?;
    let ribs = bgp::run(topology);
    let bgp = NvaBgp::of(topology, &ribs.network, router)?.from_file(&session.name);
    for remark in args.output.iter().flat_map(|output| match output.format {
        NvaBgpFormat::Frr => nva_bgp::frr::remarks(&bgp),
        NvaBgpFormat::Bird => nva_bgp::bird::remarks(&bgp),
    }) {
        output::note(screen, &remark);
    }
    output::each(&args.output, NvaBgpFormat::Frr, |format, _, out| {
        let text = match format {
            NvaBgpFormat::Frr => nva_bgp::frr::write(&bgp),
            NvaBgpFormat::Bird => nva_bgp::bird::write(&bgp),
        };
        out.write_all(text.as_bytes())
    })?;
    Ok(Exit::Fine)
}

/// The router of a name; without one the only NVA that speaks BGP.
fn router(topology: &Topology, name: Option<&str>) -> Result<RouterId, Stop> {
    let speakers = || topology.routers.iter().enumerate().filter(|(_, router)| router.asn.is_some());
    let names: Vec<&str> = speakers().map(|(_, router)| router.name.as_str()).collect();
    let known = || format!("write --nva with one of {}", few_names(&names));
    if let Some(name) = name {
        if let Some(index) = topology.routers.iter().position(|router| router.name == name) {
            return Ok(RouterId(index as u32));
        }
        let help = closest(name, names.iter().copied()).map_or_else(known, |close| format!("did you mean `{close}`?"));
        return Err(Stop::Usage(format!("there is no NVA or site `{name}`"), help));
    }
    let nvas: Vec<usize> = speakers().filter(|(_, router)| router.is_nva()).map(|(index, _)| index).collect();
    match nvas.as_slice() {
        [one] => Ok(RouterId(*one as u32)),
        [] => Err(Stop::Usage("no NVA here speaks BGP".into(), "give one an `asn`, or name a site with --nva".into())),
        many => Err(Stop::Usage(format!("{} NVAs here speak BGP", many.len()), known())),
    }
}

/// Whether an overlay at this place can extend the topology.
fn may_extend(topology: &str, args: &EmitUdrArgs, to: Option<&Path>) -> Result<(), Stop> {
    let refuse = |message: &str, help: &str| Err(Stop::Usage(message.into(), help.into()));
    if !args.what_if.is_empty() {
        let help = "the overlay extends the file as it is written; write the change into the file first";
        return refuse("an overlay cannot be written with a what-if", help);
    }
    if args.file.as_deref() == Some("-") {
        let help = "the overlay extends a file; write standard input to one first";
        return refuse("an overlay cannot extend standard input", help);
    }
    let same = |to: &Path| match (std::fs::canonicalize(to), std::fs::canonicalize(topology)) {
        (Ok(to), Ok(topology)) => to == topology,
        _ => to == Path::new(topology),
    };
    match to.is_some_and(same) {
        true => refuse("the overlay would replace the topology that it extends", "write it to another file"),
        false => Ok(()),
    }
}

/// The subnets that were asked for; none for all.
fn wanted(topology: &Topology, args: &EmitUdrArgs) -> Result<Option<BTreeSet<SubnetId>>, Stop> {
    if args.subnet.is_empty() && args.vnet.is_empty() {
        return Ok(None);
    }
    let mut wanted = BTreeSet::new();
    for name in &args.subnet {
        wanted.insert(find_subnet(topology, name)?);
    }
    for name in &args.vnet {
        wanted.extend(topology.subnet_ids(load::find_vnet(topology, name)?));
    }
    Ok(Some(wanted))
}

/// The path of the topology from the folder that the overlay is written to; from the current folder when it is printed.
fn base(topology: &str, overlay: Option<&Path>) -> String {
    let folder = overlay.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let Some(folder) = folder else { return topology.to_owned() };
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (from, to) = (whole(folder), whole(Path::new(topology)));
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Path::new("..").to_owned());
    let down = to.components().skip(shared).map(|part| PathBuf::from(part.as_os_str()));
    let path: PathBuf = up.chain(down).collect();
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlay_finds_its_base_from_where_it_lies() {
        assert_eq!(base("estates/a.rsctl.yaml", None), "estates/a.rsctl.yaml");
        assert_eq!(base("estates/a.rsctl.yaml", Some(Path::new("static.rsctl.yaml"))), "estates/a.rsctl.yaml");
        // Folders that exist, so that links in them can be followed.
        assert_eq!(base("src/lib.rs", Some(Path::new("tests/emit/static.rsctl.yaml"))), "../../src/lib.rs");
    }
}
