//! The parts that go on living in the browser. Keep what they use small: it is all downloaded.

pub mod live_dashboard;
