//! Users' rules.

use super::mails::will_write;
use super::{HAS_RULES, KNOWS_MERCHANTS};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::alerts::{Condition, MOST_RULES, Rule, RuleKind, RuleView, Ways};
use domain::ids::{RuleId, UserId};
use domain::lang::Lang;
use domain::money::Money;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// What became of a rule that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleOutcome {
    Kept,
    /// She has the same already.
    Known,
    /// She has as many as anybody may have.
    TooMany,
    /// She has no such rule.
    Missing,
}

/// The columns that `read_rule` reads.
macro_rules! rule_columns {
    () => {
        "alert_rules.id AS rule_id, alert_rules.kind, alert_rules.limit_minor, alert_rules.limit_currency,
         alert_rules.card_ref, alert_rules.by_mail, alert_rules.by_push, alert_rules.is_on"
    };
}
pub(super) use rule_columns;

const RULES_OF_USER: &str = concat!(
    "SELECT ",
    rule_columns!(),
    " FROM alert_rules
     WHERE user_id = $1
     ORDER BY created_at, id"
);

pub(super) fn read_rule(row: &AnyRow) -> Result<RuleView> {
    let kind = row.code("kind", RuleKind::from_code)?;
    let condition = Condition::of(kind, read_limit(row)?).ok_or(StoreError::Corrupt("kind"))?;
    Ok(RuleView {
        id: row.id("rule_id")?,
        rule: Rule { condition, card: row.id_or_null("card_ref")? },
        ways: Ways { mail: row.number("by_mail")? != 0, push: row.number("by_push")? != 0 },
        is_on: row.number("is_on")? != 0,
    })
}

pub(super) fn read_limit(row: &AnyRow) -> Result<Option<Money>> {
    let minor = row.number_or_null("limit_minor")?;
    minor.map(|minor| Ok(Money::new(minor, row.currency("limit_currency")?))).transpose()
}

async fn rules_of(connection: &mut AnyConnection, user_id: &UserId) -> Result<Vec<RuleView>> {
    let rows = sqlx::query(RULES_OF_USER).bind(user_id.to_string()).fetch_all(connection).await?;
    rows.iter().map(read_rule).collect()
}

impl Store {
    /// A user's rules, oldest first; never more than [`MOST_RULES`].
    pub async fn alert_rules(&self, user_id: &UserId) -> Result<Vec<RuleView>> {
        let mut connection = self.inner.reads.acquire().await?;
        rules_of(&mut connection, user_id).await
    }

    /// Keeps a new rule, which is on from now. Its mails are in this language.
    pub async fn add_alert_rule(
        &self,
        user_id: &UserId,
        id: &RuleId,
        rule: &Rule,
        ways: Ways,
        lang: Lang,
        at: Moment,
    ) -> Result<RuleOutcome> {
        let (user_id, added) = (user_id.clone(), RuleView { id: id.clone(), rule: rule.clone(), ways, is_on: true });
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let rules = rules_of(tx.conn(), &user_id).await?;
                if rules.iter().any(|known| known.rule == added.rule) {
                    return Ok(RuleOutcome::Known);
                }
                if rules.len() >= MOST_RULES {
                    return Ok(RuleOutcome::TooMany);
                }
                insert(tx, &user_id, &added, at).await?;
                if added.ways.mail {
                    will_write(tx, &user_id, lang).await?;
                }
                watch(tx, &user_id).await?;
                Ok(RuleOutcome::Kept)
            })
        })
        .await
    }

    /// Puts another condition, card and ways in a rule's place. What it told is told; under its new condition it tells anew.
    pub async fn change_alert_rule(
        &self,
        user_id: &UserId,
        id: &RuleId,
        rule: &Rule,
        ways: Ways,
        lang: Lang,
    ) -> Result<RuleOutcome> {
        let (user_id, id, rule) = (user_id.clone(), id.clone(), rule.clone());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let rules = rules_of(tx.conn(), &user_id).await?;
                let Some(known) = rules.iter().find(|known| known.id == id) else { return Ok(RuleOutcome::Missing) };
                if rules.iter().any(|other| other.id != id && other.rule == rule) {
                    return Ok(RuleOutcome::Known);
                }
                if known.rule != rule {
                    sqlx::query("DELETE FROM alert_lows WHERE rule_id = $1")
                        .bind(id.to_string())
                        .execute(tx.conn())
                        .await?;
                }
                update(tx, &RuleView { id, rule, ways, is_on: known.is_on }).await?;
                if ways.mail {
                    will_write(tx, &user_id, lang).await?;
                }
                watch(tx, &user_id).await?;
                Ok(RuleOutcome::Kept)
            })
        })
        .await
    }

    /// Switches a rule on or off. False where she has no such rule.
    pub async fn switch_alert_rule(&self, user_id: &UserId, id: &RuleId, on: bool) -> Result<bool> {
        self.change_rule_of(user_id, id, move |known| RuleView { is_on: on, ..known }).await
    }

    /// Ends the mails of a rule, those that wait included. False where there is no such rule.
    pub async fn stop_alert_mails(&self, user_id: &UserId, id: &RuleId) -> Result<bool> {
        self.change_rule_of(user_id, id, |known| RuleView { ways: Ways { mail: false, ..known.ways }, ..known }).await
    }

    async fn change_rule_of(
        &self,
        user_id: &UserId,
        id: &RuleId,
        change: impl FnOnce(RuleView) -> RuleView + Send + 'static,
    ) -> Result<bool> {
        let (user_id, id) = (user_id.clone(), id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let known = rules_of(tx.conn(), &user_id).await?.into_iter().find(|known| known.id == id);
                let Some(known) = known else { return Ok(false) };
                update(tx, &change(known)).await?;
                watch(tx, &user_id).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Removes a rule. What it told stays in the list. False where she has no such rule.
    pub async fn remove_alert_rule(&self, user_id: &UserId, id: &RuleId) -> Result<bool> {
        let (user_id, id) = (user_id.clone(), id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let removed = sqlx::query("DELETE FROM alert_rules WHERE id = $1 AND user_id = $2")
                    .bind(id.to_string())
                    .bind(user_id.to_string())
                    .execute(tx.conn())
                    .await?;
                if removed.rows_affected() == 0 {
                    return Ok(false);
                }
                silence(tx, &id, Ways::default()).await?;
                watch(tx, &user_id).await?;
                Ok(true)
            })
        })
        .await
    }
}

