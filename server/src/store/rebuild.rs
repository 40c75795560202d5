//! A database anew, from the log of arrivals: what notifications are the source of is made again, all else is taken over.
//!
//! Taken over are people, keys, attempts to link, and what the bank's API has told of links and cards; and arrivals that nothing
//! can be made of again: their body is gone, somebody's word let them in, or what they speak of is linked no more.

use super::deliveries::{Claimant, DeliveryRecord, DeliveryState};
use super::payments::{Applied, Book, NewPayment, known_payments};
use super::row::Columns as _;
use super::statement::{Grouped, Row};
use super::transaction::Tx;
use super::{Result, Store};
use crate::clock::Moment;
use app::backend::Verdict;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Rows of one transaction.
const PAGE: i64 = 500;

/// A table that is taken over: read by its key in pages, written as it is. Kinds of columns: `T` text, `N` number, `B` bytes.
struct Taken {
    read: &'static str,
    write: &'static Grouped,
    kinds: &'static str,
}

macro_rules! taken {
    ($name:ident, $insert:ident, $width:literal, $kinds:literal, $table:literal, $key:literal, $columns:literal, $read:literal, $and:literal) => {
        static $insert: Grouped =
            Grouped::new(concat!("INSERT INTO ", $table, " (", $columns, ") VALUES"), $width, "ON CONFLICT DO NOTHING");
        const $name: Taken = Taken {
            read: concat!(
                "SELECT ",
                $read,
                " FROM ",
                $table,
                " WHERE ",
                $key,
                " > $1 ",
                $and,
                " ORDER BY ",
                $key,
                " LIMIT $2"
            ),
            write: &$insert,
            kinds: $kinds,
        };
    };
    ($name:ident, $insert:ident, $width:literal, $kinds:literal, $table:literal, $key:literal, $columns:literal) => {
        taken!($name, $insert, $width, $kinds, $table, $key, $columns, $columns, "");
    };
}

taken!(CANARIES, PUT_CANARIES, 3, "TBN", "key_canaries", "kid", "kid, sealed, created_at");
taken!(KEYS, PUT_KEYS, 4, "TTBN", "data_keys", "owner", "owner, kid, wrapped, created_at");
taken!(
    USERS,
    PUT_USERS,
    10,
    "TTTTTTTNNN",
    "users",
    "id",
    "id, email, email_key, name, name_key, password_hash, role, created_at, disabled_at, erased_at"
);
taken!(
    INTENTS,
    PUT_INTENTS,
    9,
    "TTNNNTTTN",
    "link_intents",
    "id",
    "id, user_id, created_at, expires_at, used_at, token_fp, lang, browser, reached"
);
// That the bank has revoked one is in the log. One that was revoked before it was proven is of the log altogether.
taken!(
    LINKS, PUT_LINKS, 14, "TTNTBNNNNNTTNN", "links", "id",
    "id, user_id, created_at, token_fp, token_sealed, browser_at, notified_at, proven_at, refused_at, forgotten_at, problem,
     holder, last_news_at, seq",
    "id, user_id, created_at, token_fp, token_sealed, browser_at, notified_at, proven_at, refused_at, forgotten_at, problem,
     holder, last_news_at, seq",
    "AND (revoked_at IS NULL OR proven_at IS NOT NULL)"
);
taken!(ALIASES, PUT_ALIASES, 2, "TT", "link_aliases", "id", "id, link_id");
taken!(ERASED, PUT_ERASED, 2, "TN", "erased_cards", "card_mac", "card_mac, at");

/// In the order in which they refer to each other.
const ALL: [Taken; 7] = [CANARIES, KEYS, USERS, INTENTS, LINKS, ALIASES, ERASED];

static CARDS: Grouped = Grouped::new(
    "INSERT INTO cards (link_id, card_ref, user_id, acc_id, name, holder, status, currency, balance_minor, balance_at) VALUES",
    10,
    "ON CONFLICT DO NOTHING",
);

static ARRIVALS: Grouped = Grouped::new(
    "INSERT INTO deliveries (id, received_at, reference, event_name, verdict, reason, state, current_try, max_tries, peer,
        content_type, trust, body_key, body, core_mac, user_id, card_ref, attempts, txid, answered)
     VALUES",
    20,
    "",
);

static EFFECTS: Grouped = Grouped::new(
    "INSERT INTO delivery_effects (reference, delivery_id, core_mac, at) VALUES",
    4,
    "ON CONFLICT (reference) DO NOTHING",
);

impl Store {
    /// Takes over what is not of the log into another database, which is empty.
    pub async fn take_over_into(&self, target: &Self) -> Result<()> {
        for table in ALL {
            let mut after = String::new();
            loop {
                let rows = sqlx::query(table.read).bind(after.clone()).bind(PAGE).fetch_all(&self.inner.reads).await?;
                let Some(last) = rows.last() else { break };
                after = last.try_get(0)?;
                let rows = rows.iter().map(|row| cells(row, table.kinds)).collect::<Result<Vec<_>>>()?;
                let writing = table.write.rows(&rows, |row, cells| cells.iter().for_each(|cell| cell.bind(row)));
                target.write_alone(writing).await?;
            }
        }
        self.take_cards_over_into(target).await
    }

