//! The API's own description, as the page for developers shows it.

use app::backend::{ApiField, ApiOperation, ApiParameter, ApiReference};
use serde_json::Value;
use std::sync::LazyLock;

const PREFIX: &str = "/api/v1";

/// It does not change while the server runs.
static REFERENCE: LazyLock<ApiReference> = LazyLock::new(|| {
    let document = serde_json::to_value(crate::api::document()).unwrap_or_default();
    reference(&document)
});

pub(super) fn api_reference() -> ApiReference {
    REFERENCE.clone()
}

fn reference(document: &Value) -> ApiReference {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            operations.push(ApiOperation {
                method: method.clone(),
                path: format!("{PREFIX}{path}"),
                summary: words(&operation["summary"]),
                scope: words(&operation["security"][0]["key"][0]),
                parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
                takes_body: operation.get("requestBody").is_some(),
                fields: answer(document, operation),
            });
        }
    }
    // Things that belong together stand together, whatever their methods.
    operations.sort_by(|one, other| one.path.cmp(&other.path));
    ApiReference { about: words(&document["info"]["description"]), operations }
}

fn parameter(parameter: &Value) -> ApiParameter {
    ApiParameter {
        name: words(&parameter["name"]),
        in_path: parameter["in"] == "path",
        required: parameter["required"] == true,
        about: words(&parameter["description"]),
    }
}

/// What the answer to a request that succeeds holds; of a list, what each row holds.
fn answer(document: &Value, operation: &Value) -> Vec<ApiField> {
    let responses = operation["responses"].as_object();
    let success = responses.and_then(|all| all.iter().find(|(status, _)| status.starts_with('2')));
    let Some((_, response)) = success else { return Vec::new() };
    let shape = resolved(document, &response["content"]["application/json"]["schema"]);
    let mut fields = Vec::new();
    for (name, field) in properties(document, shape) {
        let rows = resolved(document, &resolved(document, field)["items"]);
        if rows.is_object() {
            let inside = properties(document, rows);
            fields.push(described(document, &format!("{name}[]"), field));
            fields.extend(inside.map(|(inner, field)| described(document, &format!("{name}[].{inner}"), field)));
        } else {
            fields.push(described(document, name, field));
        }
    }
    fields
}

/// Those of a shape, and of the shapes that it is made of.
fn properties<'d>(document: &'d Value, shape: &'d Value) -> Box<dyn Iterator<Item = (&'d String, &'d Value)> + 'd> {
    let own = shape["properties"].as_object().into_iter().flatten();
    let parts = shape["allOf"].as_array().into_iter().flatten();
    Box::new(own.chain(parts.flat_map(move |part| properties(document, resolved(document, part)))))
}

fn described(document: &Value, name: &str, field: &Value) -> ApiField {
    ApiField { name: name.to_owned(), kind: kind(document, field), about: words(&field["description"]) }
}

/// `string`, `integer or null`, `array`.
fn kind(document: &Value, field: &Value) -> String {
    let shape = resolved(document, field);
    match &shape["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().map(words).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    }
}

/// What a reference within the document refers to.
fn resolved<'d>(document: &'d Value, shape: &'d Value) -> &'d Value {
    let place = shape["$ref"].as_str().and_then(|place| place.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(shape)
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_asked_is_told_with_what_it_answers() {
        let ApiReference { about, operations } = api_reference();
        assert!(about.contains("api-key add"));
        let of = |method: &str, path: &str| {
            let found = operations.iter().find(|one| one.method == method && one.path == path);
            found.unwrap_or_else(|| panic!("{method} {path}"))
        };
        let users = of("get", "/api/v1/users");
        assert_eq!((users.scope.as_str(), users.takes_body), ("users:read", false));
        assert!(users.parameters.iter().any(|one| one.name == "cursor" && !one.in_path && !one.required));
        let names: Vec<&str> = users.fields.iter().map(|field| field.name.as_str()).collect();
        assert!(names.contains(&"users[].email") && names.contains(&"next"), "{names:?}");
        let link = of("get", "/api/v1/links/{id}");
        assert!(link.parameters[0].in_path && link.parameters[0].required);
        let names: Vec<&str> = link.fields.iter().map(|field| field.name.as_str()).collect();
        assert!(names.contains(&"status") && names.contains(&"cards[].card_ref"), "{names:?}");
        assert!(of("post", "/api/v1/deliveries/{id}/replay").takes_body);
        assert!(
            operations.iter().all(|one| !one.summary.is_empty() && !one.scope.is_empty() && !one.fields.is_empty())
        );
    }
}
