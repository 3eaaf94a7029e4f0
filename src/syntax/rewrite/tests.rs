//! What is written where the trees differ, case by case; `laws` holds for all of them.

mod laws;

use super::*;
use crate::source::{FileId, Span};
use crate::syntax::tree::Key;

fn node(kind: Kind) -> Node {
    Node { kind, span: Span { file: FileId(9), start: 7, end: 3 } }
}

fn tree(text: &str) -> Node {
    read(text).unwrap_or_else(|| panic!("no YAML:\n{text}"))
}

/// The text after it was made to read as the other.
fn made(text: &str, new: &str) -> String {
    rewrite(text, &tree(text), &tree(new)).unwrap_or_else(|refusal| panic!("{refusal:?}\n{text}"))
}

fn refused(text: &str, new: &str) -> NotRewritable {
    rewrite(text, &tree(text), &tree(new)).unwrap_err()
}

#[test]
fn what_stays_the_same_stays_as_it_was_written() {
    let text = "# head\nrsctl: 1\n\nvnets:   # all\n  'a': {b: \"c\",d: [ x,y ]}  # odd\n";
    assert_eq!(made(text, "rsctl: 1\nvnets: { a: { d: [x, y], b: c } }\n"), text);
}

#[test]
fn a_changed_value_leaves_the_rest_of_its_line() {
    let text = "a:   10.0.0.0/8   # why\nb: { c: 1,  d: \"x\" }  # and\nc:\n  - x # first\n  - y\n";
    assert_eq!(
        made(text, "a: 10.0.0.0/9\nb: { c: 1, d: z }\nc: [x2, y]\n"),
        "a:   10.0.0.0/9   # why\nb: { c: 1,  d: z }  # and\nc:\n  - x2 # first\n  - y\n"
    );
}

#[test]
fn an_entry_goes_with_the_comment_above_it() {
    let text = "a:\n  # about b\n  # still\n  b: 1\n\n  # alone\n\n  # about c\n  c: { d: 1 }\n  e:\n    f: 1\n    # end of e\n  g: 1\n";
    assert_eq!(made(text, "a: { c: { d: 1 }, g: 1 }"), "a:\n\n  # alone\n\n  # about c\n  c: { d: 1 }\n  g: 1\n");
    assert_eq!(
        made(text, "a: { b: 1, e: { f: 1 } }"),
        "a:\n  # about b\n  # still\n  b: 1\n\n  # alone\n\n  e:\n    f: 1\n    # end of e\n"
    );
}

#[test]
fn a_new_entry_stands_behind_the_one_before_it() {
    let text = "r: 1\nvnets:\n  a:\n    s: { x: 1 }  # s\n  # about c\n  c:\n    s: { x: 1 }\nz: 1\n";
    assert_eq!(
        made(
            text,
            "r: 1\nvnets: { a: { s: { x: 1 } }, b: { s: { x: 2, w: [1, 2] }, t: 3 }, c: { s: { x: 1 } } }\nz: 1"
        ),
        "r: 1\nvnets:\n  a:\n    s: { x: 1 }  # s\n  b:\n    s: { x: 2, w: [1, 2] }\n    t: 3\n  # about c\n  c:\n    s: { x: 1 }\nz: 1\n"
    );
    assert_eq!(
        made(text, "r: 1\nvnets: { m: { t: 1 }, a: { s: { x: 1 } }, c: { s: { x: 1 } } }\nz: 1"),
        "r: 1\nvnets:\n  m:\n    t: 1\n  a:\n    s: { x: 1 }  # s\n  # about c\n  c:\n    s: { x: 1 }\nz: 1\n"
    );
}

