//! Captures are read as they are printed, mistakes in them are named, and comparing obeys its laws.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use rsctl::diagnostic::{Diagnostic, Place, Sink};
use rsctl::exchange::capture::{self, BgpCapture, BgpRow, CapturedAddress, EffectiveCapture, EffectiveRow};
use rsctl::exchange::capture::{Kind, NextHopType, RouteSource, State};
use rsctl::exchange::compare::{self, Certainty, Options, PredictedBgp, PredictedHop};
use rsctl::exchange::compare::{PredictedHops, PredictedRoute, RoutePrefix, Summary};
use rsctl::exchange::manifest::{self, CaptureKind};
use rsctl::source::{FileId, Sources};
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// What was read, or what was said about it.
type Read<T> = Result<T, Vec<Diagnostic>>;

fn read<T>(file: FileId, text: &str, reader: impl Fn(FileId, &str, &mut Sink) -> Option<T>) -> Read<T> {
    let mut sink = Sink::default();
    reader(file, text, &mut sink).ok_or_else(|| sink.into_sorted())
}

/// The files of a folder, by name; none when the folder is not there.
fn files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let mut files: Vec<PathBuf> = entries.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn snapshot(name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../fixtures/captures/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "(not printed)".to_owned(), ToString::to_string)
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn effective_line(row: &EffectiveRow) -> String {
    let EffectiveRow { source, state, prefixes, next_hop_type, next_hops, name, propagation_disabled } = row;
    let hops = next_hops.as_ref().map(|hops| format!("[{}]", joined(hops)));
    format!(
        "{} | {} | {} | {} | {} | {} | {}",
        shown(source.as_ref()),
        shown(state.as_ref()),
        joined(prefixes),
        shown(next_hop_type.as_ref()),
        shown(hops.as_ref()),
        shown(name.as_ref()),
        shown(propagation_disabled.as_ref()),
    )
}

fn bgp_line(row: &BgpRow) -> String {
    let path = row.as_path.as_ref().map(|path| format!("[{path}]"));
    format!(
        "{} | {} | {} | {} | {} | {} | {}{}",
        shown(row.local_address.as_ref()),
        row.network,
        shown(row.next_hop.as_ref()),
        shown(row.source_peer.as_ref()),
        shown(row.origin.as_ref()),
        shown(path.as_ref()),
        shown(row.weight.as_ref()),
        if row.best { " | best" } else { "" },
    )
}

fn listed(sources: &Sources, mistakes: &[Diagnostic]) -> String {
    let mut lines = String::new();
    for mistake in mistakes {
        let Place::In(label) = &mistake.place else { panic!("a place in the file") };
        let at = sources.file(label.span.file).position(label.span.start);
        let text = sources.text(label.span).lines().next().unwrap_or_default();
        writeln!(lines, "{}:{}: {}\n  at: {text}", at.line, at.column, mistake.message).unwrap();
        if let Some(help) = &mistake.help {
            writeln!(lines, "  help: {help}").unwrap();
        }
    }
    lines
}

/// Everything that is read from a text, or said about it.
fn report(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("capture", "capture", text.to_owned());
    let kind = capture::detect(text);
    let mut lines = format!("kind: {kind:?}\n");
    let is_bgp = matches!(kind, Some(Kind::RouteServer | Kind::Gateway | Kind::Circuit | Kind::Router));
    if is_bgp || text.contains("RouteService") {
        match read(file, text, capture::read_bgp) {
            Ok(BgpCapture { rows, instances, .. }) => {
                for instance in instances {
                    writeln!(lines, "{}: {} rows", instance.name, instance.rows).unwrap();
                }
                rows.iter().for_each(|row| writeln!(lines, "{}", bgp_line(row)).unwrap());
            }
            Err(mistakes) => lines.push_str(&listed(&sources, &mistakes)),
        }
    } else {
        match read(file, text, capture::read_effective) {
            Ok(EffectiveCapture { rows }) => {
                rows.iter().for_each(|row| writeln!(lines, "{}", effective_line(row)).unwrap());
            }
            Err(mistakes) => lines.push_str(&listed(&sources, &mistakes)),
        }
    }
    lines
}

