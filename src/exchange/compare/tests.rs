//! One test for each rule of the comparison.

use super::*;
use crate::exchange::capture::{
    BgpCapture, BgpRow, CapturedAddress, EffectiveCapture, EffectiveRow, InstanceKey, Kind,
};

fn hops(addresses: &[&str]) -> BTreeSet<Ipv4Addr> {
    addresses.iter().map(|address| address.parse().unwrap()).collect()
}

fn hop(text: &str) -> CapturedAddress {
    match text.parse() {
        Ok(address) => CapturedAddress::Address(address),
        Err(_) if text.is_empty() => CapturedAddress::None,
        Err(_) => CapturedAddress::Masked(text.into()),
    }
}

/// A printed effective route learned from a gateway.
fn learned(prefix: &str, next_hops: &[&str]) -> EffectiveRow {
    EffectiveRow {
        source: Some(RouteSource::VirtualNetworkGateway),
        state: Some(State::Active),
        prefixes: vec![crate::exchange::capture::CapturedPrefix::V4(prefix.parse().unwrap())],
        next_hop_type: Some(NextHopType::VirtualNetworkGateway),
        next_hops: Some(next_hops.iter().map(|text| hop(text)).collect()),
        name: None,
        propagation_disabled: None,
    }
}

fn printed(source: &str, prefix: &str, kind: &str) -> EffectiveRow {
    EffectiveRow { source: Some(source.into()), next_hop_type: Some(kind.into()), ..learned(prefix, &[]) }
}

/// A predicted effective route learned from a gateway.
fn expected(prefix: &str, next_hops: &[&str]) -> PredictedRoute {
    PredictedRoute {
        prefix: RoutePrefix::V4(prefix.parse().unwrap()),
        source: RouteSource::VirtualNetworkGateway,
        state: State::Active,
        next_hop_type: NextHopType::VirtualNetworkGateway,
        next_hops: PredictedHops::Exactly(hops(next_hops)),
        name: None,
        rests_on: Vec::new(),
    }
}

fn predicted(source: &str, prefix: &str, kind: &str) -> PredictedRoute {
    PredictedRoute { source: source.into(), next_hop_type: kind.into(), ..expected(prefix, &[]) }
}

fn effective(rows: Vec<EffectiveRow>, predicted: &[PredictedRoute]) -> Comparison {
    compare_effective(&EffectiveCapture { rows }, predicted, &Options::default())
}

/// A printed BGP route from 10.0.9.4.
fn heard(network: &str, next_hop: &str, path: &str) -> BgpRow {
    BgpRow {
        local_address: None,
        network: crate::exchange::capture::CapturedPrefix::V4(network.parse().unwrap()),
        next_hop: Some(hop(next_hop)),
        source_peer: None,
        origin: None,
        as_path: Some(path.parse().unwrap()),
        weight: None,
        best: false,
    }
}

fn at(local: &str, row: BgpRow) -> BgpRow {
    BgpRow { local_address: Some(local.parse().unwrap()), ..row }
}

fn from(peer: &str, row: BgpRow) -> BgpRow {
    BgpRow { source_peer: Some(hop(peer)), ..row }
}

/// A predicted BGP route; an empty next hop is none, `?` is unpredictable.
fn due(network: &str, next_hop: &str, path: &str) -> PredictedBgp {
    PredictedBgp {
        local_address: None,
        network: network.parse().unwrap(),
        next_hop: predicted_hop(next_hop),
        source_peer: PredictedHop::Unpredictable,
        origin: "",
        as_path: path.parse().unwrap(),
        weight: None,
        certainty: Certainty::Certainly,
        rests_on: Vec::new(),
    }
}

fn predicted_hop(text: &str) -> PredictedHop {
    match text {
        "" => PredictedHop::None,
        "?" => PredictedHop::Unpredictable,
        text => PredictedHop::Address(text.parse().unwrap()),
    }
}

fn due_at(local: &str, route: PredictedBgp) -> PredictedBgp {
    PredictedBgp { local_address: Some(local.parse().unwrap()), ..route }
}

fn due_from(peer: &str, route: PredictedBgp) -> PredictedBgp {
    PredictedBgp { source_peer: predicted_hop(peer), ..route }
}

fn possible(route: PredictedBgp) -> PredictedBgp {
    PredictedBgp { certainty: Certainty::DependsOnTie(PASSED_ON), ..route }
}

fn table(kind: Kind, rows: Vec<BgpRow>, instances: &[usize]) -> BgpCapture {
    let key =
        |(index, rows): (usize, &usize)| InstanceKey { name: format!("RouteServiceRole_IN_{index}"), rows: *rows };
    BgpCapture { kind, rows, instances: instances.iter().enumerate().map(key).collect() }
}