#[test]
fn brackets_lose_and_gain_entries_with_their_commas() {
    for (old, new, written) in [
        ("a: { x: 1, y: 2, z: 3 }", "a: { x: 1, z: 3 }", "a: { x: 1, z: 3 }"),
        ("a: { x: 1, y: 2 }", "a: { x: 1 }", "a: { x: 1 }"),
        ("a: { x: 1, y: 2 }", "a: { y: 2 }", "a: { y: 2 }"),
        ("a: {x: 1,y: 2}", "a: { w: 0, x: 1, y: 2, z: 3 }", "a: {w: 0, x: 1,y: 2, z: 3}"),
        ("a: [x, y, z]", "a: [y]", "a: [y]"),
        ("a: [x, y, z]", "a: [x]", "a: [x]"),
        ("a: [ x, y, ]", "a: [x, y, z]", "a: [ x, y, z, ]"),
        ("a: [ x, y, ]", "a: [x]", "a: [ x, ]"),
        ("a: [x]", "a: []", "a: []"),
        ("a: []", "a: [x, y]", "a: [x, y]"),
        ("a: { x: , y: 1 }", "a: { x: 2, y: 1 }", "a: { x: 2, y: 1 }"),
        ("a: [{ x: 1 }, { y: 1, q: [r] }]", "a: [{ y: 2, q: [r, s] }]", "a: [{ y: 2, q: [r, s] }]"),
    ] {
        assert_eq!(made(old, new), written, "{old} to {new}");
    }
}

#[test]
fn brackets_over_several_lines_keep_the_lines_of_what_stays() {
    let text = "a: [\n  x, # one\n  # about y\n  y,\n  z  # last\n]\nb: 1\n";
    assert_eq!(made(text, "a: [x, z]\nb: 1"), "a: [\n  x, # one\n  z  # last\n]\nb: 1\n");
    assert_eq!(made(text, "a: [x, y]\nb: 1"), "a: [\n  x, # one\n  # about y\n  y\n]\nb: 1\n");
    assert_eq!(
        made(text, "a: [w, x, v, y, z, q]\nb: 1"),
        "a: [\n  w,\n  x, # one\n  v,\n  # about y\n  y,\n  z,  # last\n  q\n]\nb: 1\n"
    );
}

#[test]
fn a_file_of_json_stays_json() {
    let text = "{\n  \"a\": {\n    \"b\": \"c\",\n    \"d\": [1, 2]\n  }\n}\n";
    let new = made(text, "a: { b: e, d: [1], f: { g: [x], h: true } }\ni: [y]\n");
    assert_eq!(
        new,
        "{\n  \"a\": {\n    \"b\": \"e\",\n    \"d\": [1],\n    \"f\": { \"g\": [\"x\"], \"h\": true }\n  },\n  \"i\": [\"y\"]\n}\n"
    );
    assert!(serde_json::from_str::<serde_json::Value>(&new).is_ok());
}

#[test]
fn a_value_becomes_a_map_and_back() {
    let short = "vnets:\n  h:\n    subnets:\n      app: 10.0.0.0/24  # small\n      db: 10.0.1.0/24\n";
    let long = "vnets:\n  h:\n    subnets:\n      app: { prefix: 10.0.0.0/24, route_table: x }  # small\n      db: 10.0.1.0/24\n";
    assert_eq!(made(short, long), long);
    assert_eq!(made(long, short), short);
    let block = "nvas: # all\n  fw:\n    # inside\n    ip: 1\n  g: 1\n";
    assert_eq!(made(block, "nvas: { fw: x, g: 1 }"), "nvas: # all\n  fw: x\n  g: 1\n");
    assert_eq!(
        made("nvas: # all\n  fw: x # y\n", "nvas: { fw: { a: { b: { c: 1 } } } }"),
        "nvas: # all\n  fw: # y\n    a: { b: { c: 1 } }\n".replace("a: { b: { c: 1 } }", "a:\n      b: { c: 1 }")
    );
}

#[test]
fn a_section_is_emptied_and_filled() {
    let text = "a: 1\nnvas:  # none yet\nsites:\n  # old\n  s: { asn: 1 }\n";
    assert_eq!(
        made(text, "a: 1\nnvas: { fw: { ip: 1 } }\nsites: {}"),
        "a: 1\nnvas:  # none yet\n  fw: { ip: 1 }\nsites: {}\n"
    );
    assert_eq!(
        made("vnets: {}\nb: 1\n", "vnets: { a: { b: { c: { d: 1 } } } }\nb: 1"),
        "vnets:\n  a:\n    b:\n      c: { d: 1 }\nb: 1\n"
    );
}

