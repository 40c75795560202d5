use super::*;
use domain::alerts::RuleKind;
use domain::category::Category;
use domain::ids::{AccountId, CardRef, LinkId, Txid};
use domain::link::HistoryProgress;
use domain::own::Own;
use domain::transaction::TxType;

const CARD: &str = "ANY0000000001";

fn payment(n: u32, minor: i64, day: u32, seq: i64) -> Transaction {
    Transaction {
        txid: Txid::parse(format!("{n:06}")).unwrap(),
        card_ref: CardRef::parse(CARD).unwrap(),
        amount: Money::new(minor, Currency::EUR).decimal(),
        amount_minor: minor,
        currency: Currency::EUR,
        amount_fx: String::new(),
        currency_fx: Currency::EUR,
        fx: "1".into(),
        fx_fee: "0".into(),
        status: TxStatus::Settled,
        kind: TxType::Debit,
        mcc: "5942".into(),
        category: Category::Books,
        merchant: "FNAC".into(),
        city: None,
        country: None,
        description: "FNAC".into(),
        balance_after: None,
        booked_at: format!("2026-11-{day:02}T10:{n:02}:00+01:00"),
        confirmed: true,
        contested: false,
        missing: None,
        failed_reason: None,
        own: Own::default(),
        seq: Seq(seq),
    }
}

fn card(minor: i64) -> CardView {
    CardView {
        card_ref: CardRef::parse(CARD).unwrap(),
        acc_id: AccountId::parse("1").unwrap(),
        name: String::new(),
        holder: String::new(),
        status: "ACT".into(),
        balance: Some(Money::new(minor, Currency::EUR)),
        balance_at: None,
    }
}

fn link(n: u32, status: LinkStatus, complete: bool, seq: i64) -> LinkView {
    LinkView {
        id: LinkId::parse(format!("{n:032x}")).unwrap(),
        status,
        holder: "ALICE".into(),
        created_at: String::new(),
        confirmed_at: None,
        revoked_at: None,
        last_news_at: None,
        unseen: false,
        history: HistoryProgress { done: 10, total: 10, complete },
        cards: vec![card(1_000)],
        seq: Seq(seq),
    }
}

const WHOLE: Edges = Edges { newer: false, older: false };

fn board(links: Vec<LinkView>, payments: Vec<Transaction>, edges: Edges) -> Board {
    Board::new(Drawn { lang: Lang::Fr, seq: Seq(5), links, payments, filter: Filter::default(), edges })
}

fn came(payment: Transaction) -> (Seq, LiveEvent) {
    (payment.seq, LiveEvent::Transaction(Box::new(payment)))
}

#[test]
fn a_new_payment_is_listed_once_however_often_it_comes() {
    let mut board = board(vec![], vec![], WHOLE);
    let event = came(payment(1, -100, 2, 6));
    assert_eq!(board.apply([event.clone(), event.clone()]).added.len(), 1);
    assert_eq!(board.apply([event]), Outcome::default());
    assert_eq!((board.payments().len(), board.applied()), (1, Seq(6)));
}

#[test]
fn on_an_older_page_new_payments_are_counted_and_known_ones_kept_up_to_date() {
    let mut board = board(vec![], vec![payment(1, -100, 2, 5)], Edges { newer: true, older: false });
    let mut settled = payment(1, -120, 2, 7);
    settled.seq = Seq(7);
    let announced = Transaction { confirmed: false, ..payment(2, -100, 3, 6) };
    let confirmed = [payment(2, -100, 3, 8), payment(3, -100, 3, 9)];
    let outcome = board.apply([came(announced), came(settled)].into_iter().chain(confirmed.map(came)));
    assert!(outcome.added.is_empty());
    assert_eq!((board.elsewhere(), board.payments().len(), board.payments()[0].amount_minor), (1, 1, -120));
}

#[test]
fn a_payment_that_belongs_on_an_older_page_is_left_to_it() {
    let mut board = board(vec![], vec![payment(1, -100, 9, 5)], Edges { newer: false, older: true });
    assert!(board.apply([came(payment(2, -100, 3, 6))]).added.is_empty());
    assert_eq!(board.payments().len(), 1);
}

