//! What all streams of events have in common: how they begin, how long they last, and how their queue becomes an answer.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

/// The session is looked at this often. Its end wakes the streams of this process; this is for what ends it elsewhere, and for
/// its time.
pub(super) const TRUST: Duration = Duration::from_secs(30);
/// A stream ends by itself after this long; the browser comes back at once.
pub(super) const LONGEST: Duration = Duration::from_mins(15);
/// The browser waits this long before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// Where events come from.
pub(super) trait Source: Send + 'static {
    fn queue(&mut self) -> &mut VecDeque<Event>;

    /// Queues what there is, however long that takes. False ends the stream.
    fn refill(&mut self) -> impl Future<Output = bool> + Send;
}

/// What every stream begins with.
pub(super) fn hello() -> VecDeque<Event> {
    VecDeque::from([Event::default().retry(RETRY).comment("hello")])
}

pub(super) fn beat() -> Event {
    Event::default().event("beat").data("{}")
}

/// The stream itself.
pub(super) fn answer(source: impl Source) -> Response {
    let events = futures::stream::unfold(source, |mut source| async move {
        loop {
            if let Some(event) = source.queue().pop_front() {
                return Some((Ok::<_, Infallible>(event), source));
            }
            if !source.refill().await {
                return None;
            }
        }
    });
    let buffering = HeaderName::from_static("x-accel-buffering");
    ([(header::CACHE_CONTROL, "no-store"), (buffering, "no")], Sse::new(events)).into_response()
}

/// Somebody has as many streams as she may have.
pub(super) fn too_many() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "10")]).into_response()
}
