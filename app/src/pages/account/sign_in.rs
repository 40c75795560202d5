use super::{Problems, form_of, problem_at};
use crate::i18n::passkeys::PasskeyTexts;
use crate::page::PageContext;
use crate::pages::settings::passkeys::Messages;
use crate::ui::field::{Field, Input};
use crate::ui::frame::here;
use crate::ui::icon::{Icon, shape};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/sign-in`
#[component]
pub fn SignIn() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (texts, form) = form_of(page.as_ref());
    let email_problem = problem_at(texts, &form, "email");
    let password_problem = problem_at(texts, &form, "password");
    // The query says where to go afterwards, so it goes along.
    let action = page.as_ref().map_or_else(|| "/sign-in".to_owned(), here);
    let nonce = page.as_ref().map(|page| page.nonce.clone()).unwrap_or_default();
    let changed = form.problems.is_empty() && page.is_some_and(|page| query::value(&page.query, "changed").is_some());
    view! {
        <Title text=texts.sign_in/>
        <div class="door">
            <h1>{texts.sign_in}</h1>
            <p class="lead">{texts.sign_in_lead}</p>
            {changed.then(|| view! { <p class="notice is-good" role="status" data-testid="changed">{texts.changed}</p> })}
            <Problems texts problems=form.problems/>
            <form method="post" action=action novalidate=true>
                // Browsers offer her passkeys where she would type her address.
                <Field
                    input=Input { name: "email", kind: "email", autocomplete: "username webauthn" }
                    label=texts.email value=form.email problem=email_problem
                />
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "current-password" }
                    label=texts.password problem=password_problem
                />
                <button class="button is-primary is-block" type="submit">{texts.sign_in}</button>
            </form>
            <ByPasskey texts=PasskeyTexts::of(texts.lang)/>
            <p class="door-other"><a href="/forgot-password">{texts.forgot}</a></p>
            <p class="door-other">{texts.to_sign_up}" "<a href="/sign-up">{texts.sign_up}</a></p>
        </div>
        <script type="module" src="/passkeys.js" nonce=nonce></script>
    }
    .into_any()
}

/// Shown by the script, where the browser knows passkeys.
#[component]
fn ByPasskey(texts: &'static PasskeyTexts) -> impl IntoView {
    view! {
        <div class="door-passkey" data-passkey="" hidden=true>
            <p class="door-or"><span>{texts.or}</span></p>
            <button class="button is-block" type="button" data-passkey-use=""><Icon shape=shape::KEY/>{texts.sign_in}</button>
            <div class="passkey-words" role="alert" data-passkey-words=""></div>
            <Messages messages=vec![("cancelled", texts.sign_in_cancelled), ("failed", texts.failed)]/>
        </div>
    }
}
