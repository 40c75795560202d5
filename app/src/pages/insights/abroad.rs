//! What payments in other currencies really cost.

use crate::i18n::insights::InsightsTexts;
use domain::abroad::{Cost, Costs, Foreign};
use domain::lang::Lang;
use domain::money::Money;
use domain::transaction::{Transaction, TxStatus};
use leptos::prelude::*;

/// The month's, by currency.
#[component]
pub fn Abroad(costs: Vec<Costs>, more: bool, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let lines = costs.into_iter().map(|costs| {
        view! {
            <li class="abroad-line" data-testid="abroad" data-currency=costs.cost.there.currency.code().to_owned() data-minor=costs.cost.all.minor.to_string()>
                <p>{texts.costs(&costs)}</p>
                <p class="quiet">{texts.rate(&costs.cost)}</p>
            </li>
        }
    });
    view! {
        <section class="panel" aria-labelledby="abroad">
            <h2 id="abroad">{texts.abroad}</h2>
            <ul class="abroad">{lines.collect_view()}</ul>
            {more.then(|| view! { <p class="quiet">{texts.more_abroad}</p> })}
        </section>
    }
}

/// One payment's, in words; nothing where nothing was paid, or in the card's own currency.
#[component]
pub fn CostOf(payment: Transaction, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    cost(&payment).map(|cost| {
        view! {
            <div class="notice cost" data-testid="cost">
                <p>{texts.cost(&cost)}</p>
                {texts.rate(&cost).map(|words| view! { <p class="quiet">{words}</p> })}
            </div>
        }
    })
}

fn cost(payment: &Transaction) -> Option<Cost> {
    let size = |money: Money| Money::new(money.minor.saturating_abs(), money.currency);
    let paid = payment.amount_minor < 0 && payment.status != TxStatus::Refused;
    let there = payment.foreign().filter(|_| paid)?;
    let taken = size(payment.money());
    Foreign { taken, there: size(there), rate: &payment.fx, fee: &payment.fx_fee }.cost()
}
