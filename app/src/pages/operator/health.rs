use super::{Console, operator};
use crate::backend::{Condition, Health, NodeLine, Vital, VitalLine};
use crate::i18n::health::HealthTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/health";

/// What stands together.
const ARRIVING: &[Vital] =
    &[Vital::Acknowledging, Vital::Arrivals, Vital::Commit, Vital::Effects, Vital::Lag, Vital::Processing];
const SAYING: &[Vital] = &[Vital::LastDelivery, Vital::LastHour, Vital::Bank];
const WAITING: &[Vital] = &[Vital::Alarms, Vital::Held, Vital::Quarantined, Vital::Parked, Vital::Missing];
const SERVING: &[Vital] = &[Vital::Up, Vital::Key, Vital::Mails, Vital::Disk, Vital::Database, Vital::Versions];

/// `/operator/health`: whether something is being lost right now, and what is about to be.
#[component]
pub fn HealthPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), HealthTexts::of(lang));
    let nonce = visit.page.nonce.clone();
    let call = async move { visit.backend.health(&visit.viewer).await };
    loaded(call, move |health| view! { <Content console texts health nonce/> }.into_any())
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static HealthTexts,
    health: Health,
    nonce: String,
) -> impl IntoView {
    let groups =
        [(texts.arriving, ARRIVING), (texts.saying, SAYING), (texts.waiting, WAITING), (texts.serving, SERVING)];
    let worst = health.worst();
    let summary = texts.summary(health.count(Condition::Bad), health.count(Condition::Watch));
    let at = texts.moment(&health.at);
    let tables = groups.map(|(name, vitals)| {
        let lines = health.lines.iter().filter(|line| vitals.contains(&line.vital)).cloned().collect();
        view! { <Group texts name lines/> }
    });
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <h1>{texts.title}</h1>
            <p class="list-head">
                <span class="list-live" data-state="offline" data-testid="live-status">
                    <a href=PATH>{texts.again}</a>
                    <span class="list-live-word" data-live=texts.live_on data-offline=texts.live_off role="status"></span>
                </span>
            </p>
            <div class="health" data-renew="" data-testid="health" data-condition=worst.code()>
                <p class="health-summary">
                    <ConditionWord texts condition=worst/>
                    <span>{summary}</span>
                    <span class="quiet">{texts.as_of}" "{at}</span>
                </p>
                {tables.collect_view()}
                <p class="quiet">{texts.here_only}</p>
                <Nodes texts nodes=health.nodes/>
            </div>
            <script type="module" src="/console.js" nonce=nonce></script>
        </Console>
    }
}

#[component]
fn Group(texts: &'static HealthTexts, name: &'static str, lines: Vec<VitalLine>) -> impl IntoView {
    let heads = [texts.state, texts.what, texts.value, texts.since];
    view! {
        <section>
            <h2>{name}</h2>
            <div class="table-place">
                <table class="table vitals">
                    <caption class="visually-hidden">{name}</caption>
                    <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                    <tbody>{lines.into_iter().map(|line| view! { <Line texts line/> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Line(texts: &'static HealthTexts, line: VitalLine) -> impl IntoView {
    let VitalLine { vital, condition, reading, since } = line;
    let name = match place_of(vital) {
        Some(href) => view! { <a href=href>{texts.vital(vital)}</a> }.into_any(),
        None => texts.vital(vital).into_any(),
    };
    let since = since.map_or_else(|| "—".to_owned(), |since| texts.moment(&since));
    view! {
        <tr data-testid="vital" data-vital=vital.code() data-condition=condition.code()>
            <td data-label=texts.state><ConditionWord texts condition/></td>
            <td data-label=texts.what class="is-text">{name}</td>
            <td data-label=texts.value class="is-text"><bdi>{texts.reading(vital, &reading)}</bdi></td>
            <td data-label=texts.since>{since}</td>
        </tr>
    }
}

/// Every process that serves the same database.
#[component]
fn Nodes(texts: &'static HealthTexts, nodes: Vec<NodeLine>) -> impl IntoView {
    let heads = [texts.state, texts.node, texts.value, texts.since];
    let rows = nodes.into_iter().map(|node| view! { <NodeRow texts node/> }).collect_view();
    view! {
        <section>
            <h2>{texts.nodes}</h2>
            <div class="table-place">
                <table class="table vitals">
                    <caption class="visually-hidden">{texts.nodes}</caption>
                    <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn NodeRow(texts: &'static HealthTexts, node: NodeLine) -> impl IntoView {
    let condition = node.state.condition();
    let here = node.here.then(|| view! { " "<span class="quiet">{texts.here}</span> });
    let value = texts.node_value(&node);
    view! {
        <tr data-testid="node" data-node=node.name.clone() data-state=node.state.code() data-condition=condition.code()>
            <td data-label=texts.state><ConditionWord texts condition/></td>
            <td data-label=texts.node class="is-text"><bdi>{node.name.clone()}</bdi>{here}</td>
            <td data-label=texts.value class="is-text">{value}</td>
            <td data-label=texts.since>{texts.moment(&node.started_at)}</td>
        </tr>
    }
}

/// A condition as a word with a shape.
#[component]
fn ConditionWord(texts: &'static HealthTexts, condition: Condition) -> impl IntoView {
    let drawing = match condition {
        Condition::Good => shape::CHECK,
        Condition::Watch => shape::WARNING,
        Condition::Bad => shape::REFUSED,
    };
    view! { <span class="condition" data-condition=condition.code()><Icon shape=drawing/>{texts.condition(condition)}</span> }
}

/// Where there is more to see, and something to do.
const fn place_of(vital: Vital) -> Option<&'static str> {
    match vital {
        Vital::Effects | Vital::Processing | Vital::LastDelivery | Vital::LastHour => Some("/operator/deliveries"),
        Vital::Held => Some("/operator/quarantine?kind=held"),
        Vital::Quarantined => Some("/operator/quarantine?kind=quarantined"),
        Vital::Parked => Some("/operator/quarantine?kind=parked"),
        Vital::Alarms => Some("/operator/alarms"),
        Vital::Key => Some("/operator/keys"),
        _ => None,
    }
}
