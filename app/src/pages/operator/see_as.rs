use super::{Console, operator};
use crate::backend::SeeAs;
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::security::TwoStepTexts;
use crate::i18n::support::SupportTexts;
use crate::page::RefusedForm;
use crate::pages::account::{Problems, form_of, problem_at};
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::area::{Area, AreaProps};
use crate::ui::field::{Field, Input};
use crate::ui::icon::{Icon, shape};
use crate::ui::place::seen_as;
use domain::ids::UserId;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

const PART: &str = "/operator/users";

/// `/operator/users/{id}/as`: what it takes to see a user's pages as she does.
#[component]
pub fn SeeAsPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let id = visit.page.path.strip_prefix("/operator/users/").and_then(|rest| rest.strip_suffix("/as"));
    let Some(id) = id.and_then(|id| UserId::parse(id).ok()) else { return view! { <NotFound/> }.into_any() };
    let (_, form) = form_of(Some(&visit.page));
    let call = async move { visit.backend.see_as(&visit.viewer, &id).await };
    loaded(call, move |see_as| view! { <Content lang form see_as/> }.into_any())
}

#[component]
fn Content(lang: Lang, form: RefusedForm, see_as: SeeAs) -> impl IntoView {
    let (console, texts) = (OperatorTexts::of(lang), SupportTexts::of(lang));
    let SeeAs { id, name, until, asks_code } = see_as;
    let until = until.map(|until| {
        let shown = LiveTexts::of(lang).moment(&until);
        view! {
            <p class="notice" data-testid="consent" data-state="on">{texts.they_allow}" "<time datetime=until>{shown}</time>"."</p>
            <Begin lang action=seen_as(id.as_str()) form asks_code/>
        }
    });
    let refused = until.is_none().then(|| {
        view! { <p class="notice is-warning" data-testid="consent" data-state="off">{texts.they_do_not}</p> }
    });
    view! {
        <Title text=texts.see_as/>
        <Console texts=console part=PART>
            <a class="back" href=format!("{PART}/{id}")><Icon shape=shape::LEFT/>{texts.user_page}</a>
            <h1>{texts.see_as}</h1>
            <p><strong><bdi>{name}</bdi></strong></p>
            <p class="lead">{texts.see_as_help}</p>
            {refused}
            {until}
        </Console>
    }
}

#[component]
fn Begin(lang: Lang, action: String, form: RefusedForm, asks_code: bool) -> impl IntoView {
    let (texts, desk) = (SupportTexts::of(lang), DeskTexts::of(lang));
    let (words, _) = form_of(use_context().as_ref());
    let (current, code) = (problem_at(words, &form, "current"), problem_at(words, &form, "code"));
    let reason = AreaProps {
        name: "reason",
        label: desk.reason,
        value: form.reason.clone(),
        hint: desk.reason_hint,
        problem: problem_at(words, &form, "reason"),
        id: None,
    };
    view! {
        <Problems texts=words problems=form.problems/>
        <form class="settings-form" method="post" action=action novalidate=true>
            {Area(reason)}
            <Field
                input=Input { name: "current", kind: "password", autocomplete: "current-password" }
                label=texts.password problem=current
            />
            {asks_code.then(|| view! {
                <Field
                    input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                    label=TwoStepTexts::of(lang).any_code problem=code
                />
            })}
            <button class="button is-primary" type="submit">{texts.begin}</button>
        </form>
    }
}