#[test]
fn every_shape_that_is_printed_is_read() {
    for path in files("fixtures/captures/good") {
        let said = report(&std::fs::read_to_string(&path).unwrap());
        assert!(!said.contains("  at: "), "{}: {said}", path.display());
        snapshot(&name(&path), &said);
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    for path in files("fixtures/captures/bad") {
        let said = report(&std::fs::read_to_string(&path).unwrap());
        assert!(said.contains("  at: "), "{} is read without a word", path.display());
        snapshot(&name(&path), &said);
    }
}

#[test]
fn a_capture_of_the_wrong_kind_is_refused() {
    let said = |mistakes: Vec<Diagnostic>| mistakes[0].message.clone();
    let bgp = r#"[{"network": "10.0.0.0/8", "nextHop": "10.0.0.4", "asPath": ""}]"#;
    assert_eq!(
        said(read(FileId(0), bgp, capture::read_effective).unwrap_err()),
        "these are BGP routes, not effective routes"
    );
    let effective = r#"[{"addressPrefix": ["10.0.0.0/8"], "nextHopType": "Internet"}]"#;
    assert_eq!(
        said(read(FileId(0), effective, capture::read_bgp).unwrap_err()),
        "these are effective routes, not BGP routes"
    );
}

#[test]
fn an_empty_list_is_a_print_without_rows() {
    for text in ["[]", r#"{"value": []}"#, r#"{"value": null}"#] {
        assert!(read(FileId(0), text, capture::read_effective).unwrap().rows.is_empty());
        assert!(read(FileId(0), text, capture::read_bgp).unwrap().rows.is_empty());
        assert_eq!(capture::detect(text), None);
    }
}

#[test]
fn every_observed_manifest_and_capture_is_read() {
    for folder in files("fixtures/observed").into_iter().filter(|path| path.join("captures.yaml").exists()) {
        let text = std::fs::read_to_string(folder.join("captures.yaml")).unwrap();
        let manifest = manifest::read(FileId(0), &text).unwrap_or_else(|said| panic!("{}: {said:?}", folder.display()));
        for entry in &manifest.captures {
            let path = folder.join(&entry.file);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let said = match entry.kind {
                CaptureKind::Effective => read(FileId(0), &text, capture::read_effective).map(drop),
                _ => read(FileId(0), &text, capture::read_bgp).map(drop),
            };
            said.unwrap_or_else(|said| panic!("{}: {said:?}", path.display()));
        }
    }
}

/// A prediction that says what was printed; columns that were not printed get any value.
fn predicted_effective(row: &EffectiveRow) -> impl Iterator<Item = PredictedRoute> {
    let addresses = row.next_hops.iter().flatten().map(|hop| hop.to_string().parse());
    let next_hops = addresses.collect::<Result<_, _>>();
    let next_hops = next_hops.map_or(PredictedHops::Unpredictable("masked"), PredictedHops::Exactly);
    row.prefixes.iter().map(move |prefix| PredictedRoute {
        prefix: prefix.to_string().parse().map_or_else(|_| RoutePrefix::Tag(prefix.to_string()), RoutePrefix::V4),
        source: row.source.clone().unwrap_or(RouteSource::Default),
        state: row.state.clone().unwrap_or(State::Active),
        next_hop_type: row.next_hop_type.clone().unwrap_or(NextHopType::Internet),
        next_hops: next_hops.clone(),
        name: row.name.clone(),
        rests_on: Vec::new(),
    })
}

/// A prediction that says what was printed.
fn predicted_bgp(row: &BgpRow) -> PredictedBgp {
    let hop = |printed: &Option<CapturedAddress>| match printed {
        None | Some(CapturedAddress::None) => PredictedHop::None,
        Some(printed) => printed.to_string().parse().map_or(PredictedHop::Unpredictable, PredictedHop::Address),
    };
    PredictedBgp {
        local_address: row.local_address,
        network: row.network.to_string().parse().unwrap(),
        next_hop: hop(&row.next_hop),
        source_peer: hop(&row.source_peer),
        origin: "",
        as_path: row.as_path.clone().unwrap_or_default(),
        weight: row.weight,
        certainty: Certainty::Certainly,
        rests_on: Vec::new(),
    }
}

#[test]
fn every_observed_capture_matches_itself() {
    let folders = files("fixtures/observed").into_iter();
    for path in folders.flat_map(|folder| files(folder.join("captures"))).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&path).unwrap();
        let comparison = if capture::detect(&text) == Some(Kind::Effective) {
            let capture = effective_capture(&text);
            let predicted: Vec<PredictedRoute> = capture.rows.iter().flat_map(predicted_effective).collect();
            compare::compare_effective(&capture, &predicted, &Options::default())
        } else {
            let capture = read(FileId(0), &text, capture::read_bgp).unwrap();
            let predicted: Vec<PredictedBgp> = capture.rows.iter().map(predicted_bgp).collect();
            compare::compare_bgp(&capture, &predicted, &Options::default())
        };
        assert!(comparison.summary().agrees(), "{}: {:#?}", path.display(), comparison.summary());
    }
}