fn bgp(kind: Kind, rows: Vec<BgpRow>, predicted: &[PredictedBgp]) -> Comparison {
    compare_bgp(&table(kind, rows, &[]), predicted, &Options::default())
}

/// Matched, missing, unexpected, different, ignored.
fn counts(comparison: &Comparison) -> [usize; 5] {
    let Summary { matched, missing, unexpected, different, ignored } = comparison.summary();
    [matched, missing, unexpected, different, ignored]
}

fn reasons(comparison: &Comparison) -> Vec<&'static str> {
    let reason = |row: &RowResult| match row.verdict {
        Verdict::Ignored(reason) => Some(reason),
        _ => None,
    };
    comparison.rows.iter().filter_map(reason).collect()
}

fn fields(comparison: &Comparison) -> Vec<&'static str> {
    let fields = |row: &RowResult| match &row.verdict {
        Verdict::Different { fields } => fields.iter().map(|field| field.field).collect(),
        _ => Vec::new(),
    };
    comparison.rows.iter().flat_map(fields).collect()
}

#[test]
fn an_ecmp_row_with_two_addresses_equals_two_rows() {
    let predicted = [expected("10.2.0.0/16", &["10.0.0.4", "10.0.0.5"])];
    let one = effective(vec![learned("10.2.0.0/16", &["10.0.0.5", "10.0.0.4"])], &predicted);
    let two = effective(vec![learned("10.2.0.0/16", &["10.0.0.5"]), learned("10.2.0.0/16", &["10.0.0.4"])], &predicted);
    assert_eq!(counts(&one), [1, 0, 0, 0, 0]);
    assert_eq!(counts(&two), [2, 0, 0, 0, 0], "every printed row counts");
    let split = [expected("10.2.0.0/16", &["10.0.0.4"]), expected("10.2.0.0/16", &["10.0.0.5"])];
    assert_eq!(counts(&effective(vec![learned("10.2.0.0/16", &["10.0.0.5", "10.0.0.4"])], &split)), [1, 0, 0, 0, 0]);
}

#[test]
fn one_next_hop_too_few_is_a_difference() {
    let comparison =
        effective(vec![learned("10.2.0.0/16", &["10.0.0.4"])], &[expected("10.2.0.0/16", &["10.0.0.4", "10.0.0.5"])]);
    assert_eq!(fields(&comparison), ["nextHopIpAddress"]);
}

#[test]
fn an_unpredictable_next_hop_matches_anything() {
    let any = PredictedHops::Unpredictable("fabric address of the circuit");
    let route = PredictedRoute { next_hops: any, ..expected("10.2.0.0/16", &[]) };
    let comparison = effective(vec![learned("10.2.0.0/16", &["10.3.129.67"])], std::slice::from_ref(&route));
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 0]);
    let text = &comparison.rows[0].predicted.as_ref().unwrap()[4].text;
    assert_eq!(text, "any (fabric address of the circuit)");
}

#[test]
fn a_masked_next_hop_stands_for_one_address() {
    let predicted = [expected("10.2.0.0/16", &["20.1.2.3"])];
    assert_eq!(counts(&effective(vec![learned("10.2.0.0/16", &["20.X.X.X"])], &predicted)), [1, 0, 0, 0, 0]);
    let two = [expected("10.2.0.0/16", &["20.1.2.3", "20.1.2.4"])];
    assert_eq!(counts(&effective(vec![learned("10.2.0.0/16", &["20.X.X.X"])], &two)), [0, 0, 0, 1, 0]);
}

#[test]
fn none_rows_of_azure_are_ignored_on_both_sides() {
    let rows = vec![printed("Default", "10.0.0.0/8", "None"), printed("Default", "25.0.0.0/8", "None")];
    let predicted = [predicted("Default", "10.0.0.0/8", "None"), predicted("Default", "172.16.0.0/12", "None")];
    let comparison = effective(rows, &predicted);
    assert_eq!(counts(&comparison), [0, 0, 0, 0, 3]);
    assert_eq!(reasons(&comparison), [NONE_ROWS; 3]);
}

#[test]
fn a_none_row_that_a_user_wrote_is_compared() {
    let row = printed("User", "10.9.0.0/16", "None");
    assert_eq!(counts(&effective(vec![row.clone()], &[])), [0, 1, 0, 0, 0]);
    let rule = predicted("User", "10.9.0.0/16", "None");
    assert_eq!(counts(&effective(vec![row.clone()], std::slice::from_ref(&rule))), [1, 0, 0, 0, 0]);
    let bare = EffectiveRow { source: None, ..row };
    assert_eq!(counts(&effective(vec![bare.clone()], &[rule])), [1, 0, 0, 0, 0]);
    assert_eq!(reasons(&effective(vec![bare], &[])), [NONE_ROWS]);
}

