use crate::backend::{Change, ReplayItem, Verdict};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::reasons;
use crate::ui::icon::{Icon, shape};
use domain::lang::Lang;
use domain::link::LinkStatus;
use domain::money::{Currency, Money};
use domain::transaction::TxStatus;
use leptos::prelude::*;

/// What a replay has changed, delivery by delivery.
#[component]
pub fn Items(lang: Lang, dry: bool, items: Vec<ReplayItem>, more: Option<String>) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let none = items.is_empty();
    let nothing = if dry { texts.nothing_would } else { texts.nothing_has };
    view! {
        <section>
            <h2>{if dry { texts.would_change } else { texts.has_changed }}</h2>
            {none.then(|| view! { <p class="empty-line"><Icon shape=shape::CHECK/>{nothing}</p> })}
            <ul class="replay-items">{items.into_iter().map(|item| view! { <Item lang item/> }).collect_view()}</ul>
            {more.map(|href| view! { <a class="button" href=href>{texts.more}<Icon shape=shape::RIGHT/></a> })}
        </section>
    }
}

#[component]
fn Item(lang: Lang, item: ReplayItem) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let why = item.outcome.split_once(':').and_then(|(_, code)| reasons::reason(lang, code)).map(|words| words.what);
    let reference = if item.reference.is_empty() { operator.unreadable.to_owned() } else { item.reference };
    view! {
        <li class="replay-item" data-testid="replay-item" data-outcome=item.outcome.clone()>
            <p class="replay-item-head">
                <a href=format!("/operator/deliveries/{}", item.delivery)><code class="clip">{reference}</code></a>
                <span class="quiet">{texts.outcome(&item.outcome)}</span>
            </p>
            {why.map(|why| view! { <p class="quiet">{why}</p> })}
            {(!item.changes.is_empty()).then(|| view! {
                <dl class="field-changes">
                    {item.changes.into_iter().map(|change| view! { <Changed lang change/> }).collect_view()}
                </dl>
            })}
        </li>
    }
}

#[component]
fn Changed(lang: Lang, change: Change) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let (before, after) =
        (shown(lang, &change, change.before.as_deref()), shown(lang, &change, change.after.as_deref()));
    let subject = (change.what != "delivery").then(|| view! { <code class="clip">{change.subject.clone()}</code> });
    view! {
        <div data-what=change.what.clone() data-field=change.field.clone()>
            <dt>{texts.thing(&change.what).to_owned()}" "{subject}" "<span class="quiet">{texts.field(&change.field).to_owned()}</span></dt>
            <dd>
                <span class="visually-hidden">{texts.before}" "</span>{before}
                <span class="arrow" aria-hidden="true">"→"</span>
                <span class="visually-hidden">{texts.after}" "</span><strong>{after}</strong>
            </dd>
        </div>
    }
}

/// A value as people read it.
fn shown(lang: Lang, change: &Change, value: Option<&str>) -> String {
    let operator = OperatorTexts::of(lang);
    let Some(value) = value else { return "—".to_owned() };
    let words = match (change.what.as_str(), change.field.as_str()) {
        (_, "amount" | "balance") => amount(lang, value),
        (_, "confirmed" | "contested" | "notified" | "revoked") => Some(LiveTexts::of(lang).moment(value)),
        ("delivery", "verdict") => Verdict::from_code(value).map(|verdict| operator.verdict(verdict).to_owned()),
        ("delivery", "state") => Some(operator.processing(value).to_owned()),
        ("link", "status") => {
            LinkStatus::from_code(value).map(|status| LiveTexts::of(lang).link_status(status).to_owned())
        }
        ("payment", "status") => Some(payment_status(lang, value)),
        _ => None,
    };
    words.unwrap_or_else(|| value.to_owned())
}

/// `-12.40 EUR` as people write it.
fn amount(lang: Lang, value: &str) -> Option<String> {
    let (decimal, currency) = value.split_once(' ')?;
    let money = Money::parse(decimal, Currency::parse(currency).ok()?).ok()?;
    Some(money.display(lang))
}

fn payment_status(lang: Lang, code: &str) -> String {
    let status = TxStatus::from_code(code);
    let word = match status {
        TxStatus::Settled => Some(DeskTexts::of(lang).settled),
        other => LiveTexts::of(lang).payment_status(other, true),
    };
    word.unwrap_or(code).to_owned()
}
