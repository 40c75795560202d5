//! `/transactions/{key}`: everything known of one payment.

pub mod history;
pub mod own;

use super::{loaded, visit};
use crate::backend::PaymentDetail;
use crate::i18n::dashboard::PaymentTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::own::OwnTexts;
use crate::page::RefusedWriting;
use crate::pages::error::NotFound;
use crate::pages::insights::abroad::CostOf;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::{StatusWord, initial, merchant};
use crate::ui::place::{self, is_seen};
use crate::ui::query;
use domain::category::mcc_name;
use domain::ids::PaymentKey;
use domain::lang::Lang;
use domain::money::Money;
use domain::transaction::{Transaction, TxStatus};
use history::History;
use leptos::prelude::*;
use leptos_meta::Title;
use own::{NoteOf, OwnWords, Tags};

#[component]
pub fn PaymentPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let key = visit.page.path.strip_prefix("/transactions/").and_then(|key| PaymentKey::parse(key).ok());
    let Some(key) = key else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let saved = query::value(&visit.page.query, "saved").is_some();
    let refused = visit.page.writing.clone();
    let call = async move { visit.backend.payment(&visit.viewer, &key).await };
    loaded(call, move |detail| view! { <Content detail lang refused saved/> }.into_any())
}

#[component]
fn Content(detail: PaymentDetail, lang: Lang, refused: Option<RefusedWriting>, saved: bool) -> impl IntoView {
    let payment = detail.payment.clone();
    let texts = PaymentTexts::of(lang);
    let live = LiveTexts::of(lang);
    let status = live.payment_status(payment.status, payment.confirmed);
    let note = match payment.status {
        TxStatus::Authorised => Some(texts.pending_note),
        TxStatus::Refused => Some(texts.refused_note),
        TxStatus::Settled | TxStatus::Unknown => None,
    };
    view! {
        <Title text=texts.title/>
        <article class="receipt" data-testid="transaction" data-txid=payment.txid.to_string()>
            <a class="back" href=place::own("/dashboard")><Icon shape=shape::LEFT/>{texts.back}</a>
            <header class="receipt-head">
                <span class="payment-mark" data-category=payment.category.code() aria-hidden="true">{initial(&payment.merchant)}</span>
                <h1><bdi>{merchant(&payment, lang)}</bdi></h1>
                <p class="receipt-amount" class:is-credit={payment.amount_minor > 0} class:is-void={payment.status == TxStatus::Refused}>
                    {payment.money().display_signed(lang)}
                </p>
                {status.map(|word| view! { <p><StatusWord status=payment.status word/></p> })}
                {note.map(|note| view! { <p class="quiet">{note}</p> })}
                <Tags own=payment.own.clone() lang/>
            </header>
            <CostOf payment=payment.clone() lang/>
            <dl class="facts-list">
                {facts(&payment, lang).into_iter().map(|(name, value)| view! {
                    <div><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>
                }).collect_view()}
            </dl>
            {if is_seen() {
                view! { <NoteOf own=payment.own.clone() lang/> }.into_any()
            } else {
                view! { <OwnWords payment=payment.clone() lang refused saved/> }.into_any()
            }}
            <History detail lang/>
        </article>
    }
}

/// Name and value of everything that is known, in the order that people ask for it.
fn facts(payment: &Transaction, lang: Lang) -> Vec<(&'static str, String)> {
    let texts = PaymentTexts::of(lang);
    let live = LiveTexts::of(lang);
    let status = live.payment_status(payment.status, true).unwrap_or(texts.status_settled);
    let place = [payment.city.clone(), payment.country.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let own =
        |text: &str| Money::parse(text, payment.currency).map_or_else(|_| text.to_owned(), |money| money.display(lang));
    let foreign = payment.foreign();
    let fee = Some(payment.fx_fee.as_str()).filter(|fee| foreign.is_some() || !is_nothing(fee)).map(own);
    let confirmed = match (payment.contested, payment.confirmed) {
        (true, _) => texts.contested,
        (false, true) => texts.confirmed_yes,
        (false, false) => texts.confirmed_no,
    };
    [
        (texts.when, Some(live.moment(&payment.booked_at))),
        (texts.status, Some(status.to_owned())),
        (texts.reason, payment.failed_reason.clone()),
        (texts.category, Some(category(payment, lang))),
        (texts.mcc, mcc_name(&payment.mcc, lang).map(|name| format!("{name} ({})", payment.mcc))),
        (texts.place, Some(place).filter(|place| !place.is_empty())),
        (texts.foreign, foreign.map(|money| money.display_signed(lang))),
        (texts.rate, foreign.map(|_| texts.fx(&payment.fx))),
        (texts.fee, fee),
        (texts.card, Some(payment.card_ref.masked())),
        (texts.balance_after, payment.balance_after.as_deref().map(own)),
        (texts.confirmed, Some(confirmed.to_owned())),
        (texts.description, Some(payment.description.clone()).filter(|text| !text.is_empty())),
        (texts.reference, Some(payment.txid.to_string())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// The owner's, with the bank's beside it where they differ.
fn category(payment: &Transaction, lang: Lang) -> String {
    let name = LiveTexts::of(lang).category(payment);
    match payment.own.category_bank {
        Some(bank) if bank != payment.category => OwnTexts::of(lang).instead_of(name, bank.name(lang)),
        _ => name.to_owned(),
    }
}

/// Whether a sum, as the vendor wrote it, is zero.
fn is_nothing(sum: &str) -> bool {
    sum.chars().all(|c| matches!(c, '0' | '.' | '-'))
}
