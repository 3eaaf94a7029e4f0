//! Deployments within a template: what they deploy, where, and what they put out.

use super::budget::Unknown;
use super::evaluate::{Loops, Outcome, Template, entry, key};
use super::{Scope, functions, given, ids};
use serde_json::{Map, Value};

/// The type of a deployment.
pub(super) const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// A deployment that carries its template.
pub(super) struct Nested<'a> {
    /// The template that is deployed.
    pub(super) document: &'a Value,
    /// The keys that lead to it from the deployment, as they are written.
    pub(super) way: [&'a str; 2],
    /// Where to.
    pub(super) target: Scope,
    /// What its expressions mean; `None` when that is what they mean in the template around it.
    pub(super) template: Option<Template<'a>>,
}

/// Opens a deployment.
pub(super) fn open<'a>(
    around: &Template<'a>,
    target: &Scope,
    deployment: &'a Value,
    loops: &Loops,
) -> Result<Nested<'a>, Unknown> {
    let inside = |value: &'a Value, name| value.as_object().and_then(|object| entry(object, name));
    let (first, properties) = inside(deployment, "properties").unwrap_or(("properties", &Value::Null));
    let Some((second, document)) = inside(properties, "template").filter(|(_, document)| document.is_object()) else {
        return Err(Unknown::new(
            "this deployment links a template that is not in the document",
            "export the template of the resource group, or compile all with `bicep build`, and import that",
        ));
    };
    let target = Scope {
        subscription: part(around, deployment, "subscriptionId", loops)?.unwrap_or_else(|| target.subscription.clone()),
        group: part(around, deployment, "resourceGroup", loops)?.unwrap_or_else(|| target.group.clone()),
        location: target.location.clone(),
    };
    let moved = !target.group.eq_ignore_ascii_case(&around.scope.group);
    let target = Scope { location: target.location.filter(|_| !moved), ..target };
    let options = key(properties, "expressionEvaluationOptions").and_then(|options| key(options, "scope"));
    let inner = options.and_then(Value::as_str).is_some_and(|scope| scope.eq_ignore_ascii_case("inner"));
    let template = inner.then(|| {
        let entries = key(properties, "parameters").and_then(Value::as_object);
        let value = |(name, entry): (&String, &Value)| {
            let entry = if key(entry, "value").is_some() { around.value(entry, loops) } else { entry.clone() };
            (name.clone(), given(name, &entry))
        };
        let given = entries.into_iter().flatten().map(value).collect();
        Template::new(document, given, target.clone(), around.budget)
    });
    Ok(Nested { document, way: [first, second], target, template })
}

/// A part of the scope that the deployment names; empty when it is that of the template around it and not known.
fn part(around: &Template<'_>, deployment: &Value, name: &str, loops: &Loops) -> Result<Option<String>, Unknown> {
    let Some(written) = key(deployment, name) else { return Ok(None) };
    let value = around.value(written, loops);
    let value = functions::text(&value)?;
    if ids::stands_for_scope(value) {
        return Ok(None);
    }
    ids::without_marks(value).map(|value| Some(value.to_owned()))
}

/// What `reference` gives: the outputs of a deployment within the template. Anything else only Azure knows.
pub(super) fn outputs(template: &Template<'_>, name: &str, full: bool) -> Outcome {
    let only_azure_knows = || functions::unsupported("reference");
    let wanted = match name.rsplit_once('/') {
        Some((before, name)) if ids::ends_with_kind(before, DEPLOYMENT) => name,
        Some(_) => return Err(only_azure_knows()),
        None => name,
    };
    if full {
        return Err(only_azure_knows());
    }
    template.once(format!("reference {}", wanted.to_lowercase()), || {
        let found = find(template, wanted)?;
        let (deployment, loops) = found.ok_or_else(only_azure_knows)?;
        let nested = open(template, &template.scope, deployment, &loops)?;
        let (inner, loops) = match &nested.template {
            Some(inner) => (inner, Loops::default()),
            None => (template, loops),
        };
        let outputs = key(nested.document, "outputs").and_then(Value::as_object);
        let value = |(name, output): (&String, &Value)| {
            let value = match (key(output, "value"), key(output, "copy")) {
                (Some(value), _) => inner.value(value, &loops),
                (None, Some(copy)) => inner.copied_output(copy, &loops),
                (None, None) => Value::Null,
            };
            (name.clone(), Value::Object(Map::from_iter([("value".to_owned(), value)])))
        };
        let outputs: Map<String, Value> = outputs.into_iter().flatten().map(value).collect();
        Ok(Value::Object(Map::from_iter([("outputs".to_owned(), Value::Object(outputs))])))
    })
}

/// The deployment of a name, or of a symbolic name with its index, `spokes[1]`.
fn find<'a>(template: &Template<'a>, wanted: &str) -> Result<Option<(&'a Value, Loops)>, Unknown> {
    let document: &'a Value = template.document;
    let deployments: Vec<(Option<&str>, &'a Value)> = match key(document, "resources") {
        Some(Value::Array(resources)) => resources.iter().map(|resource| (None, resource)).collect(),
        Some(Value::Object(resources)) => {
            resources.iter().map(|(symbol, resource)| (Some(symbol.as_str()), resource)).collect()
        }
        _ => Vec::new(),
    };
    for (symbol, deployment) in deployments {
        let kind = key(deployment, "type").and_then(Value::as_str).unwrap_or_default();
        if !kind.eq_ignore_ascii_case(DEPLOYMENT) {
            continue;
        }
        let copied = key(deployment, "copy").is_some();
        for (index, loops) in template.instances(deployment, &Loops::default())?.into_iter().enumerate() {
            let symbol = symbol.map(|symbol| if copied { format!("{symbol}[{index}]") } else { symbol.to_owned() });
            if symbol.is_some_and(|symbol| symbol.eq_ignore_ascii_case(wanted)) {
                return Ok(Some((deployment, loops)));
            }
            let name = key(deployment, "name").map(|name| template.value(name, &loops));
            if name.and_then(|name| name.as_str().map(|name| name.eq_ignore_ascii_case(wanted))) == Some(true) {
                return Ok(Some((deployment, loops)));
            }
        }
    }
    Ok(None)
}
