//! How the server is doing, as the fake tells it.

use super::{Fake, user_id};
use app::backend::{
    BackendError, Condition, Cursor, EndpointRow, Events, EventsQuery, Funnel, FunnelDay, FunnelQuery, Health,
    NodeLine, NodeState, Page, PaymentLine, PaymentLines, PaymentLinesQuery, Reading, SendDetail, SendRow,
    SendStanding, Verdict, Vital, VitalLine, WatchBackend,
};
use async_trait::async_trait;
use domain::calendar::Day;
use domain::transaction::Transaction;
use domain::viewer::Viewer;

const AT: &str = "2026-11-23T10:41:12+01:00";

#[async_trait]
impl WatchBackend for Fake {
    async fn health(&self, _: &Viewer) -> Result<Health, BackendError> {
        let lines = Vital::ALL.map(|vital| self.vital(vital)).into();
        self.answer(Health { at: AT.into(), lines, nodes: self.nodes() })
    }

    async fn funnel(&self, _: &Viewer, query: &FunnelQuery) -> Result<Funnel, BackendError> {
        self.answer(Funnel { days: if self.users.is_empty() { quiet_days() } else { busy_days(query) } })
    }

    async fn payment_lines(
        &self,
        _: &Viewer,
        query: &PaymentLinesQuery,
        _: &Cursor,
    ) -> Result<PaymentLines, BackendError> {
        let owner = self.users.first();
        let line = |(n, payment): (usize, &Transaction)| PaymentLine {
            id: i64::try_from(n).unwrap(),
            user_id: user_id(1),
            email: owner.map_or_else(String::new, |owner| owner.email.clone()),
            card_ref: payment.card_ref.clone(),
            txid: payment.txid.to_string(),
            amount: payment.money(),
            status: payment.status,
            kind: payment.kind,
            confirmed: payment.confirmed,
            booked_at: payment.booked_at.clone(),
        };
        let rows = self.payments.iter().filter(|payment| query.filter.matches(payment)).enumerate().map(line).collect();
        let page = Page { rows, newer: self.newer.clone(), older: self.older.clone() };
        self.answer(PaymentLines { page, looked_to: query.filter.status.map(|_| AT.into()) })
    }

    async fn events(&self, _: &Viewer, query: &EventsQuery, _: &Cursor) -> Result<Events, BackendError> {
        let words = self.users.first().map(|user| user.name.as_str());
        let endpoints =
            words.map_or_else(Vec::new, |words| vec![endpoint("e1", words, None), endpoint("e2", words, Some("gone"))]);
        let rows = words.map_or_else(Vec::new, |words| {
            [SendStanding::Waiting, SendStanding::Sent, SendStanding::Dead].map(|standing| send(standing, words)).into()
        });
        let log = Page { rows, newer: self.newer.clone(), older: self.older.clone() };
        let looked_to = query.kind.is_some().then(|| AT.into());
        self.answer(Events { endpoints, log, looked_to })
    }

    async fn event(&self, _: &Viewer, id: i64) -> Result<SendDetail, BackendError> {
        let words = self.users.first().map_or("", |user| user.name.as_str());
        let standing = if id == 0 { SendStanding::Waiting } else { SendStanding::Dead };
        self.answer(SendDetail {
            row: send(standing, words),
            user_id: Some(user_id(1)),
            may_send: self.may_replay && id > 0,
        })
    }
}

impl Fake {
    /// Two, and where there are alarms, one that says nothing and one that leaves.
    fn nodes(&self) -> Vec<NodeLine> {
        let node = |name: &str, here, state| NodeLine {
            name: name.to_owned(),
            here,
            version: "0.1.0".to_owned(),
            state,
            started_at: AT.to_owned(),
            seen_at: AT.to_owned(),
        };
        let mut nodes =
            vec![node("web-1", true, NodeState::Serving), node("web-2.example.test", false, NodeState::Serving)];
        if !self.alarms.is_empty() {
            nodes.push(node("web-3", false, NodeState::Silent));
            nodes.push(node("web-4", false, NodeState::Leaving));
        }
        nodes
    }

