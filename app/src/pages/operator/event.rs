use super::decide::ReasonField;
use super::events::{PATH, Standing, answer};
use super::{Console, operator};
use crate::backend::SendDetail;
use crate::i18n::desk::DeskTexts;
use crate::i18n::events::EventsTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::page::RefusedDecision;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/operator/events/{id}`: one message to one endpoint.
#[component]
pub fn EventPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), EventsTexts::of(lang));
    let id = visit.page.path.strip_prefix("/operator/events/").and_then(|id| id.parse().ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let refused = visit.page.decision.clone();
    let done = query::value(&visit.page.query, "done").is_some();
    let call = async move { visit.backend.event(&visit.viewer, id).await };
    loaded(call, move |detail| view! { <Content console texts detail refused done/> }.into_any())
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static EventsTexts,
    detail: SendDetail,
    refused: Option<RefusedDecision>,
    done: bool,
) -> impl IntoView {
    let SendDetail { row, user_id, may_send } = detail;
    let moment =
        |at: &Option<String>| at.as_deref().map_or_else(|| "—".to_owned(), |at| LiveTexts::of(texts.lang).moment(at));
    let owner = user_id.map(|user| {
        view! { <div><dt>{texts.owner}</dt><dd><a href=format!("/operator/users/{user}")>{texts.owner_page}</a></dd></div> }
    });
    let answered = answer(texts, &row);
    let (happened, tried, next) = (moment(&Some(row.at.clone())), moment(&row.tried_at), moment(&row.next_at));
    let action = format!("{PATH}/{}/again", row.id);
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <a class="back" href=PATH><Icon shape=shape::LEFT/>{texts.title}</a>
            <h1><code>{row.kind}</code></h1>
            {done.then(|| view! { <p class="notice is-good" role="status">{texts.done_again}</p> })}
            <section class="panel" data-testid="send" data-state=row.standing.code()>
                <dl class="facts-list">
                    <div><dt>{texts.state}</dt><dd><Standing texts standing=row.standing/></dd></div>
                    <div><dt>{texts.endpoint}</dt><dd><bdi>{row.url}</bdi></dd></div>
                    <div><dt>{texts.at}</dt><dd>{happened}</dd></div>
                    <div><dt>{texts.message}</dt><dd><code>{row.message_id}</code></dd></div>
                    {owner}
                    <div><dt>{texts.tries}</dt><dd>{row.tries}</dd></div>
                    <div><dt>{texts.last}</dt><dd>{tried}</dd></div>
                    <div><dt>{texts.answer}</dt><dd>{answered}</dd></div>
                    <div><dt>{texts.next}</dt><dd>{next}</dd></div>
                </dl>
                <p class="quiet">{texts.sealed}</p>
            </section>
            {may_send.then(|| view! { <Again texts action refused/> })}
        </Console>
    }
}

#[component]
fn Again(texts: &'static EventsTexts, action: String, refused: Option<RefusedDecision>) -> impl IntoView {
    let desk = DeskTexts::of(texts.lang);
    view! {
        <section class="panel">
            <h2>{texts.again}</h2>
            <p class="quiet">{texts.again_help}</p>
            <form class="decide" method="post" action=action>
                <ReasonField texts=desk refused/>
                <button class="button" type="submit">{texts.again}</button>
            </form>
        </section>
    }
}
