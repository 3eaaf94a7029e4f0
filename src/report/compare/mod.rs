//! A static design beside a dynamic one: who decides what, what becomes of each user-defined route, what each costs to keep.
//!
//! What is told was decided in `analysis`; which design is better is for the reader.

mod upkeep;

use super::cover::covers;
use super::fates::{Holders, by};
use super::view::{Block, Cell, Grid, Tone, View, json};
use crate::analysis::Estate;
use crate::analysis::designs::{AgreedRange, Agreement, Designs, Reason, RouteVerdict, Upkeep, Verdict};
use crate::analysis::heard::{Heard, Listener};
use crate::words::{few, few_names, plural};
use ipnet::Ipv4Net;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};
use upkeep::{UpkeepPair, UpkeepView};

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
    heard: Vec<HeardView>,
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
    because: Vec<Reason>,
    subnets: Vec<String>,
}

/// Prefixes that the same sites or NVAs hear of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HeardView {
    by: Vec<String>,
    agreement: Agreement,
    prefixes: Vec<Ipv4Net>,
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
            heard: heard(&designs.heard),
            upkeep: UpkeepPair {
                fixed: UpkeepView::new(fixed, fixed_upkeep),
                dynamic: UpkeepView::new(dynamic, dynamic_upkeep),
            },
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
            (self.count(Agreement::OnlyStatic), "static only"),
            (self.count(Agreement::OnlyDynamic), "dynamic only"),
            (self.count(Agreement::Conflict), "in conflict"),
        ]);
        let verdicts = [
            (Verdict::Redundant, "redundant"),
            (Verdict::InBoth, "in both"),
            (Verdict::Overrides, "overriding"),
            (Verdict::Differs, "differing"),
            (Verdict::NotAnnounced, "not announced"),
            (Verdict::NotTaken, "not taken"),
            (Verdict::Exception, "kept as exception"),
            (Verdict::Irreducible, "irreducible"),
            (Verdict::NotCompared, "not compared"),
            (Verdict::Idle, "idle"),
        ];
        let verdicts =
            verdicts.map(|(verdict, word)| (self.routes.iter().filter(|route| route.verdict == verdict).count(), word));
        let mut parts = vec![plural(subnets, "subnet", "subnets")];
        parts.extend(Some(ranges).filter(|text| !text.is_empty()).map(|text| format!("ranges: {text}")));
        parts.extend(
            Some(counted(verdicts.to_vec())).filter(|text| !text.is_empty()).map(|text| format!("routes: {text}")),
        );
        let heard = |agreement: Agreement| -> usize {
            let views = self.heard.iter().filter(|view| view.agreement == agreement);
            views.map(|view| view.by.len() * view.prefixes.len()).sum()
        };
        let heard = counted(vec![
            (heard(Agreement::Same), "the same"),
            (heard(Agreement::OnlyStatic), "static only"),
            (heard(Agreement::OnlyDynamic), "dynamic only"),
        ]);
        parts.extend(Some(heard).filter(|text| !text.is_empty()).map(|text| format!("heard: {text}")));
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
            blocks.push(Block::Grid(Grid {
                columns: vec!["Agreement", "To", "Static", "Dynamic"],
                rows: rows.collect(),
            }));
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
                Verdict::InBoth => "the dynamic design has a user-defined route for it, too".to_owned(),
                Verdict::Overrides => "BGP has other next hops for it".to_owned(),
                Verdict::Differs => "a user-defined route of the dynamic design does otherwise".to_owned(),
                Verdict::NotAnnounced => "no NVA announces it to the route server".to_owned(),
                Verdict::Exception => {
                    "without it, beside the routes that stay, packets would fare otherwise".to_owned()
                }
                Verdict::NotCompared => "no subnet of its table is in the dynamic design".to_owned(),
                Verdict::Idle => "it decides nothing".to_owned(),
                Verdict::NotTaken | Verdict::Irreducible => few(route.because.iter().map(|why| reason(*why))),
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
        let columns = vec!["Verdict", "Table", "Route", "Prefix", "Why", "Decides in"];
        blocks.push(Block::Grid(Grid { columns, rows: rows.collect() }));
        blocks
    }

    fn heard(&self) -> Vec<Block> {
        if self.heard.is_empty() {
            return Vec::new();
        }
        let title = "Who hears of what";
        let mut blocks = vec![Block::Heading(1, title.into(), "by BGP, sites and NVAs".into())];
        let rows = self.heard.iter().map(|heard| {
            let (word, tone) = agreement(heard.agreement);
            let ranges = || heard.prefixes.iter();
            let prefixes =
                if self.all { ranges().map(Ipv4Net::to_string).collect::<Vec<_>>().join(", ") } else { few(ranges()) };
            let by = if self.all { heard.by.join(", ") } else { few(&heard.by) };
            vec![Cell::toned(word, tone), Cell::plain(by), Cell::toned(prefixes, Tone::Accent)]
        });
        blocks.push(Block::Grid(Grid { columns: vec!["Agreement", "By", "Of"], rows: rows.collect() }));
        blocks
    }
}

