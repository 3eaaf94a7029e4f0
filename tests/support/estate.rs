//! Large estates as text: hubs with a route server, two NVAs, a VPN gateway and a branch each, and spokes around them.
//!
//! Uses nothing of rsctl, so that benchmarks can include it by path.

use std::fmt::{self, Write as _};

/// How large an estate is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Hubs, at most 100; every pair of them is peered, and their NVAs speak to each other.
    pub(crate) hubs: usize,
    /// Spokes of each hub, at most 250.
    pub(crate) spokes: usize,
    /// Prefixes that each route server learns, from both of its NVAs; at most 16,000.
    pub(crate) routes: usize,
    /// Different AS paths among the prefixes of one hub: prefixes of one path are routed alike.
    pub(crate) paths: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.hubs, self.spokes)
    }
}

impl Size {
    /// The file.
    pub(crate) fn yaml(self) -> String {
        let mut out = String::from("rsctl: 1\n");
        self.write(&mut out).expect("a string takes everything");
        out
    }

    fn write(self, out: &mut String) -> fmt::Result {
        out.push_str("vnets:\n");
        for hub in 1..=self.hubs {
            hub_vnet(hub, out)?;
            for spoke in 1..=self.spokes {
                writeln!(out, "  spoke{hub}-{spoke}:")?;
                writeln!(out, "    address_space: 10.{hub}.{spoke}.0/24")?;
                let app = format!("{{ prefix: 10.{hub}.{spoke}.0/25, route_table: to-fw{hub} }}");
                writeln!(out, "    subnets: {{ app: {app}, db: 10.{hub}.{spoke}.128/25 }}")?;
            }
        }
        out.push_str("peerings:\n");
        for hub in 1..=self.hubs {
            for spoke in 1..=self.spokes {
                writeln!(out, "  - {{ hub: hub{hub}, spoke: spoke{hub}-{spoke} }}")?;
            }
            for other in hub + 1..=self.hubs {
                writeln!(out, "  - {{ between: [hub{hub}, hub{other}], allow_forwarded_traffic: true }}")?;
            }
        }
        out.push_str("nvas:\n");
        for hub in 1..=self.hubs {
            self.nva(hub, "a", 4, out)?;
            self.nva(hub, "b", 5, out)?;
        }
        out.push_str("sessions:\n");
        for hub in 1..=self.hubs {
            for other in hub + 1..=self.hubs {
                writeln!(out, "  - {{ between: [fw{hub}a, fw{other}a] }}")?;
                writeln!(out, "  - {{ between: [fw{hub}b, fw{other}b] }}")?;
            }
        }
        out.push_str("sites:\n");
        for hub in 1..=self.hubs {
            let prefixes = (0..5).map(|index| format!("172.16.{}.0/24", hub * 5 + index % 5)).collect::<Vec<_>>();
            let (asn, prefixes) = (64600 + hub, prefixes.join(", "));
            writeln!(out, "  branch{hub}: {{ asn: {asn}, prefixes: [{prefixes}], vpn: {{ gateway: hub{hub} }} }}")?;
        }
        out.push_str("route_tables:\n");
        for hub in 1..=self.hubs {
            let routes = format!("{{ default: {{ prefix: 0.0.0.0/0, next_hop: 10.{hub}.0.132 }} }}");
            writeln!(out, "  to-fw{hub}: {{ routes: {routes} }}")?;
        }
        out.push_str("route_maps:\n  own-side:\n    - { match: { as_path_contains: 65515 }, then: { drop: true } }\n");
        Ok(())
    }

    /// An NVA announces its hub with all spokes and a share of the prefixes, and passes on what other hubs announce.
    fn nva(self, hub: usize, letter: &str, last: usize, out: &mut String) -> fmt::Result {
        let asn = 65000 + hub * 2 + last - 4;
        writeln!(out, "  fw{hub}{letter}:")?;
        writeln!(out, "    subnet: hub{hub}/nva\n    ip: 10.{hub}.0.{}\n    asn: {asn}", 128 + last)?;
        writeln!(out, "    export: {{ \"*\": own-side }}\n    advertises:\n      - 10.{hub}.0.0/16")?;
        let share = self.routes / self.hubs;
        for index in 1..share {
            let place = (hub - 1) * share + index;
            let prefix = format!("100.{}.{}.0/24", 64 + place / 256, place % 256);
            writeln!(out, "      - {{ prefix: {prefix}, as_path: [{asn}, {}] }}", 100_000 + index % self.paths)?;
        }
        Ok(())
    }
}

fn hub_vnet(hub: usize, out: &mut String) -> fmt::Result {
    writeln!(out, "  hub{hub}:\n    address_space: 10.{hub}.0.0/24\n    subnets:")?;
    writeln!(out, "      RouteServerSubnet: 10.{hub}.0.0/26\n      GatewaySubnet: 10.{hub}.0.64/26")?;
    writeln!(out, "      nva: 10.{hub}.0.128/26")?;
    writeln!(out, "    route_server: {{ branch_to_branch: true, peers: [fw{hub}a, fw{hub}b] }}")?;
    writeln!(out, "    vpn_gateway: {{ active_active: true }}")
}