#[test]
fn a_new_section_comes_at_the_end() {
    let text = "rsctl: 1\nvnets:\n  a: { x: 1 }\n# end";
    assert_eq!(
        made(
            text,
            "rsctl: 1\nas_of: 2026-01-01\nnvas: { fw: { ip: 1 } }\nvnets: { a: { x: 1 } }\npeerings: [{ between: [a, b] }]"
        ),
        "rsctl: 1\nas_of: 2026-01-01\nvnets:\n  a: { x: 1 }\n# end\nnvas:\n  fw: { ip: 1 }\npeerings:\n  - { between: [a, b] }"
    );
    assert_eq!(made("# nothing\n", "rsctl: 1\nvnets: { a: { x: 1 } }"), "# nothing\nrsctl: 1\nvnets:\n  a: { x: 1 }\n");
    assert_eq!(made("", "rsctl: 1"), "rsctl: 1\n");
    assert_eq!(made("---\n", "rsctl: 1"), "---\nrsctl: 1\n");
    assert_eq!(made("---\na: 1\n...\n# after\n", "a: 1\nb: [1]"), "---\na: 1\nb: [1]\n...\n# after\n");
    assert_eq!(made("a: 1\n\nb:\n  c: 1\n", "a: 1\nb: { c: 1 }\nd: { e: 1 }"), "a: 1\n\nb:\n  c: 1\n\nd:\n  e: 1\n");
}

#[test]
fn items_of_maps_behind_dashes_change_key_by_key() {
    let text = "p:\n  - nva: a\n    # why\n    name: b\n  # about c\n  - nva: c\n    x: 1\n    y: 2\n";
    assert_eq!(made(text, "p: [{ name: b }, { y: 2 }]"), "p:\n  -\n    # why\n    name: b\n  # about c\n  - y: 2\n");
    assert_eq!(
        made(text, "p: [{ q: 1, nva: a, name: b }, { z: 1, y: 2 }]"),
        "p:\n  - q: 1\n    nva: a\n    # why\n    name: b\n  # about c\n  - z: 1\n    y: 2\n"
    );
    assert_eq!(made(text, "p: [{ nva: c, x: 1, y: 3 }]"), "p:\n  # about c\n  - nva: c\n    x: 1\n    y: 3\n");
    assert_eq!(
        made(text, "p: [{ nva: a, name: b }, { nva: n, name: m }, { nva: c, x: 1, y: 2 }]"),
        "p:\n  - nva: a\n    # why\n    name: b\n  - nva: n\n    name: m\n  # about c\n  - nva: c\n    x: 1\n    y: 2\n"
    );
}

#[test]
fn an_item_is_paired_with_the_one_it_shares_most_with() {
    let text = "p:\n  # a\n  - { between: [h, a], f: 1 }\n  # b\n  - { between: [h, b], f: 1 }\n";
    assert_eq!(made(text, "p: [{ between: [h, b], f: 2 }]"), "p:\n  # b\n  - { between: [h, b], f: 2 }\n");
}

#[test]
fn lists_stand_at_the_column_where_the_file_has_them() {
    let text = "a:\n- x: 1\n  y: 2\nb:\n  c: 1\n";
    let new = "a: [{ x: 1, y: 2 }, { x: 3 }]\nb: { c: 1 }\nd: [{ q: { r: [{ s: 1 }] } }]";
    assert_eq!(made(text, new), "a:\n- x: 1\n  y: 2\n- x: 3\nb:\n  c: 1\nd:\n- q:\n    r: [{ s: 1 }]\n");
    assert_eq!(
        made("a:\n    b: 1\n", "a: { b: { c: { d: { e: 1 } } } }"),
        "a:\n    b:\n        c:\n            d: { e: 1 }\n"
    );
}

