//! People's own words.

use crate::every::refused_words;
use crate::fake::{Fake, context, payment};
use crate::{HOSTILE, all, full, one, page, text};
use domain::category::Category;
use domain::own::Own;
use domain::transaction::Transaction;
use domain::viewer::Role;

/// Somebody whose search finds something.
pub(crate) fn searched() -> Fake {
    let own = Own { tags: vec!["a\"".into()], ..Own::default() };
    let found = Transaction { own, ..payment(1, -500, "5942", "FNAC &CO", "2026-11-23T12:00:00+01:00") };
    Fake { payments: vec![found], ..full() }
}

#[tokio::test]
async fn words_of_ones_own_are_marked_in_the_list_and_kept_in_the_form() {
    let own = Own {
        category_bank: Some(Category::Books),
        note: Some("pour Zoé".into()),
        tags: vec!["voyage".into(), "été".into(), "cadeau".into()],
    };
    let written = Transaction {
        own,
        category: Category::Leisure,
        ..payment(1, -500, "5942", "FNAC", "2026-11-23T12:00:00+01:00")
    };
    let fake = Fake { payments: vec![written], ..full() };
    let list = page(context("/dashboard", Some(Role::User)), fake.clone()).await;
    let row = text(one(&list, "[data-txid='00000000001'] .payment-place"));
    for words in ["Loisirs", "Avec une note", "voyage", "été", "+1"] {
        assert!(row.contains(words), "{words} in {row}");
    }
    let html = page(context("/transactions/ANY0000000001-00000000001", Some(Role::User)), fake).await;
    assert_eq!(one(&html, "select[name=category] option[selected]").attr("value"), Some("leisure"));
    assert_eq!(text(one(&html, "textarea[name=note]")), "pour Zoé");
    assert_eq!(one(&html, "input[name=tags]").attr("value"), Some("voyage, été, cadeau"));
    let tags: Vec<_> = all(&html, ".own-tag").into_iter().filter_map(|tag| tag.attr("href")).collect();
    assert_eq!(tags, ["/dashboard?tag=voyage", "/dashboard?tag=%C3%A9t%C3%A9", "/dashboard?tag=cadeau"]);
    let form = one(&html, ".own form");
    assert_eq!(
        (form.attr("method"), form.attr("action")),
        (Some("post"), Some("/transactions/ANY0000000001-00000000001"))
    );
    let steps: Vec<_> =
        all(&html, ".payment-history time").into_iter().filter_map(|step| step.attr("datetime")).collect();
    let expected = [
        "2026-11-23T12:00:00+01:00",
        "2026-11-23T14:14:50+01:00",
        "2026-11-23T14:14:52+01:00",
        "2026-11-24T09:00:00+01:00",
    ];
    assert_eq!(steps, expected);
}

#[tokio::test]
async fn xs_04_refused_words_stay_typed_and_cannot_leave_their_field() {
    let html = page(refused_words(), full()).await;
    assert_eq!(text(one(&html, "textarea[name=note]")), format!("\n</textarea>{HOSTILE}"));
    assert_eq!(one(&html, "input[name=tags]").attr("value"), Some(HOSTILE));
    for field in ["category", "note", "tags"] {
        let input = one(&html, &format!("[name={field}]"));
        assert_eq!(input.attr("aria-invalid"), Some("true"), "{field}");
        assert!(input.attr("aria-describedby").unwrap().split(' ').any(|id| id == format!("{field}-problem")));
        assert!(!text(one(&html, &format!("#{field}-problem"))).is_empty());
    }
}
