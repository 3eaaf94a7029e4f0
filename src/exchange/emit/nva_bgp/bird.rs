//! BIRD: `bird.conf`, in the words of BIRD 2.0.12.

mod filter;

use super::names::{Names, plain};
use super::sessions::is_host;
use super::{Announcement, Composed, Neighbor, NvaBgp, comment};
use crate::net::Community;
use crate::topology::Origin;
use filter::Filters;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The protocol of own announcements.
const ANNOUNCED: &str = "announced";
/// The protocol of summaries.
const SUMMARIES: &str = "summaries";
/// The protocol of routes to neighbours.
const GATEWAYS: &str = "gateways";

/// The function that BIRD has no word for.
const WITH_REPLACED: &str = "\
function with_replaced(bgppath before; int old; int new)
bgppath backwards;
bgppath result;
{
  backwards = +empty+;
  for int number in before do {
    if number = old then backwards = prepend(backwards, new); else backwards = prepend(backwards, number);
  }
  result = +empty+;
  for int number in backwards do result = prepend(result, number);
  return result;
}

";

/// The whole file.
pub fn write(bgp: &NvaBgp) -> String {
    let composed = compose(bgp);
    bgp.header("BIRD 2.0.12", &composed.remarks, "#") + "\n" + &composed.body
}

/// What the file leaves out or does otherwise, the topology's own gaps among them.
pub fn remarks(bgp: &NvaBgp) -> Vec<String> {
    compose(bgp).remarks
}

fn compose(bgp: &NvaBgp) -> Composed {
    let mut writer = Writer::new(bgp);
    let mut filters = Filters::default();
    let mut protocols = String::new();
    for (index, neighbor) in bgp.neighbors.iter().enumerate() {
        let (import, export) = (writer.import(neighbor), writer.export(neighbor));
        let name = plain(&neighbor.device, '_');
        let import = import.map(|body| filters.name(&format!("from_{name}"), body));
        let export = filters.name(&format!("to_{name}"), export);
        protocols += &writer.protocol(index, neighbor, import.as_deref(), &export);
        writer.note_summaries(neighbor);
    }
    let filters = filters.text;
    let function = if filters.contains("with_replaced(") { WITH_REPLACED } else { "" };
    let body = format!("router id {};\n\n{}{function}{filters}{protocols}", bgp.router_id, writer.tables());
    if !bgp.split_horizon {
        writer.remark("BIRD never sends a route back to the session it came from".into());
    }
    Composed { body, remarks: writer.remarks }
}

