use super::decide::{AskedBefore, Decide};
use super::tries::Tries;
use super::{Console, VerdictWord, operator};
use crate::backend::{DeliveryDetail, DeliveryRow, Signal, UserRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::page::RefusedDecision;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use domain::viewer::Role;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/deliveries";

/// `/operator/deliveries/{id}`: the evidence for one notification, its content, and its other tries.
#[component]
pub fn DeliveryPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let id = visit.page.path.strip_prefix("/operator/deliveries/").and_then(|id| id.parse::<i64>().ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let may_act = visit.viewer.role >= Role::Operator;
    let refused = visit.page.decision.clone();
    let call = async move { visit.backend.delivery(&visit.viewer, id).await };
    loaded(call, move |detail| view! { <Content texts detail may_act refused/> }.into_any())
}

#[component]
fn Content(
    texts: &'static OperatorTexts,
    detail: DeliveryDetail,
    may_act: bool,
    refused: Option<RefusedDecision>,
) -> impl IntoView {
    let lang = texts.lang;
    let row = detail.row;
    let reason = row.reason.clone();
    let (id, reference, verdict) = (row.id, row.reference.clone(), row.verdict.code());
    let last = row.current_try.is_some() && row.current_try == row.max_tries && row.max_tries != Some(1);
    view! {
        <Title text=texts.delivery/>
        <Console texts part=PATH>
            <a class="back" href=PATH><Icon shape=shape::LEFT/>{texts.deliveries}</a>
            <div data-testid="delivery" data-reference=reference data-verdict=verdict>
                <h1>{texts.delivery}" "<code class="quiet">{id}</code></h1>
                {last.then(|| view! { <p class="notice is-warning">{texts.last_try}</p> })}
                <Facts texts row content_type=detail.content_type answered=detail.answered user=detail.user/>
            </div>
            <Decide lang id reason movable=detail.movable may_act refused/>
            <TrustCard texts signals=detail.trust/>
            <Tries lang tries=detail.tries current=id/>
            <section>
                <h2>{texts.body}</h2>
                {match detail.body {
                    Some(body) => view! { <p class="quiet">{texts.body_help}</p><pre class="body" tabindex="0"><code>{body}</code></pre> }.into_any(),
                    None => view! { <p class="empty-line">{texts.body_gone}</p> }.into_any(),
                }}
            </section>
            <AskedBefore lang replays=detail.replays/>
        </Console>
    }
}

#[component]
fn Facts(
    texts: &'static OperatorTexts,
    row: DeliveryRow,
    content_type: String,
    answered: i64,
    user: Option<UserRow>,
) -> impl IntoView {
    let attempt = row.current_try.map_or_else(|| "—".to_owned(), |attempt| texts.try_of(attempt, row.max_tries));
    let or_unreadable = |text: String| if text.is_empty() { texts.unreadable.to_owned() } else { text };
    let owner = match user {
        Some(user) => view! { <a href=format!("/operator/users/{}", user.id)><bdi>{user.email}</bdi></a> }.into_any(),
        None => view! { <span class="quiet">{texts.nobody}</span> }.into_any(),
    };
    view! {
        <dl class="facts-list is-row">
            <div><dt>{texts.verdict}</dt><dd><VerdictWord texts verdict=row.verdict/></dd></div>
            {(!row.reason.is_empty()).then(|| view! { <div><dt>{texts.reason}</dt><dd><code>{row.reason}</code></dd></div> })}
            <div><dt>{texts.state}</dt><dd>{texts.processing(&row.state).to_owned()}</dd></div>
            <div><dt>{texts.event}</dt><dd><code>{or_unreadable(row.event_name)}</code></dd></div>
            <div><dt>{texts.reference}</dt><dd><code>{or_unreadable(row.reference)}</code></dd></div>
            <div><dt>{texts.received}</dt><dd>{LiveTexts::of(texts.lang).moment(&row.received_at)}</dd></div>
            <div><dt>{texts.attempt}</dt><dd>{attempt}</dd></div>
            <div><dt>{texts.peer}</dt><dd><code>{row.peer}</code></dd></div>
            <div><dt>{DeskTexts::of(texts.lang).answered}</dt><dd><code>{answered}</code></dd></div>
            <div><dt>{texts.content_type}</dt><dd><code>{content_type}</code></dd></div>
            <div><dt>{texts.owner}</dt><dd>{owner}</dd></div>
        </dl>
    }
}

/// The evidence in words, each piece with whether it speaks for the delivery.
#[component]
fn TrustCard(texts: &'static OperatorTexts, signals: Vec<Signal>) -> impl IntoView {
    let judged = signals.iter().filter(|signal| signal.good.is_some()).count();
    let good = signals.iter().filter(|signal| signal.good == Some(true)).count();
    let items = signals.into_iter().map(|signal| {
        let (code, word, drawing) = match signal.good {
            Some(true) => ("good", texts.good, shape::CHECK),
            Some(false) => ("bad", texts.bad, shape::CROSS),
            None => ("unknown", texts.unknown, shape::QUESTION),
        };
        view! {
            <li class="signal" data-signal=signal.name.clone() data-good=code>
                <span class="signal-name">{texts.signal(&signal.name).to_owned()}</span>
                <span class="signal-word"><Icon shape=drawing/>{word}</span>
                <bdi class="signal-detail">{texts.detail(&signal.detail)}</bdi>
            </li>
        }
    });
    view! {
        <section class="trust">
            <h2>{texts.trust}</h2>
            <p class="quiet">{texts.trust_score(good, judged)}</p>
            <ul class="signals">{items.collect_view()}</ul>
        </section>
    }
}
