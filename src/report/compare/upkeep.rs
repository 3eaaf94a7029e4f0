//! What each of two designs costs to keep, side by side: counts beside Azure's limits, the next spoke, the loss of an NVA.

use crate::analysis::Estate;
use crate::analysis::designs::{Failure, Noticed, Upkeep};
use crate::azure::facts::Fact;
use crate::report::view::{Block, Cell, Grid, Tone};
use crate::words::{few, plural};
use ipnet::Ipv4Net;
use serde::Serialize;

/// Both designs.
#[derive(Debug, Serialize)]
pub(super) struct UpkeepPair {
    #[serde(rename = "static")]
    pub(super) fixed: UpkeepView,
    pub(super) dynamic: UpkeepView,
}

/// What a design costs to keep, beside the limits of Azure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpkeepView {
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
    stuck: Vec<String>,
    lost: Vec<String>,
    uninspected: Vec<String>,
    rerouted: Vec<String>,
    unheard: Vec<Ipv4Net>,
    noticed: Vec<Noticed>,
}

impl UpkeepView {
    pub(super) fn new(estate: &Estate, upkeep: &Upkeep) -> Self {
        let facts = &estate.topology.facts;
        let most = |most: &Option<(String, usize)>, limit: Fact| {
            let some = most.clone().filter(|(_, count)| *count > 0);
            some.map(|(name, count)| Most { name, count, limit: facts.number(limit) })
        };
        let failure = |failure: &Failure| FailureView {
            nva: failure.nva.clone(),
            stuck: failure.stuck.clone(),
            lost: failure.lost.clone(),
            uninspected: failure.uninspected.clone(),
            rerouted: failure.rerouted.clone(),
            unheard: failure.unheard.iter().copied().collect(),
            noticed: failure.noticed.iter().copied().collect(),
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

    fn failure(&self, nva: &str) -> Option<String> {
        self.failures.iter().find(|failure| failure.nva == nva).map(|failure| loss(failure, self.hold_time_seconds))
    }
}

impl UpkeepPair {
    /// A row for everything that at least one of them has.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let (one, two) = (&self.fixed, &self.dynamic);
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut row = |title: &str, tell: &dyn Fn(&UpkeepView) -> String| {
            let (left, right) = (tell(one), tell(two));
            let says_nothing = |text: &str| matches!(text, "0" | "–");
            if left != right || !says_nothing(&left) {
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
        row("NVAs with BGP", &|view| view.nvas_with_bgp.to_string());
        row("Most routes of an NVA", &|view| most(&view.most_announced));
        row("Edits for another spoke", &|view| view.next_spoke.as_ref().map_or("–".into(), spoke));
        for name in self.failed_nvas() {
            row(&format!("When {name} fails"), &|view| view.failure(&name).unwrap_or_else(|| "–".into()));
        }
        let untried = one.failures_left_out.max(two.failures_left_out);
        let mut details = Vec::new();
        details.extend(
            (!self.failed_nvas().is_empty()).then(|| "until a failure is noticed, what goes to it is lost".to_owned()),
        );
        details.extend((untried > 0).then(|| format!("{} not tried", plural(untried, "more NVA is", "more NVAs are"))));
        let detail = details.join("; ");
        vec![
            Block::Heading(1, "What it costs to keep".into(), detail),
            Block::Grid(Grid { columns: vec!["", "Static", "Dynamic"], rows }),
        ]
    }

    fn failed_nvas(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for failure in self.fixed.failures.iter().chain(&self.dynamic.failures) {
            if !names.contains(&failure.nva) {
                names.push(failure.nva.clone());
            }
        }
        names
    }
}

/// `4: a route in udr-gw and udr-fw, a table of its own, 1 subnet to give a table (as spoke1)`.
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

/// `3 subnets lose traffic until somebody edits the routes`, `within 180 s (hold time) 5 subnets go another way`.
fn loss(failure: &FailureView, hold_time: usize) -> String {
    let subnets = |names: &[String], one: &str, many: &str| {
        let verb = if names.len() == 1 { one } else { many };
        (!names.is_empty()).then(|| format!("{} {verb}", plural(names.len(), "subnet", "subnets")))
    };
    let stuck = subnets(
        &failure.stuck,
        "loses traffic until somebody edits the routes",
        "lose traffic until somebody edits the routes",
    );
    let later = [
        subnets(&failure.rerouted, "goes another way", "go another way"),
        subnets(&failure.lost, "loses traffic until it is back", "lose traffic until it is back"),
        subnets(&failure.uninspected, "goes uninspected", "go uninspected"),
        (!failure.unheard.is_empty())
            .then(|| format!("sites no longer hear of {}", plural(failure.unheard.len(), "prefix", "prefixes"))),
    ];
    let later: Vec<String> = later.into_iter().flatten().collect();
    let noticed: Vec<String> = failure
        .noticed
        .iter()
        .map(|noticed| match noticed {
            Noticed::HoldTime => format!("within {hold_time} s (hold time)"),
            Noticed::Probe => "once the load balancer's probe fails".to_owned(),
        })
        .collect();
    let later = (!later.is_empty()).then(|| format!("{} {}", noticed.join(" or "), later.join(", ")));
    let parts: Vec<String> = [stuck, later].into_iter().flatten().collect();
    if parts.is_empty() { "no subnet notices".into() } else { parts.join("; ") }
}