#[test]
fn long_values_are_broken_into_lines() {
    let items: Vec<String> = (0..20).map(|index| format!("10.0.{index}.0/24")).collect();
    let new = format!("n: {{ b: 1, a: {{ l: [{}], k: 1 }} }}", items.join(", "));
    let lines: String = items.iter().map(|item| format!("      - {item}\n")).collect();
    assert_eq!(made("n:\n  b: 1\n", &new), format!("n:\n  b: 1\n  a:\n    l:\n{lines}    k: 1\n"));
}

#[test]
fn an_alias_of_a_value_is_written_out_where_it_alone_changes() {
    let text = "a: &x 1\nb: *x\nc: *x # c\n";
    assert_eq!(made(text, "a: 2\nb: 2\nc: 2"), "a: &x 2\nb: *x\nc: *x # c\n");
    assert_eq!(made(text, "a: 1\nb: 1\nc: 3"), "a: &x 1\nb: *x\nc: 3 # c\n");
    assert_eq!(made(text, "a: 2\nb: 1\nc: 1"), "a: &x 2\nb: 1\nc: 1 # c\n");
}

#[test]
fn an_entry_of_its_own_goes_before_a_merge_key() {
    let text = "a: &x { k: 1, l: 2 }\nb: { <<: *x, k: 3 }\nc:\n  <<: *x\n  m: 1\n";
    assert_eq!(
        made(text, "a: { k: 1, l: 5 }\nb: { k: 3, l: 5 }\nc: { k: 1, l: 2, m: 1 }"),
        "a: &x { k: 1, l: 5 }\nb: { <<: *x, k: 3 }\nc:\n  <<: *x\n  l: 2\n  m: 1\n"
    );
    let refusal = refused(text, "a: { k: 1, l: 2 }\nb: { k: 3, l: 2 }\nc: { k: 1, m: 1 }");
    assert_eq!(refusal.message, "`c.l` comes from a merge key (`<<`), and only here it has to go");
}

#[test]
fn an_alias_of_a_map_that_changes_alone_is_refused_by_name() {
    let text = "v:\n  a: { subnets: &s { x: 1 } }\n  b: { subnets: *s }\n";
    assert_eq!(made(text, "v: { a: { subnets: { x: 2 } }, b: { subnets: { x: 2 } } }"), text.replace("x: 1", "x: 2"));
    let refusal = refused(text, "v: { a: { subnets: { x: 1 } }, b: { subnets: { x: 2 } } }");
    assert_eq!(
        refusal.message,
        "`v.b.subnets` is the alias `*s`, and what that stands for does not change along with it"
    );
    assert_eq!(refusal.help, "write the value out in place of `*s`, and import again");
    let refusal = refused(text, "v: { b: { subnets: { x: 1 } } }");
    assert_eq!(refusal.message, "`v.a` has to go, but other entries use its anchor `&s`");
}

#[test]
fn rare_yaml_is_refused_and_never_written_wrong() {
    for (text, line) in [
        ("a: 1\n? b\n: 2\n", 2),
        ("--- { a: 1, b: 2 }\n", 1),
        ("a: 1\n\n# c\n&x b: 2\n", 4),
        ("a: 1\nb: [\n  1,\n  x: 2 ]\n", 4),
    ] {
        let refusal = refused(text, "a: 1\nb: 3");
        assert_eq!(
            refusal.message,
            format!("line {line} is written in a way that cannot be changed in place"),
            "{text}"
        );
    }
}

#[test]
fn every_kind_of_scalar_is_replaced_whole() {
    for old in [
        "'it''s'",
        "\"a \\\" # b\"",
        "|\n    x\n\n    # y\n",
        "plain\n    and more",
        "\"over\n    lines\"",
        "!!str 5",
        "# c\n    x",
        "",
    ] {
        let text = format!("a:\n  v: {old}\n  w: 1\n");
        let new = made(&text, "a: { v: 10.0.0.0/8, w: 1 }");
        assert!(alike(&tree(&new), &tree("a: { v: 10.0.0.0/8, w: 1 }")), "{new}");
        assert!(new.ends_with("\n  w: 1\n") && new.starts_with("a:\n  v:"), "{new}");
    }
}

