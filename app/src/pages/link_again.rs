//! The page of a link by which an operator asks somebody to link again.

use crate::backend::{BackendError, LinkAgain, SharedBackend};
use crate::i18n::people::PeopleTexts;
use crate::page::PageContext;
use crate::pages::error::error_view;
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/link-again/{token}`: what it is, and the way to the bank's button for the one person whom it is for.
#[component]
pub fn LinkAgainPage() -> impl IntoView {
    let (Some(page), Some(backend)) = (use_context::<PageContext>(), use_context::<SharedBackend>()) else {
        return ().into_any();
    };
    let texts = PeopleTexts::of(page.lang);
    let token = page.path.strip_prefix("/link-again/").unwrap_or_default().to_owned();
    Suspend::new(async move {
        match backend.link_again(page.viewer.as_ref(), &token).await {
            Ok(LinkAgain::Another) => view! { <Another texts/> }.into_any(),
            Ok(state) => view! { <Offer texts path=page.path signed_in={state == LinkAgain::Yours}/> }.into_any(),
            Err(BackendError::NotFound) => view! { <Expired texts/> }.into_any(),
            Err(error) => error_view(error.into()),
        }
    })
    .into_any()
}

#[component]
fn Offer(texts: &'static PeopleTexts, path: String, signed_in: bool) -> impl IntoView {
    let go = if signed_in {
        view! {
            <form method="post" action=path>
                <button class="button is-primary is-block" type="submit">{texts.again_go}</button>
            </form>
        }
        .into_any()
    } else {
        let sign_in = query::address("/sign-in", [("next", path.as_str())]);
        view! {
            <p>{texts.again_sign_in}</p>
            <a class="button is-primary is-block" href=sign_in>{texts.sign_in}</a>
        }
        .into_any()
    };
    view! {
        <Title text=texts.again_title/>
        <div class="door" data-testid="link-again" data-state={if signed_in { "yours" } else { "sign-in" }}>
            <h1>{texts.again_title}</h1>
            <p class="lead">{texts.again_lead}</p>
            <ul class="door-facts">
                <li>{texts.again_fact_1}</li>
                <li>{texts.again_fact_2}</li>
                <li>{texts.again_fact_3}</li>
            </ul>
            {go}
        </div>
    }
}

#[component]
fn Another(texts: &'static PeopleTexts) -> impl IntoView {
    view! {
        <Title text=texts.another_title/>
        <div class="door" data-testid="link-again" data-state="another">
            <h1>{texts.another_title}</h1>
            <p class="lead">{texts.another_help}</p>
            <form method="post" action="/sign-out">
                <button class="button is-block" type="submit">{texts.sign_out}</button>
            </form>
        </div>
    }
}

#[component]
fn Expired(texts: &'static PeopleTexts) -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::GONE);
    }
    view! {
        <Title text=texts.expired_title/>
        <div class="door" data-testid="link-again" data-state="expired">
            <h1>{texts.expired_title}</h1>
            <p class="lead">{texts.expired_help}</p>
            <a class="button" href="/connect">{texts.to_connect}</a>
        </div>
    }
}