    /// Everything is well but for what the fake's parts say.
    fn vital(&self, vital: Vital) -> VitalLine {
        let count = |count| Reading::Count { count, most: 1_000 };
        let alarms = i64::try_from(self.alarms.len()).unwrap();
        let reading = match vital {
            Vital::Acknowledging => Reading::Is(true),
            Vital::Processing => Reading::Is(self.paused.is_none()),
            Vital::Lag => Reading::Times(Some((12_300, 1_200_000))),
            Vital::Commit => Reading::Times(None),
            Vital::LastDelivery => Reading::At(None),
            Vital::LastHour => Reading::Verdicts(Verdict::ALL.map(|verdict| (verdict, 12_345))),
            Vital::Bank => Reading::Bank {
                paused_until: self.alarms.first().map(|_| AT.into()),
                failed: Some(("bank-unavailable".into(), AT.into())),
            },
            Vital::Alarms => count(alarms),
            Vital::Key => Reading::Key { kid: "k2".into(), uses: 12_400 },
            Vital::Mails => Reading::Mails { waiting: 1_000, given_up: 2, most: 1_000 },
            Vital::Disk => Reading::Bytes(Some(17 << 30)),
            Vital::Database => Reading::Database { engine: "SQLite", bytes: 1_572_864 },
            Vital::Versions => Reading::Versions { program: "0.1.0", schema: 21 },
            Vital::Up => Reading::At(Some(AT.into())),
            _ => count(1_000),
        };
        let condition = match vital {
            Vital::Alarms if alarms > 0 => Condition::Bad,
            Vital::Processing if self.paused.is_some() => Condition::Watch,
            _ => Condition::Good,
        };
        VitalLine { vital, condition, reading, since: (condition != Condition::Good).then(|| AT.into()) }
    }
}

fn quiet_days() -> Vec<FunnelDay> {
    let first = Day::parse("2026-11-01").unwrap();
    (0..30).map(|n| FunnelDay { day: first.plus(n), attempts: [0; 13] }).collect()
}

/// A thousand attempts on one day and five on another, of which half, or two, came to a link. Of one browser there were fewer.
fn busy_days(query: &FunnelQuery) -> Vec<FunnelDay> {
    let share = if query.browser.is_some() { 10 } else { 1 };
    let mut days = quiet_days();
    days[4].attempts = [1_000, 900, 880, 700, 690, 520, 500, 800, 120, 60, 300, 450, 7].map(|count| count / share);
    days[20].attempts = [5, 4, 4, 3, 3, 2, 2, 3, 0, 1, 2, 1, 0];
    days
}

fn endpoint(id: &str, words: &str, ended: Option<&str>) -> EndpointRow {
    EndpointRow {
        id: id.into(),
        url: format!("https://partner.example.com/{words}"),
        events: vec!["link".into(), "transaction".into()],
        created_at: AT.into(),
        old_secret_until: ended.is_none().then(|| AT.into()),
        ended: ended.map(|by| (AT.into(), by.into())),
    }
}

fn send(standing: SendStanding, words: &str) -> SendRow {
    let (status, reason) = match standing {
        SendStanding::Waiting => (None, "timeout"),
        SendStanding::Sent => (Some(204), ""),
        SendStanding::Dead => (Some(500), "refused"),
    };
    SendRow {
        id: 1,
        kind: "transaction.created".into(),
        message_id: "msg_0123".into(),
        at: AT.into(),
        url: format!("https://partner.example.com/{words}"),
        standing,
        tries: 3,
        next_at: (standing == SendStanding::Waiting).then(|| AT.into()),
        tried_at: Some(AT.into()),
        status,
        reason: reason.into(),
    }
}
