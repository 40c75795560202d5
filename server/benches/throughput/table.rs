//! The table that is printed, a row as soon as it is known.

use crate::load::Measured;

#[derive(Default)]
pub(crate) struct Table {
    is_begun: bool,
}

impl Table {
    pub(crate) fn line(&mut self, what: &str, value: &str, note: &str) {
        self.print(&[what, value, note, "", ""]);
    }

    /// A load, and its share of the limit.
    pub(crate) fn load(&mut self, what: &str, measured: &Measured, limit: Option<&Measured>) {
        let share = limit.map(|limit| format!("{:.2} of the limit", measured.per_second() / limit.per_second()));
        let failed = if measured.failed == 0 { String::new() } else { format!("{} failed", measured.failed) };
        self.print(&[
            what,
            &format!("{:.0}/s", measured.per_second()),
            &share.unwrap_or_else(|| "the limit".to_owned()),
            &format!("p50 {:.1} ms, p99 {:.1} ms", measured.percentile_ms(50.0), measured.percentile_ms(99.0)),
            &failed,
        ]);
    }

    fn print(&mut self, row: &[&str; 5]) {
        if !self.is_begun {
            println!("| what | measured | limit | latency | failures |\n|---|---|---|---|---|");
        }
        self.is_begun = true;
        println!("| {} |", row.join(" | "));
    }
}