const MANIFEST: &str = "source: https://example.com/lab
captures:
  - {file: vm.json, kind: effective, at: hub/app, omitted: [0.0.0.0/0], complete: false}
  - file: gw.json
    topology: stage-b.rsctl.yaml
    kind: learned
    at: hub/vpn_gateway
    peer: branch
    prefixes: [10.3.0.0/16]
    local_addresses: [10.11.1.236]
differences:
  - {file: gw.json, row: 10.3.0.0/16 65001-65001, kind: missing, reason: the lab prepends once more than its template}
";

#[test]
fn mistakes_in_a_manifest_are_named_with_their_place() {
    let said = |wrong: &str, right: &str| {
        let mut sources = Sources::default();
        let text = MANIFEST.replacen(wrong, right, 1);
        let file = sources.add("captures.yaml", "captures.yaml", text.clone());
        listed(&sources, &manifest::read(file, &text).unwrap_err())
    };
    let all = [
        said("kind: learned", "kind: learnt"),
        said("peer:", "per:"),
        said("10.3.0.0/16]", "10.3.0.1/16]"),
        said("- {file: gw.json", "- {file: other.json"),
        said("the lab prepends once more than its template", "''"),
        said("source: ", "sauce: "),
    ];
    snapshot("manifest-mistakes", &all.join("\n"));
}

prop_compose! {
    fn address()(last in 4u8..8) -> Ipv4Addr { Ipv4Addr::new(10, 0, 0, last) }
}

prop_compose! {
    fn route()(
        net in 0u8..4,
        source in prop::sample::select(vec!["Default", "User", "VirtualNetworkGateway"]),
        state in prop::sample::select(vec!["Active", "Invalid"]),
        kind in prop::sample::select(vec!["VnetLocal", "VirtualNetworkGateway", "VirtualAppliance", "VirtualNetworkServiceEndpoint"]),
        hops in prop::collection::btree_set(address(), 0..3),
    ) -> PredictedRoute {
        let prefix = RoutePrefix::V4(format!("10.{net}.0.0/16").parse().unwrap());
        let (source, state, next_hop_type) = (source.into(), state.into(), kind.into());
        PredictedRoute {
            prefix, source, state, next_hop_type, next_hops: PredictedHops::Exactly(hops), name: None, rests_on: Vec::new(),
        }
    }
}

prop_compose! {
    fn hop()(choice in 0u8..4, address in address()) -> PredictedHop {
        match choice {
            0 => PredictedHop::None,
            1 => PredictedHop::Unpredictable,
            _ => PredictedHop::Address(address),
        }
    }
}

