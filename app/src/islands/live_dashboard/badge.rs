//! Whether the page is live, said as it is.

use super::board::Board;
use crate::i18n::live::LiveTexts;
use domain::lang::Lang;
use leptos::prelude::*;

/// What is known of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Liveness {
    /// No stream was ever opened: the page shows the moment that it was drawn.
    Snapshot,
    /// Connected, and this many missed events came so far.
    CatchingUp(u32),
    Live,
    /// Not connected since this time of the browser's clock.
    Offline(String),
}

impl Liveness {
    /// For `data-state`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CatchingUp(_) => "catching-up",
            Self::Live => "live",
            Self::Snapshot | Self::Offline(_) => "offline",
        }
    }

    fn words(&self, texts: &LiveTexts) -> String {
        match self {
            Self::Snapshot => texts.snapshot.to_owned(),
            Self::CatchingUp(events) => texts.catching_up(*events),
            Self::Live => texts.live.to_owned(),
            Self::Offline(since) => texts.offline(since),
        }
    }
}

/// The badge, with the bank's last news beside it.
#[component]
pub fn Badge(board: RwSignal<Board>, liveness: RwSignal<Liveness>, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let last_news = move || {
        board.with(Board::last_news).map(|when| view! { <span class="live-news">{texts.last_news(&when)}</span> })
    };
    view! {
        <div class="live">
            <span
                class="live-badge"
                role="status"
                data-testid="live-status"
                data-state=move || liveness.with(Liveness::code)
                data-snapshot=move || liveness.with(|state| *state == Liveness::Snapshot).then_some("true")
                data-unavailable=texts.unavailable
                title=move || liveness.with(|state| *state == Liveness::Snapshot).then_some(texts.snapshot_help)
            >
                {move || liveness.with(|state| state.words(texts))}
            </span>
            {last_news}
        </div>
    }
}