#[test]
fn a_printed_none_row_does_not_stand_for_a_predicted_route() {
    let rows = vec![printed("Default", "10.0.0.0/8", "None")];
    assert_eq!(counts(&effective(rows, &[expected("10.0.0.0/8", &["10.0.0.4"])])), [0, 0, 1, 0, 1]);
}

#[test]
fn service_endpoints_are_compared_by_type_only() {
    let row = printed("Default", "20.38.98.0/24", "VirtualNetworkServiceEndpoint");
    let tag = RoutePrefix::Tag("Storage".into());
    let route = PredictedRoute { prefix: tag, ..predicted("Default", "0.0.0.0/0", "VirtualNetworkServiceEndpoint") };
    assert_eq!(counts(&effective(vec![row.clone()], std::slice::from_ref(&route))), [1, 0, 0, 0, 0]);
    assert_eq!(counts(&effective(vec![row], &[])), [0, 1, 0, 0, 0]);
    let other = printed("Default", "10.0.0.0/16", "VnetLocal");
    let vnet = predicted("Default", "10.0.0.0/16", "VnetLocal");
    assert_eq!(counts(&effective(vec![other], &[vnet, route])), [1, 0, 1, 0, 0]);
}

#[test]
fn a_column_that_was_not_printed_is_not_compared() {
    let row = EffectiveRow { state: None, source: None, next_hops: None, ..learned("10.2.0.0/16", &[]) };
    assert_eq!(counts(&effective(vec![row], &[expected("10.2.0.0/16", &["10.0.0.4"])])), [1, 0, 0, 0, 0]);
}

#[test]
fn the_state_of_a_route_that_lost_is_compared() {
    let lost = PredictedRoute { state: State::Invalid, ..predicted("Default", "0.0.0.0/0", "Internet") };
    let comparison = effective(vec![printed("Default", "0.0.0.0/0", "Internet")], &[lost]);
    assert_eq!(fields(&comparison), ["state"]);
}

#[test]
fn routes_of_different_sources_are_different_routes() {
    let comparison = effective(
        vec![printed("User", "10.1.0.0/16", "VirtualAppliance")],
        &[predicted("Default", "10.1.0.0/16", "VNetPeering")],
    );
    assert_eq!(counts(&comparison), [0, 1, 1, 0, 0]);
}

#[test]
fn names_are_compared_where_both_sides_have_one() {
    let named = |name: &str| EffectiveRow { name: Some(name.into()), ..printed("User", "10.1.0.0/16", "Internet") };
    let route = PredictedRoute { name: Some("To-Web".into()), ..predicted("User", "10.1.0.0/16", "Internet") };
    let compare = |row| counts(&effective(vec![row], std::slice::from_ref(&route)));
    assert_eq!(compare(named("to-web")), [1, 0, 0, 0, 0]);
    assert_eq!(compare(named("other")), [0, 0, 0, 1, 0]);
    assert_eq!(compare(printed("User", "10.1.0.0/16", "Internet")), [1, 0, 0, 0, 0]);
}

#[test]
fn what_the_author_left_out_is_not_missed() {
    let rows = || EffectiveCapture { rows: vec![printed("Default", "10.1.0.0/16", "VnetLocal")] };
    let predicted = [predicted("Default", "10.1.0.0/16", "VnetLocal"), predicted("Default", "0.0.0.0/0", "Internet")];
    let with = |options: Options| {
        let comparison = compare_effective(&rows(), &predicted, &options);
        (counts(&comparison), reasons(&comparison))
    };
    let net = |text: &str| vec![text.parse().unwrap()];
    assert_eq!(with(Options::default()), ([1, 0, 1, 0, 0], vec![]));
    assert_eq!(with(Options { omitted: net("0.0.0.0/0"), ..Options::default() }).1, [OMITTED]);
    assert_eq!(with(Options { complete: false, ..Options::default() }).1, [CUT]);
    assert_eq!(with(Options { prefixes: net("10.1.0.0/16"), ..Options::default() }).1, [OTHER_PREFIX]);
}

