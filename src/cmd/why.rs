//! `rsctl why`.

use super::{Exit, Screen, Stop, load, output};
use crate::analysis::why::{Asked, At, Extent, Reasons};
use crate::bgp::{self, find_device};
use crate::cli::{WhyArgs, WhyFormat};
use crate::diagnostic::Sink;
use crate::effective::Tables;
use crate::render::why::{self, human};
use crate::report::verify::find_subnet;
use crate::report::why::{WhyReport, Wish, Written, instead, proposals, unwanted};
use crate::source::Sources;
use crate::syntax::tree::Node;
use crate::syntax::{DiskFiles, set_in_tree};
use crate::topology::Topology;
use crate::words::echo;
use ipnet::IpNet;
use std::net::IpAddr;
use std::path::Path;

pub(super) fn run(args: &WhyArgs, screen: Screen) -> Result<Exit, Stop> {
    let asked = asked(&args.asked)?;
    let session = load::topology(args.file.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let load::Session { name, mut sources, document, root, topology } = session;
    let topology = &topology;
    let at = place(topology, &args.at)?;
    let ribs = bgp::run(topology);
    if let At::Speaker(device, Some(instance)) = at {
        let mut instances = ribs.network.instances(device).map(|id| ribs.network.speaker(id).instance);
        if !instances.any(|known| known == instance) && !topology.down.has_instance(device.element(), instance) {
            let message = format!("there is no `{}`", echo(&args.at));
            return Err(Stop::Usage(message, format!("`{}` has one instance", device.name(topology))));
        }
    }
    let tables = Tables::new(topology, &ribs);
    let extent = if args.all { Extent::Everything } else { Extent::Relevant };
    let reasons = Reasons { topology, ribs: &ribs, tables: &tables, extent };
    let why = reasons.why(asked, at);
    let written = Written { sources: &sources, document: &document, topology };
    let mut report = WhyReport::new(&reasons, &why, &written);
    if let Some(text) = &args.not {
        let At::Subnet(subnet) = at else {
            let message = "--not is for subnets: a speaker has no next hop of its own to change";
            return Err(Stop::Usage(message.into(), "name a subnet with --at".into()));
        };
        let unwanted = unwanted(topology, text)?;
        let proposals = proposals(&reasons, &why, &written, (&root, subnet));
        let wish = Wish { asked, at: subnet, unwanted: &unwanted };
        let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
        let mut trials = Trials { args, folder, root: &root, sources: &mut sources };
        let (mut progress, mut tried) = (output::Progress::new(), 0);
        let mut make = |set: &[String]| {
            tried += 1;
            progress.say(&format!("trying edits: {tried}"));
            trials.make(set)
        };
        let found = instead(&reasons, &wish, &proposals, &mut make);
        progress.finish();
        report.instead = Some(found?);
    }
    show(&report, args, screen)?;
    let nothing_found = report.instead.is_some_and(|instead| instead.found.is_empty());
    Ok(if nothing_found { Exit::No } else { Exit::Fine })
}

/// Makes the estate with edits, from the tree that was read.
struct Trials<'a> {
    args: &'a WhyArgs,
    folder: &'a Path,
    root: &'a Node,
    sources: &'a mut Sources,
}

impl Trials<'_> {
    /// The estate with some values set; none where they make no valid one.
    fn make(&mut self, set: &[String]) -> Option<Topology> {
        let mut sink = Sink::default();
        let edits = (set, self.folder);
        let loaded = set_in_tree(self.root.clone(), edits, &mut DiskFiles, self.sources, &mut sink);
        let chosen = load::choices(&self.args.facts).ok()?;
        let written = load::written(Some(loaded), &self.args.what_if, &self.args.facts, &chosen, &mut sink).ok()??;
        if sink.has_errors() {
            return None;
        }
        load::failed(written.1, &self.args.what_if).ok()
    }
}

/// Reads what is asked about.
fn asked(text: &str) -> Result<Asked, Stop> {
    let no_ipv6 = || {
        let message = format!("`{}` is IPv6, and routes are IPv4 only", echo(text));
        Stop::Usage(
            message,
            "a route server carries no IPv6 (Route Server FAQ, 2025-09-17): ask about an IPv4 prefix".into(),
        )
    };
    if let Ok(address) = text.parse::<IpAddr>() {
        let IpAddr::V4(address) = address else { return Err(no_ipv6()) };
        return Ok(Asked::Address(address));
    }
    match text.parse::<IpNet>() {
        Ok(IpNet::V6(_)) => Err(no_ipv6()),
        Ok(IpNet::V4(prefix)) if prefix.trunc() != prefix => {
            let message = format!("`{text}` has bits set outside the prefix");
            Err(Stop::Usage(
                message,
                format!("write {} for the prefix, or {} for the address", prefix.trunc(), prefix.addr()),
            ))
        }
        Ok(IpNet::V4(prefix)) => Ok(Asked::Prefix(prefix)),
        Err(_) => {
            let message = format!("`{}` is neither an address nor a prefix", echo(text));
            Err(Stop::Usage(message, "write one such as 10.2.0.4 or 10.2.0.0/16".into()))
        }
    }
}

/// Finds the place of a name: a subnet, else a speaker.
fn place(topology: &Topology, name: &str) -> Result<At, Stop> {
    let (message, help) = match find_subnet(topology, name) {
        Ok(id) => return Ok(At::Subnet(id)),
        Err((_, help)) => match find_device(topology, name) {
            Ok((device, instance)) => return Ok(At::Speaker(device, instance)),
            Err((message, other)) if message.starts_with("there is no instance") => (message, other),
            Err((_, other)) => {
                let is_close = |help: &String| help.starts_with("did you mean") || help.starts_with("write one of");
                let help = [help, other].into_iter().find(is_close);
                let help = help.unwrap_or_else(|| "`rsctl plan` shows every subnet".into());
                (format!("there is no subnet and no BGP speaker `{}`", echo(name)), help)
            }
        },
    };
    Err(Stop::Usage(message, help))
}

fn show(report: &WhyReport, args: &WhyArgs, screen: Screen) -> Result<(), Stop> {
    output::each(&args.output, WhyFormat::Human, |format, on_screen, out| match format {
        WhyFormat::Human => {
            let options = human::Options {
                colour: on_screen && screen.colour,
                unicode: load::unicode(),
                width: screen.width.filter(|_| on_screen),
            };
            human::write(report, options, out)
        }
        WhyFormat::Json => why::json(report, out),
        WhyFormat::Markdown => why::markdown::write(report, out),
        WhyFormat::Mermaid => why::mermaid::write(report, out),
    })
}
