//! Templates that would take the stack, the memory or the time, were there no limits.

use super::*;
use proptest::prelude::*;

fn with_variables(variables: Value, expression: &str) -> Found {
    read_here(&json!({
        "variables": variables,
        "resources": [
            { "type": "Microsoft.Network/virtualNetworks", "name": "n", "properties": { "value": expression } },
            network("behind")
        ]
    }))
}

#[test]
fn an_expression_nested_ten_thousand_deep_is_refused() {
    for (open, close) in [("concat(", ")"), ("createArray(1)[", "]")] {
        let value = value_of(&format!("[{}0{}]", open.repeat(1_000), close.repeat(1_000)));
        assert_eq!(why(&value).split(", in").next().unwrap(), "the expression is nested more than 80 deep");
        let value = value_of(&format!("[{}0{}]", open.repeat(10_000), close.repeat(10_000)));
        assert!(why(&value).starts_with("the expression is longer than 24576 characters"));
    }
}

#[test]
fn a_long_way_of_properties_takes_no_stack() {
    let value = value_of(&format!("[json('1'){}]", ".a".repeat(10_000)));
    assert!(why(&value).starts_with("an object is needed where a number is given"), "{}", why(&value));
}

#[test]
fn variables_that_name_one_another_ten_thousand_deep_are_refused() {
    let chain = (0..10_000).map(|index| (format!("v{index}"), json!(format!("[variables('v{}')]", index + 1))));
    let found = with_variables(chain.collect(), "[variables('v0')]");
    assert!(
        why(&body(&found, "n")["properties"]["value"])
            .starts_with("values or expressions are nested more than 160 deep")
    );
    assert_eq!(found.resources.len(), 2);
}

#[test]
fn a_value_that_grows_deeper_with_each_variable_is_cut() {
    let chain =
        (1..400).map(|index| (format!("v{index}"), json!(format!("[createArray(variables('v{}'))]", index - 1))));
    let mut variables: serde_json::Map<String, Value> = chain.collect();
    variables.insert("v0".into(), json!(0));
    let resources = (0..10).map(|index| {
        let value = format!("[variables('v{}')]", index * 40 + 39);
        json!({ "type": "Microsoft.Network/virtualNetworks", "name": format!("n{index}"), "tags": value })
    });
    let found = read_here(&json!({ "variables": variables, "resources": resources.collect::<Vec<_>>() }));
    let innermost = |name| {
        let mut at = (&body(&found, name)["tags"], 0);
        while let Some(inside) = at.0.get(0) {
            at = (inside, at.1 + 1);
        }
        at
    };
    assert_eq!(innermost("n0"), (&json!(0), 39));
    let (cut, depth) = innermost("n9");
    assert!(why(cut).contains("nested more than 160 deep") && depth < 160, "{depth}");
}

#[test]
fn text_that_doubles_with_each_variable_stops_the_reading_with_one_mistake() {
    for way in [
        "[concat(variables('V'), variables('V'))]",
        "[format('{0}{0}', variables('V'))]",
        "[createArray(variables('V'), variables('V'))]",
    ] {
        let mut variables: serde_json::Map<String, Value> =
            (1..40).map(|index| (format!("v{index}"), json!(way.replace('V', &format!("v{}", index - 1))))).collect();
        variables.insert("v0".into(), json!("ha"));
        let found = with_variables(variables.into(), "[variables('v39')]");
        assert_eq!(
            mistakes(&found),
            [".resources[0]: the values that this template makes come to more than 128 MB"],
            "{way}"
        );
        assert!(found.resources.is_empty());
    }
}

#[test]
fn copies_of_copies_stop_the_reading_with_one_mistake() {
    let count = json!({ "name": "c", "count": 800 });
    let inner = json!({ "resources": [{ "type": "Microsoft.Network/routeTables", "name": "rt", "copy": count, "condition": false }] });
    let nest = |template: Value| {
        json!({ "resources": [{
            "type": "Microsoft.Resources/deployments", "name": "d", "copy": count, "properties": { "template": template }
        }] })
    };
    let found = read_here(&nest(nest(inner)));
    assert_eq!(found.mistakes.len(), 1);
    assert!(found.mistakes[0].message.starts_with("the values that this template makes come to more than"));
}

#[test]
fn a_billion_copies_are_a_mistake() {
    for count in ["1000000000", "-1"] {
        let count: i64 = count.parse().unwrap();
        let mut resource = network("n");
        resource["copy"] = json!({ "name": "c", "count": count });
        let found = read_here(&json!({ "resources": [resource, network("behind")] }));
        let message = format!(
            ".resources[0].copy: the number of copies of this resource cannot be worked out: \
             a `copy` has the count {count}; Azure takes 0 to 800"
        );
        assert_eq!(mistakes(&found), [message]);
        assert_eq!(found.resources.len(), 1);
    }
    for expression in ["[range(0, 1000000000)]", "[range(9223372036854775807, 2)]"] {
        assert!(why(&value_of(expression)).starts_with("`range` takes a count of 0 to 10000"));
    }
    let found = with_variables(json!({}), "[padLeft('', 9223372036854775807)]");
    assert_eq!(found.mistakes.len(), 1);
}

