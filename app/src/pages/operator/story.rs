use super::VerdictWord;
use crate::backend::{Story, StoryLine, Told};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::people::PeopleTexts;
use crate::i18n::reasons;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, neighbour};
use domain::lang::Lang;
use leptos::prelude::*;

/// What happened to a user, newest first, a page of it.
#[component]
pub fn StoryPage(lang: Lang, story: Story, path: String, is_first: bool) -> impl IntoView {
    let texts = PeopleTexts::of(lang);
    let older = story.older.map(|older| neighbour(&path, &[], "before", &older));
    let is_end = older.is_none();
    let newest = (!is_first).then_some(path);
    let lines = story.lines.into_iter().map(|line| view! { <Line lang line/> });
    view! {
        <section aria-labelledby="story">
            <h2 id="story">{texts.story}</h2>
            <ol class="story">{lines.collect_view()}</ol>
            {is_end.then(|| view! { <p class="quiet">{texts.story_end}</p> })}
            <Pager label=texts.pages newer_word=texts.newest older_word=texts.older newer=newest older/>
        </section>
    }
}

#[component]
fn Line(lang: Lang, line: StoryLine) -> impl IntoView {
    let texts = PeopleTexts::of(lang);
    let when = texts.full(&line.at, &LiveTexts::of(lang).moment(&line.at));
    let code = line.told.code();
    let drawing = drawing(&line.told);
    view! {
        <li data-testid="story-line" data-kind=code>
            <span class="story-mark"><Icon shape=drawing/></span>
            <time datetime=line.at>{when}</time>
            <div class="story-told">{told(lang, line.told)}</div>
        </li>
    }
}

const fn drawing(told: &Told) -> &'static str {
    match told {
        Told::Event { .. } => shape::GLOBE,
        Told::Fact { .. } => shape::LINK,
        Told::FirstPayment { .. } => shape::CARD,
        Told::Delivery(_) => shape::INBOX,
        Told::Alarm { .. } => shape::WARNING,
        Told::Act { .. } => shape::TEAM,
    }
}

fn told(lang: Lang, told: Told) -> AnyView {
    let (texts, operator) = (PeopleTexts::of(lang), OperatorTexts::of(lang));
    match told {
        Told::Event { event, browser } => view! {
            <p>{texts.event(&event).to_owned()}</p>
            <p class="quiet"><bdi>{browser}</bdi></p>
        }
        .into_any(),
        Told::Fact { fact, token, problem } => view! {
            <p>{texts.fact(fact)}</p>
            {(!problem.is_empty()).then(|| view! { <p class="quiet"><code>{problem}</code></p> })}
            <Token texts token/>
        }
        .into_any(),
        Told::FirstPayment { token, merchant, amount, .. } => view! {
            <p>{texts.first_payment}</p>
            <p class="quiet"><bdi>{merchant}</bdi>", "{amount.display(lang)}</p>
            <Token texts token/>
        }
        .into_any(),
        Told::Delivery(row) => {
            let name = if row.event_name.is_empty() { operator.unreadable.to_owned() } else { row.event_name };
            let why = reasons::reason(lang, &row.reason).map(|words| view! { <p class="quiet">{words.what}</p> });
            view! {
                <p data-testid="delivery" data-reference=row.reference>
                    <a href=format!("/operator/deliveries/{}", row.id)>{operator.delivery}" "<code>{name}</code></a>
                    " "<VerdictWord texts=operator verdict=row.verdict/>
                </p>
                {why}
            }
            .into_any()
        }
        Told::Alarm { kind, times, is_open } => view! {
            <p>
                <a href="/operator/alarms">{operator.alarm(kind)}</a>
                {is_open.then(|| view! { " " <strong>{texts.open_alarm}</strong> })}
            </p>
            <p class="quiet">{operator.noticed(times)}</p>
        }
        .into_any(),
        Told::Act { by, act, reason, .. } => view! {
            <p>{DeskTexts::of(lang).what(&act).to_owned()}", "<bdi>{by}</bdi></p>
            {(!reason.is_empty()).then(|| view! { <p class="quiet"><bdi>{reason}</bdi></p> })}
        }
        .into_any(),
    }
}

#[component]
fn Token(texts: &'static PeopleTexts, token: String) -> impl IntoView {
    (!token.is_empty()).then(|| view! { <p class="quiet">{texts.token}" "<code>{token}</code></p> })
}
