use super::Back;
use crate::backend::SessionRow;
use crate::i18n::live::LiveTexts;
use crate::i18n::security::SecurityTexts;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/sessions`: where the viewer is signed in, and the way to end that.
#[component]
pub fn Sessions() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = SecurityTexts::of(visit.page.lang);
    let call = async move { visit.backend.sessions(&visit.viewer).await };
    loaded(call, move |sessions| view! { <Content texts sessions/> }.into_any())
}

#[component]
fn Content(texts: &'static SecurityTexts, sessions: Vec<SessionRow>) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.this);
    // The one at hand first.
    let (this, rest): (Vec<_>, Vec<_>) = sessions.into_iter().partition(|session| session.this);
    view! {
        <Title text=texts.sessions/>
        <div class="settings">
            <Back word=texts.back/>
            <h1>{texts.sessions}</h1>
            <p class="lead">{texts.sessions_lead}</p>
            <ul class="panel settings-lines">
                {this.into_iter().chain(rest).map(|session| view! { <Line texts session/> }).collect_view()}
            </ul>
            {if others {
                view! {
                    <form method="post" action="/settings/sessions/end-others">
                        <button class="button" type="submit">{texts.end_others}</button>
                    </form>
                }
                .into_any()
            } else {
                view! { <p class="quiet">{texts.no_others}</p> }.into_any()
            }}
        </div>
    }
}

#[component]
fn Line(texts: &'static SecurityTexts, session: SessionRow) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let device = texts.device(&session.browser, &session.system);
    let label = texts.end_this(&device);
    view! {
        <li class="settings-line" data-testid="session" data-this=session.this.then_some("true")>
            <div>
                <h2 class="settings-name">{device}</h2>
                <p class="quiet">{texts.last_used}" "<time datetime=session.seen_at.clone()>{moment(&session.seen_at)}</time></p>
                <p class="quiet">{texts.signed_in}" "<time datetime=session.created_at.clone()>{moment(&session.created_at)}</time></p>
            </div>
            {if session.this {
                view! { <strong class="settings-state">{texts.this_session}</strong> }.into_any()
            } else {
                view! {
                    <form method="post" action="/settings/sessions/end">
                        <button class="button" type="submit" name="session" value=session.key aria-label=label>{texts.end}</button>
                    </form>
                }
                .into_any()
            }}
        </li>
    }
}
