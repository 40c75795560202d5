use crate::backend::{Receipt, SharedBackend};
use crate::i18n::live::LiveTexts;
use crate::i18n::privacy::PrivacyTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/erased/{number}`: the receipt of somebody who is no more, for whoever knows its number.
#[component]
pub fn Erased() -> impl IntoView {
    let (Some(page), Some(backend)) = (use_context::<PageContext>(), use_context::<SharedBackend>()) else {
        return view! { <NotFound/> }.into_any();
    };
    let texts = PrivacyTexts::of(page.lang);
    let number = page.path.strip_prefix("/erased/").unwrap_or_default().to_owned();
    let call = async move { backend.receipt(&number).await };
    loaded(call, move |receipt| {
        view! {
            <Title text=texts.receipt/>
            <article class="door is-wide" data-testid="receipt">
                <h1>{texts.receipt}</h1>
                <p class="lead">{texts.receipt_lead}</p>
                <ReceiptFacts texts receipt/>
                <p class="notice is-warning">{texts.receipt_bank}</p>
                <p class="quiet">{texts.receipt_keep}</p>
            </article>
        }
        .into_any()
    })
}

/// What a receipt says, to her and to operators alike.
#[component]
pub fn ReceiptFacts(texts: &'static PrivacyTexts, receipt: Receipt) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let done = receipt.done_at.as_deref().map_or_else(|| texts.under_way.to_owned(), moment);
    let state = if receipt.done_at.is_some() { "done" } else { "under-way" };
    view! {
        <dl class="facts-list panel" data-testid="receipt-facts" data-state=state>
            <div><dt>{texts.number}</dt><dd><code data-testid="receipt-number">{receipt.number}</code></dd></div>
            <div><dt>{texts.asked_at}</dt><dd><time datetime=receipt.at.clone()>{moment(&receipt.at)}</time></dd></div>
            <div><dt>{texts.links}</dt><dd>{texts.count(receipt.links)}</dd></div>
            <div><dt>{texts.payments}</dt><dd>{texts.count(receipt.payments)}</dd></div>
            <div><dt>{texts.done_at}</dt><dd>{done}</dd></div>
        </dl>
    }
}
