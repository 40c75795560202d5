//! What the bank's script reported while people were linking, and how many came how far.
//!
//! An attempt is counted once for each step, under what it began with, in the transaction that brings it there. So a look at the
//! funnel reads a few rows a day, whatever has happened.

use super::row::Columns as _;
use super::statement::{Grouped, storable};
use super::transaction::Tx;
use super::{Result, Store};
use crate::clock::Moment;
use app::backend::FunnelStep;
use domain::ids::{IntentId, UserId};
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// One event of the bank's script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEventRecord {
    pub id: i64,
    pub user_id: UserId,
    pub intent_id: Option<IntentId>,
    /// The script's name for it, such as `onDisplayPopup`.
    pub event: String,
    pub at: Moment,
    pub lang: Lang,
    /// Family of the browser, such as Firefox.
    pub browser: String,
}

impl LinkEventRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            user_id: row.id("user_id")?,
            intent_id: row.id_or_null("intent_id")?,
            event: row.text("event")?,
            at: row.moment("at")?,
            lang: row.code("lang", Lang::from_code)?,
            browser: row.text("browser")?,
        })
    }
}

/// How many attempts that began on a day came to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunnelCount {
    /// At the bank: `2017-02-02`.
    pub day: String,
    pub step: FunnelStep,
    pub attempts: i64,
}

/// What an attempt begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) at: Moment,
    pub(super) lang: String,
    pub(super) browser: String,
}

static COUNT: Grouped = Grouped::new(
    "INSERT INTO funnel_days (day, browser, lang, step, attempts) VALUES",
    5,
    "ON CONFLICT (day, browser, lang, step) DO UPDATE SET attempts = funnel_days.attempts + 1",
);

/// Counts an attempt for each of these steps. In one order, so that no two attempts wait for each other.
pub(super) async fn count(tx: &mut Tx, began: &Beginning, bits: i64) -> Result<()> {
    let day = began.at.bank_day();
    let steps: Vec<FunnelStep> = FunnelStep::ALL.into_iter().filter(|step| bits & (1 << step.place()) != 0).collect();
    let counting = COUNT.rows(&steps, |row, step| {
        row.text(&day).text(&began.browser).text(&began.lang).text(step.code()).number(1);
    });
    counting.execute(tx.conn()).await?;
    Ok(())
}

/// Her attempt has come to a step. One that is forgotten, or somebody else's, is not counted.
pub(super) async fn reach(tx: &mut Tx, user_id: &UserId, intent: &IntentId, step: FunnelStep) -> Result<()> {
    // Changes nothing, and holds the row: two channels may bring it further at once.
    let row = sqlx::query(
        "UPDATE link_intents
         SET reached = reached
         WHERE id = $1
         AND user_id = $2
         RETURNING reached, created_at, lang, browser",
    )
    .bind(intent.to_string())
    .bind(user_id.to_string())
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(()) };
    let reached = row.number("reached")?;
    let new = step.with_earlier() & !reached;
    if new == 0 {
        return Ok(());
    }
    sqlx::query("UPDATE link_intents SET reached = $1 WHERE id = $2")
        .bind(reached | new)
        .bind(intent.to_string())
        .execute(tx.conn())
        .await?;
    let began = Beginning { at: row.moment("created_at")?, lang: row.text("lang")?, browser: row.text("browser")? };
    count(tx, &began, new).await
}

impl Store {
    /// Notes what the script reported, and counts it where the attempt is known.
    pub async fn add_link_event(
        &self,
        user_id: &UserId,
        intent_id: Option<&IntentId>,
        event: &str,
        at: Moment,
        lang: Lang,
        browser: &str,
    ) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO link_events (user_id, intent_id, event, at, lang, browser)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(user_id.to_string())
        .bind(intent_id.map(ToString::to_string))
        .bind(storable(event).into_owned())
        .bind(at.0)
        .bind(lang.code())
        .bind(storable(browser).into_owned());
        let (user_id, intent) = (user_id.clone(), intent_id.cloned());
        let step = FunnelStep::from_event(event);
        self.write(move |tx| {
            Box::pin(async move {
                insert.execute(tx.conn()).await?;
                match (intent, step) {
                    (Some(intent), Some(step)) => reach(tx, &user_id, &intent, step).await,
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// How many attempts came to each step, by the day on which they began: from the first to the last of these days. An empty
    /// text stands for every browser, or both languages.
    pub async fn funnel(&self, first: &str, last: &str, browser: &str, lang: &str) -> Result<Vec<FunnelCount>> {
        let rows = sqlx::query(
            "SELECT day, step, CAST(SUM(attempts) AS BIGINT) AS attempts
             FROM funnel_days
             WHERE day >= $1
             AND day <= $2
             AND ($3 = '' OR browser = $3)
             AND ($4 = '' OR lang = $4)
             GROUP BY day, step
             ORDER BY day, step",
        )
        .bind(first.to_owned())
        .bind(last.to_owned())
        .bind(browser.to_owned())
        .bind(lang.to_owned())
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                let step = row.code("step", FunnelStep::from_code)?;
                Ok(FunnelCount { day: row.text("day")?, step, attempts: row.number("attempts")? })
            })
            .collect()
    }

    /// Her events with a lower number than this, newest first.
    pub async fn link_events_of(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<LinkEventRecord>> {
        let rows = sqlx::query(
            "SELECT id, user_id, intent_id, event, at, lang, browser
             FROM link_events
             WHERE user_id = $1
             AND id < $2
             ORDER BY id DESC
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(before)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(LinkEventRecord::read).collect()
    }

    /// Her events with a higher number than this, oldest first.
    pub async fn link_events_after(&self, user_id: &UserId, after: i64, limit: i64) -> Result<Vec<LinkEventRecord>> {
        let rows = sqlx::query(
            "SELECT id, user_id, intent_id, event, at, lang, browser
             FROM link_events
             WHERE user_id = $1
             AND id > $2
             ORDER BY id
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(after)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(LinkEventRecord::read).collect()
    }
}
