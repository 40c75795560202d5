//! Listening to `GET /live`, for as long as the page stands.
//!
//! The browser's own reconnecting forgets where it was after any answer but 200, so every loss ends the `EventSource`
//! and a new one is opened at the last applied event. All callbacks are made once and shared by every connection.

use super::backoff::Backoff;
use super::badge::Liveness;
use super::board::{Board, read};
use crate::i18n::live::{LiveTexts, few};
use domain::alerts::AlertView;
use domain::lang::Lang;
use domain::live::{LiveEvent, Seq, event_name};
use domain::transaction::Transaction;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventSource, MessageEvent, RequestInit, Response, Window, window};

/// The stream has sent everything that was missed.
const CAUGHT_UP: &str = "caught-up";
/// The stream is still there.
const BEAT: &str = "beat";
/// The server speaks at least every 15 s; after this silence the connection is taken for dead.
const LONGEST_SILENCE_MS: f64 = 40_000.0;
const CHECK_EVERY_MS: i32 = 5_000;
/// New payments are announced together after this pause.
const ANNOUNCE_AFTER_MS: i32 = 1_200;
/// Events that wait for a frame at most.
const MOST_QUEUED: usize = 256;
/// Payments that wait to be announced at most; a screen reader is told a sum, not a list.
const MOST_UNSAID: usize = 1_000;

const STREAM_EVENTS: [&str; 9] = [
    "open",
    "error",
    CAUGHT_UP,
    BEAT,
    event_name::TRANSACTION,
    event_name::LINK,
    event_name::BALANCE,
    event_name::ALERT,
    event_name::RESET,
];
const WINDOW_EVENTS: [&str; 5] = ["online", "offline", "submit", "pagehide", "pageshow"];

/// Opens the stream, and closes it when the page's part is taken down.
pub(super) fn start(board: RwSignal<Board>, liveness: RwSignal<Liveness>, said: RwSignal<String>, lang: Lang) {
    let Some(window) = window() else { return };
    let stream = Rc::new(Stream {
        window,
        board,
        liveness,
        said,
        texts: LiveTexts::of(lang),
        source: RefCell::new(None),
        callbacks: RefCell::new(None),
        queue: RefCell::default(),
        unsaid: RefCell::default(),
        unsaid_alerts: RefCell::default(),
        backoff: RefCell::default(),
        heard_at: Cell::new(0.0),
        missed: Cell::new(0),
        frame: Cell::new(None),
        retry: Cell::new(None),
        saying: Cell::new(None),
        check: Cell::new(None),
    });
    *stream.callbacks.borrow_mut() = Some(Callbacks::of(&stream));
    stream.listen_to_window();
    stream.open();
    let held = StoredValue::new_local(stream);
    on_cleanup(move || {
        held.try_with_value(|stream| stream.end());
    });
}

struct Stream {
    window: Window,
    board: RwSignal<Board>,
    liveness: RwSignal<Liveness>,
    said: RwSignal<String>,
    texts: &'static LiveTexts,
    source: RefCell<Option<EventSource>>,
    callbacks: RefCell<Option<Callbacks>>,
    /// Events that wait for the next frame.
    queue: RefCell<Vec<(Seq, LiveEvent)>>,
    /// Payments that wait to be announced.
    unsaid: RefCell<Vec<Transaction>>,
    unsaid_alerts: RefCell<Vec<AlertView>>,
    backoff: RefCell<Backoff>,
    /// When the server was last heard, in milliseconds of the browser's clock.
    heard_at: Cell<f64>,
    /// Events that came since this connection was opened, while it catches up.
    missed: Cell<u32>,
    frame: Cell<Option<i32>>,
    retry: Cell<Option<i32>>,
    saying: Cell<Option<i32>>,
    check: Cell<Option<i32>>,
}

/// What the browser calls. Each holds the stream weakly, so that dropping the stream drops them all.
struct Callbacks {
    stream_event: Closure<dyn FnMut(Event)>,
    window_event: Closure<dyn FnMut(Event)>,
    frame_due: Closure<dyn FnMut()>,
    retry_due: Closure<dyn FnMut()>,
    announcement_due: Closure<dyn FnMut()>,
    check_due: Closure<dyn FnMut()>,
    probe_answer: Closure<dyn FnMut(JsValue)>,
}

impl Callbacks {
    fn of(stream: &Rc<Stream>) -> Self {
        Self {
            stream_event: with_argument(stream, |stream, event: Event| stream.hear(&event)),
            window_event: with_argument(stream, |stream, event: Event| stream.notice(&event.type_())),
            frame_due: without_argument(stream, Stream::flush),
            retry_due: without_argument(stream, Stream::open),
            announcement_due: without_argument(stream, Stream::say),
            check_due: without_argument(stream, Stream::check_silence),
            probe_answer: with_argument(stream, |stream, answer: JsValue| stream.judge_session(&answer)),
        }
    }
}

