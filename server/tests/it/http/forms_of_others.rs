//! Requests that other sites make a browser send.

use super::client::Request;
use super::world::{PASSWORD, World};

const FORMS: [&str; 5] = ["/sign-up", "/sign-in", "/sign-out", "/preferences", "/set-up/x"];

#[tokio::test]
async fn au_24_and_28_a_form_from_another_origin_is_refused() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let host = "app.test:3000";
    let origins = [
        "null".to_owned(),
        "https://evil.example".to_owned(),
        format!("http://evil-{host}"),
        format!("http://{host}.evil.example"),
        "http://app.test:3001".to_owned(),
        format!("https://{host}"),
        format!("http://{host}/"),
    ];
    for path in FORMS {
        for origin in &origins {
            let form = Request::form(path, &[("email", "alice@example.test"), ("password", PASSWORD)]);
            let answer = world.send(form.header("Origin", origin).header("Cookie", &cookie)).await;
            assert_eq!(answer.status, 403, "{path} from {origin}");
            assert!(answer.text().contains("<html"), "{path} should answer with a page");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    assert!(world.is_signed_in(&cookie).await);
    world.end().await;
}

#[tokio::test]
async fn au_25_a_form_that_the_browser_calls_foreign_is_refused() {
    let world = World::new().await;
    for site in ["cross-site", "same-site", "none"] {
        let form = Request::form("/preferences", &[("lang", "en")]).header("Sec-Fetch-Site", site);
        assert_eq!(world.send(form.clone()).await.status, 403, "{site}");
        let with_origin = form.header("Origin", world.origin());
        assert_eq!(world.send(with_origin).await.status, 403, "{site}, with our origin");
    }
    let unknown = Request::form("/preferences", &[("lang", "en")]);
    assert_eq!(world.send(unknown.clone()).await.status, 403, "neither header");
    let ours = unknown.header("Sec-Fetch-Site", "same-origin");
    assert_eq!(world.send(ours).await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn au_26_no_kind_of_form_gets_around_the_check() {
    let world = World::new().await;
    for kind in
        ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json"]
    {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let request = Request::new(method, "/sign-in").header("Content-Type", kind).body("a=b");
            assert_eq!(world.send(request).await.status, 403, "{method} {kind}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn our_own_forms_have_to_be_forms() {
    let world = World::new().await;
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
        let request = Request::new("POST", "/sign-in").header("Content-Type", kind).header("Origin", world.origin());
        assert_eq!(world.send(request.body("email=a")).await.status, 415, "{kind}");
    }
    world.end().await;
}

#[tokio::test]
async fn au_29_no_page_of_another_site_may_read_ours() {
    let world = World::new().await;
    let request = Request::get("/transactions.json").header("Origin", "https://evil.example");
    let answer = world.send(request).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (401, None));
    let preflight = Request::new("OPTIONS", "/sign-in").header("Origin", "https://evil.example");
    let answer = world.send(preflight.header("Access-Control-Request-Method", "POST")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (405, None));
    world.end().await;
}
