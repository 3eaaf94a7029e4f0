//! Reports of findings for the formats: one that has everything, one with nothing, and one of arbitrary text.

use super::hostile::HOSTILE;
use rsctl::diagnostic::{Label, Severity};
use rsctl::lint::{Edit, Fix, Ruleset};
use rsctl::report::lint::{FindingView, LintReport};
use rsctl::report::rules::{RuleView, SourceView};
use rsctl::source::{FileId, Sources, Span};

pub(crate) const ESTATE: &str = "\
rsctl: 1
extends: [base/spokes, 100%.rsctl.yaml]
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      RouteServerSubnet: 10.0.0.0/28
      nva: 10.0.1.0/24
    route_server: { peers: [fw1] }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [192.168.0.0/16] }
";

pub(crate) const SPOKES: &str = "\
rsctl: 1
vnets:
  spoke:
    address_space: [10.1.0.0/16]
    subnets:
      Zürich-app: { prefix: 10.1.0.0/24, route_table: to-fw }
route_tables:
  to-fw: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
";

pub(crate) fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add("estate.rsctl.yaml", "estate.rsctl.yaml", ESTATE.to_owned());
    sources.add("base/spokes, 100%.rsctl.yaml", "base/spokes, 100%.rsctl.yaml", SPOKES.to_owned());
    sources
}

/// The first place of a word in one of the two files.
pub(crate) fn at(file: u16, word: &str) -> Span {
    let text = if file == 0 { ESTATE } else { SPOKES };
    let start = text.find(word).expect("the samples name words of their files") as u32;
    Span { file: FileId(file), start, end: start + word.len() as u32 }
}

pub(crate) fn label(span: Span, text: &str) -> Label {
    Label { span, text: text.to_owned() }
}

/// A finding with what every finding has.
pub(crate) fn finding(code: &'static str, span: Span, object: &str, message: &str) -> FindingView {
    let rule = rules().into_iter().find(|rule| rule.code == code).expect("the samples have the rule");
    FindingView {
        topology: 0,
        code,
        name: rule.name,
        group: rule.group,
        severity: match rule.severity {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Note,
        },
        message: message.to_owned(),
        place: label(span, ""),
        object: object.to_owned(),
        labels: Vec::new(),
        effects: Vec::new(),
        notes: Vec::new(),
        path: Vec::new(),
        help: None,
        fix: None,
        fingerprint: format!("{:0>32}", code.to_lowercase()),
    }
}

/// A finding of every kind, the worst not first.
pub(crate) fn findings() -> Vec<FindingView> {
    let mut note =
        finding("RS0601", at(0, "address_space: [10.0.0.0/16]\n    subnets"), "vnets.hub", "`hub` has room for more");
    note.notes.push("nobody asked".to_owned());

    let mut error = finding(
        "RS0103",
        at(0, "10.0.0.0/28"),
        "vnets.hub.subnets.RouteServerSubnet",
        "`RouteServerSubnet` is a /28, smaller than Azure accepts",
    );
    error.place.text = "16 addresses".to_owned();
    error.notes.push("the documented minimum is a /26 (Route Server quickstart, 2025-09-17)".to_owned());
    error.help = Some("give it a /26: 10.0.0.64/26 is free in this VNet".to_owned());
    error.fix = Some(Fix {
        title: "write 10.0.0.64/26".to_owned(),
        edits: vec![Edit { span: at(0, "10.0.0.0/28"), text: "10.0.0.64/26".to_owned() }],
    });

    let mut loss = finding(
        "RS0402",
        at(1, "next_hop: 10.0.1.4"),
        "route_tables.to-fw.routes.default",
        "the default route leads to an NVA that `Zürich-app` cannot reach",
    );
    loss.labels = vec![label(at(0, "10.0.1.4"), "the NVA"), label(at(1, "Zürich-app"), "")];
    loss.effects = vec!["spoke/Zürich-app".to_owned(), "0.0.0.0/0 of every subnet with `to-fw`".to_owned()];
    loss.path = vec![
        label(at(0, "192.168.0.0/16"), "`fw1` announces 192.168.0.0/16"),
        label(at(0, "peers: [fw1]"), "the route server learns it"),
        label(at(1, "Zürich-app"), "no peering carries it on"),
    ];
    loss.help = Some("peer `spoke` with `hub`".to_owned());
    loss.fix = Some(Fix {
        title: "peer them".to_owned(),
        edits: vec![
            Edit { span: at(1, "to-fw }"), text: "to-fw2 }".to_owned() },
            Edit { span: at(1, "Zürich"), text: "Zurich".to_owned() },
        ],
    });

    let mut hostile = finding("RS0402", at(1, "Zürich-app"), &format!("vnets.{HOSTILE}"), HOSTILE);
    hostile.place.text = HOSTILE.to_owned();
    hostile.labels = vec![label(at(1, "to-fw"), HOSTILE)];
    hostile.effects = vec![HOSTILE.to_owned()];
    hostile.path = vec![label(at(1, "to-fw"), HOSTILE)];
    hostile.help = Some(HOSTILE.to_owned());
    hostile.fix = Some(Fix {
        title: HOSTILE.to_owned(),
        edits: vec![
            Edit { span: at(0, "nva"), text: HOSTILE.to_owned() },
            Edit { span: at(1, "to-fw"), text: String::new() },
        ],
    });
    vec![note, error, loss, hostile]
}

