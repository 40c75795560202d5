//! What a scenario has in store for one notification. It is drawn when the notification is made, so that a seed gives the
//! same fates however the tries interleave.

use std::time::Duration;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are drawn independently of each other")]
pub struct Fate {
    /// Two deliveries of it run at once.
    pub duplicate: bool,
    /// Its first try comes so much later.
    pub delay: Option<Duration>,
    /// Its first try waits for the next notification's.
    pub behind_the_next: bool,
    /// No try ever leaves.
    pub dropped: bool,
    pub reuses_signature: bool,
    /// Signed anew for each try, whatever the configuration says.
    pub resigned: bool,
    /// Cents that retries tell too much.
    pub retry_adds: Option<i64>,
    /// A second notification tells the payment as authorised again.
    pub backwards: bool,
    /// A form's text is written in ISO 8859-1.
    pub latin_1: bool,
    pub line: Line,
}

/// What happens on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Cut after half of the body.
    pub cut: bool,
    pub answer_lost: bool,
    /// How many tries suffer from these.
    pub tries: u32,
    /// The pause between pieces of the body.
    pub slow: Option<Duration>,
}

impl Fate {
    /// Whether who made it happen should not wait for its first try.
    pub const fn is_held_back(&self) -> bool {
        self.delay.is_some() || self.behind_the_next || self.dropped
    }
}

impl Line {
    pub const fn cuts(&self, current_try: u32) -> bool {
        self.cut && current_try <= self.tries
    }

    pub const fn loses_answer(&self, current_try: u32) -> bool {
        self.answer_lost && current_try <= self.tries
    }
}
