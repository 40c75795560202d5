//! `openapi.json`: the API, described by its own handlers.

use super::{deliveries, links, problem, replays, transactions, users};
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use std::sync::LazyLock;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Anytime Connect",
        description = "What the partner's other back ends may read, and have done again. A key is made by `anytime-connect api-key add`. Every answer \
                       tells in `RateLimit` how many requests are left; `ETag` and `If-None-Match` spare what has not changed.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/api/v1")),
    paths(
        users::list,
        users::one,
        links::list,
        links::one,
        links::token,
        transactions::list,
        deliveries::list,
        deliveries::one,
        replays::ask,
        replays::one
    ),
    components(schemas(problem::Problem, transactions::Payment)),
    modifiers(&Key)
)]
struct Api;

struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// The whole description.
pub fn document() -> Document {
    Api::openapi()
}

/// It does not change while the server runs.
static TEXT: LazyLock<String> = LazyLock::new(|| document().to_json().unwrap_or_default());

pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}
