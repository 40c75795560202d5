//! Renders a page as the server does it.

use super::Fake;
use super::rows::user_id;
use app::app::App;
use app::backend::SharedBackend;
use app::page::{Assets, PageContext, Seen, Theme};
use app::shell::shell;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::lang::Lang;
use domain::viewer::{Role, Viewer};
use http_body_util::BodyExt;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::sync::Arc;
use tower::ServiceExt;

/// A request as the server would describe it.
pub(crate) fn context(path: &str, viewer: Option<Role>) -> PageContext {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    PageContext {
        viewer: viewer.map(|role| Viewer {
            user_id: user_id(1),
            name: "Alice Martin".into(),
            email: "alice@example.test".into(),
            role,
        }),
        unread: 0,
        feed: None,
        lang: Lang::Fr,
        theme: Theme::System,
        privacy: false,
        nonce: "R4nd0m".into(),
        path: path.into(),
        query: query.into(),
        form: None,
        writing: None,
        codes: None,
        rule: None,
        decision: None,
        one_time: None,
        seen: None,
        error: None,
        assets: Assets { css: "/pkg/site.css".into(), js: "/pkg/site.js".into(), wasm: "/pkg/site.wasm".into() },
    }
}

/// A page of somebody's, as an operator sees it.
pub(crate) fn seen(path: &str, name: &str) -> PageContext {
    let person =
        Viewer { user_id: user_id(1), name: name.into(), email: "alice@example.test".into(), role: Role::User };
    let until = "2026-11-23T15:00:00+01:00".into();
    let seen = Seen { person, until, until_ms: 1_795_442_400_000, left_ms: 660_001 };
    PageContext { seen: Some(seen), ..context(path, Some(Role::Operator)) }
}

/// The page at the context's path, rendered as the server does it.
pub(crate) async fn render(page: PageContext, fake: Fake) -> (StatusCode, String) {
    let address = if page.query.is_empty() { page.path.clone() } else { format!("{}?{}", page.path, page.query) };
    let backend: SharedBackend = Arc::new(fake);
    let provide = move || {
        provide_context(page.clone());
        provide_context(Arc::clone(&backend));
    };
    let options = leptos::prelude::LeptosOptions::builder().output_name("site").build();
    let router = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), provide.clone(), shell)
        .fallback(leptos_axum::render_app_async_with_context(provide, shell))
        .with_state(options);
    let request = Request::get(&address).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}