impl View for Comparison {
    fn headings(&self) -> &'static [&'static str] {
        &["Part", "Subnets"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let sides = [format!("static: {}", self.fixed), format!("dynamic: {}", self.dynamic)];
        let mut blocks: Vec<Block> = sides.into_iter().map(|side| Block::Line(Cell::plain(side))).collect();
        let missing = [(&self.only_static_subnets, "static"), (&self.only_dynamic_subnets, "dynamic")];
        for (names, side) in missing.into_iter().filter(|(names, _)| !names.is_empty()) {
            let text = format!("only in the {side} design, and not compared: {}", few_names(names));
            blocks.push(Block::Line(Cell::toned(text, Tone::Warn)));
        }
        blocks.extend(self.decisions());
        blocks.extend(self.routes());
        blocks.extend(self.heard());
        blocks.extend(self.upkeep.blocks());
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
        because: verdict.reasons.iter().copied().collect(),
        subnets: verdict.subnets.clone(),
    }
}

/// What is heard in one design only, and in both, by those who hear the same.
fn heard((fixed, dynamic): &(Heard, Heard)) -> Vec<HeardView> {
    let mut views: Vec<HeardView> = Vec::new();
    let listeners: BTreeSet<&Listener> = fixed.keys().chain(dynamic.keys()).collect();
    let none = BTreeSet::new();
    for listener in listeners {
        let (one, two) = (fixed.get(listener).unwrap_or(&none), dynamic.get(listener).unwrap_or(&none));
        let parts: [(Agreement, Vec<Ipv4Net>); 3] = [
            (Agreement::OnlyStatic, one.difference(two).copied().collect()),
            (Agreement::OnlyDynamic, two.difference(one).copied().collect()),
            (Agreement::Same, one.intersection(two).copied().collect()),
        ];
        for (agreement, prefixes) in parts.into_iter().filter(|(_, prefixes)| !prefixes.is_empty()) {
            match views.iter_mut().find(|view| view.agreement == agreement && view.prefixes == prefixes) {
                Some(view) => view.by.push(listener.name.clone()),
                None => views.push(HeardView { by: vec![listener.name.clone()], agreement, prefixes }),
            }
        }
    }
    views
}

fn agreement(agreement: Agreement) -> (&'static str, Tone) {
    match agreement {
        Agreement::Same => ("same", Tone::Good),
        Agreement::OnlyStatic => ("static only", Tone::Warn),
        Agreement::OnlyDynamic => ("dynamic only", Tone::Warn),
        Agreement::Conflict => ("conflict", Tone::Bad),
        Agreement::System => ("system", Tone::Dim),
    }
}

fn verdict(verdict: Verdict) -> (&'static str, Tone) {
    match verdict {
        Verdict::Redundant => ("redundant", Tone::Good),
        Verdict::InBoth => ("in both", Tone::Plain),
        Verdict::Overrides => ("overrides BGP", Tone::Bad),
        Verdict::Differs => ("differs", Tone::Bad),
        Verdict::NotAnnounced => ("not announced", Tone::Warn),
        Verdict::NotTaken => ("not taken", Tone::Warn),
        Verdict::Irreducible => ("irreducible", Tone::Warn),
        Verdict::Exception => ("exception", Tone::Warn),
        Verdict::NotCompared => ("not compared", Tone::Dim),
        Verdict::Idle => ("idle", Tone::Dim),
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::OwnVnet => "inside its own VNet a route server's routes are refused",
        Reason::PeeredVnet => "for a peered VNet a route server's routes are refused",
        Reason::PrivateEndpoint => "a private endpoint has a route of its own",
        Reason::GatewaySubnet => "from its gateways to a peered VNet the peering decides",
        Reason::NextHop => "its next hop is no NVA",
        Reason::ServiceTag => "nobody announces a service tag",
        Reason::PropagationOff => "propagation is off: the subnet takes nothing of route servers",
        Reason::NoRouteServer => "the VNet uses no route server: its peering does not ask for one",
    }
}