#[test]
fn words_that_would_be_read_otherwise_are_quoted() {
    for text in ["null", "~", "", "a: b", "*", "- x", "#", "2001:db8::/32", "ä", "[", "a\"b\\", "\u{7}", "x ", "..."] {
        let scalar = |quoted| node(Kind::Scalar { text: text.into(), quoted });
        let map = |value| node(Kind::Map(vec![(Key { text: "k".into(), span: node(Kind::Null).span }, value)]));
        for new in [map(scalar(false)), map(node(Kind::List(vec![scalar(true)])))] {
            let old = "k: x\n";
            match rewrite(old, &tree(old), &new) {
                Ok(written) => assert!(alike(&tree(&written), &new), "{written}"),
                Err(refusal) => assert!(refusal.message.contains("`k`"), "{text}: {refusal:?}"),
            }
        }
    }
    assert_eq!(
        made("c: [65001:7]\n", "c: [65001:7, 65001:8, no-export, \"2001:db8::/32\"]"),
        "c: [65001:7, 65001:8, no-export, \"2001:db8::/32\"]\n"
    );
    assert_eq!(made("a: \"1\"\nb: \"x\"\n", "a: 1\nb: x"), "a: 1\nb: \"x\"\n");
}

#[test]
fn line_breaks_and_the_end_of_the_file_stay_as_they_are() {
    let text = "\u{feff}a:\r\n  b: 1\r\n  c: 1\r\nd: 1";
    assert_eq!(
        made(text, "a: { b: 2, e: { f: { g: 1 } } }\nd: 1\nh: { i: 1 }"),
        "\u{feff}a:\r\n  b: 2\r\n  e:\r\n    f: { g: 1 }\r\nd: 1\r\nh:\r\n  i: 1"
    );
    assert_eq!(made("a: 1\nb: 2", "a: 1"), "a: 1");
    assert_eq!(made("a: 1\nb: 2\n", "b: 2"), "b: 2\n");
    assert_eq!(made("a: 1\n\nb: 2\n", "a: 1"), "a: 1\n");
}

#[test]
fn marks_come_and_go_without_a_trace() {
    let text = "a:\r\n  b:\r\n    - { c: 1 }\r\n    - d: { e: 1 }\r\n      # BLANK is no mark\r\n      f: [\r\n        x ]\r\n";
    let mark = |path: &[&str], text: &str| Mark {
        path: path.iter().map(|step| (*step).to_owned()).collect(),
        text: text.into(),
    };
    let marks = [
        mark(&["a"], "GUESS: the\nfirst"),
        mark(&["a", "b", "0", "c"], "BLANK: two"),
        mark(&["a", "b", "1", "d", "e"], "BLANK: three"),
        mark(&["a", "b", "1", "f", "0"], "GUESS: four"),
        mark(&["a", "b", "7"], "GUESS: five"),
        mark(&["q"], "GUESS: six"),
    ];
    let marked = with_marks(text, &tree(text), &marks);
    assert_eq!(
        marked,
        "# GUESS: the first\r\n# GUESS: six\r\na:\r\n  # GUESS: five\r\n  b:\r\n    # BLANK: two\r\n    - { c: 1 }\r\n    # BLANK: three\r\n    \
         - d: { e: 1 }\r\n      # BLANK is no mark\r\n      f: [\r\n        # GUESS: four\r\n        x ]\r\n"
    );
    assert_eq!(without_marks(&marked), text);
}

#[test]
fn marks_stay_out_of_text_that_goes_over_lines() {
    let text = "a: { b: \"x\n  y\", c: 1 }\n";
    let marks = [Mark { path: vec!["a".into(), "c".into()], text: "GUESS: c".into() }];
    assert_eq!(with_marks(text, &tree(text), &marks), format!("# GUESS: c\n{text}"));
    let text = "a: |\n  # GUESS: this is text\nb: \"\n  # BLANK: too\"\n# GUESS: this is none\n";
    assert_eq!(without_marks(text), text.replace("# GUESS: this is none\n", ""));
}

