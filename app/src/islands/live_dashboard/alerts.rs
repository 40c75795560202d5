//! Alerts that came while the page stood.

use super::board::Board;
use crate::i18n::live::LiveTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::merchant_name;
use domain::lang::Lang;
use leptos::prelude::*;

/// The newest of them above everything else, until it was seen, here or elsewhere; the bell counts those behind it. A list of them
/// would make the bundle heavier than it may be.
#[component]
pub fn Alerts(board: RwSignal<Board>, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    move || {
        let alert = board.with(|board| board.alerts().first().cloned())?;
        let reason = texts.alert_reason(&alert);
        let href = format!("/transactions/{}-{}", alert.card_ref, alert.txid);
        Some(view! {
            <section class="notice is-warning alerts-new" aria-label=texts.alerts_new data-testid="new-alerts">
                <p data-kind=alert.kind.code()>
                    <Icon shape=shape::BELL/>
                    <a href=href><strong>{reason}</strong>" · "<bdi>{merchant_name(&alert.merchant, lang)}</bdi></a>
                    <span class="amount">{alert.amount.display_signed(lang)}</span>
                </p>
                <a class="button is-quiet" href="/settings/alerts">{texts.alerts_all}</a>
            </section>
        })
    }
}
