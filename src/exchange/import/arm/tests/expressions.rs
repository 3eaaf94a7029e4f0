//! Expressions: what they come to, and what is said of those that cannot be worked out.

use super::*;

#[track_caller]
fn comes_to(cases: &[(&str, Value)]) {
    for (expression, value) in cases {
        assert_eq!(value_of(expression), *value, "{expression}");
    }
}

#[test]
fn brackets_make_an_expression_and_a_double_bracket_a_text() {
    comes_to(&[
        ("[toUpper('a')]", json!("A")),
        ("[[toUpper('a')]", json!("[toUpper('a')]")),
        ("[a] and more", json!("[a] and more")),
        ("[", json!("[")),
        ("plain", json!("plain")),
        ("[ concat( 'it''s', ' ' , 'x' ) ]", json!("it's x")),
        ("['']", json!("")),
        ("[-7]", json!(-7)),
    ]);
}

#[test]
fn names_are_found_whatever_their_case() {
    comes_to(&[
        ("[CONCAT(Parameters('NAME'), '-1')]", json!("hub-1")),
        ("[variables('tags').OWNER]", json!("net")),
        ("[variables('tags')['owner']]", json!("net")),
    ]);
}

#[test]
fn properties_and_elements_are_reached() {
    comes_to(&[
        ("[variables('Tags').list[2]]", json!(3)),
        ("[createObject('a', createArray('x', 'y')).a[add(0, 1)]]", json!("y")),
        ("[tryGet(variables('Tags'), 'none', 'deeper')]", json!(null)),
        ("[tryGet(variables('Tags'), 'list', 0)]", json!(1)),
        ("[variables('squares')]", json!([0, 1, 4])),
    ]);
}

#[test]
fn functions_of_truth_stop_where_the_answer_is_clear() {
    comes_to(&[
        ("[if(equals(parameters('name'), 'hub'), 'yes', parameters('missing'))]", json!("yes")),
        ("[or(true(), parameters('missing'))]", json!(true)),
        ("[and(false(), parameters('missing'))]", json!(false)),
        ("[and(true(), not(false()))]", json!(true)),
        ("[coalesce(parameters('optional'), null(), 'default')]", json!("default")),
        ("[equals('A', 'a')]", json!(false)),
        ("[bool('True')]", json!(true)),
    ]);
}

#[test]
fn functions_of_text() {
    comes_to(&[
        ("[format('{0}/{1:D3}{{{2}}}', 'a', 7, true())]", json!("a/007{True}")),
        ("[toLower('ÄB')]", json!("äb")),
        ("[replace('a-b-c', '-', '')]", json!("abc")),
        ("[split('a,b;c', createArray(',', ';'))]", json!(["a", "b", "c"])),
        ("[split('10.0.0.0/16', '/')[1]]", json!("16")),
        ("[join(createArray('a', 1), '; ')]", json!("a; 1")),
        ("[substring('router', 0, 5)]", json!("route")),
        ("[substring('router', 4)]", json!("er")),
        ("[startsWith('Hub', 'hu')]", json!(true)),
        ("[endsWith('hub', 'x')]", json!(false)),
        ("[trim('  a ')]", json!("a")),
        ("[padLeft(7, 3, '0')]", json!("007")),
        ("[string(createObject('a', 1))]", json!("{\"a\":1}")),
        ("[json('{\"a\": [1]}').a[0]]", json!(1)),
        ("[concat('a', 1, 'b')]", json!("a1b")),
    ]);
}

#[test]
fn functions_of_numbers_and_prefixes() {
    comes_to(&[
        ("[add(1, sub(10, mul(2, 3)))]", json!(5)),
        ("[div(7, 2)]", json!(3)),
        ("[mod(7, 2)]", json!(1)),
        ("[max(1, 9, 3)]", json!(9)),
        ("[min(createArray(4, 2))]", json!(2)),
        ("[int('64512')]", json!(64512)),
        ("[greaterOrEquals(2, 2)]", json!(true)),
        ("[less('a', 'b')]", json!(true)),
        ("[cidrSubnet('10.144.0.0/20', 24, 3)]", json!("10.144.3.0/24")),
        ("[cidrSubnet('fd00::/48', 64, 258)]", json!("fd00:0:0:102::/64")),
        ("[cidrHost('10.144.3.0/24', 3)]", json!("10.144.3.4")),
    ]);
}

