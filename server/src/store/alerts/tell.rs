//! Payments that have been written, held against their owners' rules.

use super::devices::call_devices;
use super::mails::call_readers;
use super::rules::{read_rule, rule_columns};
use super::{HAS_RULES, KNOWS_MERCHANTS};
use crate::clock::Moment;
use crate::store::Result;
use crate::store::feed::Subject;
use crate::store::links::linked;
use crate::store::payments::{NewPayment, News, Stored};
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use domain::alerts::{Facts, Hears, Rule, RuleKind, RuleView, Ways};
use domain::ids::{CardRef, RuleId, UserId};
use domain::money::{Currency, Money};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A payment that is older when we first hear of it is no news: it stands in the list. The bank's notifications count for as
/// long.
const RECENT: Duration = Duration::from_hours(72);

/// Alerts of one moment, many payments for instance, go as one message.
const GATHER: Duration = Duration::from_secs(2);
/// Nobody waits for a mail, so more goes into one.
const GATHER_FOR_MAIL: Duration = Duration::from_secs(20);

/// A card whose balance has moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Moved {
    pub(in crate::store) user_id: UserId,
    pub(in crate::store) card_ref: CardRef,
    pub(in crate::store) balance: Balance,
}

/// A balance, and when the payment behind it was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Balance {
    pub(in crate::store) minor: i64,
    pub(in crate::store) at: Moment,
}

static RULES: Grouped = Grouped::new(
    "WITH wanted (wanted_user) AS (VALUES",
    1,
    concat!(
        ") SELECT alert_rules.user_id, ",
        rule_columns!(),
        " FROM wanted
         CROSS JOIN alert_rules
         WHERE alert_rules.user_id = wanted.wanted_user
         AND alert_rules.is_on = 1"
    ),
);

static LOWS: Grouped = Grouped::new("SELECT rule_id, card_ref FROM alert_lows WHERE rule_id IN (VALUES", 1, ")");

static PUT_LOW: Grouped =
    Grouped::new("INSERT INTO alert_lows (rule_id, card_ref) VALUES", 2, "ON CONFLICT (rule_id, card_ref) DO NOTHING");

static END_LOW: Grouped = Grouped::new("DELETE FROM alert_lows WHERE (rule_id, card_ref) IN (VALUES", 2, ")");

static PUT_MERCHANTS: Grouped = Grouped::new(
    "INSERT INTO known_merchants (user_id, merchant) VALUES",
    2,
    "ON CONFLICT (user_id, merchant) DO NOTHING
     RETURNING user_id, merchant",
);

/// Users of whom not all of the past is known yet.
static UNFINISHED: Grouped = Grouped::new(
    "WITH wanted (wanted_user) AS (VALUES",
    1,
    concat!(
        ") SELECT wanted.wanted_user AS user_id
         FROM wanted
         WHERE EXISTS (
            SELECT 1
            FROM cards
            JOIN links ON links.id = cards.link_id
            WHERE cards.user_id = wanted.wanted_user
            AND cards.history_complete_at IS NULL
            AND ",
        linked!(),
        ")"
    ),
);

static PUT: Grouped = Grouped::new(
    "INSERT INTO alerts (user_id, rule_id, kind, limit_minor, limit_currency, card_ref, txid, merchant, amount_minor,
        currency, balance_minor, booked_text, by_mail, by_push, told_at)
     VALUES",
    15,
    "ON CONFLICT (rule_id, card_ref, txid) DO NOTHING
     RETURNING id, user_id, by_mail, by_push",
);

/// What a rule has to say.
struct Told<'p> {
    rule: &'p RuleView,
    payment: &'p NewPayment,
    balance_minor: Option<i64>,
}

