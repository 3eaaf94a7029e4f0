//! The draft as a topology file: the order of the format, what is usual left out, a comment wherever something is open.

use super::draft::{
    Announcement, Circuit, Connection, Draft, Exception, Gateway, Nva, RouteServer, RouteTable, Site, Subnet, Vnet,
};
use super::remark::{Remark, RemarkKind};
use super::spelling::{address, range};
use crate::syntax::scalar;
use ipnet::IpNet;
use std::fmt::{Display, Write as _};
use std::net::Ipv4Addr;

/// Longer lists stand one element a line.
const LONGEST_LIST: usize = 90;
/// Comments are wrapped here.
const WIDTH: usize = 110;

/// What the top of the file says, apart from the topology.
#[derive(Debug, Default)]
pub(super) struct Heading {
    /// The documents, as they were named.
    pub(super) sources: Vec<String>,
    /// Blanks are written out; otherwise the topology that is refreshed tells them.
    pub(super) is_fresh: bool,
}

/// The file.
pub(super) fn write(draft: &Draft, heading: &Heading) -> String {
    let mut file = File { text: String::new(), remarks: &draft.remarks, is_fresh: heading.is_fresh };
    file.heading(heading);
    file.text.push_str("rsctl: 1\n");
    file.vnets(&draft.vnets);
    file.peerings(draft);
    file.nvas(&draft.nvas);
    file.load_balancers(draft);
    file.sites(&draft.sites);
    file.connections(&draft.connections);
    file.circuits(&draft.circuits);
    file.route_tables(&draft.route_tables);
    file.text
}

/// A list in brackets.
fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    format!("[{}]", items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", "))
}

fn names<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    list(names.into_iter().map(|name| scalar(name)))
}

fn ranges<'r>(all: impl IntoIterator<Item = &'r IpNet>) -> String {
    list(all.into_iter().map(|one| range(*one)))
}

struct File<'d> {
    text: String,
    /// By entry.
    remarks: &'d [Remark],
    is_fresh: bool,
}