fn without_argument(stream: &Rc<Stream>, act: fn(&Stream)) -> Closure<dyn FnMut()> {
    let stream = Rc::downgrade(stream);
    Closure::new(move || {
        if let Some(stream) = stream.upgrade() {
            act(&stream);
        }
    })
}

fn with_argument<T: wasm_bindgen::convert::FromWasmAbi + 'static>(
    stream: &Rc<Stream>,
    act: fn(&Stream, T),
) -> Closure<dyn FnMut(T)> {
    let stream = Rc::downgrade(stream);
    Closure::new(move |argument| {
        if let Some(stream) = stream.upgrade() {
            act(&stream, argument);
        }
    })
}

/// Connecting and losing.
impl Stream {
    fn open(&self) {
        self.close();
        let Some(applied) = self.board.try_with_untracked(Board::applied) else { return };
        let Ok(source) = EventSource::new(&format!("/live?after={}", applied.0)) else { return };
        if let Some(callbacks) = &*self.callbacks.borrow() {
            for name in STREAM_EVENTS {
                let _ = source.add_event_listener_with_callback(name, callbacks.stream_event.as_ref().unchecked_ref());
            }
            self.check.set(
                self.window
                    .set_interval_with_callback_and_timeout_and_arguments_0(
                        callbacks.check_due.as_ref().unchecked_ref(),
                        CHECK_EVERY_MS,
                    )
                    .ok(),
            );
        }
        self.heard_at.set(js_sys::Date::now());
        self.missed.set(0);
        if self.liveness.try_with_untracked(|state| *state == Liveness::Snapshot) == Some(true) {
            self.show(Liveness::CatchingUp(0));
        }
        *self.source.borrow_mut() = Some(source);
    }

    /// Ends the connection and every wait for another one.
    fn close(&self) {
        if let Some(source) = self.source.borrow_mut().take() {
            if let Some(callbacks) = &*self.callbacks.borrow() {
                for name in STREAM_EVENTS {
                    let _ = source
                        .remove_event_listener_with_callback(name, callbacks.stream_event.as_ref().unchecked_ref());
                }
            }
            source.close();
        }
        if let Some(timer) = self.retry.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        if let Some(timer) = self.check.take() {
            self.window.clear_interval_with_handle(timer);
        }
    }

    /// The connection is lost: say so at once, and try again later.
    fn lose(&self) {
        let refused = self.source.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        self.close();
        self.go_offline();
        if refused {
            self.probe_session();
        }
        let wait = self.backoff.borrow_mut().next_ms(js_sys::Math::random());
        if let Some(callbacks) = &*self.callbacks.borrow() {
            #[expect(clippy::cast_possible_truncation, reason = "at most 37,500")]
            let wait = wait as i32;
            self.retry.set(self.after(wait, &callbacks.retry_due));
        }
    }

    fn go_offline(&self) {
        if !matches!(self.liveness.try_get_untracked(), Some(Liveness::Offline(_)) | None) {
            let now = js_sys::Date::new_0();
            self.show(Liveness::Offline(format!("{:02}:{:02}", now.get_hours(), now.get_minutes())));
        }
    }

    fn check_silence(&self) {
        if js_sys::Date::now() - self.heard_at.get() > LONGEST_SILENCE_MS {
            self.lose();
        }
    }

    /// An `EventSource` hides why it was refused; the session's own address tells.
    fn probe_session(&self) {
        let request = RequestInit::new();
        request.set_method("HEAD");
        let answer = self.window.fetch_with_str_and_init("/live/session", &request);
        if let Some(callbacks) = &*self.callbacks.borrow() {
            // Nothing to do where the probe itself fails: the retry goes on.
            let _ = answer.then2(&callbacks.probe_answer, &callbacks.probe_answer);
        }
    }

    fn judge_session(&self, answer: &JsValue) {
        if answer.dyn_ref::<Response>().is_some_and(|answer| answer.status() == 401) {
            self.end();
            let _ = self.window.location().assign("/sign-in");
        }
    }

    fn listen_to_window(&self) {
        if let Some(callbacks) = &*self.callbacks.borrow() {
            for name in WINDOW_EVENTS {
                let _ =
                    self.window.add_event_listener_with_callback(name, callbacks.window_event.as_ref().unchecked_ref());
            }
        }
    }

    fn notice(&self, event: &str) {
        match event {
            "offline" => self.lose(),
            // A form leads away. What it changes comes by the stream as well, and loading the page anew for that would
            // cut off the way.
            "submit" | "pagehide" => self.close(),
            // A page that comes back from the browser's memory has no connection any more.
            "pageshow" if self.source.borrow().is_some() => {}
            _ => self.open(),
        }
    }

