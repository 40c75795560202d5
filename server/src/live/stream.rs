//! What all streams of events have in common: how they begin, how long they last, and how their queue becomes an answer.

use crate::randomness;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The session is looked at this often. Its end wakes the streams of this process; this is for what ends it elsewhere, and for
/// its time.
pub(super) const TRUST: Duration = Duration::from_secs(30);
/// A stream ends by itself after this long; the browser comes back at once.
pub(super) const LONGEST: Duration = Duration::from_mins(15);
/// The browser waits this long before it comes back.
const RETRY: Duration = Duration::from_secs(2);
/// On average, where this server ends.
const AT_ONCE: Duration = Duration::from_millis(250);

/// Where events come from.
pub(super) trait Source: Send + 'static {
    fn queue(&mut self) -> &mut VecDeque<Event>;

    /// Says when this server ends.
    fn shutdown(&self) -> &CancellationToken;

    /// Queues what there is, however long that takes. False ends the stream.
    fn refill(&mut self) -> impl Future<Output = bool> + Send;
}

/// What every stream begins with.
pub(super) fn hello() -> VecDeque<Event> {
    VecDeque::from([Event::default().retry(RETRY).comment("hello")])
}

/// This server ends: the browser is to come back at once, to another one, and not together with all others.
fn elsewhere() -> Event {
    let chance = u32::from(randomness::bytes::<1>()[0]);
    Event::default().retry(AT_ONCE * 2 * chance / 255).comment("elsewhere")
}

pub(super) fn beat() -> Event {
    Event::default().event("beat").data("{}")
}

/// The stream itself.
pub(super) fn answer(source: impl Source) -> Response {
    let events = futures::stream::unfold(Some(source), |source| async move {
        let mut source = source?;
        loop {
            if let Some(event) = source.queue().pop_front() {
                return Some((Ok::<_, Infallible>(event), Some(source)));
            }
            if !source.refill().await {
                return source.shutdown().is_cancelled().then(|| (Ok(elsewhere()), None));
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
