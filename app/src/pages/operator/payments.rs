use super::{Console, operator};
use crate::backend::{Cursor, PaymentLine, PaymentLines, PaymentLinesQuery};
use crate::i18n::all_payments::AllPaymentsTexts;
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::query;
use domain::filter::Filter;
use domain::ids::Txid;
use domain::transaction::TxStatus;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/transactions";
/// Filters of a user's own list that operators have too; the others are about what she alone sees.
const FIELDS: [&str; 6] = ["card", "status", "from", "to", "min", "max"];

/// `/operator/transactions`: everybody's payments, as they come.
#[component]
pub fn PaymentsPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), AllPaymentsTexts::of(lang));
    let asked = Asked::read(&visit.page.query);
    let (nonce, at) = (visit.page.nonce.clone(), cursor(&visit.page.query));
    let call = {
        let (wanted, at) = (asked.query.clone(), at.clone());
        async move { visit.backend.payment_lines(&visit.viewer, &wanted, &at).await }
    };
    loaded(call, move |lines| view! { <Content console texts asked at lines nonce/> }.into_any())
}

/// What the address asks for, as far as it can be read, and as it was typed.
#[derive(Clone)]
struct Asked {
    query: PaymentLinesQuery,
    typed: Vec<(&'static str, String)>,
    refused: Vec<&'static str>,
}

impl Asked {
    fn read(raw_query: &str) -> Self {
        let value = |name: &str| query::value(raw_query, name).map(|value| value.trim().to_owned());
        let typed: Vec<_> = FIELDS
            .into_iter()
            .chain(["txid"])
            .filter_map(|name| Some((name, value(name).filter(|value| !value.is_empty())?)))
            .collect();
        let known = typed.iter().filter(|(name, _)| *name != "txid").map(|(name, value)| (*name, value.as_str()));
        let (filter, mut refused) = Filter::from_query(known);
        let txid = typed.iter().find(|(name, _)| *name == "txid").map(|(_, value)| Txid::parse(value.as_str()));
        if txid.as_ref().is_some_and(Result::is_err) {
            refused.push("txid");
        }
        Self { query: PaymentLinesQuery { filter, txid: txid.and_then(Result::ok) }, typed, refused }
    }

    fn value(&self, name: &str) -> String {
        self.typed.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static AllPaymentsTexts,
    asked: Asked,
    at: Cursor,
    lines: PaymentLines,
    nonce: String,
) -> impl IntoView {
    let PaymentLines { page, looked_to } = lines;
    let pairs = asked.typed.clone();
    let here = query::address(PATH, pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &pairs, "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &pairs, "before", &older));
    // What comes now stands on top of the newest ones only.
    let live = at == Cursor::Start;
    let (none, searching) = (page.rows.is_empty(), looked_to.is_some());
    let older_word = if searching { texts.go_on } else { console.older };
    let refused = (!asked.refused.is_empty()).then(|| texts.not_understood(&asked.refused));
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <h1>{texts.title}</h1>
            <p class="quiet">{texts.lead}</p>
            {refused.map(|words| view! { <p class="notice is-warning" role="alert">{words}</p> })}
            <Search console texts asked/>
            {live.then(|| view! { <Live texts here nonce/> })}
            {if none && !searching {
                view! { <p class="empty-line">{texts.none}</p> }.into_any()
            } else if none {
                ().into_any()
            } else {
                view! { <Table texts rows=page.rows/> }.into_any()
            }}
            {looked_to.map(|moment| view! { <p class="empty-line" data-testid="looked-to">{texts.looked_to(&moment)}</p> })}
            <Pager label=console.pages newer_word=console.newer older_word=older_word newer older/>
        </Console>
    }
}

#[component]
fn Search(console: &'static OperatorTexts, texts: &'static AllPaymentsTexts, asked: Asked) -> impl IntoView {
    let active = !asked.typed.is_empty();
    let chosen = asked.query.filter.status;
    let statuses = [TxStatus::Authorised, TxStatus::Settled, TxStatus::Refused].map(|status| {
        view! { <option value=status.code() selected={chosen == Some(status)}>{texts.state(status, true)}</option> }
    });
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <div class="field">
                <label for="card">{texts.card}</label>
                <input id="card" type="search" name="card" value=asked.value("card")/>
            </div>
            <div class="field">
                <label for="txid">{texts.txid}</label>
                <input id="txid" type="search" name="txid" value=asked.value("txid")/>
            </div>
            <div class="field is-short">
                <label for="status">{texts.status}</label>
                <select id="status" name="status"><option value="">{texts.any}</option>{statuses.collect_view()}</select>
            </div>
            <div class="field is-short">
                <label for="min">{texts.min}</label>
                <input id="min" type="text" inputmode="decimal" name="min" value=asked.value("min")/>
            </div>
            <div class="field is-short">
                <label for="max">{texts.max}</label>
                <input id="max" type="text" inputmode="decimal" name="max" value=asked.value("max")/>
            </div>
            <div class="field is-short">
                <label for="from">{texts.from}</label>
                <input id="from" type="date" name="from" value=asked.value("from")/>
            </div>
            <div class="field is-short">
                <label for="to">{texts.to}</label>
                <input id="to" type="date" name="to" value=asked.value("to")/>
            </div>
            <button class="button" type="submit">{console.apply}</button>
            {active.then(|| view! { <a class="button is-quiet" href=PATH>{console.clear}</a> })}
        </form>
    }
}

/// Without a script it leads to the newest ones; with it they come by themselves.
#[component]
fn Live(texts: &'static AllPaymentsTexts, here: String, nonce: String) -> impl IntoView {
    let desk = DeskTexts::of(texts.lang);
    view! {
        <p class="list-head">
            <span class="list-live" data-tail="" data-told-by="transaction" data-state="offline" data-testid="live-status">
                <a href=here>{texts.newest}</a>
                <span class="list-live-word" data-live=desk.live_on data-offline=desk.live_off role="status"></span>
            </span>
        </p>
        <script type="module" src="/console.js" nonce=nonce></script>
    }
}

#[component]
fn Table(texts: &'static AllPaymentsTexts, rows: Vec<PaymentLine>) -> impl IntoView {
    let heads = [texts.booked, texts.amount, texts.status, texts.kind, texts.card, texts.txid, texts.owner];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>
                    {heads.into_iter().enumerate().map(|(n, head)| view! {
                        <th scope="col" class:is-number={n == 1}>{head}</th>
                    }).collect_view()}
                </tr></thead>
                <tbody>{rows.into_iter().map(|row| view! { <Line texts row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(texts: &'static AllPaymentsTexts, row: PaymentLine) -> impl IntoView {
    let lang = texts.lang;
    view! {
        <tr data-testid="transaction" data-txid=row.txid.clone() data-id=row.id.to_string()>
            <td data-label=texts.booked>{LiveTexts::of(lang).moment(&row.booked_at)}</td>
            <td data-label=texts.amount class="is-number">{row.amount.display_signed(lang)}</td>
            <td data-label=texts.status>{texts.state(row.status, row.confirmed)}</td>
            <td data-label=texts.kind>{texts.direction(row.kind)}</td>
            <td data-label=texts.card><code>{row.card_ref.to_string()}</code></td>
            <td data-label=texts.txid><code>{row.txid.clone()}</code></td>
            <td data-label=texts.owner class="is-text"><a href=format!("/operator/users/{}", row.user_id)><bdi>{row.email}</bdi></a></td>
        </tr>
    }
}
