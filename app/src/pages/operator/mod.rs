//! The operators' console: dense tables, filters in the address, no script.

pub mod acts;
pub mod alarms;
pub mod changes;
pub mod decide;
pub mod deliveries;
pub mod delivery;
pub mod erasures;
pub mod event;
pub mod events;
pub mod events_found;
pub mod funnel;
pub mod funnel_picture;
pub mod health;
pub mod keys;
pub mod payments;
pub mod processing;
pub mod replay;
pub mod replay_new;
pub mod replays;
pub mod review;
pub mod see_as;
pub mod selection;
pub mod story;
pub mod team;
pub mod tries;
pub mod user;
pub mod user_deeds;
pub mod users;

pub use acts::ActsPage;
pub use alarms::AlarmsPage;
pub use deliveries::DeliveriesPage;
pub use delivery::DeliveryPage;
pub use erasures::ErasuresPage;
pub use event::EventPage;
pub use events::EventsPage;
pub use funnel::FunnelPage;
pub use health::HealthPage;
pub use keys::KeysPage;
pub use payments::PaymentsPage;
pub use replay::ReplayPage;
pub use replay_new::NewReplayPage;
pub use replays::ReplaysPage;
pub use review::ReviewPage;
pub use see_as::SeeAsPage;
pub use team::TeamPage;
pub use user::UserPage;
pub use users::UsersPage;

use super::{Visit, visit};
use crate::backend::{DeliveryRow, Verdict};
use crate::i18n::all_payments::AllPaymentsTexts;
use crate::i18n::desk::DeskTexts;
use crate::i18n::developers::DevelopersTexts;
use crate::i18n::events::EventsTexts;
use crate::i18n::funnel::FunnelTexts;
use crate::i18n::health::HealthTexts;
use crate::i18n::keys::KeysTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::privacy::PrivacyTexts;
use crate::i18n::team::TeamTexts;
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;

/// The events that the vendor documents.
const EVENTS: [&str; 3] = ["token_created", "token_revoked", "card_transaction_received"];

/// An operator's request; for anybody else the console does not exist.
fn operator() -> Option<Visit> {
    visit().filter(|visit| visit.viewer.role.sees_console())
}

/// The rail beside every page of the console.
#[component]
fn Console(
    texts: &'static OperatorTexts,
    /// Address of the part that this page belongs to.
    part: &'static str,
    children: Children,
) -> impl IntoView {
    let desk = DeskTexts::of(texts.lang);
    let parts = [
        ("/operator/users", texts.users, shape::USERS),
        ("/operator/deliveries", texts.deliveries, shape::INBOX),
        ("/operator/quarantine", desk.review, shape::SHIELD),
        ("/operator/replays", desk.replays, shape::REPLAY),
        ("/operator/alarms", texts.alarms, shape::WARNING),
        ("/operator/transactions", AllPaymentsTexts::of(texts.lang).title, shape::CARD),
        ("/operator/funnel", FunnelTexts::of(texts.lang).nav, shape::FUNNEL),
        ("/operator/health", HealthTexts::of(texts.lang).title, shape::PULSE),
        ("/operator/events", EventsTexts::of(texts.lang).title, shape::SEND),
        ("/operator/audit", desk.acts, shape::LIST),
        ("/operator/team", TeamTexts::of(texts.lang).title, shape::TEAM),
        ("/operator/keys", KeysTexts::of(texts.lang).title, shape::KEY),
        ("/developers", DevelopersTexts::of(texts.lang).rail, shape::LINK),
        ("/operator/erasures", PrivacyTexts::of(texts.lang).receipts, shape::NOTE),
    ];
    let links = parts.map(|(href, word, drawing)| {
        let current = (href == part).then_some("true");
        view! { <li><a href=href aria-current=current><Icon shape=drawing/>{word}</a></li> }
    });
    view! {
        <div class="console">
            <nav class="rail" aria-label=texts.console><ul>{links.collect_view()}</ul></nav>
            <div class="console-page">{children()}</div>
        </div>
    }
}

/// A verdict as a word with a shape.
#[component]
fn VerdictWord(texts: &'static OperatorTexts, verdict: Verdict) -> impl IntoView {
    let drawing = match verdict {
        Verdict::Accepted => shape::CHECK,
        Verdict::Duplicate => shape::LINK,
        Verdict::Held => shape::CLOCK,
        Verdict::Quarantined => shape::WARNING,
        Verdict::Rejected => shape::REFUSED,
    };
    view! { <span class="verdict" data-verdict=verdict.code()><Icon shape=drawing/>{texts.verdict(verdict)}</span> }
}

/// Deliveries as a table; the row's link is its reference.
#[component]
fn DeliveryTable(texts: &'static OperatorTexts, rows: Vec<DeliveryRow>) -> impl IntoView {
    let heads = [texts.received, texts.event, texts.reference, texts.verdict, texts.state, texts.attempt, texts.peer];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>
                    {rows.into_iter().map(|row| view! { <DeliveryLine texts row/> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn DeliveryLine(texts: &'static OperatorTexts, row: DeliveryRow) -> impl IntoView {
    let or_unreadable = |text: &str| if text.is_empty() { texts.unreadable.to_owned() } else { text.to_owned() };
    let attempt = row.current_try.map(|attempt| texts.try_of(attempt, row.max_tries)).unwrap_or_default();
    let last = row.current_try.is_some() && row.current_try == row.max_tries && row.max_tries != Some(1);
    view! {
        <tr data-testid="delivery" data-reference=row.reference.clone() data-verdict=row.verdict.code() data-id=row.id.to_string()>
            <td data-label=texts.received>{LiveTexts::of(texts.lang).moment(&row.received_at)}</td>
            <td data-label=texts.event><code>{or_unreadable(&row.event_name)}</code></td>
            <td data-label=texts.reference>
                <a href=format!("/operator/deliveries/{}", row.id)><code class="clip">{or_unreadable(&row.reference)}</code></a>
                {row.found.map(|found| view! {
                    <span class="found-in quiet" data-testid="found-in"><code>{found.field}</code>" "<bdi>{found.shown}</bdi></span>
                })}
            </td>
            <td data-label=texts.verdict>
                <VerdictWord texts verdict=row.verdict/>
                {(!row.reason.is_empty()).then(|| view! { <code class="reason quiet">{row.reason}</code> })}
            </td>
            <td data-label=texts.state>{texts.processing(&row.state).to_owned()}</td>
            <td data-label=texts.attempt class:is-last=last>{attempt}</td>
            <td data-label=texts.peer><code>{row.peer}</code></td>
        </tr>
    }
}
