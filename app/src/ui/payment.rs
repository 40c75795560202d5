//! One payment as a row of a list.

use super::icon::{Icon, shape};
use super::place::own;
use crate::i18n::live::LiveTexts;
use domain::calendar::clock_minutes;
use domain::lang::Lang;
use domain::merchant::titled;
use domain::money::Money;
use domain::transaction::{Transaction, TxStatus};
use leptos::prelude::*;

const SHOWN_TAGS: usize = 2;

/// A row: merchant first, amount last, the rest quiet. The whole row leads to the payment's page.
#[component]
pub fn PaymentRow(
    payment: Transaction,
    lang: Lang,
    /// It came, or changed, after the page was drawn.
    #[prop(optional)]
    fresh: bool,
    /// Whether the payment has a page of its own for this viewer.
    #[prop(default = true)]
    linked: bool,
    /// Whether the row says its day, as no heading does.
    #[prop(optional)]
    dated: bool,
) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let href = linked.then(|| own(&format!("/transactions/{}", payment.key())));
    let clock = if dated { texts.moment(&payment.booked_at) } else { clock_minutes(&payment.booked_at).to_owned() };
    let town = payment.city.clone().filter(|city| !city.is_empty());
    let category = texts.category(&payment);
    let (noted, tags) = (payment.own.note.is_some(), payment.own.tags.clone());
    let status = texts.payment_status(payment.status, payment.confirmed);
    let missing = payment.missing.as_deref().and_then(|text| Money::parse(text, payment.currency).ok());
    let foreign = payment.foreign().map(|money| money.display_signed(lang));
    view! {
        <li
            class="payment"
            class:is-new=fresh
            data-testid="transaction"
            data-txid=payment.txid.to_string()
            data-status=payment.status.code()
            data-minor=payment.amount_minor.to_string()
        >
            <span class="payment-mark" data-category=payment.category.code() aria-hidden="true">{initial(&payment.merchant)}</span>
            <span class="payment-what">
                <a class="payment-name" href=href dir="auto"><bdi>{merchant(&payment, lang)}</bdi></a>
                <span class="payment-place">
                    {status.map(|word| view! { <StatusWord status=payment.status word/> })}
                    {town.map(|town| view! { <bdi class="payment-town">{town}</bdi>" " })}
                    <span class="payment-category">{category}</span>
                    {noted.then(|| view! { <Noted lang/> })}
                    {(!tags.is_empty()).then(|| view! { <Tags tags/> })}
                </span>
            </span>
            <time class="payment-time" datetime=payment.booked_at.clone()>{clock}</time>
            <span class="payment-sums">
                <span class="amount" class:is-credit={payment.amount_minor > 0} class:is-void={payment.status == TxStatus::Refused}>
                    {payment.money().display_signed(lang)}
                </span>
                {foreign.map(|amount| view! { <span class="payment-foreign">{amount}</span> })}
            </span>
        </li>
        {missing.map(|money| view! { <Missing money lang/> })}
    }
}

/// Its owner has written a note on it.
#[component]
fn Noted(lang: Lang) -> impl IntoView {
    let word = LiveTexts::of(lang).note;
    view! { <span class="payment-note" title=word><Icon shape=shape::NOTE/><span class="visually-hidden">{word}</span></span> }
}

/// Its owner's tags, as many as a row has room for, and how many more there are.
#[component]
fn Tags(tags: Vec<String>) -> impl IntoView {
    let more = tags.len().saturating_sub(SHOWN_TAGS);
    let shown = tags.into_iter().take(SHOWN_TAGS);
    view! {
        <span class="payment-tags">
            {shown.map(|tag| view! { <bdi class="payment-tag">{tag}</bdi> }).collect_view()}
            {(more > 0).then(|| format!("+{more}"))}
        </span>
    }
}

/// Where a payment seems to be missing: below the one whose balance does not follow.
#[component]
fn Missing(money: Money, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    view! {
        <li class="payment-missing" data-testid="missing" data-minor=money.minor.to_string()>
            <Icon shape=shape::QUESTION/>
            <span>{texts.missing(money)}</span>
        </li>
    }
}

/// The state of a payment as a word with a shape.
#[component]
pub fn StatusWord(status: TxStatus, word: &'static str) -> impl IntoView {
    let drawing = match status {
        TxStatus::Authorised => shape::CLOCK,
        TxStatus::Refused => shape::REFUSED,
        TxStatus::Settled | TxStatus::Unknown => shape::QUESTION,
    };
    view! {
        <span class="status" data-status=status.code()><Icon shape=drawing/>{word}</span>
    }
}

/// The merchant's name as people write it, never empty. The payment's page has the bank's own words too.
pub fn merchant(payment: &Transaction, lang: Lang) -> String {
    merchant_name(&payment.merchant, lang)
}

pub fn merchant_name(merchant: &str, lang: Lang) -> String {
    let name = merchant.trim();
    if name.is_empty() { LiveTexts::of(lang).no_merchant.to_owned() } else { titled(name) }
}

/// What stands for a merchant where a logo would.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).unwrap_or('·').to_string()
}
