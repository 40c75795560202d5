use super::rule_form::{RuleForm, typed};
use crate::backend::RuleDetail;
use crate::i18n::alerts::AlertTexts;
use crate::page::RefusedRule;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::icon::{Icon, shape};
use domain::ids::RuleId;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/alerts/{id}`: one rule, to be changed or removed.
#[component]
pub fn RulePage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let id = visit.page.path.strip_prefix("/settings/alerts/").and_then(|id| RuleId::parse(id).ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let (lang, refused) = (visit.page.lang, visit.page.rule.clone());
    let call = async move { visit.backend.alert_rule(&visit.viewer, &id).await };
    loaded(call, move |detail| view! { <Content detail refused lang/> }.into_any())
}

#[component]
fn Content(detail: RuleDetail, refused: Option<RefusedRule>, lang: Lang) -> impl IntoView {
    let texts = AlertTexts::of(lang);
    let RuleDetail { rule, cards } = detail;
    let shown = refused.unwrap_or_else(|| RefusedRule { typed: typed(&rule, lang), problems: Vec::new() });
    let action = format!("/settings/alerts/{}", rule.id);
    let remove = format!("{action}/remove");
    view! {
        <Title text=texts.one_title/>
        <div class="settings">
            <a class="back" href="/settings/alerts#rules"><Icon shape=shape::LEFT/>{texts.back}</a>
            <h1>{texts.one_title}</h1>
            <section class="panel">
                <RuleForm texts action submit=texts.save cards shown/>
            </section>
            <section class="panel">
                <p class="quiet">{texts.remove_help}</p>
                <form method="post" action=remove>
                    <button class="button is-danger-quiet" type="submit">{texts.remove}</button>
                </form>
            </section>
        </div>
    }
}