async fn insert(tx: &mut Tx, user_id: &UserId, added: &RuleView, at: Moment) -> Result<()> {
    let limit = added.rule.condition.limit();
    sqlx::query(
        "INSERT INTO alert_rules (id, user_id, kind, limit_minor, limit_currency, card_ref, by_mail, by_push, is_on,
            created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(added.id.to_string())
    .bind(user_id.to_string())
    .bind(added.rule.condition.kind().code().to_owned())
    .bind(limit.map(|limit| limit.minor))
    .bind(limit.map(|limit| limit.currency.code().to_owned()))
    .bind(added.rule.card.as_ref().map(ToString::to_string))
    .bind(i64::from(added.ways.mail))
    .bind(i64::from(added.ways.push))
    .bind(i64::from(added.is_on))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn update(tx: &mut Tx, changed: &RuleView) -> Result<()> {
    let limit = changed.rule.condition.limit();
    sqlx::query(
        "UPDATE alert_rules
         SET kind = $1, limit_minor = $2, limit_currency = $3, card_ref = $4, by_mail = $5, by_push = $6, is_on = $7
         WHERE id = $8",
    )
    .bind(changed.rule.condition.kind().code().to_owned())
    .bind(limit.map(|limit| limit.minor))
    .bind(limit.map(|limit| limit.currency.code().to_owned()))
    .bind(changed.rule.card.as_ref().map(ToString::to_string))
    .bind(i64::from(changed.ways.mail))
    .bind(i64::from(changed.ways.push))
    .bind(i64::from(changed.is_on))
    .bind(changed.id.to_string())
    .execute(tx.conn())
    .await?;
    let still = if changed.is_on { changed.ways } else { Ways::default() };
    silence(tx, &changed.id, still).await
}

/// What a rule has told, and was not sent yet, goes by these ways only.
async fn silence(tx: &mut Tx, id: &RuleId, still: Ways) -> Result<()> {
    if still.mail && still.push {
        return Ok(());
    }
    sqlx::query(
        "UPDATE alerts
         SET by_mail = CASE WHEN $1 = 0 THEN 0 ELSE by_mail END, by_push = CASE WHEN $2 = 0 THEN 0 ELSE by_push END
         WHERE rule_id = $3",
    )
    .bind(i64::from(still.mail))
    .bind(i64::from(still.push))
    .bind(id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes whether her payments have to be looked at. From the first rule about new merchants on, hers are known: whoever
/// could make the store read all her payments by making and removing a rule could keep it busy.
async fn watch(tx: &mut Tx, user_id: &UserId) -> Result<()> {
    let rules = rules_of(tx.conn(), user_id).await?;
    let before = tx.watched(user_id);
    let mut watched = before & KNOWS_MERCHANTS;
    if rules.iter().any(|rule| rule.is_on) {
        watched |= HAS_RULES;
    }
    if rules.iter().any(|rule| rule.rule.condition == Condition::NewMerchant) {
        watched |= KNOWS_MERCHANTS;
    }
    if watched & KNOWS_MERCHANTS > before & KNOWS_MERCHANTS {
        learn_merchants(tx, user_id).await?;
    }
    if watched != before {
        sqlx::query("UPDATE feeds SET watched = $1 WHERE user_id = $2")
            .bind(watched)
            .bind(user_id.to_string())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Everywhere that she has paid.
pub(super) async fn learn_merchants(tx: &mut Tx, user_id: &UserId) -> Result<()> {
    sqlx::query(
        "INSERT INTO known_merchants (user_id, merchant)
         SELECT DISTINCT user_id, merchant
         FROM payments
         WHERE user_id = $1
         AND merchant <> ''
         ON CONFLICT (user_id, merchant) DO NOTHING",
    )
    .bind(user_id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}
