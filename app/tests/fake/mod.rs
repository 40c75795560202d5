//! A server that answers from memory, and the way to render a page with it.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "tests stop where something is wrong; not every user needs every part"
)]

pub(crate) mod desk;
pub(crate) mod insights;
pub(crate) mod people;
pub(crate) mod watch;

use app::app::App;
use app::backend::{
    AccountBackend, ActRow, AlarmKind, AlarmList, AlarmRow, Alerts, ApiField, ApiOperation, ApiParameter, ApiReference,
    Backend, BackendError, CardChoice, ConnectOffer, Cursor, Dashboard, DeliveryDetail, DeliveryQuery, DeliveryRow,
    Device, Enrolment, FoundBy, FoundDeliveries, FoundIn, Insights, InsightsQuery, KeyList, KeyRow, LinkList, LookRow,
    LookedAt, Movable, OperatorLink, Page, PasskeyDetail, PasskeyRow, Passkeys, Pause, PaymentDetail, Processing,
    QrDrawing, Receipt, ReplayItem, ReplayRow, RuleDetail, SessionRow, SharedBackend, Signal, Silent, Story, StoryLine,
    Support, TeamRow, TwoStep, UserDetail, UserList, UserQuery, UserRow, Verdict,
};
use app::page::{Assets, PageContext, Seen, Theme};
use app::shell::shell;
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::alerts::{AlertView, Condition, Rule, RuleKind, RuleView, Ways};
use domain::category::of_mcc;
use domain::filter::Filter;
use domain::ids::{AccountId, CardRef, LinkId, PaymentKey, RuleId, Txid, UserId};
use domain::lang::Lang;
use domain::link::{CardView, HistoryProgress, LinkStatus, LinkView};
use domain::live::Seq;
use domain::merchant;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};
use domain::viewer::{Role, Viewer};
use http_body_util::BodyExt;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::sync::Arc;
use tower::ServiceExt;

/// What the fake answers; every call answers with a part of it.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Clone, Default)]
pub(crate) struct Fake {
    pub(crate) links: Vec<LinkView>,
    pub(crate) silent: Vec<Silent>,
    pub(crate) payments: Vec<Transaction>,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
    pub(crate) deliveries: Vec<DeliveryRow>,
    pub(crate) users: Vec<UserRow>,
    pub(crate) alarms: Vec<AlarmRow>,
    pub(crate) paused: Option<Pause>,
    pub(crate) rules: Vec<RuleView>,
    pub(crate) told: Vec<AlertView>,
    pub(crate) card_choices: Vec<CardChoice>,
    pub(crate) may_switch: bool,
    pub(crate) two_step: Option<TwoStep>,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) passkeys: Vec<PasskeyRow>,
    pub(crate) looks: Vec<LookRow>,
    pub(crate) receipt: Option<Receipt>,
    pub(crate) replays: Vec<ReplayRow>,
    pub(crate) items: Vec<ReplayItem>,
    pub(crate) acts: Vec<ActRow>,
    pub(crate) movable: Movable,
    pub(crate) may_replay: bool,
    pub(crate) may_answer: bool,
    pub(crate) story: Vec<StoryLine>,
    pub(crate) team: Vec<TeamRow>,
    pub(crate) support: Support,
    /// About users, and about who is an operator.
    pub(crate) may_act: bool,
    /// The answer to every call, where it is not an answer.
    pub(crate) refuses: Option<BackendError>,
}

impl Fake {
    pub(super) fn answer<T>(&self, value: T) -> Result<T, BackendError> {
        self.refuses.map_or(Ok(value), Err)
    }
}

#[async_trait]
impl Backend for Fake {
    async fn dashboard(&self, _: &Viewer, filter: &Filter, cursor: &Cursor) -> Result<Dashboard, BackendError> {
        let rows = self.payments.iter().filter(|payment| filter.matches(payment)).cloned().collect();
        let payments = Page { rows, newer: self.newer.clone(), older: self.older.clone() };
        let glance = (filter.is_empty() && *cursor == Cursor::Start).then(|| insights::glance(&self.payments));
        let (links, silent) = (self.links.clone(), self.silent.clone());
        self.answer(Dashboard { links, silent, payments, glance, seq: Seq(42) })
    }

    async fn insights(&self, _: &Viewer, query: &InsightsQuery) -> Result<Insights, BackendError> {
        self.answer(insights::insights(self.links.clone(), &self.payments, query))
    }

    async fn payment(&self, _: &Viewer, key: &PaymentKey) -> Result<PaymentDetail, BackendError> {
        let found = self.payments.iter().find(|payment| payment.key() == *key).cloned();
        self.answer(())?;
        let payment = found.ok_or(BackendError::NotFound)?;
        Ok(PaymentDetail {
            told_at: "2026-11-23T14:14:50+01:00".into(),
            confirmed_at: payment.confirmed.then(|| "2026-11-23T14:14:52+01:00".into()),
            contested_at: None,
            own_at: (payment.own != Own::default()).then(|| "2026-11-24T09:00:00+01:00".into()),
            payment,
        })
    }