    fn end(&self) {
        self.close();
        if let Some(frame) = self.frame.take() {
            let _ = self.window.cancel_animation_frame(frame);
        }
        if let Some(timer) = self.saying.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        if let Some(callbacks) = &*self.callbacks.borrow() {
            for name in WINDOW_EVENTS {
                let _ = self
                    .window
                    .remove_event_listener_with_callback(name, callbacks.window_event.as_ref().unchecked_ref());
            }
        }
    }

    fn after(&self, milliseconds: i32, call: &Closure<dyn FnMut()>) -> Option<i32> {
        let call = call.as_ref().unchecked_ref();
        self.window.set_timeout_with_callback_and_timeout_and_arguments_0(call, milliseconds).ok()
    }
}

/// Hearing and drawing.
impl Stream {
    fn hear(&self, event: &Event) {
        let name = event.type_();
        if name == "error" {
            return self.lose();
        }
        self.heard_at.set(js_sys::Date::now());
        match name.as_str() {
            "open" => self.show(Liveness::CatchingUp(0)),
            BEAT => {}
            CAUGHT_UP => {
                self.flush();
                self.backoff.borrow_mut().succeeded();
                self.show(Liveness::Live);
            }
            name => self.take(name, event),
        }
    }

    fn take(&self, name: &str, event: &Event) {
        let Some(message) = event.dyn_ref::<MessageEvent>() else { return };
        let data = message.data().as_string().unwrap_or_default();
        let seq = message.last_event_id().parse().map(Seq).unwrap_or_default();
        let Some(event) = read(name, &data) else { return };
        self.queue.borrow_mut().push((seq, event));
        if let Some(Liveness::CatchingUp(_)) = self.liveness.try_get_untracked() {
            self.missed.set(self.missed.get() + 1);
        }
        // A hidden page gets no frames: do not let its queue grow.
        if self.queue.borrow().len() >= MOST_QUEUED {
            return self.flush();
        }
        if self.frame.get().is_none()
            && let Some(callbacks) = &*self.callbacks.borrow()
        {
            self.frame.set(self.window.request_animation_frame(callbacks.frame_due.as_ref().unchecked_ref()).ok());
        }
    }

    /// Applies all that came since the last frame in one go.
    fn flush(&self) {
        if let Some(frame) = self.frame.take() {
            let _ = self.window.cancel_animation_frame(frame);
        }
        let events = self.queue.take();
        if events.is_empty() {
            return;
        }
        if let Some(Liveness::CatchingUp(_)) = self.liveness.try_get_untracked() {
            self.show(Liveness::CatchingUp(self.missed.get()));
        }
        let Some(outcome) = self.board.try_update(|board| board.apply(events)) else { return };
        if outcome.reload {
            self.end();
            let _ = self.window.location().reload();
            return;
        }
        if let Some(unread) = outcome.unread {
            self.count_alerts(unread);
        }
        if !outcome.added.is_empty() || !outcome.alerts.is_empty() {
            let (mut unsaid, mut alerts) = (self.unsaid.borrow_mut(), self.unsaid_alerts.borrow_mut());
            unsaid.extend(outcome.added);
            unsaid.truncate(MOST_UNSAID);
            alerts.extend(outcome.alerts);
            alerts.truncate(MOST_UNSAID);
            if self.saying.get().is_none()
                && let Some(callbacks) = &*self.callbacks.borrow()
            {
                self.saying.set(self.after(ANNOUNCE_AFTER_MS, &callbacks.announcement_due));
            }
        }
    }

    fn say(&self) {
        self.saying.set(None);
        let (payments, alerts) = (self.unsaid.take(), self.unsaid_alerts.take());
        let mut words = self.texts.alert_announcement(&alerts);
        if !payments.is_empty() {
            words.push_str(if words.is_empty() { "" } else { ". " });
            words.push_str(&self.texts.announcement(&payments));
        }
        self.said.try_set(words);
    }

    /// The bell stands outside of the island.
    fn count_alerts(&self, unread: i64) {
        let Some(document) = self.window.document() else { return };
        let count = if unread > 0 { few(unread) } else { String::new() };
        for (place, text) in [("[data-alert-count]", count), ("[data-alert-words]", self.texts.unread(unread))] {
            if let Ok(Some(element)) = document.query_selector(place) {
                element.set_text_content(Some(&text));
            }
        }
    }

    fn show(&self, state: Liveness) {
        if self.liveness.try_with_untracked(|shown| *shown != state) == Some(true) {
            self.liveness.try_set(state);
        }
    }
}
