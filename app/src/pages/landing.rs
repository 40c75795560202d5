//! The first page, for people without a session.

use crate::i18n::landing::LandingTexts;
use crate::page::PageContext;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::PaymentRow;
use domain::category::Category;
use domain::ids::{CardRef, Txid};
use domain::lang::Lang;
use domain::live::Seq;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};
use leptos::prelude::*;
use leptos_meta::Title;

/// What it is, in five seconds.
#[component]
pub fn Landing() -> impl IntoView {
    let lang = use_context::<PageContext>().map(|page| page.lang).unwrap_or_default();
    let texts = LandingTexts::of(lang);
    let facts = [
        (shape::LIVE, texts.live_title, texts.live),
        (shape::SHIELD, texts.safe_title, texts.safe),
        (shape::WALLET, texts.yours_title, texts.yours),
    ];
    view! {
        <Title text="Anytime Connect"/>
        <section class="hero">
            <div class="hero-words">
                <h1>{texts.title}</h1>
                <p class="lead">{texts.lead}</p>
                <p class="hero-actions">
                    <a class="button is-primary is-large" href="/sign-up">{texts.sign_up}</a>
                    <a class="button is-large" href="/sign-in">{texts.sign_in}</a>
                </p>
            </div>
            <Sample lang/>
        </section>
        <ul class="facts">
            {facts.map(|(drawing, title, words)| view! {
                <li><Icon shape=drawing/><h2>{title}</h2><p>{words}</p></li>
            }).collect_view()}
        </ul>
    }
    .into_any()
}

/// The real list with payments of nobody. It cannot be used, so it is one picture to those who listen.
#[component]
fn Sample(lang: Lang) -> impl IntoView {
    let texts = LandingTexts::of(lang);
    view! {
        <figure class="sample" aria-label=texts.sample_label>
            <figcaption class="sample-head"><span class="live-badge" data-state="live">{texts.sample}</span></figcaption>
            <div class="sample-list" inert=true aria-hidden="true">
                <p class="sample-balance">{Money::new(243_107, Currency::EUR).display(lang)}</p>
                <ul class="payments">
                    {samples().into_iter().map(|payment| view! { <PaymentRow payment lang linked=false/> }).collect_view()}
                </ul>
            </div>
        </figure>
    }
}

fn samples() -> Vec<Transaction> {
    let rows = [
        ("1", "Librairie du Canal", "Paris", Category::Books, -2_490, "14:14", TxStatus::Authorised),
        ("2", "Boulangerie Amand", "Ivry-sur-Seine", Category::Groceries, -620, "12:51", TxStatus::Settled),
        ("3", "Trenitalia", "Roma", Category::Travel, -4_788, "12:02", TxStatus::Settled),
        ("4", "Maison Verte", "Lyon", Category::Home, 3_500, "09:30", TxStatus::Settled),
    ];
    rows.into_iter().filter_map(sample).collect()
}

type SampleRow = (&'static str, &'static str, &'static str, Category, i64, &'static str, TxStatus);

fn sample((txid, merchant, city, category, minor, clock, status): SampleRow) -> Option<Transaction> {
    let amount = Money::new(minor, Currency::EUR).decimal();
    Some(Transaction {
        txid: Txid::parse(txid).ok()?,
        card_ref: CardRef::parse("SAMPLE").ok()?,
        amount_fx: amount.clone(),
        amount,
        amount_minor: minor,
        currency: Currency::EUR,
        currency_fx: Currency::EUR,
        fx: "1".into(),
        fx_fee: "0".into(),
        status,
        kind: if minor < 0 { TxType::Debit } else { TxType::Credit },
        mcc: String::new(),
        category,
        merchant: merchant.into(),
        city: Some(city.into()),
        country: None,
        description: String::new(),
        balance_after: None,
        booked_at: format!("2026-11-23T{clock}:00+01:00"),
        confirmed: true,
        contested: false,
        missing: None,
        failed_reason: None,
        own: Own::default(),
        seq: Seq(0),
    })
}
