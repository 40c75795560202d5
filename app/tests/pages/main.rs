//! Pages as the server renders them, read back as a browser would.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod account;
mod alerts;
mod console;
mod dashboard;
mod desk;
mod every;
#[path = "../fake/mod.rs"]
mod fake;
mod insights;
mod own;
mod people;
mod seen;
mod silence;
mod watch;

use app::backend::{AlarmKind, Deed, LookedAt, Movable, OwnPage, Support, Verdict};
use app::page::PageContext;
use domain::category::Category;
use domain::link::{LinkStatus, LinkView};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus};
use fake::desk as desk_fake;
use fake::people as people_fake;
use fake::{
    Fake, alarm, card, card_choice, delivery, link, look, passkey, payment, receipt, render, rules, session, silent,
    told, two_step_on, user,
};
use scraper::{ElementRef, Html, Selector};

const HOSTILE: &str = "</title><script>alert(1)</script>\" onmouseover=\"alert(2)";

fn all<'d>(document: &'d Html, selector: &str) -> Vec<ElementRef<'d>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

fn one<'d>(document: &'d Html, selector: &str) -> ElementRef<'d> {
    let found = all(document, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn everything_may_be_done() -> Movable {
    Movable { replay: true, release: true, attach: true, ask: true, close: true, is_closed: false, takes_two: true }
}

async fn page(page: PageContext, fake: Fake) -> Html {
    Html::parse_document(&render(page, fake).await.1)
}

fn full() -> Fake {
    let hostile = Transaction {
        own: Own { category_bank: Some(Category::Books), note: Some(HOSTILE.into()), tags: vec![HOSTILE.into(); 3] },
        ..payment(3, -500, "5411", HOSTILE, "2026-11-21T09:00:00+01:00")
    };
    let waiting = Transaction {
        status: TxStatus::Authorised,
        ..payment(1, -9_832, "5942", "FNAC DIRECT - RUE X, IVRY,94768,FRA,FRA", "2026-11-23T14:14:48+01:00")
    };
    Fake {
        links: vec![LinkView {
            holder: HOSTILE.into(),
            unseen: true,
            ..link(1, LinkStatus::Linked, vec![card(1, HOSTILE, Some(243_107))])
        }],
        silent: vec![silent(1, HOSTILE)],
        payments: vec![waiting, payment(2, 3_500, "5651", "MAISON", "2026-11-23T12:00:00+01:00"), hostile],
        older: Some("k&\"=".into()),
        users: vec![user(1, HOSTILE, "alice@example.test", Some(LinkStatus::Linked))],
        deliveries: vec![
            delivery(3, HOSTILE, "token_created", Verdict::Accepted),
            delivery(4, HOSTILE, HOSTILE, Verdict::Rejected),
        ],
        rules: rules(),
        told: told(HOSTILE),
        card_choices: vec![card_choice(1, HOSTILE, "EUR"), card_choice(2, "", "USD")],
        alarms: AlarmKind::ALL.into_iter().map(|kind| alarm(kind, HOSTILE)).collect(),
        two_step: Some(two_step_on(2)),
        sessions: vec![session("a", "Firefox", true), session(HOSTILE, HOSTILE, false)],
        passkeys: vec![passkey(1, "Telephone"), passkey(2, HOSTILE)],
        looks: vec![
            look(HOSTILE, LookedAt::Page),
            look("Olga", LookedAt::Notification(7)),
            look("Olga", LookedAt::Done(Deed::Pause)),
            look(HOSTILE, LookedAt::Began),
            look(HOSTILE, LookedAt::Own(OwnPage::Payment)),
        ],
        receipt: Some(receipt(false)),
        replays: desk_fake::replays(HOSTILE),
        items: desk_fake::items(HOSTILE),
        acts: vec![desk_fake::act("replay", HOSTILE), desk_fake::act(HOSTILE, HOSTILE)],
        movable: everything_may_be_done(),
        may_replay: true,
        may_answer: true,
        story: people_fake::story(HOSTILE),
        team: people_fake::team(HOSTILE),
        support: Support {
            until: Some("2026-11-23T15:00:00+01:00".into()),
            looking: vec![(HOSTILE.into(), "2026-11-23T14:30:00+01:00".into())],
        },
        may_act: true,
        ..Fake::default()
    }
}
