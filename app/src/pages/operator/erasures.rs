use super::{Console, operator};
use crate::backend::{BackendError, Receipt};
use crate::i18n::operator::OperatorTexts;
use crate::i18n::privacy::PrivacyTexts;
use crate::pages::account::erased::ReceiptFacts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/erasures";

/// `/operator/erasures`: the receipt that somebody gives the number of.
#[component]
pub fn ErasuresPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let console = OperatorTexts::of(visit.page.lang);
    let number = query::value(&visit.page.query, "number").unwrap_or_default().trim().to_owned();
    let call = {
        let number = number.clone();
        async move {
            if number.is_empty() {
                return Ok(None);
            }
            match visit.backend.receipt(&number).await {
                Err(BackendError::NotFound) => Ok(None),
                found => found.map(Some),
            }
        }
    };
    loaded(call, move |receipt| view! { <Content console number receipt/> }.into_any())
}

#[component]
fn Content(console: &'static OperatorTexts, number: String, receipt: Option<Receipt>) -> impl IntoView {
    let texts = PrivacyTexts::of(console.lang);
    let missing = receipt.is_none() && !number.is_empty();
    view! {
        <Title text=texts.receipts_title/>
        <Console texts=console part=PATH>
            <h1>{texts.receipts_title}</h1>
            <p class="quiet">{texts.receipts_lead}</p>
            <form class="console-filters" method="get" action=PATH role="search">
                <div class="field">
                    <label for="number">{texts.number}</label>
                    <input id="number" type="search" name="number" placeholder="E-XXXXX-XXXXX-XXXXX" value=number autocomplete="off"/>
                </div>
                <button class="button" type="submit">{texts.find}</button>
            </form>
            {missing.then(|| view! { <p class="empty-line" role="status">{texts.not_found}</p> })}
            {receipt.map(|receipt| view! { <ReceiptFacts texts receipt/> })}
        </Console>
    }
}