pub(crate) fn rules() -> Vec<RuleView> {
    let rule = |code, name, group, severity, summary| RuleView {
        code,
        name,
        group,
        severity,
        strict: severity == "note",
        rulesets: if severity == "note" { vec!["azure"] } else { vec!["azure", "az-700"] },
        summary,
        what: "The range of `RouteServerSubnet` is longer than /27, or a name has a * or an _ in it.",
        why: "Anything smaller than a /27 is a failed deployment, and a subnet with a route server in it cannot be resized.",
        fix: "Give the subnet a /26.",
        bad: "vnets:\n  hub:\n    subnets:\n      RouteServerSubnet: 10.0.0.0/28\n",
        good: "vnets:\n  hub:\n    subnets:\n      RouteServerSubnet: 10.0.0.0/26\n",
        sources: vec![
            SourceView { title: "Route Server quickstart", date: "2025-09-17", status: "documented" },
            SourceView { title: "a lab of two hubs", date: "2021-11", status: "observed" },
        ],
    };
    vec![
        rule("RS0103", "route-server-subnet-too-small", "refuse", "error", "RouteServerSubnet is a /28 or smaller"),
        rule(
            "RS0402",
            "next-hop-out-of-reach",
            "loss",
            "warning",
            "a route leads to an address that cannot be reached",
        ),
        rule("RS0601", "room-to-spare", "hygiene", "note", "a network has room that nobody uses"),
    ]
}

/// A report of findings in `estate.rsctl.yaml`.
pub(crate) fn report(sources: &Sources, findings: Vec<FindingView>) -> LintReport<'_> {
    LintReport {
        sources,
        root: "/nowhere".into(),
        topologies: vec!["estate.rsctl.yaml".to_owned()],
        ruleset: Ruleset::Azure,
        findings,
        ignored: Vec::new(),
        in_baseline: 0,
        fixed_since_baseline: Vec::new(),
        rules: rules(),
    }
}

/// A report that has everything.
pub(crate) fn full(sources: &Sources) -> LintReport<'_> {
    let ignored =
        finding("RS0601", at(0, "nva: 10.0.1.0/24"), "vnets.hub.subnets.nva", "`nva` is larger than it needs to be");
    LintReport {
        ignored: vec![ignored],
        in_baseline: 2,
        fixed_since_baseline: vec![
            ("RS0402".to_owned(), "nvas.fw0".to_owned()),
            ("RS0601".to_owned(), HOSTILE.to_owned()),
        ],
        ..report(sources, findings())
    }
}
