//! What happened to a payment, as far as it is known.

use crate::backend::PaymentDetail;
use crate::i18n::live::LiveTexts;
use crate::i18n::own::HistoryTexts;
use domain::lang::Lang;
use leptos::prelude::*;

/// The steps, oldest first.
#[component]
pub fn History(detail: PaymentDetail, lang: Lang) -> impl IntoView {
    let texts = HistoryTexts::of(lang);
    let live = LiveTexts::of(lang);
    let steps = steps(&detail, texts).into_iter().map(|(what, when)| {
        let shown = live.moment(&when);
        view! { <li><time datetime=when>{shown}</time><span>{what}</span></li> }
    });
    view! {
        <section class="payment-history panel" aria-labelledby="steps-heading">
            <h2 id="steps-heading">{texts.heading}</h2>
            <ol>{steps.collect_view()}</ol>
        </section>
    }
}

/// By time, but for the payment itself, which comes first whatever the clocks say.
fn steps(detail: &PaymentDetail, texts: &'static HistoryTexts) -> Vec<(&'static str, String)> {
    let mut later: Vec<_> = [
        (texts.told, Some(detail.told_at.clone())),
        (texts.contested, detail.contested_at.clone()),
        (texts.confirmed, detail.confirmed_at.clone()),
        (texts.own, detail.own_at.clone()),
    ]
    .into_iter()
    .filter_map(|(what, when)| Some((what, when?)))
    .collect();
    later.sort_by_key(|(_, when)| domain::feed::instant(when));
    later.insert(0, (texts.paid, detail.payment.booked_at.clone()));
    later
}
