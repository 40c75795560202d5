//! In the browser, JSON is read by the browser: a tenth of the size of reading it with serde, for the same shapes.

use super::board::{Drawn, Edges};
use domain::alerts::{AlertNews, AlertView, RuleKind};
use domain::category::Category;
use domain::filter::Filter;
use domain::ids::{AccountId, CardRef, LinkId, Txid};
use domain::lang::Lang;
use domain::link::{CardView, HistoryProgress, LinkStatus, LinkView};
use domain::live::Seq;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

pub(super) fn drawn() -> Option<Drawn> {
    let place = web_sys::window()?.document()?.query_selector("[data-drawn]").ok()??;
    let drawn = parse(&place.get_attribute("data-drawn")?)?;
    place.remove_attribute("data-drawn").ok()?;
    let (filter, edges) = (drawn.value("filter"), drawn.value("edges"));
    Some(Drawn {
        lang: Lang::from_code(&drawn.text("lang")?)?,
        seq: Seq(drawn.number("seq")),
        links: drawn.list("links").iter().filter_map(link_of).collect(),
        payments: drawn.list("payments").iter().filter_map(transaction_of).collect(),
        filter: filter_of(&filter),
        edges: Edges { newer: edges.flag("newer"), older: edges.flag("older") },
    })
}

pub(super) fn transaction(text: &str) -> Option<Transaction> {
    transaction_of(&parse(text)?)
}

pub(super) fn link(text: &str) -> Option<LinkView> {
    link_of(&parse(text)?)
}

pub(super) fn alert(text: &str) -> Option<AlertNews> {
    let value = parse(text)?;
    Some(AlertNews { alert: alert_of(&value.value("alert"))?, unread: value.number("unread") })
}

pub(super) fn card(text: &str) -> Option<CardView> {
    card_of(&parse(text)?)
}

/// A value of the browser's; what is missing or of another type reads as nothing.
struct Value(JsValue);

fn parse(text: &str) -> Option<Value> {
    JSON::parse(text).ok().map(Value)
}

impl Value {
    fn value(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::NULL))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.value(name).0.as_string()
    }

    fn words(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    fn maybe_number(&self, name: &str) -> Option<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers, far below 2^53")]
        self.value(name).0.as_f64().map(|number| number as i64)
    }

    fn number(&self, name: &str) -> i64 {
        self.maybe_number(name).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        self.value(name).0.as_bool().unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<Self> {
        self.value(name).0.dyn_into::<Array>().map(|list| list.iter().map(Self).collect()).unwrap_or_default()
    }
}

fn transaction_of(value: &Value) -> Option<Transaction> {
    Some(Transaction {
        txid: Txid::parse(value.text("txid")?).ok()?,
        card_ref: CardRef::parse(value.text("card_ref")?).ok()?,
        amount: value.words("amount"),
        amount_minor: value.maybe_number("amount_minor")?,
        currency: Currency::parse(&value.text("currency")?).ok()?,
        amount_fx: value.words("amount_fx"),
        currency_fx: Currency::parse(&value.text("currency_fx")?).ok()?,
        fx: value.words("fx"),
        fx_fee: value.words("fx_fee"),
        status: TxStatus::from_code(&value.text("status")?),
        kind: TxType::from_code(&value.text("type")?),
        mcc: value.words("mcc"),
        category: Category::from_code(&value.text("category")?)?,
        merchant: value.words("merchant"),
        city: value.text("city"),
        country: value.text("country"),
        description: value.words("description"),
        balance_after: value.text("balance_after"),
        booked_at: value.text("booked_at")?,
        confirmed: value.flag("confirmed"),
        contested: value.flag("contested"),
        missing: value.text("missing"),
        failed_reason: value.text("failed_reason"),
        own: own_of(value),
        seq: Seq(value.maybe_number("seq")?),
    })
}

fn own_of(value: &Value) -> Own {
    Own {
        category_bank: value.text("category_bank").and_then(|code| Category::from_code(&code)),
        note: value.text("note"),
        tags: value.list("tags").iter().filter_map(|tag| tag.0.as_string()).collect(),
    }
}

fn link_of(value: &Value) -> Option<LinkView> {
    let history = value.value("history");
    Some(LinkView {
        id: LinkId::parse(value.text("id")?).ok()?,
        status: LinkStatus::from_code(&value.text("status")?)?,
        holder: value.words("holder"),
        created_at: value.words("created_at"),
        confirmed_at: value.text("confirmed_at"),
        revoked_at: value.text("revoked_at"),
        last_news_at: value.text("last_news_at"),
        unseen: value.flag("unseen"),
        history: HistoryProgress {
            done: history.number("done"),
            total: history.number("total"),
            complete: history.flag("complete"),
        },
        cards: value.list("cards").iter().filter_map(card_of).collect(),
        seq: Seq(value.number("seq")),
    })
}

fn alert_of(value: &Value) -> Option<AlertView> {
    Some(AlertView {
        id: value.maybe_number("id")?,
        kind: RuleKind::from_code(&value.text("kind")?)?,
        limit: money_of(&value.value("limit")),
        card_ref: CardRef::parse(value.text("card_ref")?).ok()?,
        txid: Txid::parse(value.text("txid")?).ok()?,
        merchant: value.words("merchant"),
        amount: money_of(&value.value("amount"))?,
        balance: money_of(&value.value("balance")),
        booked_at: value.words("booked_at"),
        told_at: value.words("told_at"),
    })
}

fn money_of(value: &Value) -> Option<Money> {
    Some(Money::new(value.maybe_number("minor")?, Currency::parse(&value.text("currency")?).ok()?))
}

fn card_of(value: &Value) -> Option<CardView> {
    Some(CardView {
        card_ref: CardRef::parse(value.text("card_ref")?).ok()?,
        acc_id: AccountId::parse(value.text("acc_id")?).ok()?,
        name: value.words("name"),
        holder: value.words("holder"),
        status: value.words("status"),
        balance: money_of(&value.value("balance")),
        balance_at: value.text("balance_at"),
    })
}

fn filter_of(value: &Value) -> Filter {
    Filter {
        q: value.text("q"),
        card: value.text("card").and_then(|card| CardRef::parse(card).ok()),
        category: value.text("category").and_then(|code| Category::from_code(&code)),
        tag: value.text("tag"),
        from: value.text("from"),
        to: value.text("to"),
        min: value.maybe_number("min"),
        max: value.maybe_number("max"),
        kind: value.text("kind").map(|code| TxType::from_code(&code)),
        status: value.text("status").map(|code| TxStatus::from_code(&code)),
    }
}
