//! Pages for what went wrong: what happened, what to do, what is safe.

use crate::backend::BackendError;
use crate::i18n::frame::ErrorTexts;
use crate::page::{ErrorKind, PageContext};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;

impl From<BackendError> for ErrorKind {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::NotFound => Self::NotFound,
            BackendError::Unavailable => Self::Unavailable,
        }
    }
}

/// For addresses that no page has.
#[component]
pub fn NotFound() -> impl IntoView {
    error_view(ErrorKind::NotFound)
}

/// What went wrong, with its status on the response.
#[component]
pub fn ErrorPage(kind: ErrorKind) -> impl IntoView {
    error_view(kind)
}

pub(crate) fn error_view(kind: ErrorKind) -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(kind.status());
    }
    let texts = ErrorTexts::of(use_context::<PageContext>().map(|page| page.lang).unwrap_or_default());
    let (title, help): (&'static str, &'static str) = match kind {
        ErrorKind::NotFound => (texts.not_found, texts.not_found_help),
        ErrorKind::Forbidden => (texts.forbidden, texts.forbidden_help),
        ErrorKind::TooLarge => (texts.too_large, texts.too_large_help),
        ErrorKind::TooMany => (texts.too_many, texts.too_many_help),
        ErrorKind::SecondFactor => (texts.second_factor, texts.second_factor_help),
        ErrorKind::Unavailable => (texts.unavailable, texts.unavailable_help),
    };
    let is_refusal = kind != ErrorKind::SecondFactor;
    let again = matches!(kind, ErrorKind::Unavailable | ErrorKind::TooMany);
    view! {
        <Title text=title/>
        <div class="error" data-testid="error" data-status=kind.status().as_u16().to_string()>
            {is_refusal.then(|| view! { <p class="error-code" aria-hidden="true">{kind.status().as_u16()}</p> })}
            <h1>{title}</h1>
            <p>{help}</p>
            <div class="error-actions">
                // An empty address is this page's own.
                {again.then(|| view! { <a class="button is-primary" href="">{texts.retry}</a> })}
                {if is_refusal {
                    view! { <a class="button" href="/">{texts.home}</a> }.into_any()
                } else {
                    view! {
                        <a class="button is-primary" href="/settings/passkeys">{texts.add_passkey}</a>
                        <a class="button" href="/settings/two-step">{texts.add_code}</a>
                    }.into_any()
                }}
            </div>
        </div>
    }
    .into_any()
}
