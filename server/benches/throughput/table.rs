//! The table that is printed.

use crate::load::Measured;

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 5]>,
}

impl Table {
    pub(crate) fn line(&mut self, what: &str, value: &str, note: &str) {
        self.rows.push([what.to_owned(), value.to_owned(), note.to_owned(), String::new(), String::new()]);
    }

    /// A load, and its share of the limit.
    pub(crate) fn load(&mut self, what: &str, measured: &Measured, limit: Option<&Measured>) {
        let share = limit.map(|limit| format!("{:.2} of the limit", measured.per_second() / limit.per_second()));
        self.rows.push([
            what.to_owned(),
            format!("{:.0}/s", measured.per_second()),
            share.unwrap_or_else(|| "the limit".to_owned()),
            format!("p50 {:.1} ms, p99 {:.1} ms", measured.percentile_ms(50.0), measured.percentile_ms(99.0)),
            if measured.failed == 0 { String::new() } else { format!("{} failed", measured.failed) },
        ]);
    }

    pub(crate) fn print(&self) {
        println!("| what | measured | limit | latency | failures |\n|---|---|---|---|---|");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}