#[test]
fn functions_of_lists_and_objects() {
    comes_to(&[
        ("[length('äö')]", json!(2)),
        ("[empty(variables('Tags'))]", json!(false)),
        ("[empty(null())]", json!(true)),
        ("[contains(variables('Tags'), 'OWNER')]", json!(true)),
        ("[contains(createArray('a'), 'A')]", json!(false)),
        ("[contains('hub', 'u')]", json!(true)),
        ("[concat(createArray(1), createArray(2))]", json!([1, 2])),
        ("[union(createArray(1, 2), createArray(2, 3))]", json!([1, 2, 3])),
        ("[union(json('{\"a\":{\"b\":1}}'), json('{\"A\":{\"c\":2}}'))]", json!({"a": {"b": 1, "c": 2}})),
        ("[first('hub')]", json!("h")),
        ("[last(createArray(1, 2))]", json!(2)),
        ("[first(createArray())]", json!(null)),
        ("[take(createArray(1, 2, 3), 2)]", json!([1, 2])),
        ("[skip('hub', 1)]", json!("ub")),
        ("[skip(createArray(1), 5)]", json!([])),
        ("[range(3, 2)]", json!([3, 4])),
        ("[items(createObject('b', 2, 'A', 1))]", json!([{"key": "A", "value": 1}, {"key": "b", "value": 2}])),
        ("[array('a')]", json!(["a"])),
        ("[flatten(createArray(createArray(1), createArray(2)))]", json!([1, 2])),
    ]);
}

#[test]
fn ids_are_those_of_the_scope_or_of_the_scope_named() {
    let here = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub";
    comes_to(&[
        ("[resourceId('Microsoft.Network/virtualNetworks', 'hub')]", json!(here)),
        ("[concat(resourceGroup().id, '/providers/Microsoft.Network/virtualNetworks/hub')]", json!(here)),
        ("[concat(subscription().id, '/x')]", json!("/subscriptions/s/x")),
        (
            "[resourceId('other', 'Microsoft.Network/virtualNetworks/subnets', 'hub', 'app')]",
            json!("/subscriptions/s/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/hub/subnets/app"),
        ),
        (
            "[resourceId('t', 'other', 'Microsoft.Network/routeTables', 'rt')]",
            json!("/subscriptions/t/resourceGroups/other/providers/Microsoft.Network/routeTables/rt"),
        ),
        ("[subscriptionResourceId('A.B/c', 'd')]", json!("/subscriptions/s/providers/A.B/c/d")),
        ("[tenantResourceId('A.B/c', 'd')]", json!("/providers/A.B/c/d")),
        (
            "[extensionResourceId(resourceGroup().id, 'A.B/c', 'd')]",
            json!("/subscriptions/s/resourceGroups/g/providers/A.B/c/d"),
        ),
    ]);
}

#[test]
fn what_cannot_be_worked_out_is_unknown_and_names_the_expression() {
    let cases = [
        (
            "[concat('vnet', uniqueString('x'))]",
            "`uniqueString` cannot be worked out from the template alone, in `[concat('vnet', uniqueString('x'))]`",
        ),
        ("[map(variables('squares'), lambda('x', lambdaVariables('x')))]", "`map` cannot be"),
        ("[contoso.name('x')]", "`contoso.name` cannot be"),
        ("[reference('other').id]", "`reference` cannot be"),
        ("[toLower(parameters('missing'))]", "the parameter `missing` has no value, in `[toLower"),
        ("[parameters('none')]", "the template has no parameter `none`"),
        ("[variables('none')]", "the template has no variable `none`"),
        ("[variables('a')]", "`variables a` is made of itself"),
        ("[variables('Tags').none]", "there is no `none` in the value"),
        ("[createArray(1)[1]]", "there is no `1` in the value"),
        ("[add(1, 'x')]", "a whole number is needed where a text is given"),
        ("[add(1)]", "`add` does not take these arguments"),
        ("[div(1, 0)]", "`div` has no result"),
        (
            "[resourceId('Microsoft.Network/virtualNetworks', 'a', 'b')]",
            "the type `Microsoft.Network/virtualNetworks` needs 1 name, not 2",
        ),
        ("[cidrSubnet('10.0.0.0/16', 24, 256)]", "`cidrSubnet` names a subnet that is not in the prefix"),
        ("[copyIndex()]", "`copyIndex` names no loop around it"),
        ("[format('{0:N}', 1)]", "`format` has a place"),
        ("[concat('a]", "a text in the expression has no closing `'`"),
        ("[concat('a',)]", "the expression has `)` where a value is needed"),
        ("[concat('a') 'b']", "the expression has `'` where the end is needed"),
        ("[concat]", "the expression ends where `(` is needed"),
        ("[]", "the expression ends where a value is needed"),
        ("[99999999999999999999]", "`99999999999999999999` is no whole number"),
    ];
    for (expression, reason) in cases {
        let value = value_of(expression);
        assert!(why(&value).starts_with(reason), "{expression}: {}", why(&value));
    }
}

#[test]
fn an_unknown_part_leaves_the_rest_of_a_list_known() {
    let list = value_of("[createArray('a', parameters('missing'))]");
    assert_eq!(list[0], "a");
    assert!(why(&list[1]).starts_with("the parameter `missing` has no value"));
    assert_eq!(value_of("[length(createArray('a', parameters('missing')))]"), 2);
    assert!(why(&value_of("[contains(createArray('a', parameters('missing')), 'b')]")).contains("`missing`"));
}
