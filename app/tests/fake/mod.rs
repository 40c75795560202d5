//! A server that answers from memory, and the way to render a page with it.

#![allow(
    clippy::unwrap_used,
    dead_code,
    unused_imports,
    reason = "tests stop where something is wrong; not every user needs every part"
)]

pub(crate) mod desk;
pub(crate) mod insights;
pub(crate) mod people;
mod render;
mod rows;
pub(crate) mod watch;

pub(crate) use render::{context, render, seen};
pub(crate) use rows::{
    alarm, card, card_choice, delivery, enrolment, link, link_id, look, passkey, payment, receipt, rules, session,
    silent, told, two_step_on, user, user_id,
};

use app::backend::{
    AccountBackend, ActRow, AlarmList, AlarmRow, Alerts, ApiField, ApiOperation, ApiParameter, ApiReference, Backend,
    BackendError, CardChoice, ConnectOffer, Cursor, Dashboard, DeliveryDetail, DeliveryQuery, DeliveryRow, Device,
    FoundBy, FoundDeliveries, FoundIn, Insights, InsightsQuery, KeyList, KeyRow, LinkList, LookRow, Movable,
    OperatorLink, Page, PasskeyDetail, PasskeyRow, Passkeys, Pause, PaymentDetail, Processing, Receipt, ReplayItem,
    ReplayRow, RuleDetail, SessionRow, Signal, Silent, Story, StoryLine, Support, TeamRow, TwoStep, UserDetail,
    UserList, UserQuery, UserRow,
};
use async_trait::async_trait;
use domain::alerts::{AlertView, RuleView};
use domain::filter::Filter;
use domain::ids::{LinkId, PaymentKey, RuleId, UserId};
use domain::link::{LinkStatus, LinkView};
use domain::live::Seq;
use domain::own::Own;
use domain::transaction::Transaction;
use domain::viewer::Viewer;

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
