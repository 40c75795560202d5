//! Places at which a test makes this process die, panic or wait, so that what we promise about crashes can be seen to hold.
//!
//! A place is one line, `faults::point("inbox.committed")`. Without the feature `failpoints`, which is never in what we ship,
//! that line is nothing. With it, the variable `FAILPOINTS` says what happens where, in the words of the crate `fail`:
//! `inbox.committed=37*off->return(abort)` ends the process at the thirty-eighth time, without a chance to clean up;
//! `worker.picked=1*panic` panics once. `docs/FAULTS.md` lists the places and what is done there.

use axum::body::Body;

/// Whether this program has its fail points.
pub(crate) const COMPILED_IN: bool = cfg!(feature = "failpoints");

/// Reads `FAILPOINTS`. Before the first place is reached.
pub(crate) fn start() {
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

/// What happens here is up to the test.
#[inline]
#[cfg_attr(not(feature = "failpoints"), expect(unused_variables, reason = "nothing happens in what we ship"))]
pub(crate) fn point(name: &'static str) {
    #[cfg(feature = "failpoints")]
    fail::fail_point!(name, |action: Option<String>| if action.as_deref() == Some("abort") {
        std::process::abort()
    });
}

/// A value that the test sets instead of ours: `store.synchronous=return(OFF)`.
#[inline]
#[cfg_attr(not(feature = "failpoints"), expect(unused_variables, reason = "nothing happens in what we ship"))]
pub(crate) fn value(name: &'static str) -> Option<String> {
    #[cfg(feature = "failpoints")]
    fail::fail_point!(name, |value| value);
    None
}

/// A body that reaches a place with each piece of it that comes in.
#[inline]
#[cfg_attr(not(feature = "failpoints"), expect(unused_variables, reason = "nothing happens in what we ship"))]
pub(crate) fn at_each_piece(name: &'static str, body: Body) -> Body {
    #[cfg(feature = "failpoints")]
    let body = Body::new(http_body_util::BodyExt::map_frame(body, move |frame| {
        point(name);
        frame
    }));
    body
}
