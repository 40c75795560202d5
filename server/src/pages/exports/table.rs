//! Tables for spreadsheets.
//!
//! As RFC 4180 has it. In French with semicolons, decimal commas and a byte order mark, which is what a spreadsheet in French
//! takes for a table without asking, accents included; in English with commas, points and nothing before the first name,
//! which is what programs take.

use domain::lang::Lang;

pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// How a table is written.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub(super) between: char,
    point: char,
    mark: &'static str,
}

impl Table {
    pub const fn of(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self { between: ';', point: ',', mark: BYTE_ORDER_MARK },
            Lang::En => Self { between: ',', point: '.', mark: "" },
        }
    }

    /// The first line.
    pub fn head(self, columns: &[&str]) -> String {
        let names = columns.join(&self.between.to_string());
        format!("{}{names}\r\n", self.mark)
    }

    /// A row's cells, written behind what is there.
    pub const fn cells(self, out: &mut String) -> Cells<'_> {
        Cells { table: self, out, first: true }
    }
}

/// The cells of a row that is being written.
#[derive(Debug)]
pub struct Cells<'o> {
    table: Table,
    out: &'o mut String,
    first: bool,
}

impl Cells<'_> {
    fn begin(&mut self) {
        if !self.first {
            self.out.push(self.table.between);
        }
        self.first = false;
    }

    /// A word of ours, which holds nothing that means anything to a table.
    pub fn plain(&mut self, word: &str) -> &mut Self {
        self.begin();
        self.out.push_str(word);
        self
    }

    pub fn yes_or_no(&mut self, yes: bool) -> &mut Self {
        self.plain(if yes { "true" } else { "false" })
    }

    /// A decimal number; what the bank wrote instead of one is a text.
    pub fn number(&mut self, text: &str) -> &mut Self {
        if !text.is_empty() && !is_decimal(text) {
            return self.text(text);
        }
        self.begin();
        self.out.extend(text.chars().map(|c| if c == '.' { self.table.point } else { c }));
        self
    }

    /// Whatever somebody else wrote. It stands in quotes, so that it stays one cell whatever a spreadsheet takes for the sign
    /// between cells; and what a spreadsheet would calculate gets a quote before it, so that it stays a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.begin();
        if text.is_empty() {
            return self;
        }
        self.out.push('"');
        if text.starts_with(is_beginning_of_formula) {
            self.out.push('\'');
        }
        for c in text.chars() {
            if c == '"' {
                self.out.push('"');
            }
            self.out.push(c);
        }
        self.out.push('"');
        self
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// Signs that make a spreadsheet calculate, the wide ones of East Asian keyboards among them.
const fn is_beginning_of_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}