prop_compose! {
    fn bgp_route()(
        local in address(),
        net in 0u8..3,
        next_hop in hop(),
        source_peer in hop(),
        origin in prop::sample::select(vec!["EBgp", "IBgp", "Network", "Igp"]),
        path in prop::sample::select(vec!["", "65001", "65001-65001", "65515-65002"]),
        weight in prop::option::of(32768u32..32770),
        certain in any::<bool>(),
    ) -> PredictedBgp {
        let certainty = if certain { Certainty::Certainly } else { Certainty::DependsOnTie(compare::PASSED_ON) };
        PredictedBgp {
            local_address: Some(local),
            network: format!("10.{net}.0.0/16").parse().unwrap(),
            as_path: path.parse().unwrap(),
            next_hop, source_peer, origin, weight, certainty, rests_on: Vec::new(),
        }
    }
}

/// A predicted effective route as az prints it.
fn effective_json(route: &PredictedRoute) -> serde_json::Value {
    let hops: Vec<String> = match &route.next_hops {
        PredictedHops::Exactly(hops) => hops.iter().map(ToString::to_string).collect(),
        PredictedHops::Unpredictable(_) => vec!["<MASKED>".into()],
    };
    serde_json::json!({
        "source": route.source.to_string(),
        "state": route.state.to_string(),
        "addressPrefix": [route.prefix.to_string()],
        "nextHopType": route.next_hop_type.to_string(),
        "nextHopIpAddress": hops,
    })
}

fn effective_table(routes: &[PredictedRoute]) -> String {
    let line = |cells: [&str; 5]| {
        let [source, state, prefix, kind, hops] = cells;
        format!("{source:<23}{state:<9}{prefix:<18}{kind:<31}{hops}").trim_end().to_owned() + "\n"
    };
    let dashes = ["-".repeat(21), "-".repeat(7), "-".repeat(16), "-".repeat(29), "-".repeat(11)];
    let mut table = line(["Source", "State", "Address Prefix", "Next Hop Type", "Next Hop IP"]);
    table += &line([&dashes[0], &dashes[1], &dashes[2], &dashes[3], &dashes[4]]);
    for route in routes {
        let hops = match &route.next_hops {
            PredictedHops::Exactly(hops) => hops.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            PredictedHops::Unpredictable(_) => String::new(),
        };
        let PredictedRoute { prefix, source, state, next_hop_type, .. } = route;
        let cells = [source.to_string(), state.to_string(), prefix.to_string(), next_hop_type.to_string(), hops];
        table += &line([&cells[0], &cells[1], &cells[2], &cells[3], &cells[4]]);
    }
    table
}

fn bgp_json(route: &PredictedBgp) -> serde_json::Value {
    let printed = |hop: PredictedHop| match hop {
        PredictedHop::None => serde_json::Value::Null,
        PredictedHop::Address(address) => address.to_string().into(),
        PredictedHop::Unpredictable => "20.X.X.X".into(),
    };
    serde_json::json!({
        "localAddress": route.local_address.map(|address| address.to_string()),
        "network": route.network.to_string(),
        "nextHop": printed(route.next_hop),
        "sourcePeer": printed(route.source_peer),
        "origin": route.origin,
        "asPath": route.as_path.to_string(),
        "weight": route.weight.unwrap_or(32768),
    })
}

fn effective_capture(text: &str) -> EffectiveCapture {
    read(FileId(0), text, capture::read_effective).unwrap_or_else(|said| panic!("{said:?}\n{text}"))
}

fn bgp_capture(routes: &[PredictedBgp]) -> BgpCapture {
    let text = serde_json::Value::Array(routes.iter().map(bgp_json).collect()).to_string();
    read(FileId(0), &text, capture::read_bgp).unwrap_or_else(|said| panic!("{said:?}\n{text}"))
}

fn judged(summary: Summary) -> [usize; 5] {
    [summary.matched, summary.missing, summary.unexpected, summary.different, summary.ignored]
}