struct Writer<'a> {
    bgp: &'a NvaBgp,
    /// Names of the sessions, in their order.
    names: Vec<String>,
    /// Summaries that the router does not originate.
    summaries: BTreeSet<Ipv4Net>,
    remarks: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(bgp: &'a NvaBgp) -> Self {
        let mut names = Names::default();
        let name = |neighbor: &Neighbor| names.fresh(&plain(&neighbor.name, '_'), '_');
        let summaries = bgp.neighbors.iter().flat_map(|neighbor| &neighbor.summaries).map(|summary| summary.prefix);
        Writer {
            bgp,
            names: bgp.neighbors.iter().map(name).collect(),
            summaries: summaries.filter(|prefix| !bgp.originates(*prefix)).collect(),
            remarks: bgp.remarks.clone(),
        }
    }

    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Tables, and everything in them that no neighbour sends.
    fn tables(&self) -> String {
        let bgp = self.bgp;
        let mut out = String::new();
        out += "# Routes of BGP. Own announcements lead nowhere and stay here, so that they never drop what the router forwards.\n";
        out += "ipv4 table bgp4;\n\n";
        out += "protocol device {\n}\n\nprotocol direct {\n  ipv4;\n}\n\n";
        let mut installed = "source = RTS_BGP".to_owned();
        if !bgp.static_routes.is_empty() {
            let _ = write!(installed, " || proto = \"{GATEWAYS}\"");
        }
        out += "# Next hops are looked up in master4, where the routes of the system are too.\n";
        let _ = write!(
            out,
            "protocol kernel {{\n  learn;\n  ipv4 {{\n    import all;\n    export where {installed};\n  }};\n}}\n\n"
        );
        out += "protocol pipe {\n  table bgp4;\n  peer table master4;\n  import none;\n  export where source = RTS_BGP;\n}\n\n";
        if !bgp.static_routes.is_empty() {
            let _ = writeln!(out, "protocol static {GATEWAYS} {{\n  ipv4;");
            for route in &bgp.static_routes {
                let reason = format!("{}, through the default gateway of the NIC.", route.reason);
                out += &comment("  #", &reason);
                let _ = writeln!(out, "  route {} via {};", route.prefix, route.next_hop);
            }
            out += "}\n\n";
        }
        let announced: Vec<String> = bgp.announcements.iter().map(announcement).collect();
        out += &held(ANNOUNCED, &announced);
        let summaries: Vec<String> = self.summaries.iter().map(|prefix| format!("route {prefix} blackhole;")).collect();
        out + &held(SUMMARIES, &summaries)
    }

    fn protocol(&self, index: usize, neighbor: &Neighbor, import: Option<&str>, export: &str) -> String {
        let name = &self.names[index];
        let own = neighbor.local_address.map(|address| format!("{address} ")).unwrap_or_default();
        let address = neighbor.address.map_or_else(|| "ADDRESS".to_owned(), |address| address.to_string());
        let mut lines = vec![
            format!("protocol bgp peer_{name} {{"),
            format!("  description \"{}\";", description(&neighbor.name)),
            format!("  local {own}as {};", self.bgp.asn),
            format!("  neighbor {address} as {};", neighbor.asn),
        ];
        if neighbor.ebgp {
            lines.push(if neighbor.multihop { "  multihop;".into() } else { "  direct;".into() });
        }
        lines.push("  igp metric off;".into());
        lines.push("  interpret communities off;  # the filter does, for learned routes only".into());
        if self.bgp.allow_as_in {
            lines.push("  allow local as;".into());
        }
        lines.push("  ipv4 {".into());
        lines.push("    table bgp4;".into());
        lines.push("    igp table master4;".into());
        if neighbor.ebgp && !neighbor.multihop {
            lines.push("    gateway recursive;  # takes next hops that are not on the wire".into());
        }
        if neighbor.local_address.is_none() && !neighbor.ebgp && self.bgp.next_hop_self {
            lines.push("    next hop self ebgp;".into());
        }
        let import = import.map_or_else(|| "all".to_owned(), |name| format!("filter {name}"));
        lines.push(format!("    import {import};"));
        lines.push(format!("    export filter {export};"));
        lines.extend(["  };".to_owned(), "}".to_owned()]);
        let sign = if neighbor.gap.is_some() { "# " } else { "" };
        lines.iter().map(|line| format!("{sign}{line}\n")).collect::<String>() + "\n"
    }

    fn note_summaries(&mut self, neighbor: &Neighbor) {
        for summary in &neighbor.summaries {
            let (prefix, name) = (summary.prefix, &neighbor.device);
            if !summary.always {
                self.remark(format!("{name}: the summary {prefix} is announced even while no part of it is known"));
            }
            if !self.bgp.originates(prefix) && summary.elsewhere && self.bgp.readvertise {
                self.remark(format!("a route for the summary {prefix} that others announce is not passed on"));
            }
        }
    }
}

/// A static protocol whose routes never leave BGP's table.
fn held(name: &str, routes: &[String]) -> String {
    if routes.is_empty() {
        return String::new();
    }
    let lines: String = routes.iter().map(|route| format!("  {route}\n")).collect();
    format!("protocol static {name} {{\n  ipv4 {{\n    table bgp4;\n  }};\n{lines}}}\n\n")
}

fn announcement(own: &Announcement) -> String {
    let mut attributes: Vec<String> =
        own.path.asns().iter().rev().map(|asn| format!("bgp_path.prepend({asn});")).collect();
    attributes.extend(own.communities.iter().map(|one| format!("bgp_community.add({});", pair(*one))));
    match own.origin {
        Origin::Igp => {}
        Origin::Egp => attributes.push("bgp_origin = ORIGIN_EGP;".into()),
        Origin::Incomplete => attributes.push("bgp_origin = ORIGIN_INCOMPLETE;".into()),
    }
    if let Some(next_hop) = own.next_hop {
        attributes.push(format!("bgp_next_hop = {next_hop};"));
    }
    let prefix = own.prefix;
    if attributes.is_empty() {
        return format!("route {prefix} blackhole;");
    }
    format!("route {prefix} blackhole {{ {} }};", attributes.join(" "))
}

/// `(65001, 7)`.
fn pair(community: Community) -> String {
    format!("({}, {})", community.0, community.1)
}

/// A description in characters that every terminal has.
fn description(name: &str) -> String {
    let kept = |character: char| character.is_ascii_graphic() && !matches!(character, '"' | '\\');
    name.chars().map(|character| if kept(character) { character } else { '_' }).collect()
}