/// Tells the owners of payments what they want to be told. `was` is what was known of each payment before. Costs nothing where
/// none of the owners has a rule.
pub(in crate::store) async fn tell(
    tx: &mut Tx,
    written: &[Stored],
    was: &[Option<NewPayment>],
    moved: &[Moved],
    news: News,
) -> Result<()> {
    let happened: Vec<(&NewPayment, Option<&NewPayment>)> = written
        .iter()
        .zip(was)
        .map(|(stored, was)| (&stored.payment, was.as_ref()))
        .filter(|(payment, _)| tx.watched(&payment.user_id) != 0)
        .collect();
    if happened.is_empty() {
        return Ok(());
    }
    let mut firsts = note_merchants(tx, &happened).await?;
    // The past that is fetched is no news.
    let rules = if news.live { rules_of(tx, &happened).await? } else { BTreeMap::new() };
    if rules.is_empty() {
        return Ok(());
    }
    if wants(&rules, RuleKind::NewMerchant) {
        forget_unfinished(tx, &mut firsts).await?;
    }
    let since = news.at.minus(RECENT);
    let recent = happened.iter().filter(|(payment, _)| payment.booked_at >= since);
    let mut told = Vec::new();
    for (payment, was) in recent {
        let first_there = was.is_none() && firsts.remove(&(payment.user_id.clone(), payment.merchant.clone()));
        let (now, before) = (facts(payment, first_there), was.map(|was| facts(was, false)));
        let hers = rules.get(&payment.user_id).into_iter().flatten();
        for rule in hers.filter(|rule| rule.rule.tells(&payment.card_ref, &now, before.as_ref())) {
            told.push(Told { rule, payment, balance_minor: None });
        }
    }
    if wants(&rules, RuleKind::Balance) {
        told.append(&mut hear_balances(tx, &happened, moved, &rules, since).await?);
    }
    write(tx, &told, news.at).await
}

type Rules = BTreeMap<UserId, Vec<RuleView>>;

fn wants(rules: &Rules, kind: RuleKind) -> bool {
    rules.values().flatten().any(|rule| rule.rule.condition.kind() == kind)
}

fn facts(payment: &NewPayment, first_there: bool) -> Facts<'_> {
    Facts {
        amount: Money::new(payment.amount_minor, payment.currency),
        currency_fx: payment.fx_currency,
        status: payment.status,
        country: payment.country.as_deref(),
        first_there,
    }
}

/// Notes where was paid, for those whose merchants are known, and answers what was not known before.
async fn note_merchants(
    tx: &mut Tx,
    happened: &[(&NewPayment, Option<&NewPayment>)],
) -> Result<BTreeSet<(UserId, String)>> {
    let mut pairs: Vec<(&UserId, &str)> = happened
        .iter()
        .filter(|(payment, _)| tx.watched(&payment.user_id) & KNOWS_MERCHANTS != 0 && !payment.merchant.is_empty())
        .map(|(payment, _)| (&payment.user_id, payment.merchant.as_str()))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let putting = PUT_MERCHANTS.rows(&pairs, |row, (user, merchant)| {
        row.text(user.as_str()).text(merchant);
    });
    let found = putting.fetch(tx.conn()).await?;
    found.iter().map(|row| Ok((row.id("user_id")?, row.text("merchant")?))).collect()
}

/// While the past of one of her cards is being fetched, nobody can say that she was never there.
async fn forget_unfinished(tx: &mut Tx, firsts: &mut BTreeSet<(UserId, String)>) -> Result<()> {
    let mut users: Vec<UserId> = firsts.iter().map(|(user, _)| user.clone()).collect();
    users.dedup();
    let asking = UNFINISHED.rows(&users, |row, user| {
        row.text(user.as_str());
    });
    for row in asking.fetch(tx.conn()).await? {
        let user: UserId = row.id("user_id")?;
        firsts.retain(|(owner, _)| *owner != user);
    }
    Ok(())
}

async fn rules_of(tx: &mut Tx, happened: &[(&NewPayment, Option<&NewPayment>)]) -> Result<Rules> {
    let mut users: Vec<&UserId> =
        happened.iter().map(|(payment, _)| &payment.user_id).filter(|user| tx.watched(user) & HAS_RULES != 0).collect();
    users.sort_unstable();
    users.dedup();
    let asking = RULES.rows(&users, |row, user| {
        row.text(user.as_str());
    });
    let mut rules = Rules::new();
    for row in asking.fetch(tx.conn()).await? {
        rules.entry(row.id("user_id")?).or_default().push(read_rule(&row)?);
    }
    Ok(rules)
}