#[test]
fn deployments_that_take_one_anothers_outputs_in_a_circle_are_unknown() {
    let deployment = |name: &str, other: &str| {
        json!({
            "type": "Microsoft.Resources/deployments",
            "name": name,
            "properties": {
                "expressionEvaluationOptions": { "scope": "inner" },
                "parameters": { "p": { "value": format!("[reference('{other}').outputs.o.value]") } },
                "template": {
                    "parameters": { "p": {} },
                    "resources": [{ "type": "Microsoft.Network/virtualNetworks", "name": name, "tags": "[parameters('p')]" }],
                    "outputs": { "o": { "value": "[parameters('p')]" } }
                }
            }
        })
    };
    let found = read_here(&json!({ "resources": [deployment("a", "b"), deployment("b", "a")] }));
    assert!(why(&body(&found, "a")["tags"]).contains("is made of itself"));
    assert!(why(&body(&found, "b")["tags"]).contains("is made of itself"));
}

#[test]
fn documents_of_any_shape_are_read_without_a_panic() {
    let shapes = [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!({ "resources": 1 }),
        json!({ "resources": [1, null, [], {}] }),
    ];
    for shape in &shapes {
        let found = read_here(shape);
        assert!(found.resources.is_empty() && !found.mistakes.is_empty(), "{shape}");
        assert_eq!(parameters(shape), []);
    }
    for shape in &shapes {
        let resource = json!({
            "type": "Microsoft.Resources/deployments", "name": shape, "copy": shape, "condition": true,
            "properties": { "template": { "resources": shape }, "parameters": shape }
        });
        read_here(
            &json!({ "parameters": shape, "variables": shape, "resources": [resource, { "type": shape, "name": shape }] }),
        );
    }
}

#[test]
fn every_kind_of_nesting_at_once_stays_within_the_stack() {
    let nested = |value: Value| (0..30).fold(value, |value, _| json!({ "a": [value] }));
    let name = |index: usize| format!("v{index}");
    let copy = |index: usize| {
        let input = nested(json!(format!("[if(true(), createObject('a', variables('{}')), 0)]", name(index + 1))));
        json!({ "copy": [{ "name": "c", "count": 1, "input": input }] })
    };
    let variables: serde_json::Map<String, Value> = (0..9).map(|index| (name(index), copy(index))).collect();
    let module = |inside: Value| {
        let options = json!({ "scope": "inner" });
        let template = json!({ "variables": variables, "resources": [inside] });
        json!({
            "type": "Microsoft.Resources/deployments", "name": "d",
            "properties": { "expressionEvaluationOptions": options, "template": template }
        })
    };
    let mut innermost = network("deep");
    innermost["tags"] = json!("[variables('v0')]");
    let found = read_here(&module((0..25).fold(innermost, |inside, _| module(inside)))["properties"]["template"]);
    assert_eq!(mistakes(&found), [""; 0]);
    assert!(body(&found, "deep")["tags"].to_string().contains("nested more than 160 deep"));
}

#[test]
fn a_large_template_is_read_to_its_end_when_nothing_in_it_is_made() {
    let large = |index: usize| {
        let mut network = network(&format!("n{index}"));
        network["properties"] = json!({ "values": vec![true; 2_000] });
        network
    };
    let found = read_here(&json!({ "resources": (0..600).map(large).collect::<Vec<_>>() }));
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(found.resources.len(), 600);
}

proptest! {
    #[test]
    fn any_text_in_brackets_gives_a_value_or_a_reason(text in "\\[([a-z]{1,3}|concat\\(|format\\('|split\\(|variables\\('Tags'\\)|take\\(|[0-9]|[-+(){}\\[\\]'.,: \u{e4}\u{0}]){0,12}\\]") {
        let found = with_variables(json!({}), &text);
        prop_assert_eq!(found.resources.len(), 2);
    }

    #[test]
    fn any_arguments_give_a_value_a_reason_or_one_mistake(function in "[a-z]{3,16}|substring|padLeft|cidrSubnet|cidrHost|range|take|skip|format|split|json", numbers in prop::collection::vec(any::<i64>(), 0..4)) {
        let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
        for first in ["", "'\u{e4}/{0:D9}', ", "'10.0.0.0/8', ", "createArray('a', 1), ", "createObject('a', 1), "] {
            let arguments = format!("{first}{}", numbers.join(", "));
            let found = with_variables(json!({}), &format!("[{function}({})]", arguments.trim_end_matches(", ")));
            prop_assert_eq!(found.resources.len() + 2 * found.mistakes.len(), 2);
        }
    }
}
