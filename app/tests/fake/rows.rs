//! What the fake answers with.

use app::backend::{
    AlarmKind, AlarmRow, CardChoice, DeliveryRow, Enrolment, LookRow, LookedAt, PasskeyRow, QrDrawing, Receipt,
    SessionRow, Silent, TwoStep, UserRow, Verdict,
};
use domain::alerts::{AlertView, Condition, Rule, RuleKind, RuleView, Ways};
use domain::category::of_mcc;
use domain::ids::{AccountId, CardRef, LinkId, RuleId, Txid, UserId};
use domain::link::{CardView, HistoryProgress, LinkStatus, LinkView};
use domain::live::Seq;
use domain::merchant;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};
use domain::viewer::Role;

pub(crate) fn user_id(n: u32) -> UserId {
    UserId::parse(format!("{n:032x}")).unwrap()
}

pub(crate) fn link_id(n: u32) -> LinkId {
    LinkId::parse(format!("{n:032x}")).unwrap()
}

pub(crate) fn card(n: u32, name: &str, minor: Option<i64>) -> CardView {
    CardView {
        card_ref: CardRef::parse(format!("ANY{n:010}")).unwrap(),
        acc_id: AccountId::parse("1001").unwrap(),
        name: name.into(),
        holder: "ALICE MARTIN".into(),
        status: "ACT".into(),
        balance: minor.map(|minor| Money::new(minor, Currency::EUR)),
        balance_at: Some("2026-11-23T10:41:00+01:00".into()),
    }
}

pub(crate) fn link(n: u32, status: LinkStatus, cards: Vec<CardView>) -> LinkView {
    LinkView {
        id: link_id(n),
        status,
        holder: "ALICE MARTIN".into(),
        created_at: "2026-11-20T10:17:48+01:00".into(),
        confirmed_at: (status == LinkStatus::Linked).then(|| "2026-11-20T10:17:49+01:00".into()),
        revoked_at: (status == LinkStatus::Revoked).then(|| "2026-11-22T18:02:00+01:00".into()),
        last_news_at: Some("2026-11-23T10:41:00+01:00".into()),
        unseen: false,
        history: HistoryProgress { done: 340, total: 340, complete: true },
        cards,
        seq: Seq(7),
    }
}

pub(crate) fn silent(n: u32, holder: &str) -> Silent {
    Silent { link: link_id(n), holder: holder.into(), since: "2026-11-12T10:41:00+01:00".into() }
}

/// A payment in euros, in the vendor's words.
pub(crate) fn payment(n: u32, minor: i64, mcc: &str, description: &str, booked_at: &str) -> Transaction {
    let amount = Money::new(minor, Currency::EUR).decimal();
    let description = merchant::clean(description);
    let read = merchant::parse(&description);
    Transaction {
        txid: Txid::parse(format!("{n:011}")).unwrap(),
        card_ref: CardRef::parse("ANY0000000001").unwrap(),
        amount_fx: amount.clone(),
        amount,
        amount_minor: minor,
        currency: Currency::EUR,
        currency_fx: Currency::EUR,
        fx: "1.000000".into(),
        fx_fee: "0".into(),
        status: TxStatus::Settled,
        kind: if minor < 0 { TxType::Debit } else { TxType::Credit },
        mcc: mcc.into(),
        category: of_mcc(mcc),
        merchant: merchant::readable(&read.name),
        city: read.city,
        country: read.country,
        description,
        balance_after: Some("2431.07".into()),
        booked_at: booked_at.into(),
        confirmed: true,
        contested: false,
        missing: None,
        failed_reason: None,
        own: Own::default(),
        seq: Seq(i64::from(n % 100)),
    }
}

pub(crate) fn delivery(id: i64, reference: &str, event: &str, verdict: Verdict) -> DeliveryRow {
    DeliveryRow {
        id,
        reference: reference.into(),
        event_name: event.into(),
        verdict,
        reason: if verdict == Verdict::Rejected { "hash-mismatch".into() } else { String::new() },
        state: if verdict == Verdict::Accepted { "done".into() } else { "parked".into() },
        received_at: "2026-11-23T10:41:12+01:00".into(),
        current_try: Some(id % 3 + 1),
        max_tries: Some(3),
        peer: "185.8.76.132".into(),
        found: None,
    }
}

pub(crate) fn alarm(kind: AlarmKind, subject: &str) -> AlarmRow {
    AlarmRow {
        id: 7 + i64::from(kind != AlarmKind::LastTry),
        kind,
        subject: subject.into(),
        times: 2,
        first_at: "2026-11-23T10:41:12+01:00".into(),
        last_at: "2026-11-23T11:41:12+01:00".into(),
    }
}