    async fn links(&self, _: &Viewer) -> Result<LinkList, BackendError> {
        self.answer(LinkList { links: self.links.clone(), silent: self.silent.clone() })
    }

    async fn link(&self, _: &Viewer, id: &LinkId) -> Result<LinkView, BackendError> {
        self.links.iter().find(|link| link.id == *id).cloned().ok_or(BackendError::NotFound)
    }

    async fn alerts(&self, _: &Viewer, _: &Cursor) -> Result<Alerts, BackendError> {
        let told = Page { rows: self.told.clone(), newer: self.newer.clone(), older: self.older.clone() };
        let (rules, cards) = (self.rules.clone(), self.card_choices.clone());
        let device =
            |name: &str| Device { id: "d1".into(), name: name.into(), created_at: "2026-11-23T14:14:48+01:00".into() };
        let devices = vec![device("Firefox/Android"), device("other/other")];
        self.answer(Alerts { rules, told, seen: 1, cards, push_key: "BKey".into(), devices })
    }

    async fn alert_rule(&self, _: &Viewer, id: &RuleId) -> Result<RuleDetail, BackendError> {
        let rule = self.rules.iter().find(|rule| rule.id == *id).cloned().ok_or(BackendError::NotFound)?;
        self.answer(RuleDetail { rule, cards: self.card_choices.clone() })
    }

    async fn stopping(&self, token: &str) -> Result<Vec<RuleView>, BackendError> {
        if token == "good" { Ok(self.rules.clone()) } else { Err(BackendError::NotFound) }
    }

    async fn offer(&self, _: &Viewer) -> Result<ConnectOffer, BackendError> {
        let script = "http://127.0.0.1:4400/partner/fr/client.js".to_owned();
        self.answer(ConnectOffer { custom_ref: "v1.k1.opaque".into(), script })
    }

    fn api(&self) -> ApiReference {
        let words = || "</pre><script>alert(1)</script>".to_owned();
        let operation = |method: &str, path: &str| ApiOperation {
            method: method.into(),
            path: path.into(),
            summary: words(),
            scope: words(),
            parameters: vec![
                ApiParameter { name: "id".into(), in_path: true, required: true, about: String::new() },
                ApiParameter { name: "cursor".into(), in_path: false, required: false, about: words() },
            ],
            takes_body: method == "post",
            fields: vec![ApiField { name: "next".into(), kind: "string or null".into(), about: words() }],
        };
        ApiReference {
            about: words(),
            operations: vec![operation("get", "/api/v1/users/{id}"), operation("post", "/api/v1/users/{id}/again")],
        }
    }

    async fn set_up_email(&self, token: &str) -> Result<String, BackendError> {
        if token == "good" { Ok("olga@example.test".into()) } else { Err(BackendError::NotFound) }
    }

    async fn users(&self, _: &Viewer, query: &UserQuery, _: &Cursor) -> Result<UserList, BackendError> {
        let searched = !query.search.is_empty();
        let found_by = searched.then_some(FoundBy::Card);
        let rows = self.users.iter().cloned().map(|row| UserRow { found_by, ..row });
        let older = (!searched).then(|| "next".into());
        self.answer(UserList { page: Page { rows: rows.collect(), newer: None, older }, is_more: searched })
    }

    async fn user(&self, _: &Viewer, id: &UserId, cursor: &Cursor) -> Result<UserDetail, BackendError> {
        let user = self.users.iter().find(|user| user.id == *id).cloned().ok_or(BackendError::NotFound)?;
        let links = self.links.iter().cloned().map(operator_link).collect();
        let older = self.older.clone().filter(|_| *cursor == Cursor::Start);
        let story = Story { lines: self.story.clone(), older };
        self.answer(UserDetail {
            user,
            links,
            payments: self.payments.clone(),
            story,
            may_act: self.may_act,
            support_until: self.support.until.clone(),
        })
    }

    async fn deliveries(
        &self,
        _: &Viewer,
        _: &DeliveryQuery,
        text: &str,
        _: &Cursor,
    ) -> Result<FoundDeliveries, BackendError> {
        let searching = !text.is_empty();
        let found = searching.then(|| FoundIn { field: "data.description".into(), shown: text.to_owned() });
        let rows = self.deliveries.iter().cloned().map(|row| DeliveryRow { found: found.clone(), ..row }).collect();
        let older = self.older.clone().filter(|_| searching);
        let looked_to = older.is_some().then(|| "2026-11-23T14:02:00+01:00".to_owned());
        self.answer(FoundDeliveries { page: Page { rows, newer: None, older }, looked_to })
    }

