use super::Back;
use crate::backend::{PasskeyRow, Passkeys};
use crate::i18n::live::LiveTexts;
use crate::i18n::passkeys::PasskeyTexts;
use crate::i18n::security::{SecurityTexts, TwoStepTexts};
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::field::{Field, Input};
use crate::ui::icon::{Icon, shape};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/settings/passkeys";

/// `/settings/passkeys`: the viewer's passkeys, and the way to another one.
///
/// What happens when she adds one is `public/passkeys.js`'s; every text that it shows stands here, or comes from the server.
#[component]
pub fn PasskeysPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let page = visit.page.clone();
    let call = async move { visit.backend.passkeys(&visit.viewer).await };
    loaded(call, move |passkeys| view! { <Content page passkeys/> }.into_any())
}

#[component]
fn Content(page: PageContext, passkeys: Passkeys) -> impl IntoView {
    let texts = PasskeyTexts::of(page.lang);
    let security = SecurityTexts::of(page.lang);
    let Passkeys { rows, browser, system, asks_code } = passkeys;
    let done = query::value(&page.query, "done").and_then(|code| texts.done(&code));
    let name = security.device(&browser, &system);
    view! {
        <Title text=texts.title/>
        <div class="settings" data-testid="passkeys">
            <Back word=security.back/>
            <h1>{texts.title}</h1>
            <p class="lead">{texts.lead}</p>
            {done.map(|words| view! { <p class="notice is-good" role="status" data-testid="done">{words}</p> })}
            <List texts rows/>
            <Add texts name asks_code/>
        </div>
        <script type="module" src="/passkeys.js" nonce=page.nonce></script>
    }
}

#[component]
fn List(texts: &'static PasskeyTexts, rows: Vec<PasskeyRow>) -> impl IntoView {
    if rows.is_empty() {
        return view! {
            <div class="empty">
                <span class="empty-mark"><Icon shape=shape::KEY/></span>
                <h2>{texts.none}</h2>
                <p>{texts.none_help}</p>
            </div>
        }
        .into_any();
    }
    let lines = rows.into_iter().map(|passkey| view! { <Line texts passkey/> });
    view! {
        <ul class="panel settings-lines" aria-label=texts.yours>{lines.collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn Line(texts: &'static PasskeyTexts, passkey: PasskeyRow) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let label = texts.manage_this(&passkey.name);
    let href = format!("{PATH}/{}", passkey.id);
    let used = match passkey.used_at {
        Some(at) => view! { {texts.used}" "<time datetime=at.clone()>{moment(&at)}</time> }.into_any(),
        None => texts.unused.into_any(),
    };
    view! {
        <li class="settings-line" data-testid="passkey">
            <div>
                <h2 class="settings-name"><bdi>{passkey.name}</bdi></h2>
                <p class="quiet">{used}</p>
                <p class="quiet">
                    {texts.created}" "<time datetime=passkey.created_at.clone()>{moment(&passkey.created_at)}</time>
                    " · "{texts.kept_words(passkey.synced)}
                </p>
            </div>
            <a class="button" href=href aria-label=label>{texts.manage}</a>
        </li>
    }
}

#[component]
fn Add(texts: &'static PasskeyTexts, name: String, asks_code: bool) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="add-heading" data-passkey="">
            <h2 id="add-heading">{texts.add}</h2>
            <noscript><p class="notice">{texts.no_script}</p></noscript>
            <form class="settings-form" method="post" action=format!("{PATH}/options") novalidate=true data-passkey-add="" hidden=true>
                <p class="quiet">{texts.add_help}</p>
                <Field
                    input=Input { name: "name", kind: "text", autocomplete: "off" }
                    label=texts.name value=name hint=Some(texts.name_hint)
                />
                <Proof texts asks_code/>
                <button class="button is-primary" type="submit"><Icon shape=shape::KEY/>{texts.add_submit}</button>
            </form>
            <div class="passkey-words" role="alert" data-passkey-words=""></div>
            <Messages messages=vec![
                ("unable", texts.unable),
                ("cancelled", texts.cancelled),
                ("there", texts.there),
                ("failed", texts.failed),
            ]/>
        </section>
    }
}

/// Password and code, which every change takes.
#[component]
pub(super) fn Proof(
    texts: &'static PasskeyTexts,
    asks_code: bool,
    #[prop(optional_no_strip)] current: Option<String>,
    #[prop(optional_no_strip)] code: Option<String>,
) -> impl IntoView {
    view! {
        <Field
            input=Input { name: "current", kind: "password", autocomplete: "current-password" }
            label=texts.current problem=current
        />
        {asks_code.then(|| view! {
            <Field
                input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                label=TwoStepTexts::of(texts.lang).any_code problem=code
            />
        })}
    }
}

/// What the script may have to say, by name.
#[component]
pub(crate) fn Messages(messages: Vec<(&'static str, &'static str)>) -> impl IntoView {
    let template = |(name, words)| view! { <template data-message=name><p>{words}</p></template> };
    messages.into_iter().map(template).collect_view()
}
