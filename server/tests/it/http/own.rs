//! What people write on their payments.

use super::client::Request;
use super::purse::Purse;
use super::world::World;
use domain::viewer::Role;
use scraper::{Html, Selector};

fn html(text: &str, selector: &str) -> Option<String> {
    let page = Html::parse_document(text);
    let found = page.select(&Selector::parse(selector).unwrap()).next()?;
    Some(found.text().collect())
}

#[tokio::test]
async fn what_is_written_on_a_payment_is_kept_shown_found_and_exported() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(60).await;
    let page = format!("/transactions/{}", purse.key(3));
    let fields = [("category", "leisure"), ("note", "cadeau\r\npour Zoé"), ("tags", "Voyage, été")];
    let answer = world.post(&page, &fields, &purse.cookie).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{page}?saved=yes").as_str()));

    let shown = world.get(answer.location(), &purse.cookie).await.text();
    assert_eq!(html(&shown, "textarea[name=note]").as_deref(), Some("cadeau\npour Zoé"));
    assert_eq!(html(&shown, "select[name=category] option[selected]").as_deref(), Some("Loisirs"));
    assert!(html(&shown, "[data-testid=saved]").is_some());
    assert!(shown.contains("Loisirs (selon la banque\u{a0}: Livres)"));
    for query in ["q=zo%C3%A9", "q=VOYA", "tag=voyage", "category=leisure"] {
        let found = world.get(&format!("/transactions.json?{query}"), &purse.cookie).await.json();
        let found = found["transactions"].as_array().unwrap().clone();
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!(found[0]["txid"], "00000000003");
        assert_eq!((&found[0]["category"], &found[0]["category_bank"]), (&"leisure".into(), &"books".into()));
        assert_eq!(found[0]["note"], "cadeau\npour Zoé");
        assert_eq!(found[0]["tags"], serde_json::json!(["Voyage", "été"]));
        let dashboard = world.get(&format!("/dashboard?{query}"), &purse.cookie).await.text();
        assert_eq!(html(&dashboard, ".payment-tag").as_deref(), Some("Voyage"), "{query}");
        let csv = world.get(&format!("/transactions.csv?{query}"), &purse.cookie).await.text();
        assert!(csv.contains("\"cadeau\npour Zoé\";\"Voyage, été\";books"), "{csv}");
    }
    let bank = world.get("/transactions.json?category=books&q=fnac", &purse.cookie).await.json();
    assert_eq!(bank["transactions"].as_array().unwrap().len(), 59, "hers goes before the bank's");
    assert_eq!(
        world.get("/transactions.json?tag=voy", &purse.cookie).await.json()["transactions"],
        serde_json::json!([])
    );

    // Nothing written is nothing kept.
    world.post(&page, &[("category", ""), ("note", " "), ("tags", ",")], &purse.cookie).await;
    let plain = world.get("/transactions.json?q=zo%C3%A9", &purse.cookie).await.json();
    assert_eq!(plain["transactions"], serde_json::json!([]));
    world.end().await;
}

#[tokio::test]
async fn what_is_too_long_is_said_beside_its_field_and_stays_typed() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1).await;
    let page = format!("/transactions/{}", purse.key(1));
    let note = format!("</textarea><script>alert(1)</script>{}", "x".repeat(1_000));
    let tags = "a,b,c,d,e,f,g,h,i,j,k";
    let answer = world.post(&page, &[("category", "nothing"), ("note", &note), ("tags", tags)], &purse.cookie).await;
    assert_eq!(answer.status, 422);
    let text = answer.text();
    assert!(!text.contains("<script>alert"));
    assert_eq!(html(&text, "textarea[name=note]").as_deref(), Some(note.as_str()));
    assert!(text.contains(tags));
    for field in ["category", "note", "tags"] {
        assert!(html(&text, &format!("#{field}-problem")).is_some(), "{field}");
        assert!(
            html(&text, &format!("[name={field}][aria-invalid=true][aria-describedby~={field}-problem]")).is_some()
        );
    }
    let kept = world.get("/transactions.json", &purse.cookie).await.json();
    assert_eq!(kept["transactions"][0]["note"], serde_json::Value::Null);
    world.end().await;
}

#[tokio::test]
async fn only_the_owner_writes_and_only_the_owner_reads() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1).await;
    let page = format!("/transactions/{}", purse.key(1));
    let words = [("note", "between us"), ("tags", "private"), ("category", "health")];
    let mallory = world.sign_up("mallory@example.test").await;
    assert_eq!(world.post(&page, &words, &mallory).await.status, 404);
    assert_eq!(world.post("/transactions/nonsense", &words, &purse.cookie).await.status, 404);
    let foreign = Request::form(&page, &words).header("Origin", "https://evil.example").header("Cookie", &purse.cookie);
    assert_eq!(world.send(foreign).await.status, 403);
    assert_eq!(world.post(&page, &words, "").await.location(), "/sign-in");

    assert_eq!(world.post(&page, &words, &purse.cookie).await.status, 303);
    let operator = world.operator("op@example.test", Role::Admin).await;
    let seen = world.get(&format!("/operator/users/{}", purse.user), &operator).await.text();
    assert!(seen.contains("00000000001") && !seen.contains("private") && !seen.contains("between us"));
    assert!(!seen.contains("data-category=\"health\""));
    world.end().await;
}
