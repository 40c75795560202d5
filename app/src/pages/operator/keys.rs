use super::{Console, operator};
use crate::backend::{KeyList, KeyRefusal, KeyRow};
use crate::i18n::keys::KeysTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/keys";

/// `/operator/keys`: the key ring, and what is under each of its keys.
#[component]
pub fn KeysPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), KeysTexts::of(lang));
    let done = query::value(&visit.page.query, "done");
    let refusal = query::value(&visit.page.query, "refused").and_then(|code| KeyRefusal::from_code(&code));
    let call = async move { visit.backend.keys(&visit.viewer).await };
    loaded(call, move |list| view! { <Content console texts list done refusal/> }.into_any())
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static KeysTexts,
    list: KeyList,
    done: Option<String>,
    refusal: Option<KeyRefusal>,
) -> impl IntoView {
    let KeyList { rows, may_change } = list;
    let done = match done.as_deref() {
        Some("rotate") => Some(texts.done_rotate),
        Some("retire") => Some(texts.done_retire),
        _ => None,
    };
    let heads = [texts.kid, texts.state, texts.data_keys, texts.uses, texts.since];
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <h1>{texts.title}</h1>
            <p class="quiet">{texts.lead}</p>
            {done.map(|words| view! { <p class="notice is-good" role="status">{words}</p> })}
            {refusal.map(|refusal| view! { <p class="notice is-bad" role="alert">{texts.refusal(refusal)}</p> })}
            <div class="table-place">
                <table class="table">
                    <thead><tr>
                        {heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}
                        {may_change.then(|| view! { <th scope="col"><span class="visually-hidden">{texts.retire}</span></th> })}
                    </tr></thead>
                    <tbody>
                        {rows.into_iter().enumerate()
                            .map(|(place, row)| view! { <Line texts row active=place == 0 may_change/> })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
            {may_change.then(|| view! { <NewKey texts/> })}
        </Console>
    }
}

#[component]
fn Line(texts: &'static KeysTexts, row: KeyRow, active: bool, may_change: bool) -> impl IntoView {
    let empty = !active && row.data_keys == 0;
    let state = match (active, empty) {
        (true, _) => texts.active,
        (false, true) => texts.empty,
        (false, false) => texts.moving,
    };
    let since = row.since.map_or_else(|| texts.unused.to_owned(), |at| LiveTexts::of(texts.lang).moment(&at));
    let action = format!("{PATH}/{}/retire", row.kid);
    view! {
        <tr data-testid="key" data-kid=row.kid.clone() data-active=active.to_string()>
            <td data-label=texts.kid><code>{row.kid.clone()}</code></td>
            <td data-label=texts.state>{state}</td>
            <td data-label=texts.data_keys class="is-number">{texts.number(row.data_keys)}</td>
            <td data-label=texts.uses class="is-number" class:is-last=row.worn>
                {texts.number(row.uses)}
                {row.worn.then(|| format!(" ({})", texts.worn))}
            </td>
            <td data-label=texts.since>{since}</td>
            {may_change.then(|| view! {
                <td>
                    {empty.then(|| view! {
                        <form method="post" action=action><button class="button" type="submit">{texts.retire}</button></form>
                    })}
                </td>
            })}
        </tr>
    }
}

/// Unfolded first, so that it is never one slip away.
#[component]
fn NewKey(texts: &'static KeysTexts) -> impl IntoView {
    view! {
        <details class="forget" data-testid="rotate">
            <summary class="button is-quiet">{texts.rotate}</summary>
            <form method="post" action=format!("{PATH}/rotate")>
                <h2>{texts.rotate_title}</h2>
                <p>{texts.rotate_help}</p>
                <button class="button" type="submit">{texts.rotate_submit}</button>
            </form>
        </details>
    }
}