#[test]
fn a_wrong_path_is_one_difference_rather_than_two() {
    let rows = vec![heard("10.1.0.0/16", "10.0.0.4", "65001-65001"), heard("10.1.0.0/16", "10.0.0.5", "65002")];
    let predicted = [due("10.1.0.0/16", "10.0.0.5", "65002"), due("10.1.0.0/16", "10.0.0.4", "65001")];
    let comparison = bgp(Kind::Router, rows, &predicted);
    assert_eq!(counts(&comparison), [1, 0, 0, 1, 0]);
    assert_eq!(fields(&comparison), ["asPath"]);
    assert_eq!(comparison.rows[0].key, "10.1.0.0/16 65001-65001");
}

#[test]
fn rows_with_nothing_in_common_are_not_paired() {
    let comparison =
        bgp(Kind::Router, vec![heard("10.1.0.0/16", "10.0.0.4", "65001")], &[due("10.1.0.0/16", "10.0.0.9", "65009")]);
    assert_eq!(counts(&comparison), [0, 1, 1, 0, 0]);
}

#[test]
fn rows_of_one_peer_belong_together_whatever_differs() {
    let row = from("10.0.9.4", heard("10.1.0.0/16", "10.0.0.4", "65001"));
    let route = due_from("10.0.9.4", due("10.1.0.0/16", "10.0.0.9", "65009"));
    assert_eq!(fields(&bgp(Kind::Gateway, vec![row], &[route])), ["nextHop", "asPath"]);
}

#[test]
fn a_possible_row_that_was_not_printed_is_ignored() {
    let predicted = [
        possible(due("10.1.0.0/16", "10.0.0.4", "65515-65001")),
        possible(due("10.1.0.0/16", "10.0.0.4", "65515-65002")),
    ];
    let comparison = bgp(Kind::RouteServer, vec![heard("10.1.0.0/16", "10.0.0.4", "65515-65002")], &predicted);
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 1]);
    assert_eq!(reasons(&comparison), [PASSED_ON]);
}

#[test]
fn a_certain_row_takes_the_printed_one_before_a_possible_one() {
    let predicted = [possible(due("10.1.0.0/16", "?", "65001")), due("10.1.0.0/16", "10.0.0.4", "65001")];
    let comparison = bgp(Kind::Router, vec![heard("10.1.0.0/16", "10.0.0.4", "65001")], &predicted);
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 1]);
}

#[test]
fn an_instance_that_was_not_printed_is_ignored() {
    let rows = vec![at("10.0.0.4", heard("10.1.0.0/16", "10.0.0.9", "65001"))];
    let route = due("10.1.0.0/16", "10.0.0.9", "65001");
    let predicted = [due_at("10.0.0.4", route.clone()), due_at("10.0.0.5", route)];
    let comparison = bgp(Kind::Gateway, rows.clone(), &predicted);
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 1]);
    assert_eq!(reasons(&comparison), [INSTANCE]);
    let named = Options { local_addresses: vec!["10.0.0.5".parse().unwrap()], ..Options::default() };
    let comparison = compare_bgp(&table(Kind::Gateway, rows, &[]), &predicted, &named);
    assert_eq!(counts(&comparison), [0, 0, 1, 0, 2], "the named instance lacks a row, the others do not count");
}

#[test]
fn an_instance_of_a_route_server_printed_empty_is_empty() {
    let route = due("10.1.0.0/16", "10.0.0.9", "65001");
    let predicted = [due_at("10.0.0.4", route.clone()), due_at("10.0.0.5", route)];
    let row = || vec![at("10.0.0.4", heard("10.1.0.0/16", "10.0.0.9", "65001"))];
    let compare = |rows, instances: &[usize]| {
        counts(&compare_bgp(&table(Kind::RouteServer, rows, instances), &predicted, &Options::default()))
    };
    assert_eq!(compare(row(), &[1]), [1, 0, 0, 0, 1]);
    assert_eq!(compare(row(), &[1, 0]), [1, 0, 1, 0, 0]);
    assert_eq!(compare(vec![], &[0, 0]), [0, 0, 2, 0, 0]);
    assert_eq!(compare(vec![], &[0]), [0, 0, 1, 0, 1], "one of the two was printed");
    assert_eq!(counts(&bgp(Kind::Gateway, vec![], &predicted)), [0, 0, 2, 0, 0], "an empty print is a print");
}

#[test]
fn a_table_without_local_addresses_tells_its_instance_by_what_it_originates() {
    let own = BgpRow { origin: Some("Network".into()), ..from("10.0.0.4", heard("10.0.0.0/16", "", "")) };
    let mine = |local: &str| due_at(local, due_from(local, due("10.0.0.0/16", "", "")));
    let comparison = bgp(Kind::Gateway, vec![own], &[mine("10.0.0.4"), mine("10.0.0.5")]);
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 1]);
    assert_eq!(reasons(&comparison), [INSTANCE]);
}