#[test]
fn a_day_is_summed_without_refused_payments_and_only_where_it_is_whole() {
    let mut refused = payment(2, -900, 9, 5);
    refused.status = TxStatus::Refused;
    let rows = vec![payment(3, 50, 9, 5), refused, payment(1, -100, 8, 5)];
    let totals =
        |edges| board(vec![], rows.clone(), edges).days().into_iter().map(|day| day.totals).collect::<Vec<_>>();
    let sum = |minor| Some(vec![Money::new(minor, Currency::EUR)]);
    assert_eq!(totals(WHOLE), [sum(50), sum(-100)]);
    assert_eq!(totals(Edges { newer: true, older: true }), [None, None]);
}

#[test]
fn a_history_that_becomes_complete_reloads_the_page_once() {
    let mut board = board(vec![link(1, LinkStatus::Linked, false, 5)], vec![], WHOLE);
    let complete = |seq| (Seq(seq), LiveEvent::Link(Box::new(link(1, LinkStatus::Linked, true, seq))));
    assert!(board.apply([complete(6)]).reload);
    assert!(!board.apply([complete(7)]).reload);
}

#[test]
fn the_total_counts_each_card_once_and_no_withdrawn_account() {
    let links = vec![
        link(1, LinkStatus::Linked, true, 1),
        link(2, LinkStatus::Linked, true, 1),
        link(3, LinkStatus::Revoked, true, 1),
    ];
    let mut board = board(links, vec![], WHOLE);
    assert_eq!(board.totals(), [Money::new(1_000, Currency::EUR)]);
    board.apply([(Seq(6), LiveEvent::Balance(Box::new(card(900))))]);
    assert_eq!(board.totals(), [Money::new(900, Currency::EUR)]);
}

#[test]
fn an_account_linked_elsewhere_appears() {
    let mut board = board(vec![], vec![], WHOLE);
    board.apply([(Seq(6), LiveEvent::Link(Box::new(link(1, LinkStatus::Pending, false, 6))))]);
    assert_eq!(board.links().len(), 1);
}

#[test]
fn events_that_are_not_known_or_cannot_be_read_are_left_alone() {
    assert_eq!(read("beat", ""), None);
    assert_eq!(read("transaction", "{"), None);
    assert_eq!(read("reset", ""), Some(LiveEvent::Reset));
    let text = serde_json::to_string(&payment(1, -100, 2, 6)).unwrap();
    assert!(matches!(read("transaction", &text), Some(LiveEvent::Transaction(_))));
}

#[test]
fn a_date_that_cannot_be_read_does_not_stop_the_page() {
    let mut odd = payment(1, -100, 2, 6);
    odd.booked_at = "émile".into();
    let board = board(vec![], vec![odd], WHOLE);
    assert_eq!(board.days().len(), 1);
    assert_eq!(board.of_day("").len(), 1);
}

fn news(id: i64, seq: i64, unread: i64) -> (Seq, LiveEvent) {
    let alert = AlertView {
        id,
        kind: RuleKind::Refused,
        limit: None,
        card_ref: CardRef::parse("ANY0000000001").unwrap(),
        txid: Txid::parse(id.to_string()).unwrap(),
        merchant: "FNAC".into(),
        amount: Money::new(-500, Currency::EUR),
        balance: None,
        booked_at: "2026-11-23T14:14:48+01:00".into(),
        told_at: "2026-11-23T14:14:50+01:00".into(),
    };
    (Seq(seq), LiveEvent::Alert(Box::new(AlertNews { alert, unread })))
}

#[test]
fn alerts_stand_until_they_were_seen_and_each_is_said_once() {
    let mut board = board(vec![], vec![], WHOLE);
    let ids = |board: &Board| board.alerts().iter().map(|alert| alert.id).collect::<Vec<_>>();
    let outcome = board.apply([news(1, 6, 1), news(2, 7, 2), news(2, 7, 2)]);
    assert_eq!((outcome.alerts.len(), outcome.unread), (2, Some(2)));
    for id in 3..6 {
        board.apply([news(id, 6 + id, id)]);
    }
    assert_eq!(ids(&board), [5, 4, 3], "the newest ones; the others are one press away");
    // Seen elsewhere, but for one.
    let outcome = board.apply([news(4, 20, 1)]);
    assert_eq!((ids(&board), outcome.alerts.len(), outcome.unread), (vec![5], 0, Some(1)));
    let outcome = board.apply([news(5, 21, 0)]);
    assert_eq!((ids(&board), outcome.unread), (vec![], Some(0)));
}
