//! Alerts that came while the page stood.

use super::board::Board;
use crate::i18n::live::LiveTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::merchant_name;
use domain::alerts::AlertView;
use domain::lang::Lang;
use leptos::prelude::*;

/// The newest of them above everything else; they go when they were seen, here or elsewhere.
#[component]
pub fn Alerts(board: RwSignal<Board>, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let any = move || board.with(|board| !board.alerts().is_empty());
    view! {
        {move || any().then(|| view! {
            <section class="notice is-warning alerts-new" aria-label=texts.alerts_new data-testid="new-alerts">
                <ul>
                    <For
                        each=move || board.with(|board| board.alerts().to_vec())
                        key=|alert| alert.id
                        children=move |alert| view! { <NewAlert alert lang/> }
                    />
                </ul>
                <a class="button is-quiet" href="/settings/alerts">{texts.alerts_all}</a>
            </section>
        })}
    }
}

#[component]
fn NewAlert(alert: AlertView, lang: Lang) -> impl IntoView {
    let reason = LiveTexts::of(lang).alert_reason(&alert);
    let href = format!("/transactions/{}-{}", alert.card_ref, alert.txid);
    view! {
        <li data-kind=alert.kind.code()>
            <Icon shape=shape::BELL/>
            <a href=href><strong>{reason}</strong>" · "<bdi>{merchant_name(&alert.merchant, lang)}</bdi></a>
            <span class="amount">{alert.amount.display_signed(lang)}</span>
        </li>
    }
}
