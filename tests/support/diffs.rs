//! Reports of differences for the formats: one that has everything, one with nothing, one of several pairs.

use super::hostile::HOSTILE;
use rsctl::report::diff::{
    AdvertView, Causes, Change, DiffReport, EditView, FateView, How, Kind, PairDiff, Presence, RouteDiff, SessionDiff,
    SubnetDiff,
};
use rsctl::source::{FileId, Sources, Span};

/// The old file.
pub(crate) const OLD: FileId = FileId(0);
/// The new file.
pub(crate) const NEW: FileId = FileId(1);

const OLD_TEXT: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    route_server: { branch_to_branch: false }
  spoke1: { address_space: [10.1.0.0/16] }
  spoke9: { address_space: [10.9.0.0/16] }
route_tables:
  default: { routes: { internet: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
nvas:
  fw1: { ip: 10.0.1.4, asn: 65001 }
";

const NEW_TEXT: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    route_server: { branch_to_branch: true }
  spoke1: { address_space: [10.1.0.0/16] }
  spoke3:
    address_space: [10.3.0.0/16]
    subnets: { app: 10.3.0.0/24 }
route_tables:
  default: { routes: { internet: { prefix: 0.0.0.0/0, next_hop: None } } }
nvas:
  fw1: { ip: 10.0.1.4, asn: 65011, note: 100%, Zürich }
";

pub(crate) fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add("main:estate.rsctl.yaml", "main:estate.rsctl.yaml", OLD_TEXT.to_owned());
    sources.add("estate.rsctl.yaml", "estate.rsctl.yaml", NEW_TEXT.to_owned());
    sources
}

/// The first place of a word in one of the two files.
fn at(file: FileId, word: &str) -> Span {
    let text = if file == OLD { OLD_TEXT } else { NEW_TEXT };
    let start = text.find(word).expect("the samples name words of their files") as u32;
    Span { file, start, end: start + word.len() as u32 }
}

pub(crate) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn changed(path: &str, old: &str, new: &str) -> EditView {
    EditView {
        path: path.to_owned(),
        change: Change::Changed,
        old: Some(at(OLD, old)),
        new: Some(at(NEW, new)),
        values: (Some(old.to_owned()), Some(new.to_owned())),
        entries: 1,
    }
}

/// An edit of each sort; the last has no effect.
fn edits() -> Vec<EditView> {
    let branch = changed("vnets.hub.route_server.branch_to_branch", "false", "true");
    let hop = EditView {
        new: Some(at(NEW, "None")),
        ..changed("route_tables.default.routes.internet.next_hop", "10.0.1.4", "None")
    };
    let spoke3 = at(NEW, "spoke3:\n    address_space: [10.3.0.0/16]\n    subnets: { app: 10.3.0.0/24 }");
    let added = EditView {
        path: "vnets.spoke3".to_owned(),
        change: Change::Added,
        old: None,
        new: Some(spoke3),
        values: (None, None),
        entries: 1,
    };
    let removed = EditView {
        path: "vnets.spoke9".to_owned(),
        change: Change::Removed,
        old: Some(at(OLD, "spoke9: { address_space: [10.9.0.0/16] }")),
        new: Some(at(NEW, "vnets")),
        values: (Some("{ address_space: [10.9.0.0/16] }".to_owned()), None),
        entries: 1,
    };
    let asn = changed("nvas.fw1.asn", "65001", "65011");
    let note = EditView {
        path: "nvas.fw1.note".to_owned(),
        change: Change::Added,
        old: None,
        new: Some(at(NEW, "note: 100%, Zürich")),
        values: (None, Some("100%, Zürich".to_owned())),
        entries: 1,
    };
    vec![branch, hop, added, removed, asn, note]
}

pub(crate) fn fate(text: &str, by: &str, passes: &[&str], ends: &[&str]) -> FateView {
    FateView {
        text: text.to_owned(),
        next_hop_type: "VirtualAppliance",
        next_hops: Vec::new(),
        by: by.to_owned(),
        passes: texts(passes),
        ends: texts(ends),
    }
}

pub(crate) fn causes(how: How, edits: &[usize]) -> Causes {
    Causes { edits: edits.to_vec(), how }
}

pub(crate) fn route(kind: Kind, prefixes: &[&str], before: FateView, after: FateView, causes: Causes) -> RouteDiff {
    RouteDiff {
        kind,
        prefixes: prefixes.iter().map(|prefix| prefix.parse().expect("the samples hold prefixes")).collect(),
        before,
        after,
        further_on: false,
        ecmp: false,
        rests_on: Vec::new(),
        causes,
    }
}

pub(crate) fn subnets(names: &[&str], changes: Vec<RouteDiff>) -> SubnetDiff {
    SubnetDiff { subnets: texts(names), presence: Presence::Both, changes, causes: Causes::default() }
}

fn advert(as_path: &str, next_hops: &[&str], communities: &[&str]) -> AdvertView {
    AdvertView { as_path: as_path.to_owned(), next_hops: texts(next_hops), communities: texts(communities) }
}

fn session(to: &str, prefixes: &[&str], before: Option<AdvertView>, after: Option<AdvertView>) -> SessionDiff {
    SessionDiff {
        from: "hub/route_server".to_owned(),
        to: to.to_owned(),
        prefixes: prefixes.iter().map(|prefix| prefix.parse().expect("the samples hold prefixes")).collect(),
        before,
        after,
        causes: causes(How::Alone, &[0, 4]),
    }
}

/// A pair in which everything happens, the worst not first.
pub(crate) fn rich() -> PairDiff {
    let firewall = || fate("10.0.1.4 (fw1)", "BGP", &["fw1"], &["at dc1"]);
    let user = |text: &str, passes: &[&str], ends: &[&str]| fate(text, "UDR `default`", passes, ends);
    let mut two = firewall();
    (two.text, two.next_hops) = ("10.0.1.4 (fw1) and 10.0.1.5 (fw2)".to_owned(), texts(&["10.0.1.4", "10.0.1.5"]));
    let mut one = firewall();
    one.next_hops = texts(&["10.0.1.4"]);

    let moved = RouteDiff {
        ecmp: true,
        rests_on: vec!["nva_reflection"],
        ..route(Kind::Moved, &["172.16.0.0/12"], two, one, causes(How::Alone, &[0]))
    };
    let gained = route(
        Kind::Gained,
        &["192.168.0.0/16"],
        fate("dropped", "system", &[], &["dropped"]),
        firewall(),
        causes(How::Together, &[0, 4]),
    );
    let lost = route(
        Kind::Lost,
        &["10.2.0.0/24", "10.2.2.0/24", "10.2.4.0/24", "10.2.6.0/24", "10.2.8.0/24", "10.2.10.0/24", "10.2.12.0/24"],
        user("10.0.1.4 (fw1)", &["fw1"], &["in spoke2"]),
        user("dropped", &[], &["dropped"]),
        causes(How::Alone, &[1]),
    );
    let uninspected = RouteDiff {
        rests_on: vec!["nva_reflection", "gateway_ecmp"],
        ..route(
            Kind::Uninspected,
            &["0.0.0.0/0"],
            user("10.0.1.4 (fw1)", &["fw1"], &["on the internet"]),
            fate("the internet", "system", &[], &["on the internet"]),
            causes(How::Alone, &[1]),
        )
    };
    let further = RouteDiff {
        further_on: true,
        ..route(
            Kind::Inspected,
            &["10.8.0.0/16"],
            user("10.0.1.4 (fw1)", &["fw1"], &["at dc1"]),
            user("10.0.1.4 (fw1)", &["fw1", "fw2"], &["at dc1"]),
            causes(How::Unknown, &[]),
        )
    };
    let spokes: Vec<String> = (1..=9).map(|number| format!("spoke{number}/app")).collect();
    PairDiff {
        old: "main:estate.rsctl.yaml".to_owned(),
        new: "estate.rsctl.yaml".to_owned(),
        path: "estate.rsctl.yaml".into(),
        subnets: vec![
            subnets(&["hub/apps", "hub/GatewaySubnet"], vec![moved, gained]),
            SubnetDiff {
                subnets: texts(&["spoke3/app", "spoke3/db"]),
                presence: Presence::OnlyNew,
                changes: Vec::new(),
                causes: causes(How::Alone, &[2]),
            },
            SubnetDiff { subnets: spokes, ..subnets(&[], vec![lost, uninspected]) },
            subnets(&["spoke2/db"], vec![further]),
            SubnetDiff {
                subnets: texts(&["spoke9/app"]),
                presence: Presence::OnlyOld,
                changes: Vec::new(),
                causes: causes(How::Alone, &[3]),
            },
        ],
        sessions: vec![
            session(
                "fw1",
                &["10.3.0.0/16", "10.4.0.0/16"],
                None,
                Some(advert("65515", &["10.0.0.4", "10.0.0.5"], &[])),
            ),
            session("fw1", &["10.9.0.0/16"], Some(advert("65515", &["10.0.0.4"], &["65001:9"])), None),
            session(
                "hub/vpn_gateway",
                &["192.168.0.0/16"],
                Some(advert("65001", &["10.0.1.4"], &["65001:9"])),
                Some(advert("65011-65011", &["10.0.1.4"], &[])),
            ),
        ],
        edits: edits(),
        is_unsettled: false,
        remarks: vec!["routes of `hub/vpn_gateway` never settle".to_owned()],
    }
}

/// The same without what cannot be told.
pub(crate) fn explained() -> PairDiff {
    let mut pair = rich();
    pair.subnets.retain(|diff| diff.subnets != ["spoke2/db"]);
    pair.remarks.clear();
    pair
}

/// A pair whose every text is hostile.
pub(crate) fn hostile() -> PairDiff {
    of_text(HOSTILE)
}

/// A pair whose every text is this one.
pub(crate) fn of_text(text: &str) -> PairDiff {
    let edit = |how: Change, old, new| EditView {
        path: text.to_owned(),
        change: how,
        old,
        new,
        values: (Some(text.to_owned()), Some(text.to_owned())),
        entries: 1,
    };
    let side = |more: &str| FateView {
        next_hops: vec![format!("{text}{more}")],
        ..fate(&format!("{text}{more}"), text, &[&format!("{text}{more}")], &[text, more])
    };
    let route = |kind, how, edits: &[usize]| RouteDiff {
        ecmp: true,
        ..route(kind, &["10.0.0.0/8"], side("1"), side("2"), causes(how, edits))
    };
    let changes = vec![
        route(Kind::Lost, How::Alone, &[0]),
        route(Kind::Uninspected, How::Together, &[0, 1]),
        route(Kind::Moved, How::Alone, &[1, 2]),
        route(Kind::Inspected, How::Unknown, &[0, 2]),
        route(Kind::Gained, How::Unknown, &[]),
    ];
    let only =
        |presence| SubnetDiff { presence, causes: causes(How::Alone, &[1]), ..subnets(&[text, text], Vec::new()) };
    let advert = |more: &str| Some(advert(&format!("{text}{more}"), &[text, more], &[text]));
    let session =
        |before, after| SessionDiff { from: text.to_owned(), ..session(text, &["10.0.0.0/8"], before, after) };
    PairDiff {
        old: text.to_owned(),
        new: text.to_owned(),
        path: text.into(),
        subnets: vec![subnets(&[text, text], changes), only(Presence::OnlyOld), only(Presence::OnlyNew)],
        sessions: vec![session(None, advert("1")), session(advert("1"), None), session(advert("1"), advert("2"))],
        edits: vec![
            edit(Change::Changed, Some(at(OLD, "false")), Some(at(NEW, "true"))),
            edit(Change::Added, None, Some(at(NEW, "None"))),
            edit(Change::Removed, Some(at(OLD, "spoke9")), None),
            edit(Change::Changed, None, None),
            edit(Change::Removed, Some(at(OLD, "hub")), Some(at(NEW, "hub"))),
        ],
        is_unsettled: false,
        remarks: vec![text.to_owned()],
    }
}

/// A pair with nothing but edits that mean nothing.
pub(crate) fn idle() -> PairDiff {
    PairDiff {
        old: "main:idle.rsctl.yaml".to_owned(),
        new: "idle.rsctl.yaml".to_owned(),
        path: "idle.rsctl.yaml".into(),
        edits: edits().into_iter().take(3).collect(),
        ..PairDiff::default()
    }
}

/// A report of pairs.
pub(crate) fn report(sources: &Sources, pairs: Vec<PairDiff>) -> DiffReport<'_> {
    DiffReport { sources, root: "/nowhere".into(), revisions: Vec::new(), pairs, unread: Vec::new() }
}