/// What rules about balances have to say of cards that have moved, each with the payment that did it.
async fn hear_balances<'p>(
    tx: &mut Tx,
    happened: &[(&'p NewPayment, Option<&NewPayment>)],
    moved: &[Moved],
    rules: &'p Rules,
    since: Moment,
) -> Result<Vec<Told<'p>>> {
    let mut lows = lows_of(tx, rules).await?;
    let (mut fallen, mut recovered, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for card in moved {
        let Some(payment) = behind(happened, card) else { continue };
        let after = Money::new(card.balance.minor, payment.currency);
        let before = card.balance.minor.checked_sub(payment.amount_minor);
        let before = before.map(|minor| Money::new(minor, payment.currency));
        for rule in rules.get(&card.user_id).into_iter().flatten() {
            let place = (rule.id.clone(), card.card_ref.clone());
            match rule.rule.hears(&card.card_ref, after, before, lows.contains(&place)) {
                Hears::Recovered => {
                    lows.remove(&place);
                    recovered.push(place);
                }
                Hears::Low if payment.booked_at >= since => {
                    lows.insert(place.clone());
                    fallen.push(place);
                    told.push(Told { rule, payment, balance_minor: Some(card.balance.minor) });
                }
                // A fall that is past is not told any more.
                Hears::Nothing | Hears::Low => {}
            }
        }
    }
    let ending = END_LOW.rows(&recovered, |row, (rule, card)| {
        row.text(rule.as_str()).text(card.as_str());
    });
    let putting = PUT_LOW.rows(&fallen, |row, (rule, card)| {
        row.text(rule.as_str()).text(card.as_str());
    });
    ending.execute(tx.conn()).await?;
    putting.execute(tx.conn()).await?;
    Ok(told)
}

/// The payment that a card's new balance comes from.
fn behind<'p>(happened: &[(&'p NewPayment, Option<&NewPayment>)], card: &Moved) -> Option<&'p NewPayment> {
    let is_it = |payment: &NewPayment| {
        payment.user_id == card.user_id
            && payment.card_ref == card.card_ref
            && payment.booked_at == card.balance.at
            && payment.balance_after_minor == Some(card.balance.minor)
    };
    happened.iter().map(|(payment, _)| *payment).find(|payment| is_it(payment))
}

async fn lows_of(tx: &mut Tx, rules: &Rules) -> Result<BTreeSet<(RuleId, CardRef)>> {
    let about_balances: Vec<&RuleId> = rules
        .values()
        .flatten()
        .filter(|rule| rule.rule.condition.kind() == RuleKind::Balance)
        .map(|rule| &rule.id)
        .collect();
    let asking = LOWS.rows(&about_balances, |row, rule| {
        row.text(rule.as_str());
    });
    let found = asking.fetch(tx.conn()).await?;
    found.iter().map(|row| Ok((row.id("rule_id")?, row.id("card_ref")?))).collect()
}

/// Writes what is told, each once for its rule and payment, and tells their owners' feeds.
async fn write(tx: &mut Tx, told: &[Told<'_>], at: Moment) -> Result<()> {
    let putting = PUT.rows(told, |row, Told { rule, payment, balance_minor }| {
        let RuleView { id, rule: Rule { condition, .. }, ways, .. } = rule;
        let limit = condition.limit();
        row.text(payment.user_id.as_str()).text(id.as_str()).text(condition.kind().code());
        row.number_or_null(limit.map(|limit| limit.minor));
        row.text_or_null(limit.as_ref().map(|limit| Currency::code(&limit.currency)));
        row.text(payment.card_ref.as_str()).text(payment.txid.as_str()).text(&payment.merchant);
        row.number(payment.amount_minor).text(payment.currency.code()).number_or_null(*balance_minor);
        row.text(&payment.booked_text).number(i64::from(ways.mail)).number(i64::from(ways.push)).moment(at);
    });
    let mut new: Vec<(UserId, i64, Ways)> = Vec::new();
    for row in putting.fetch(tx.conn()).await? {
        let ways = Ways { mail: row.number("by_mail")? != 0, push: row.number("by_push")? != 0 };
        new.push((row.id("user_id")?, row.number("id")?, ways));
    }
    new.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    for (user, id, _) in &new {
        tx.emit(user, Subject::Alert(*id), at)?;
    }
    let mut to_push: Vec<&UserId> = new.iter().filter(|(.., ways)| ways.push).map(|(user, ..)| user).collect();
    to_push.dedup();
    call_devices(tx, &to_push, at.plus(GATHER)).await?;
    let mut to_mail: Vec<&UserId> = new.iter().filter(|(.., ways)| ways.mail).map(|(user, ..)| user).collect();
    to_mail.dedup();
    call_readers(tx, &to_mail, at.plus(GATHER_FOR_MAIL)).await
}