    async fn take_cards_over_into(&self, target: &Self) -> Result<()> {
        let mut after = String::new();
        loop {
            let rows = sqlx::query("SELECT id FROM links WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(after)
                .bind(PAGE)
                .fetch_all(&target.inner.reads)
                .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.text("id")?;
            for row in &rows {
                let cards = self.cards_of_link(&row.id("id")?).await?;
                let writing = CARDS.rows(&cards, |row, card| {
                    row.text(card.link_id.as_str()).text(card.card_ref.as_str()).text(card.user_id.as_str());
                    row.text(card.acc_id.as_str()).text(&card.name).text(&card.holder).text(&card.status);
                    row.text(card.currency.code()).number_or_null(card.balance_minor).moment_or_null(card.balance_at);
                });
                target.write_alone(writing).await?;
            }
        }
    }

    /// Takes over arrivals of another database, each with whether it is to be made again: then it stands as nothing that was
    /// judged, under a verdict that no arrival has by itself.
    pub async fn take_arrivals(&self, arrivals: Vec<(DeliveryRecord, bool)>, effects: Vec<Claimant>) -> Result<()> {
        self.write(move |tx| Box::pin(async move { take(tx, &arrivals, &effects).await })).await
    }

    /// Which of these arrivals have the effect of their reference.
    pub async fn effects_of(&self, arrivals: &[DeliveryRecord]) -> Result<Vec<Claimant>> {
        let mut found = Vec::new();
        for arrival in arrivals.iter().filter(|arrival| !arrival.reference.is_empty()) {
            let row = sqlx::query("SELECT core_mac FROM delivery_effects WHERE reference = $1 AND delivery_id = $2")
                .bind(arrival.reference.clone())
                .bind(arrival.id)
                .fetch_optional(&self.inner.reads)
                .await?;
            if let Some(row) = row {
                let (reference, core_mac) = (arrival.reference.clone(), row.text("core_mac")?);
                found.push(Claimant { id: arrival.id, reference, core_mac, hash: None });
            }
        }
        Ok(found)
    }

    /// What entering these payments would come to.
    pub async fn would_apply(&self, payments: Vec<NewPayment>, at: Moment) -> Result<Vec<Applied>> {
        self.read(move |connection| {
            Box::pin(async move {
                let known = known_payments(connection, &payments.iter().collect::<Vec<_>>()).await?;
                let mut book = Book::new(known, at);
                Ok(payments.into_iter().map(|payment| book.enter(payment)).collect())
            })
        })
        .await
    }

    /// Payments after a row, oldest first, with the number of the last.
    pub async fn payments_from(&self, id: i64, limit: i64) -> Result<(Vec<NewPayment>, i64)> {
        super::payments::from(&self.inner.reads, id, limit).await
    }
}

/// A value on its way from one database into another.
enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl Cell {
    fn bind(&self, row: &mut Row) {
        match self {
            Self::Text(text) => row.text_or_null(text.as_deref()),
            Self::Number(number) => row.number_or_null(*number),
            Self::Bytes(bytes) => row.bytes_or_null(bytes.as_deref()),
        };
    }
}

fn cells(row: &AnyRow, kinds: &str) -> Result<Vec<Cell>> {
    let cell = |(n, kind): (usize, char)| {
        Ok(match kind {
            'N' => Cell::Number(row.try_get(n)?),
            'B' => Cell::Bytes(row.try_get(n)?),
            _ => Cell::Text(row.try_get(n)?),
        })
    };
    kinds.chars().enumerate().map(cell).collect()
}

async fn take(tx: &mut Tx, arrivals: &[(DeliveryRecord, bool)], effects: &[Claimant]) -> Result<()> {
    let taking = ARRIVALS.rows(arrivals, |row, (arrival, anew)| {
        let verdict = if *anew { Verdict::Rejected } else { arrival.verdict };
        let state = if *anew { DeliveryState::Done } else { arrival.state };
        let user = arrival.user_id.as_ref().filter(|_| !anew);
        row.number(arrival.id).moment(arrival.received_at).text(&arrival.reference).text(&arrival.event_name);
        row.text(verdict.code()).text(if *anew { "" } else { &arrival.reason }).text(state.code());
        row.number_or_null(arrival.current_try).number_or_null(arrival.max_tries).text(&arrival.peer);
        row.text(&arrival.content_type).text(&arrival.trust).text_or_null(arrival.body_key.as_deref());
        row.bytes_or_null(arrival.body.as_deref()).text(&arrival.core_mac);
        row.text_or_null(user.map(domain::ids::UserId::as_str)).text_or_null(arrival.card_ref.as_deref());
        row.number(0).text_or_null(arrival.txid.as_deref()).number(arrival.answered);
    });
    taking.execute(tx.conn()).await?;
    let claiming = EFFECTS.rows(effects, |row, effect| {
        row.text(&effect.reference).number(effect.id).text(&effect.core_mac).number(0);
    });
    claiming.execute(tx.conn()).await?;
    Ok(())
}