/// Pieces that captures are made of, and some that they are not.
fn pieces() -> impl Strategy<Value = String> {
    let words = vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "-7",
        "1e9",
        "\\",
        "\\u00e9",
        "é",
        "\u{feff}",
        "\n",
        "\r\n",
        " ",
        "  ",
        "# x\n",
        "WARNING: x\n",
        "value",
        "\"value\": [",
        "RouteServiceRole_IN_0",
        "addressPrefix",
        "network",
        "10.0.0.0/8",
        "----  ----\n",
        "Source  State\n",
        "Network  NextHop\n",
        "\"nextHopType\"",
        "10.0.0.0/8  é.0.0.4\n",
    ];
    prop::collection::vec(prop::sample::select(words), 0..40).prop_map(|pieces| pieces.concat())
}

/// Reads a text in every way; every place that is named must be one of the text.
fn read_in_every_way(text: &str) {
    let _ = capture::detect(text);
    let said = [
        read(FileId(0), text, capture::read_effective).map(drop),
        read(FileId(0), text, capture::read_bgp).map(drop),
        manifest::read(FileId(0), text).map(drop),
    ];
    for mistake in said.into_iter().filter_map(Result::err).flatten() {
        let Place::In(label) = mistake.place else { panic!("a place in the file") };
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{}", mistake.message);
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in any::<String>(), made in pieces()) {
        read_in_every_way(&text);
        read_in_every_way(&made);
    }

    #[test]
    fn no_cut_of_a_real_print_makes_reading_panic(pick in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let all = files("fixtures/captures/good");
        let text = std::fs::read_to_string(pick.get(&all)).unwrap();
        let mut at = cut.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        read_in_every_way(&text[..at]);
        read_in_every_way(&text[at..]);
    }

    #[test]
    fn effective_routes_printed_as_predicted_all_match(routes in prop::collection::vec(route(), 1..12)) {
        let json = serde_json::json!({ "value": routes.iter().map(effective_json).collect::<Vec<_>>() }).to_string();
        for text in [json, effective_table(&routes)] {
            let comparison = compare::compare_effective(&effective_capture(&text), &routes, &Options::default());
            prop_assert_eq!(judged(comparison.summary()), [routes.len(), 0, 0, 0, 0]);
        }
    }

    #[test]
    fn bgp_routes_printed_as_predicted_all_match(routes in prop::collection::vec(bgp_route(), 1..12)) {
        let comparison = compare::compare_bgp(&bgp_capture(&routes), &routes, &Options::default());
        prop_assert_eq!(judged(comparison.summary()), [routes.len(), 0, 0, 0, 0]);
    }

    #[test]
    fn the_order_of_rows_never_matters(
        (routes, shuffled) in prop::collection::vec(route(), 0..10).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        predicted in prop::collection::vec(route(), 0..10),
        (heard, turned) in prop::collection::vec(bgp_route(), 0..10).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        due in prop::collection::vec(bgp_route(), 0..10),
    ) {
        let capture = |routes: &[PredictedRoute]| {
            effective_capture(&serde_json::Value::Array(routes.iter().map(effective_json).collect()).to_string())
        };
        let compare_one = |routes: &[PredictedRoute]| compare::compare_effective(&capture(routes), &predicted, &Options::default());
        prop_assert_eq!(compare_one(&routes), compare_one(&shuffled));
        let compare_other = |routes: &[PredictedBgp]| compare::compare_bgp(&bgp_capture(routes), &due, &Options::default());
        prop_assert_eq!(compare_other(&heard), compare_other(&turned));
    }

    #[test]
    fn every_printed_row_is_counted_once(
        heard in prop::collection::vec(bgp_route(), 0..10),
        due in prop::collection::vec(bgp_route(), 0..10),
    ) {
        let comparison = compare::compare_bgp(&bgp_capture(&heard), &due, &Options::default());
        let printed: usize = comparison.rows.iter().map(|row| row.captured_rows).sum();
        let expected = comparison.rows.iter().filter(|row| row.predicted.is_some()).count();
        prop_assert_eq!((printed, expected), (heard.len(), due.len()));
    }
}