/// One rule of each kind, for all cards or for the first.
pub(crate) fn rules() -> Vec<RuleView> {
    let limit = Money::new(5_000, Currency::EUR);
    let rule = |(n, kind): (usize, RuleKind)| RuleView {
        id: RuleId::parse(format!("{n:032x}")).unwrap(),
        rule: Rule {
            condition: Condition::of(kind, kind.has_limit().then_some(limit)).unwrap(),
            card: (n % 2 == 0).then(|| CardRef::parse("ANY0000000001").unwrap()),
        },
        ways: Ways { mail: n % 2 == 0, push: n == 0 },
        is_on: n != 1,
    };
    RuleKind::ALL.into_iter().enumerate().map(rule).collect()
}

/// What rules of each kind have told of payments at one merchant, newest first.
pub(crate) fn told(merchant: &str) -> Vec<AlertView> {
    let alert = |(n, kind): (usize, RuleKind)| AlertView {
        id: 9 - i64::try_from(n).unwrap() * 2,
        kind,
        limit: kind.has_limit().then_some(Money::new(5_000, Currency::EUR)),
        card_ref: CardRef::parse("ANY0000000001").unwrap(),
        txid: Txid::parse(format!("{n:011}")).unwrap(),
        merchant: merchant.into(),
        amount: Money::new(-9_832, Currency::EUR),
        balance: (kind == RuleKind::Balance).then_some(Money::new(1_240, Currency::EUR)),
        booked_at: "2026-11-23T14:14:48+01:00".into(),
        told_at: "2026-11-23T14:14:50+01:00".into(),
    };
    RuleKind::ALL.into_iter().enumerate().map(alert).collect()
}

pub(crate) fn card_choice(n: u32, name: &str, currency: &str) -> CardChoice {
    CardChoice {
        card_ref: CardRef::parse(format!("ANY{n:010}")).unwrap(),
        name: name.into(),
        currency: Currency::parse(currency).unwrap(),
    }
}

pub(crate) fn user(n: u32, name: &str, email: &str, link_status: Option<LinkStatus>) -> UserRow {
    UserRow {
        id: user_id(n),
        email: email.into(),
        name: name.into(),
        role: if n == 1 { Role::Admin } else { Role::User },
        created_at: "2026-11-20T10:00:00+01:00".into(),
        link_status,
        cards: i64::from(link_status.is_some()),
        last_news_at: link_status.map(|_| "2026-11-23T10:41:00+01:00".into()),
        marked: link_status.is_some(),
        paused_at: (n > 1).then(|| "2026-11-23T10:41:00+01:00".into()),
        found_by: None,
    }
}

pub(crate) fn enrolment() -> TwoStep {
    let secret = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned();
    let uri =
        "otpauth://totp/Anytime%20Connect:alice%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
    let qr = Some(QrDrawing { size: 11, path: "M4 4h3v1h-3zM4 6h1v1h-1z".into() });
    TwoStep::Pending(Enrolment { secret, uri, qr })
}

pub(crate) fn two_step_on(codes_left: i64) -> TwoStep {
    TwoStep::On { since: "2026-11-20T10:00:00+01:00".into(), codes_left }
}

pub(crate) fn session(key: &str, browser: &str, this: bool) -> SessionRow {
    SessionRow {
        key: key.into(),
        browser: browser.into(),
        system: if this { "Linux".into() } else { "other".into() },
        created_at: "2026-11-23T09:00:00+01:00".into(),
        seen_at: "2026-11-23T10:41:00+01:00".into(),
        this,
    }
}

/// One that was used and is kept for all devices, unless its number is odd.
pub(crate) fn passkey(n: u32, name: &str) -> PasskeyRow {
    let even = n.is_multiple_of(2);
    PasskeyRow {
        id: format!("{n:032x}"),
        name: name.into(),
        created_at: "2026-11-20T10:00:00+01:00".into(),
        used_at: even.then(|| "2026-11-23T10:41:00+01:00".into()),
        synced: even,
    }
}

pub(crate) fn look(who: &str, what: LookedAt) -> LookRow {
    LookRow { at: "2026-11-23T10:41:00+01:00".into(), who: who.into(), what }
}

pub(crate) fn receipt(done: bool) -> Receipt {
    Receipt {
        number: "E-7K3F9-QWT2X-BM4HJ".into(),
        at: "2026-11-23T10:41:00+01:00".into(),
        links: 2,
        payments: 40_012,
        done_at: done.then(|| "2026-11-23T10:41:30+01:00".into()),
    }
}