impl File<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "");
    }

    fn comment(&mut self, indent: usize, text: &str) {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && indent + 2 + line.len() + 1 + word.len() > WIDTH {
                self.line(indent, &format!("# {line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&crate::words::printable(word));
        }
        self.line(indent, &format!("# {line}"));
    }

    /// The remarks on an entry, above it.
    fn remarks(&mut self, indent: usize, entry: &str) {
        let remarks = self.remarks;
        let from = remarks.partition_point(|remark| remark.entry.as_str() < entry);
        for remark in remarks[from..].iter().take_while(|remark| remark.entry == entry) {
            // On one line, so that it can be found and taken away again.
            self.line(indent, &format!("# {}", remark.mark()));
        }
    }

    fn heading(&mut self, heading: &Heading) {
        self.comment(0, "Written by `rsctl import`. BLANK marks what no document tells, GUESS what was supposed.");
        for source in &heading.sources {
            self.line(0, &format!("# source: {}", crate::words::printable(source)));
        }
        let remarks = self.remarks;
        for remark in remarks.iter().filter(|remark| remark.entry.is_empty() && remark.kind != RemarkKind::Skipped) {
            self.line(0, &format!("# {}", remark.mark()));
        }
        for remark in remarks.iter().filter(|remark| remark.kind == RemarkKind::Skipped) {
            self.comment(0, &format!("skipped: {}", remark.text));
        }
    }

    fn vnets(&mut self, vnets: &[Vnet]) {
        if !vnets.is_empty() {
            self.line(0, "vnets:");
        }
        for vnet in vnets {
            self.remarks(2, &format!("vnets.{}", vnet.name));
            self.line(2, &format!("{}:", scalar(&vnet.name)));
            if let Some(region) = &vnet.region {
                self.line(4, &format!("region: {}", scalar(region)));
            }
            self.line(4, &format!("address_space: {}", ranges(&vnet.address_space)));
            if !vnet.subnets.is_empty() {
                self.line(4, "subnets:");
            }
            vnet.subnets.iter().for_each(|subnet| self.subnet(subnet));
            match vnet.route_servers.as_slice() {
                [] => {}
                [one] => {
                    self.line(4, "route_server:");
                    route_server(one, vnet, self.is_fresh).iter().for_each(|line| self.line(6, line));
                }
                several => {
                    self.line(4, "route_server:");
                    for server in several {
                        for (number, line) in route_server(server, vnet, self.is_fresh).iter().enumerate() {
                            let mark = if number == 0 { "- " } else { "  " };
                            self.line(6, &format!("{mark}{line}"));
                        }
                    }
                }
            }
            for (key, gateway) in
                [("vpn_gateway", &vnet.vpn_gateway), ("express_route_gateway", &vnet.express_route_gateway)]
            {
                if let Some(gateway) = gateway {
                    self.line(4, &format!("{key}:"));
                    gateway_lines(gateway, key == "vpn_gateway").iter().for_each(|line| self.line(6, line));
                }
            }
            if !vnet.summarized.is_empty() {
                self.line(4, &format!("summarized_gateway_prefixes: {}", ranges(&vnet.summarized)));
            }
            if let Some(hub) = &vnet.virtual_wan_hub {
                self.line(4, &format!("virtual_wan_hub: {}", scalar(hub)));
            }
        }
    }

    fn subnet(&mut self, subnet: &Subnet) {
        let prefix = match subnet.prefixes.as_slice() {
            [one] => range(*one),
            several => ranges(several),
        };
        let mut parts = Vec::new();
        let mut say = |key: &str, value: Option<String>| parts.extend(value.map(|value| format!("{key}: {value}")));
        let word = |text: &Option<String>| text.as_ref().map(|text| scalar(text));
        say("route_table", word(&subnet.route_table));
        say("service_endpoints", (!subnet.service_endpoints.is_empty()).then(|| names(&subnet.service_endpoints)));
        let endpoints = subnet.private_endpoints.iter().map(|(name, at)| format!("{}: {}", scalar(name), address(*at)));
        let endpoints = endpoints.collect::<Vec<_>>().join(", ");
        say("private_endpoints", (!endpoints.is_empty()).then(|| format!("{{ {endpoints} }}")));
        say("private_endpoint_network_policies", word(&subnet.private_endpoint_policies));
        say("delegation", word(&subnet.delegation));
        say("network_security_group", word(&subnet.security_group));
        say("service_endpoint_policy", word(&subnet.service_endpoint_policy));
        let name = scalar(&subnet.name);
        if parts.is_empty() && subnet.prefixes.len() == 1 {
            return self.line(6, &format!("{name}: {prefix}"));
        }
        parts.insert(0, format!("prefix: {prefix}"));
        self.line(6, &format!("{name}: {{ {} }}", parts.join(", ")));
    }

    fn peerings(&mut self, draft: &Draft) {
        if !draft.peerings.is_empty() {
            self.line(0, "peerings:");
        }
        let mut before = None;
        for peering in &draft.peerings {
            let entry = format!("peerings.{}.{}", peering.between[0], peering.between[1]);
            if before.as_ref() != Some(&entry) {
                self.remarks(2, &entry);
            }
            self.line(2, &format!("- {}", peering.line));
            before = Some(entry);
        }
    }

    fn nvas(&mut self, nvas: &[Nva]) {
        if !nvas.is_empty() {
            self.line(0, "nvas:");
        }
        for nva in nvas {
            self.remarks(2, &format!("nvas.{}", nva.name));
            self.line(2, &format!("{}:", scalar(&nva.name)));
            self.line(4, &format!("subnet: {}", scalar(&nva.subnet)));
            self.line(4, &format!("ip: {}", nva.address));
            if !nva.interfaces.is_empty() {
                let one = |(subnet, ip): &(String, Ipv4Addr)| format!("{{ subnet: {}, ip: {ip} }}", scalar(subnet));
                self.line(4, &format!("interfaces: {}", list(nva.interfaces.iter().map(one))));
            }
            if let Some(asn) = nva.asn {
                self.line(4, &format!("asn: {asn}"));
                if nva.advertises.is_some() || self.is_fresh {
                    self.announcements(4, "advertises", nva.advertises.as_deref().unwrap_or_default());
                }
                if nva.advertises.is_some() && !nva.passes_on {
                    // What it was heard to announce holds what it passes on.
                    self.line(4, "readvertise: false");
                }
            }
            self.exports(&nva.exports);
            if !nva.forwards {
                self.line(4, "ip_forwarding: false");
            }
        }
    }

    /// What is announced differently to some neighbours. In a topology that is refreshed an empty policy says that none that is written
    /// there holds any more.
    fn exports(&mut self, exports: &[(String, Vec<Exception>)]) {
        let said: Vec<_> = exports.iter().filter(|(_, rules)| !(self.is_fresh && rules.is_empty())).collect();
        if !said.is_empty() {
            self.line(4, "export:");
        }
        for (neighbour, exceptions) in said {
            let empty = if exceptions.is_empty() { " []" } else { "" };
            self.line(6, &format!("{}:{empty}", scalar(neighbour)));
            exceptions.iter().for_each(|exception| self.line(8, &rule(exception)));
        }
    }

    /// A list of announcements, on one line where it fits.
    fn announcements(&mut self, indent: usize, key: &str, all: &[Announcement]) {
        let items: Vec<String> = all.iter().map(announcement).collect();
        let line = format!("{key}: {}", list(&items));
        if indent + line.len() <= LONGEST_LIST {
            return self.line(indent, &line);
        }
        self.line(indent, &format!("{key}:"));
        items.iter().for_each(|item| self.line(indent + 2, &format!("- {item}")));
    }

    fn load_balancers(&mut self, draft: &Draft) {
        if !draft.load_balancers.is_empty() {
            self.line(0, "load_balancers:");
        }
        for balancer in &draft.load_balancers {
            self.remarks(2, &format!("load_balancers.{}", balancer.name));
            let ports = if balancer.ha_ports { "" } else { ", ha_ports: false" };
            let (name, subnet) = (scalar(&balancer.name), scalar(&balancer.subnet));
            let backends = names(&balancer.backends);
            self.line(
                2,
                &format!("{name}: {{ subnet: {subnet}, ip: {}, backends: {backends}{ports} }}", balancer.address),
            );
        }
    }

    fn sites(&mut self, sites: &[Site]) {
        if !sites.is_empty() {
            self.line(0, "sites:");
        }
        for site in sites {
            self.remarks(2, &format!("sites.{}", site.name));
            self.line(2, &format!("{}:", scalar(&site.name)));
            if let Some(asn) = site.asn {
                self.line(4, &format!("asn: {asn}"));
            }
            if let Some(address) = site.address {
                self.line(4, &format!("ip: {address}"));
            }
            if site.prefixes.is_some() || self.is_fresh {
                self.announcements(4, "prefixes", site.prefixes.as_deref().unwrap_or_default());
            }
            if site.is_learned {
                self.line(4, "readvertise: false");
            }
            self.exports(&site.exports);
            let tunnels: Vec<String> = site
                .tunnels
                .iter()
                .map(|tunnel| {
                    let bgp = if tunnel.bgp || site.asn.is_none() { "" } else { ", bgp: false" };
                    let bgp = if site.asn.is_none() { ", bgp: false" } else { bgp };
                    let local = match tunnel.local_networks.as_slice() {
                        [] => String::new(),
                        some => format!(", local_networks: {}", ranges(some)),
                    };
                    format!("{{ gateway: {}{bgp}{local} }}", scalar(&tunnel.vnet))
                })
                .collect();
            match tunnels.as_slice() {
                [] => {}
                [one] => self.line(4, &format!("vpn: {one}")),
                several => {
                    self.line(4, "vpn:");
                    several.iter().for_each(|tunnel| self.line(6, &format!("- {tunnel}")));
                }
            }
        }
    }

    fn connections(&mut self, connections: &[Connection]) {
        if !connections.is_empty() {
            self.line(0, "connections:");
        }
        for connection in connections {
            let [one, other] = &connection.between;
            self.remarks(2, &format!("connections.{one}.{other}"));
            let mut parts =
                vec![format!("between: {}", names(&connection.between)), format!("bgp: {}", connection.bgp)];
            if connection.is_ipsec {
                parts.push("type: IPsec".into());
            }
            let entries =
                connection.local_networks.iter().map(|(name, all)| format!("{}: {}", scalar(name), ranges(all)));
            let entries: Vec<String> = entries.collect();
            if !entries.is_empty() {
                parts.push(format!("local_networks: {{ {} }}", entries.join(", ")));
            }
            let entries = connection.addresses.iter().map(|(name, at)| format!("{}: {}", scalar(name), address(*at)));
            let entries: Vec<String> = entries.collect();
            if !entries.is_empty() {
                parts.push(format!("addresses: {{ {} }}", entries.join(", ")));
            }
            self.line(2, &format!("- {{ {} }}", parts.join(", ")));
        }
    }

    fn circuits(&mut self, circuits: &[Circuit]) {
        if !circuits.is_empty() {
            self.line(0, "circuits:");
        }
        for circuit in circuits {
            self.remarks(2, &format!("circuits.{}", circuit.name));
            self.line(2, &format!("{}:", scalar(&circuit.name)));
            self.line(4, &format!("gateways: {}", names(&circuit.gateways)));
            self.line(4, &format!("sites: {}", names(&circuit.sites)));
            for (key, link) in ["primary", "secondary"].into_iter().zip(circuit.links) {
                if let Some(link) = link {
                    self.line(4, &format!("{key}_peer_address_prefix: {}", range(link)));
                }
            }
        }
    }

    fn route_tables(&mut self, tables: &[RouteTable]) {
        if !tables.is_empty() {
            self.line(0, "route_tables:");
        }
        for table in tables {
            self.remarks(2, &format!("route_tables.{}", table.name));
            let name = scalar(&table.name);
            if table.routes.is_empty() {
                self.line(2, &format!("{name}: {{ bgp_route_propagation: {} }}", table.propagation));
                continue;
            }
            self.line(2, &format!("{name}:"));
            if !table.propagation {
                self.line(4, "bgp_route_propagation: false");
            }
            self.line(4, "routes:");
            for (name, prefix, next_hop) in &table.routes {
                let prefix = prefix.parse().map_or_else(|_| scalar(prefix), range);
                let next_hop = next_hop.parse().map_or_else(|_| next_hop.clone(), address);
                self.line(6, &format!("{}: {{ prefix: {prefix}, next_hop: {next_hop} }}", scalar(name)));
            }
        }
    }
}

fn route_server(server: &RouteServer, vnet: &Vnet, is_fresh: bool) -> Vec<String> {
    let mut lines = vec![format!("name: {}", scalar(&server.name))];
    if server.branch_to_branch {
        lines.push("branch_to_branch: true".into());
    }
    if let Some(preference) = server.preference.as_ref().filter(|word| *word != "ExpressRoute") {
        lines.push(format!("hub_routing_preference: {preference}"));
    }
    if !server.addresses.is_empty() && server.addresses != usual_addresses(vnet) {
        lines.push(format!("instance_addresses: {}", list(&server.addresses)));
    }
    if let Some(units) = server.units.filter(|units| *units != 2) {
        lines.push(format!("routing_infrastructure_units: {units}"));
    }
    if !server.is_told && !is_fresh {
        return lines;
    }
    let peers = server.peers.iter().map(|peer| {
        let mut parts = vec![format!("nva: {}", scalar(&peer.nva))];
        if let Some(instance) = peer.instances {
            parts.push(format!("instances: [{instance}]"));
        }
        if peer.name != peer.nva {
            parts.push(format!("name: {}", scalar(&peer.name)));
        }
        if parts.len() == 1 { scalar(&peer.nva) } else { format!("{{ {} }}", parts.join(", ")) }
    });
    let peers: Vec<String> = peers.collect();
    let line = format!("peers: {}", list(&peers));
    if line.len() <= LONGEST_LIST {
        lines.push(line);
    } else {
        lines.push("peers:".into());
        lines.extend(peers.iter().map(|peer| format!("  - {peer}")));
    }
    lines
}

/// The fourth and the fifth address of RouteServerSubnet, which the format supposes when none are written.
fn usual_addresses(vnet: &Vnet) -> Vec<Ipv4Addr> {
    let subnet = vnet.subnets.iter().find(|subnet| subnet.name == "RouteServerSubnet");
    let range = subnet.and_then(|subnet| subnet.prefixes.first());
    let Some(IpNet::V4(range)) = range else { return Vec::new() };
    let first = u32::from(range.network());
    [4, 5].map(|offset| Ipv4Addr::from(first.saturating_add(offset))).to_vec()
}

fn gateway_lines(gateway: &Gateway, is_vpn: bool) -> Vec<String> {
    let mut lines = vec![format!("name: {}", scalar(&gateway.name))];
    if is_vpn {
        if let Some(asn) = gateway.asn.filter(|asn| *asn != 65515) {
            lines.push(format!("asn: {asn}"));
        }
        if gateway.active_active {
            lines.push("active_active: true".into());
        }
    }
    if !gateway.addresses.is_empty() {
        lines.push(format!("instance_addresses: {}", list(gateway.addresses.iter().map(|at| address(*at)))));
    }
    if is_vpn && !gateway.public.is_empty() {
        lines.push(format!("public_ips: {}", list(gateway.public.iter().map(|at| address(*at)))));
    }
    if is_vpn && !gateway.client_pool.is_empty() {
        lines.push(format!("vpn_client_address_pool: {}", ranges(&gateway.client_pool)));
    }
    if !gateway.edge_addresses.is_empty() {
        lines.push(format!("microsoft_edge_addresses: {}", list(&gateway.edge_addresses)));
    }
    lines
}

fn announcement(announcement: &Announcement) -> String {
    let mut parts = vec![format!("prefix: {}", announcement.prefix)];
    if !announcement.path.is_empty() {
        parts.push(format!("as_path: {}", list(&announcement.path)));
    }
    if let Some(next_hop) = announcement.next_hop {
        parts.push(format!("next_hop: {next_hop}"));
    }
    if parts.len() == 1 { announcement.prefix.to_string() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn rule(exception: &Exception) -> String {
    let then = match &exception.otherwise {
        None => "drop: true".to_owned(),
        Some((path, next_hop)) => {
            let path = path.as_ref().map(|path| format!("replace_as_path: {}", list(path)));
            let next_hop = next_hop.map(|next_hop| format!("next_hop: {next_hop}"));
            [path, next_hop].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    };
    format!("- {{ match: {{ prefix: {} }}, then: {{ {then} }} }}", list(&exception.prefixes))
}
