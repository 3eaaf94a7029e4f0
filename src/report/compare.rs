//! A static design beside a dynamic one: who decides what, what becomes of each user-defined route, what each costs to keep.
//!
//! What is told was decided in `analysis`; which design is better is for the reader.

use super::cover::covers;
use super::fates::{Holders, by};
use super::view::{Block, Cell, Grid, Tone, View, json};
use crate::analysis::Estate;
use crate::analysis::designs::{AgreedRange, Agreement, Designs, Failure, RouteVerdict, Unreachable, Upkeep, Verdict};
use crate::azure::facts::Fact;
use crate::words::{few, few_names, plural};
use ipnet::Ipv4Net;
use serde::Serialize;
use std::io::{self, Write};

/// The outcome of a comparison.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    format_version: &'static str,
    #[serde(rename = "static")]
    fixed: String,
    dynamic: String,
    subnets: Vec<SubnetView>,
    routes: Vec<RouteView>,
    upkeep: UpkeepPair,
    only_static_subnets: Vec<String>,
    only_dynamic_subnets: Vec<String>,
    #[serde(skip)]
    all: bool,
}

/// Subnets that compare alike.
#[derive(Debug, Serialize)]
struct SubnetView {
    subnets: Vec<String>,
    ranges: Vec<RangeView>,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct RangeView {
    agreement: Agreement,
    prefixes: Vec<Ipv4Net>,
    #[serde(rename = "static")]
    fixed: DecisionView,
    dynamic: DecisionView,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct DecisionView {
    text: String,
    by: String,
    next_hop_type: &'static str,
    next_hops: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RouteView {
    table: String,
    route: String,
    prefix: String,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<Unreachable>,
    subnets: Vec<String>,
}

#[derive(Debug, Serialize)]
struct UpkeepPair {
    #[serde(rename = "static")]
    fixed: UpkeepView,
    dynamic: UpkeepView,
}

/// What a design costs to keep, beside the limits of Azure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UpkeepView {
    route_tables: usize,
    routes: usize,
    subnets_with_table: usize,
    longest_table: Option<Most>,
    route_servers: usize,
    bgp_connections: usize,
    most_bgp_connections: Limited,
    nvas_with_bgp: usize,
    most_announced: Option<Most>,
    next_spoke: Option<SpokeView>,
    failures: Vec<FailureView>,
    failures_left_out: usize,
    hold_time_seconds: usize,
}

#[derive(Debug, Serialize)]
struct Most {
    name: String,
    count: usize,
    limit: usize,
}

#[derive(Debug, Serialize)]
struct Limited {
    count: usize,
    limit: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SpokeView {
    like: String,
    edits: usize,
    tables: Vec<String>,
    own_tables: Vec<String>,
    associations: usize,
    nvas: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureView {
    nva: String,
    lost: Vec<String>,
    uninspected: Vec<String>,
    rerouted: Vec<String>,
    behind_load_balancer: bool,
}

impl Comparison {
    /// Tells two designs by the names that they go by; `all` leaves nothing out of what people see.
    pub fn new(
        (fixed_name, fixed, fixed_upkeep): (String, &Estate, &Upkeep),
        (dynamic_name, dynamic, dynamic_upkeep): (String, &Estate, &Upkeep),
        designs: &Designs,
        all: bool,
    ) -> Self {
        let holders = [Holders::new(&fixed.topology), Holders::new(&dynamic.topology)];
        let decision = |id, holders: &Holders| {
            let decision = designs.decisions.decision(id);
            DecisionView {
                text: holders.fate(&decision.fate),
                by: by(&decision.by),
                next_hop_type: decision.next_hop_type.word(),
                next_hops: decision.fate.addresses().map(|address| address.to_string()).collect(),
            }
        };
        let range = |range: &AgreedRange| RangeView {
            agreement: range.agreement,
            prefixes: range.ranges.iter().flat_map(|range| range.prefixes()).collect(),
            fixed: decision(range.fixed, &holders[0]),
            dynamic: decision(range.dynamic, &holders[1]),
        };
        let mut subnets: Vec<SubnetView> = Vec::new();
        for subnet in &designs.subnets {
            let told = subnet.ranges.iter().filter(|range| range.agreement != Agreement::System);
            let ranges: Vec<RangeView> = told.map(range).collect();
            match subnets.iter_mut().find(|known| known.ranges == ranges) {
                Some(known) => known.subnets.push(subnet.name.clone()),
                None => subnets.push(SubnetView { subnets: vec![subnet.name.clone()], ranges }),
            }
        }
        Comparison {
            format_version: "1.0",
            fixed: fixed_name,
            dynamic: dynamic_name,
            subnets,
            routes: designs.routes.iter().map(route).collect(),
            upkeep: UpkeepPair { fixed: upkeep(fixed, fixed_upkeep), dynamic: upkeep(dynamic, dynamic_upkeep) },
            only_static_subnets: designs.unmatched.0.clone(),
            only_dynamic_subnets: designs.unmatched.1.clone(),
            all,
        }
    }

    fn count(&self, agreement: Agreement) -> usize {
        let of = |view: &SubnetView| {
            view.subnets.len() * view.ranges.iter().filter(|range| range.agreement == agreement).count()
        };
        self.subnets.iter().map(of).sum()
    }

    fn summary(&self) -> String {
        let subnets: usize = self.subnets.iter().map(|view| view.subnets.len()).sum();
        let counted = |counts: Vec<(usize, &str)>| {
            let some = counts.into_iter().filter(|(count, _)| *count > 0);
            some.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
        };
        let ranges = counted(vec![
            (self.count(Agreement::Same), "the same"),
            (self.count(Agreement::OnlyStatic), "by UDR only"),
            (self.count(Agreement::OnlyDynamic), "by BGP only"),
            (self.count(Agreement::Conflict), "in conflict"),
        ]);
        let verdicts = [
            (Verdict::Redundant, "redundant"),
            (Verdict::Overrides, "overriding"),
            (Verdict::NotAnnounced, "not announced"),
            (Verdict::NotTaken, "not taken"),
            (Verdict::Irreducible, "irreducible"),
            (Verdict::Idle, "idle"),
        ];
        let verdicts =
            verdicts.map(|(verdict, word)| (self.routes.iter().filter(|route| route.verdict == verdict).count(), word));
        let mut parts = vec![plural(subnets, "subnet", "subnets")];
        parts.extend(Some(ranges).filter(|text| !text.is_empty()).map(|text| format!("ranges: {text}")));
        parts.extend(
            Some(counted(verdicts.to_vec())).filter(|text| !text.is_empty()).map(|text| format!("routes: {text}")),
        );
        format!("Compare: {}", parts.join(" · "))
    }

    fn decisions(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading(1, "Who decides".into(), "system routes in both are left out".into())];
        for view in &self.subnets {
            let names = if self.all { view.subnets.join(", ") } else { few(&view.subnets) };
            if view.ranges.is_empty() {
                blocks.push(Block::Heading(2, names, "system routes decide everything in both".into()));
                continue;
            }
            blocks.push(Block::Heading(2, names, String::new()));
            let rows = view.ranges.iter().map(|range| {
                let (word, tone) = agreement(range.agreement);
                let pieces = covers(&range.prefixes);
                let prefixes = if self.all { pieces.join(", ") } else { few(pieces) };
                let side = |view: &DecisionView| Cell::plain(format!("{} [{}]", view.text, view.by));
                vec![
                    Cell::toned(word, tone),
                    Cell::toned(prefixes, Tone::Accent),
                    side(&range.fixed),
                    side(&range.dynamic),
                ]
            });
            blocks.push(Block::Grid(Grid { columns: vec!["", "To", "Static", "Dynamic"], rows: rows.collect() }));
        }
        blocks
    }

    fn routes(&self) -> Vec<Block> {
        if self.routes.is_empty() {
            return Vec::new();
        }
        let mut blocks =
            vec![Block::Heading(1, "User-defined routes".into(), "what the dynamic design makes of them".into())];
        let rows = self.routes.iter().map(|route| {
            let (word, tone) = verdict(route.verdict);
            let why = match route.verdict {
                Verdict::Redundant => "the dynamic design does the same without it".to_owned(),
                Verdict::Overrides => "BGP sends elsewhere".to_owned(),
                Verdict::NotAnnounced => "no NVA announces it to the route server".to_owned(),
                Verdict::Idle => "it decides nothing".to_owned(),
                Verdict::NotTaken => "propagation is off: the subnet takes nothing of route servers".to_owned(),
                Verdict::Irreducible => few(route.because.iter().map(|why| unreachable(*why))),
            };
            let subnets = if self.all { route.subnets.join(", ") } else { few(&route.subnets) };
            vec![
                Cell::toned(word, tone),
                Cell::plain(&route.table),
                Cell::plain(&route.route),
                Cell::toned(&route.prefix, Tone::Accent),
                Cell::plain(why),
                Cell::toned(subnets, Tone::Dim),
            ]
        });
        let columns = vec!["", "Table", "Route", "Prefix", "Why", "Decides in"];
        blocks.push(Block::Grid(Grid { columns, rows: rows.collect() }));
        blocks
    }

    fn costs(&self) -> Vec<Block> {
        let (one, two) = (&self.upkeep.fixed, &self.upkeep.dynamic);
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut row = |title: &str, tell: &dyn Fn(&UpkeepView) -> String| {
            let (left, right) = (tell(one), tell(two));
            if !(left == "0" && right == "0") && !(left == "–" && right == "–") {
                rows.push(vec![Cell::toned(title, Tone::Dim), Cell::plain(left), Cell::plain(right)]);
            }
        };
        let most = |most: &Option<Most>| match most {
            Some(most) => format!("{} of {} ({})", most.count, most.limit, most.name),
            None => "–".to_owned(),
        };
        row("Route tables", &|view| view.route_tables.to_string());
        row("Routes in them", &|view| view.routes.to_string());
        row("Longest table", &|view| most(&view.longest_table));
        row("Subnets with a table", &|view| view.subnets_with_table.to_string());
        row("Route servers", &|view| view.route_servers.to_string());
        row("BGP connections", &|view| view.bgp_connections.to_string());
        row("Most at one route server", &|view| match view.most_bgp_connections.count {
            0 => "–".into(),
            count => format!("{count} of {}", view.most_bgp_connections.limit),
        });
        row("Most routes of an NVA", &|view| most(&view.most_announced));
        row("Edits for another spoke", &|view| view.next_spoke.as_ref().map_or("–".into(), spoke));
        for name in self.failed_nvas() {
            let title = format!("When {name} fails");
            let of = |view: &UpkeepView| {
                view.failures.iter().find(|failure| failure.nva == name).map(|failure| loss(failure, view))
            };
            row(&title, &|view| of(view).unwrap_or_else(|| "–".into()));
        }
        let detail = match one.failures_left_out.max(two.failures_left_out) {
            0 => String::new(),
            more => format!("{more} more NVAs are not tried"),
        };
        vec![
            Block::Heading(1, "What it costs to keep".into(), detail),
            Block::Grid(Grid { columns: vec!["", "Static", "Dynamic"], rows }),
        ]
    }

    fn failed_nvas(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for failure in self.upkeep.fixed.failures.iter().chain(&self.upkeep.dynamic.failures) {
            if !names.contains(&failure.nva) {
                names.push(failure.nva.clone());
            }
        }
        names
    }
}

impl View for Comparison {
    fn headings(&self) -> &'static [&'static str] {
        &["Part", "Subnets"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let sides = format!("static: {} · dynamic: {}", self.fixed, self.dynamic);
        let mut blocks = vec![Block::Line(Cell::plain(sides))];
        let missing = [(&self.only_static_subnets, "static"), (&self.only_dynamic_subnets, "dynamic")];
        for (names, side) in missing.into_iter().filter(|(names, _)| !names.is_empty()) {
            let text = format!("only in the {side} design, and not compared: {}", few_names(names));
            blocks.push(Block::Line(Cell::toned(text, Tone::Warn)));
        }
        blocks.extend(self.decisions());
        blocks.extend(self.routes());
        blocks.extend(self.costs());
        blocks.push(Block::Summary(self.summary()));
        Box::new(blocks.into_iter())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json(self, out)
    }
}

fn route(verdict: &RouteVerdict) -> RouteView {
    RouteView {
        table: verdict.table.clone(),
        route: verdict.route.clone(),
        prefix: verdict.prefix.to_string(),
        verdict: verdict.verdict,
        because: verdict.unreachable.iter().copied().collect(),
        subnets: verdict.subnets.clone(),
    }
}

fn upkeep(estate: &Estate, upkeep: &Upkeep) -> UpkeepView {
    let facts = &estate.topology.facts;
    let most = |most: &Option<(String, usize)>, limit: Fact| {
        let some = most.clone().filter(|(_, count)| *count > 0);
        some.map(|(name, count)| Most { name, count, limit: facts.number(limit) })
    };
    let failure = |failure: &Failure| FailureView {
        nva: failure.nva.clone(),
        lost: failure.lost.clone(),
        uninspected: failure.uninspected.clone(),
        rerouted: failure.rerouted.clone(),
        behind_load_balancer: failure.balanced,
    };
    UpkeepView {
        route_tables: upkeep.tables,
        routes: upkeep.routes,
        subnets_with_table: upkeep.subnets,
        longest_table: most(&upkeep.longest_table, Fact::RoutesPerTable),
        route_servers: upkeep.route_servers,
        bgp_connections: upkeep.connections,
        most_bgp_connections: Limited {
            count: upkeep.most_connections,
            limit: facts.number(Fact::PeersPerRouteServer),
        },
        nvas_with_bgp: upkeep.speakers,
        most_announced: most(&upkeep.most_announced, Fact::RoutesPerPeer),
        next_spoke: upkeep.next_spoke.as_ref().map(|edits| SpokeView {
            like: edits.like.clone(),
            edits: edits.count(),
            tables: edits.tables.clone(),
            own_tables: edits.own_tables.clone(),
            associations: edits.associations,
            nvas: edits.nvas.clone(),
        }),
        failures: upkeep.failures.iter().map(failure).collect(),
        failures_left_out: upkeep.failures_left_out,
        hold_time_seconds: facts.number(Fact::HoldTime),
    }
}

fn agreement(agreement: Agreement) -> (&'static str, Tone) {
    match agreement {
        Agreement::Same => ("same", Tone::Good),
        Agreement::OnlyStatic => ("UDR only", Tone::Warn),
        Agreement::OnlyDynamic => ("BGP only", Tone::Warn),
        Agreement::Conflict => ("conflict", Tone::Bad),
        Agreement::System => ("system", Tone::Dim),
    }
}

fn verdict(verdict: Verdict) -> (&'static str, Tone) {
    match verdict {
        Verdict::Redundant => ("redundant", Tone::Good),
        Verdict::Overrides => ("overrides BGP", Tone::Bad),
        Verdict::NotAnnounced => ("not announced", Tone::Warn),
        Verdict::NotTaken => ("not taken", Tone::Warn),
        Verdict::Irreducible => ("irreducible", Tone::Warn),
        Verdict::Idle => ("idle", Tone::Dim),
    }
}

fn unreachable(why: Unreachable) -> &'static str {
    match why {
        Unreachable::OwnVnet => "inside its own VNet a route server's routes are refused",
        Unreachable::PeeredVnet => "for a peered VNet a route server's routes are refused",
        Unreachable::PrivateEndpoint => "a private endpoint has a route of its own",
        Unreachable::GatewaySubnet => "GatewaySubnet follows its gateways and peerings",
        Unreachable::NextHop => "its next hop is no NVA",
        Unreachable::ServiceTag => "nobody announces a service tag",
    }
}

/// `4: a route in udr-gw and udr-fw, 1 new table, 2 subnets to join (as spoke1)`.
fn spoke(edits: &SpokeView) -> String {
    if edits.edits == 0 {
        return format!("none (as {})", edits.like);
    }
    let mut parts = Vec::new();
    parts.extend((!edits.tables.is_empty()).then(|| format!("a route in {}", few(&edits.tables))));
    parts.extend(
        (!edits.own_tables.is_empty()).then(|| plural(edits.own_tables.len(), "table of its own", "tables of its own")),
    );
    parts.extend(
        (edits.associations > 0)
            .then(|| format!("{} to give a table", plural(edits.associations, "subnet", "subnets"))),
    );
    parts.extend((!edits.nvas.is_empty()).then(|| format!("an announcement by {}", few(&edits.nvas))));
    format!("{}: {} (as {})", edits.edits, parts.join(", "), edits.like)
}

fn loss(failure: &FailureView, view: &UpkeepView) -> String {
    let told = [
        (&failure.lost, "loses traffic", "lose traffic"),
        (&failure.uninspected, "goes uninspected", "go uninspected"),
        (&failure.rerouted, "goes another way", "go another way"),
    ];
    let some = told.iter().filter(|(names, ..)| !names.is_empty());
    let words = some.map(|(names, one, many)| {
        let verb = if names.len() == 1 { one } else { many };
        format!("{} {verb}", plural(names.len(), "subnet", "subnets"))
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        return "no subnet notices".into();
    }
    // How long it takes until this is how things are.
    let after = match (failure.behind_load_balancer, view.bgp_connections > 0) {
        (true, _) => " once the load balancer's probe fails".to_owned(),
        (false, true) => format!(" within {} s (hold time)", view.hold_time_seconds),
        (false, false) if failure.lost.is_empty() => String::new(),
        (false, false) => " until somebody edits the routes".to_owned(),
    };
    format!("{}{after}", words.join(", "))
}
