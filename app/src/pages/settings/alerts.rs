use super::devices::Devices;
use super::rule_form::{RuleForm, empty};
use crate::backend::{Alerts, CardChoice, Page};
use crate::i18n::alerts::AlertTexts;
use crate::i18n::live::LiveTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::payment::merchant_name;
use crate::ui::query;
use domain::alerts::{AlertView, RuleKind, RuleView};
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/settings/alerts";

/// `/settings/alerts`: what the viewer was told, and what she wants to be told of.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let page = visit.page.clone();
    let at = cursor(&visit.page.query);
    let call = async move { visit.backend.alerts(&visit.viewer, &at).await };
    loaded(call, move |alerts| view! { <Content page alerts/> }.into_any())
}

#[component]
fn Content(page: PageContext, alerts: Alerts) -> impl IntoView {
    let texts = AlertTexts::of(page.lang);
    let Alerts { rules, told, seen, cards, push_key, devices } = alerts;
    let done = query::value(&page.query, "done").and_then(|code| texts.done(&code));
    let shown = page.rule.clone().unwrap_or_else(empty);
    let add = format!("{PATH}#add");
    view! {
        <Title text=texts.title/>
        <div class="settings">
            <h1>{texts.title}</h1>
            {done.map(|words| view! { <p class="notice is-good" role="status" data-testid="done">{words}</p> })}
            <Told texts told seen unread=page.unread lang=page.lang/>
            <Rules texts rules cards=cards.clone()/>
            <section class="panel" id="add" aria-labelledby="add-heading">
                <h2 id="add-heading">{texts.add}</h2>
                <RuleForm texts action=add submit=texts.add_submit cards shown/>
            </section>
            <Devices texts push_key devices lang=page.lang/>
        </div>
        <script type="module" src="/alerts.js" nonce=page.nonce></script>
    }
}

#[component]
fn Told(texts: &'static AlertTexts, told: Page<AlertView>, seen: i64, unread: i64, lang: Lang) -> impl IntoView {
    let Page { rows, newer, older } = told;
    let newest = rows.first().map(|alert| alert.id).filter(|_| newer.is_none() && unread > 0);
    let none = rows.is_empty();
    let newer = newer.map(|at| neighbour(PATH, &[], "after", &at));
    let older = older.map(|at| neighbour(PATH, &[], "before", &at));
    view! {
        <section class="panel" aria-labelledby="told-heading">
            <div class="panel-head">
                <h2 id="told-heading">{texts.told}</h2>
                {newest.map(|newest| view! {
                    <form method="post" action=format!("{PATH}/seen") data-see="">
                        <input type="hidden" name="up_to" value=newest.to_string()/>
                        <button class="button is-quiet" type="submit"><Icon shape=shape::CHECK/>{texts.see}</button>
                    </form>
                })}
            </div>
            {none.then(|| view! { <p class="empty-line"><Icon shape=shape::BELL/>{texts.told_none}</p> })}
            <ul class="alerts-told">
                {rows.into_iter().map(|alert| view! { <Row texts fresh={alert.id > seen} alert lang/> }).collect_view()}
            </ul>
            <Pager label=texts.pages newer_word=texts.newer older_word=texts.older newer older/>
        </section>
    }
}

#[component]
fn Row(texts: &'static AlertTexts, alert: AlertView, fresh: bool, lang: Lang) -> impl IntoView {
    let live = LiveTexts::of(lang);
    let href = format!("/transactions/{}-{}", alert.card_ref, alert.txid);
    let drawing = mark(alert.kind);
    view! {
        <li class="alert-row" class:is-fresh=fresh data-testid="alert" data-kind=alert.kind.code() data-txid=alert.txid.to_string()>
            <span class="alert-mark" aria-hidden="true"><Icon shape=drawing/></span>
            <span class="alert-what">
                <a class="payment-name" href=href dir="auto"><bdi>{merchant_name(&alert.merchant, lang)}</bdi></a>
                <span class="alert-why">
                    {fresh.then(|| view! { <strong class="alert-new">{texts.unread}</strong>" " })}
                    {live.alert_reason(&alert)}
                </span>
            </span>
            <time class="alert-time" datetime=alert.booked_at.clone()>{live.moment(&alert.booked_at)}</time>
            <span class="amount" class:is-credit={alert.amount.minor > 0} class:is-void={alert.kind == RuleKind::Refused}>
                {alert.amount.display_signed(lang)}
            </span>
        </li>
    }
}

const fn mark(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Amount => shape::CARD,
        RuleKind::Abroad => shape::GLOBE,
        RuleKind::NewMerchant => shape::STORE,
        RuleKind::Refused => shape::REFUSED,
        RuleKind::Balance => shape::WALLET,
    }
}

#[component]
fn Rules(texts: &'static AlertTexts, rules: Vec<RuleView>, cards: Vec<CardChoice>) -> impl IntoView {
    let none = rules.is_empty();
    let items = rules.into_iter().map(|rule| view! { <RuleLine texts rule cards=cards.clone()/> });
    view! {
        <section class="panel" id="rules" aria-labelledby="rules-heading">
            <h2 id="rules-heading">{texts.rules}</h2>
            {none.then(|| view! {
                <div class="empty">
                    <span class="empty-mark"><Icon shape=shape::BELL/></span>
                    <h3>{texts.rules_none}</h3>
                    <p>{texts.rules_none_help}</p>
                </div>
            })}
            <ul class="rules">{items.collect_view()}</ul>
            <p class="quiet">{texts.rules_note}</p>
        </section>
    }
}

#[component]
fn RuleLine(texts: &'static AlertTexts, rule: RuleView, cards: Vec<CardChoice>) -> impl IntoView {
    let words = texts.condition(rule.rule.condition);
    let path = format!("{PATH}/{}", rule.id);
    let (switch, on) = if rule.is_on { (texts.switch_off, "no") } else { (texts.switch_on, "yes") };
    let (switch_label, change_label) = (texts.named(switch, &words), texts.named(texts.change, &words));
    let card = texts.card_of(&rule.rule, &cards);
    view! {
        <li class="rule" class:is-off={!rule.is_on} data-testid="rule" data-kind=rule.rule.condition.kind().code() data-rule=rule.id.to_string()>
            <span class="rule-mark" aria-hidden="true"><Icon shape=mark(rule.rule.condition.kind())/></span>
            <span class="rule-what">
                <strong>{words}</strong>
                <span class="quiet">
                    {(!rule.is_on).then(|| view! { <span class="rule-off">{texts.is_off}</span>" · " })}
                    <bdi>{card}</bdi>" · "{texts.ways_of(rule.ways)}
                </span>
            </span>
            <span class="rule-acts">
                <form method="post" action=format!("{path}/switch")>
                    <button class="button is-quiet" type="submit" name="on" value=on aria-label=switch_label>{switch}</button>
                </form>
                <a class="button is-quiet" href=path aria-label=change_label>{texts.change}</a>
            </span>
        </li>
    }
}
