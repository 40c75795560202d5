use super::{Console, operator};
use crate::backend::{AlarmList, AlarmRow};
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/alarms";

/// `/operator/alarms`: what is not as it should be, and what can be done about it.
#[component]
pub fn AlarmsPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let call = async move { visit.backend.alarms(&visit.viewer).await };
    loaded(call, move |list| view! { <Content texts list/> }.into_any())
}

#[component]
fn Content(texts: &'static OperatorTexts, list: AlarmList) -> impl IntoView {
    let AlarmList { rows, may_end } = list;
    let none = rows.is_empty();
    view! {
        <Title text=texts.alarms/>
        <Console texts part=PATH>
            <h1>{texts.alarms}</h1>
            {none.then(|| view! { <p class="empty-line"><Icon shape=shape::CHECK/>{texts.no_alarms}</p> })}
            <ul class="alarms">
                {rows.into_iter().map(|alarm| view! { <Alarm texts alarm may_end/> }).collect_view()}
            </ul>
        </Console>
    }
}

#[component]
fn Alarm(texts: &'static OperatorTexts, alarm: AlarmRow, may_end: bool) -> impl IntoView {
    let moment = |rfc3339: &str| LiveTexts::of(texts.lang).moment(rfc3339);
    let again = (alarm.times > 1).then(|| {
        view! { <div><dt>{texts.last_noticed}</dt><dd>{moment(&alarm.last_at)}</dd></div> }
    });
    let subject = alarm.subject.clone();
    let about = if alarm.kind.is_about_a_reference() {
        let href = format!("/operator/deliveries?reference={subject}");
        view! { <a href=href><code>{subject.clone()}</code></a> }.into_any()
    } else {
        view! { <code>{subject.clone()}</code> }.into_any()
    };
    view! {
        <li class="panel alarm" data-testid="alarm" data-kind=alarm.kind.code()>
            <h2><Icon shape=shape::WARNING/>{texts.alarm(alarm.kind)}</h2>
            <p>{texts.advice(alarm.kind)}</p>
            <dl class="facts-list is-row">
                {(!subject.is_empty()).then(|| view! { <div><dt>{texts.subject}</dt><dd>{about}</dd></div> })}
                <div><dt>{texts.times}</dt><dd>{texts.noticed(alarm.times)}</dd></div>
                <div><dt>{texts.first_noticed}</dt><dd>{moment(&alarm.first_at)}</dd></div>
                {again}
            </dl>
            {may_end.then(|| view! {
                <form method="post" action=format!("{PATH}/{}/end", alarm.id)>
                    <button class="button" type="submit">{texts.seen_to}</button>
                </form>
            })}
        </li>
    }
}
