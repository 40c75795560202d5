//! Accounts that have gone silent.

use crate::fake::{Fake, context, link, link_id, silent};
use crate::{all, full, one, page, text};
use app::page::PageContext;
use domain::lang::Lang;
use domain::link::LinkStatus;
use domain::viewer::Role;

fn at(path: &str, lang: Lang) -> PageContext {
    PageContext { lang, ..context(path, Some(Role::User)) }
}

fn two_accounts() -> Fake {
    let links = vec![link(1, LinkStatus::Linked, vec![]), link(2, LinkStatus::Linked, vec![])];
    Fake { links, silent: vec![silent(2, "CHLOÉ RAVANEL")], ..full() }
}

#[tokio::test]
async fn a_silent_account_says_since_when_and_what_to_do_next() {
    for (lang, since, ask, again) in [
        (
            Lang::Fr,
            "Aucune nouvelle de la banque depuis le 12\u{a0}nov.\u{a0}2026 à\u{a0}10:41",
            "Redemander à la banque",
            "Lier à nouveau",
        ),
        (Lang::En, "No news from the bank since 12\u{a0}Nov\u{a0}2026 at 10:41", "Ask the bank again", "Link again"),
    ] {
        for path in ["/dashboard", "/settings/accounts"] {
            let document = page(at(path, lang), two_accounts()).await;
            let notice = one(&document, "[data-testid=silent]");
            assert_eq!(notice.attr("data-link"), Some(link_id(2).as_str()), "{path}");
            let said = text(one(&document, "[data-testid=silent] .notice-title"));
            assert!(said.ends_with(since), "{path}: {said}");
            let form = format!("[data-testid=silent] form[method=post][action='/links/{}/ask'] button", link_id(2));
            assert_eq!(text(one(&document, &form)), ask, "{path}");
            assert_eq!(text(one(&document, "[data-testid=silent] a[href='/connect']")), again, "{path}");
        }
    }
}

#[tokio::test]
async fn a_silence_stands_beside_its_own_account() {
    let document = page(at("/dashboard", Lang::Fr), two_accounts()).await;
    let title = text(one(&document, "[data-testid=silent] .notice-title"));
    assert!(title.starts_with("Compte de Chloé Ravanel · "), "{title}");
    let document = page(at("/settings/accounts", Lang::Fr), two_accounts()).await;
    let panel = format!("[data-testid=link][data-link='{}'] [data-testid=silent]", link_id(2));
    assert_eq!(all(&document, "[data-testid=silent]").len(), 1);
    one(&document, &panel);

    let only = page(at("/dashboard", Lang::Fr), full()).await;
    assert!(text(one(&only, ".silence.is-alone .notice-title")).starts_with("Aucune nouvelle"));
    let none = page(at("/dashboard", Lang::Fr), Fake { silent: vec![], ..full() }).await;
    assert!(all(&none, "[data-testid=silent]").is_empty());
}

#[tokio::test]
async fn who_has_the_bank_asked_is_told_what_happens_now() {
    for (lang, words) in [(Lang::Fr, "Nous demandons à la banque."), (Lang::En, "We are asking the bank.")] {
        let document = page(at("/settings/accounts?asked=yes", lang), full()).await;
        assert!(text(one(&document, "[data-testid=asked][role=status]")).starts_with(words));
        assert!(all(&page(at("/settings/accounts", lang), full()).await, "[data-testid=asked]").is_empty());
    }
}
