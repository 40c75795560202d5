use super::replays::PATH;
use super::selection::{Fields, pairs, selected};
use super::{Console, operator};
use crate::backend::{DeliveryQuery, ReplayOffer};
use crate::i18n::desk::DeskTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/operator/replays/new`: how many deliveries a selection holds, before anything is done with them.
#[component]
pub fn NewReplayPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let wanted = selected(&visit.page.query);
    let call = {
        let wanted = wanted.clone();
        async move { visit.backend.replay_offer(&visit.viewer, &wanted).await }
    };
    loaded(call, move |offer| view! { <Content lang wanted offer/> }.into_any())
}

#[component]
fn Content(lang: Lang, wanted: DeliveryQuery, offer: ReplayOffer) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let ReplayOffer { count, is_more, may_replay } = offer;
    let hidden = pairs(&wanted).into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=name value=value/> }
    });
    view! {
        <Title text=texts.new_title/>
        <Console texts=operator part=PATH>
            <a class="back" href="/operator/deliveries"><Icon shape=shape::LEFT/>{operator.deliveries}</a>
            <h1>{texts.new_title}</h1>
            <form class="console-filters" method="get" action="/operator/replays/new">
                <Fields lang wanted/>
                <button class="button" type="submit">{operator.apply}</button>
            </form>
            <section class="panel decide">
                <p data-testid="replay-count"><strong>{texts.selected(count, is_more)}</strong></p>
                <p>{texts.new_help}" "{texts.replay_help}</p>
                {(may_replay && count > 0).then(|| view! {
                    <form method="post" action=PATH>
                        {hidden.collect_view()}
                        <button class="button is-primary" type="submit">{texts.start_trial}</button>
                    </form>
                })}
                {(!may_replay).then(|| view! { <p class="quiet">{texts.viewers_only_see}</p> })}
            </section>
        </Console>
    }
}