#[test]
fn one_of_two_equal_links_may_be_missing_from_the_print() {
    let predicted = [due("10.1.0.0/16", "?", "65515"), due("10.1.0.0/16", "?", "65515")];
    let comparison = bgp(Kind::Circuit, vec![heard("10.1.0.0/16", "10.0.0.12", "65515")], &predicted);
    assert_eq!(counts(&comparison), [1, 0, 0, 0, 1]);
    assert_eq!(reasons(&comparison), [SURPLUS]);
    assert_eq!(counts(&bgp(Kind::Circuit, vec![], &predicted)), [0, 0, 2, 0, 0]);
}

#[test]
fn what_a_router_originates_has_no_next_hop_to_compare() {
    for printed in ["0.0.0.0", "10.5.2.1", ""] {
        let rows = vec![heard("10.5.2.0/24", printed, "")];
        assert_eq!(counts(&bgp(Kind::Router, rows, &[due("10.5.2.0/24", "", "")])), [1, 0, 0, 0, 0]);
    }
    let learned = vec![heard("10.5.2.0/24", "10.0.0.9", "")];
    let comparison = bgp(Kind::Router, learned, &[due("10.5.2.0/24", "10.0.0.8", "")]);
    assert_eq!(fields(&comparison), ["nextHop"], "an empty path from an iBGP peer is not originated");
}

#[test]
fn the_best_row_is_not_compared() {
    let best = BgpRow { best: true, ..heard("10.1.0.0/16", "10.0.0.4", "65001") };
    assert_eq!(counts(&bgp(Kind::Router, vec![best], &[due("10.1.0.0/16", "10.0.0.4", "65001")])), [1, 0, 0, 0, 0]);
}

#[test]
fn incomplete_origins_count_as_igp_and_others_differ() {
    let row = |origin: &str| BgpRow { origin: Some(origin.into()), ..heard("10.1.0.0/16", "10.0.0.4", "65001") };
    let route = PredictedBgp { origin: "Igp", ..due("10.1.0.0/16", "10.0.0.4", "65001") };
    assert_eq!(counts(&bgp(Kind::Gateway, vec![row("Incomplete")], std::slice::from_ref(&route))), [1, 0, 0, 0, 0]);
    assert_eq!(fields(&bgp(Kind::Gateway, vec![row("EBgp")], &[route])), ["origin"]);
}

#[test]
fn weights_are_compared_where_they_are_predicted() {
    let row = BgpRow { weight: Some(32769), ..heard("10.1.0.0/16", "10.0.0.4", "65001") };
    let route = |weight| PredictedBgp { weight, ..due("10.1.0.0/16", "10.0.0.4", "65001") };
    assert_eq!(counts(&bgp(Kind::Gateway, vec![row.clone()], &[route(None)])), [1, 0, 0, 0, 0]);
    assert_eq!(fields(&bgp(Kind::Gateway, vec![row], &[route(Some(32768))])), ["weight"]);
}

#[test]
fn ipv6_and_masked_prefixes_are_ignored() {
    use crate::exchange::capture::CapturedPrefix;
    let with = |network| BgpRow { network, ..heard("10.1.0.0/16", "10.0.0.4", "65001") };
    let rows = vec![
        with(CapturedPrefix::V6("fd00::/16".parse().unwrap())),
        with(CapturedPrefix::Masked("<PUBLIC_IP>/14".into())),
    ];
    assert_eq!(reasons(&bgp(Kind::Gateway, rows, &[])), [IPV6, MASKED]);
    let row = EffectiveRow {
        prefixes: vec![CapturedPrefix::V6("fd00::/16".parse().unwrap()), CapturedPrefix::Masked("<IP>/14".into())],
        ..learned("10.0.0.0/8", &[])
    };
    assert_eq!(reasons(&effective(vec![row], &[])), [IPV6, MASKED]);
}

#[test]
fn a_row_is_called_by_its_prefix_or_by_prefix_and_path() {
    let comparison = bgp(Kind::Circuit, vec![heard("10.60.0.0/16", "10.0.0.4", "65514-65514")], &[]);
    let row = &comparison.rows[0];
    for name in ["10.60.0.0/16", "10.60.0.0/16 65514-65514", "10.60.0.0/16  65514 65514"] {
        assert!(row.is_called(name), "{name}");
    }
    assert!(!row.is_called("10.60.0.0/16 65514"));
    assert!(!row.is_called("10.60.0.0/17"));
}