#[test]
fn a_topology_grows_in_its_own_style() {
    let text = "\
# Our hub
rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets:
      GatewaySubnet: 10.0.0.0/24
      nva: { prefix: 10.0.1.0/24, route_table: rt }  # firewalls
    route_server:
      name: rs
      peers: [fw1]
  # the shop
  spoke1: { address_space: 10.1.0.0/16, subnets: { app: 10.1.0.0/24 } }
peerings:
  - { hub: hub, spoke: spoke1 }
route_tables:
  rt:
    routes:
      all: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 }
nvas:
  fw1:
    subnet: hub/nva
    ip: 10.0.1.4
    asn: 65001
    advertises:
      - { prefix: 0.0.0.0/0 }
";
    let new = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16, 10.9.0.0/16]
    subnets: { GatewaySubnet: { prefix: 10.0.0.0/24, route_table: gw }, nva: { prefix: 10.0.1.0/24, route_table: rt }, db: 10.0.2.0/24 }
    route_server: { name: rs, branch_to_branch: true, peers: [fw1, { nva: fw2, name: second }] }
    vpn_gateway: { name: gw, instance_addresses: [10.0.0.4, 10.0.0.5] }
  spoke1: { address_space: 10.1.0.0/16, subnets: { app: 10.1.0.0/24 } }
  spoke2: { address_space: 10.2.0.0/16, subnets: { app: { prefix: 10.2.0.0/24, route_table: rt }, database: { prefix: 10.2.1.0/24, route_table: rt } } }
peerings: [{ hub: hub, spoke: spoke1 }, { between: [hub, spoke2], allow_forwarded_traffic: true }]
route_tables:
  rt: { routes: { all: { prefix: 0.0.0.0/0, next_hop: 10.0.1.5 } } }
  gw: { bgp_route_propagation: false, routes: { spokes: { prefix: 10.0.0.0/8, next_hop: 10.0.1.4 } } }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [{ prefix: 0.0.0.0/0 }, { prefix: 10.0.0.0/8, as_path: [65001, 65010] }] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [0.0.0.0/0] }
sites:
  branch: { asn: 65010, prefixes: [192.168.0.0/16], vpn: { gateway: hub } }
";
    let grown = "\
# Our hub
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16, 10.9.0.0/16]
    subnets:
      GatewaySubnet: { prefix: 10.0.0.0/24, route_table: gw }
      nva: { prefix: 10.0.1.0/24, route_table: rt }  # firewalls
      db: 10.0.2.0/24
    route_server:
      name: rs
      branch_to_branch: true
      peers: [fw1, { nva: fw2, name: second }]
    vpn_gateway:
      name: gw
      instance_addresses: [10.0.0.4, 10.0.0.5]
  # the shop
  spoke1: { address_space: 10.1.0.0/16, subnets: { app: 10.1.0.0/24 } }
  spoke2:
    address_space: 10.2.0.0/16
    subnets:
      app: { prefix: 10.2.0.0/24, route_table: rt }
      database: { prefix: 10.2.1.0/24, route_table: rt }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { between: [hub, spoke2], allow_forwarded_traffic: true }
route_tables:
  rt:
    routes:
      all: { prefix: 0.0.0.0/0, next_hop: 10.0.1.5 }
  gw:
    bgp_route_propagation: false
    routes:
      spokes: { prefix: 10.0.0.0/8, next_hop: 10.0.1.4 }
nvas:
  fw1:
    subnet: hub/nva
    ip: 10.0.1.4
    asn: 65001
    advertises:
      - { prefix: 0.0.0.0/0 }
      - { prefix: 10.0.0.0/8, as_path: [65001, 65010] }
  fw2:
    subnet: hub/nva
    ip: 10.0.1.5
    asn: 65001
    advertises:
      - 0.0.0.0/0
sites:
  branch:
    asn: 65010
    prefixes: [192.168.0.0/16]
    vpn: { gateway: hub }
";
    assert_eq!(made(text, new), grown);
}