    async fn delivery(&self, _: &Viewer, id: i64) -> Result<DeliveryDetail, BackendError> {
        let row = self.deliveries.iter().find(|row| row.id == id).cloned().ok_or(BackendError::NotFound)?;
        let tries = self.deliveries.iter().filter(|other| other.reference == row.reference).cloned();
        let tries = desk::tries(tries.collect());
        self.answer(DeliveryDetail {
            row,
            content_type: "application/x-www-form-urlencoded".into(),
            trust: trust(),
            body: Some(BODY.into()),
            user: self.users.first().cloned(),
            answered: 200,
            tries,
            replays: self.replays.clone(),
            movable: self.movable,
        })
    }

    async fn processing(&self, _: &Viewer) -> Result<Processing, BackendError> {
        self.answer(Processing { paused: self.paused.clone(), may_switch: self.may_switch })
    }

    async fn alarms(&self, _: &Viewer) -> Result<AlarmList, BackendError> {
        self.answer(AlarmList { rows: self.alarms.clone(), may_end: true })
    }

    async fn keys(&self, _: &Viewer) -> Result<KeyList, BackendError> {
        let key = |kid: &str, data_keys, uses| KeyRow {
            kid: kid.into(),
            since: (uses > 0).then(|| "2026-11-23T10:41:12+01:00".into()),
            data_keys,
            uses,
            worn: uses > 1 << 31,
        };
        let rows = vec![key("k2", 12_345, 12_400), key("k1", 17, 3 << 30), key("k0", 0, 9), key("k9", 0, 0)];
        self.answer(KeyList { rows, may_change: self.may_switch })
    }
}

#[async_trait]
impl AccountBackend for Fake {
    async fn reset_email(&self, secret: &str) -> Result<String, BackendError> {
        if secret == "good" { Ok("olga@example.test".into()) } else { Err(BackendError::NotFound) }
    }

    async fn two_step(&self, _: &Viewer) -> Result<TwoStep, BackendError> {
        self.answer(self.two_step.clone().unwrap_or(TwoStep::Off))
    }

    async fn sessions(&self, _: &Viewer) -> Result<Vec<SessionRow>, BackendError> {
        self.answer(self.sessions.clone())
    }

    async fn passkeys(&self, _: &Viewer) -> Result<Passkeys, BackendError> {
        self.answer(Passkeys {
            rows: self.passkeys.clone(),
            browser: "Firefox".into(),
            system: "Linux".into(),
            asks_code: self.two_step.is_some(),
        })
    }

    async fn passkey(&self, _: &Viewer, id: &str) -> Result<PasskeyDetail, BackendError> {
        let passkey = self.passkeys.iter().find(|passkey| passkey.id == id).cloned().ok_or(BackendError::NotFound)?;
        self.answer(PasskeyDetail { passkey, asks_code: self.two_step.is_some() })
    }

    async fn looks(&self, _: &Viewer, _: &Cursor) -> Result<Page<LookRow>, BackendError> {
        self.answer(Page { rows: self.looks.clone(), newer: self.newer.clone(), older: self.older.clone() })
    }

    async fn support(&self, _: &Viewer) -> Result<Support, BackendError> {
        self.answer(self.support.clone())
    }

    async fn receipt(&self, _: &str) -> Result<Receipt, BackendError> {
        self.answer(())?;
        self.receipt.clone().ok_or(BackendError::NotFound)
    }
}

const BODY: &str = "{\n  \"notification\": {\n    \"reference\": \"d5ec5399f34be7fcaaeadb64ad6236550a4c19ea\",\n    \"data\": {\n      \"hash\": \"••••••••\",\n      \"event_name\": \"token_created\",\n      \"token\": \"••••••••\",\n      \"custom_reference\": \"••••••••\"\n    }\n  }\n}";

fn operator_link(link: LinkView) -> OperatorLink {
    OperatorLink {
        fingerprint: "9f3a1c77".into(),
        browser_at: Some(link.created_at.clone()),
        notified_at: link.confirmed_at.clone(),
        problem: (link.status == LinkStatus::Failed).then(|| "token-refused".to_owned()),
        link,
    }
}

fn trust() -> Vec<Signal> {
    let signals = [
        ("path", Some(true), "current secret"),
        ("address", Some(true), "185.8.76.132"),
        ("hash", Some(true), "matches the first partner reference"),
        ("fresh", Some(false), "412 s old"),
        ("new", Some(true), "first arrival"),
        ("webhook", None, "not given"),
        ("confirmed", Some(true), "by the bank's API"),
    ];
    signals.map(|(name, good, detail)| Signal { name: name.into(), good, detail: detail.into() }).into()
}

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
