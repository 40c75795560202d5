//! `GET /transactions.ofx`: statements for programs that keep accounts.
//!
//! Written as OFX 1.02, the older notation, because what reads the newer one (2.x, in XML) reads this one too, and much that
//! people keep their accounts with reads nothing else: see docs/adr/0009-exports.md, also for what each part holds and why.

use super::asked::{Asked, Kind};
use super::reading::Part;
use crate::clock::Moment;
use crate::http::error::HttpError;
use crate::services::Services;
use crate::store::ExportStatement;
use axum::extract::State;
use axum::response::Response;
use domain::lang::Lang;
use domain::money::{Currency, Money};
use domain::transaction::{Transaction, TxStatus};
use std::fmt::Write as _;

const KIND: Kind = Kind { media_type: "application/x-ofx", ending: "ofx" };

/// Of a bank; nine characters at most.
const BANK: &str = "ANYTIME";
const LONGEST_NAME: usize = 32;
const LONGEST_MEMO: usize = 255;
/// Of an account's number.
const LONGEST_ACCOUNT: usize = 22;

const HEADER: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:UTF-8\r\nCHARSET:NONE\r\n\
    COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n";

pub(super) async fn download(State(services): State<Services>, asked: Asked) -> Result<Response, HttpError> {
    let statements = services.store.export_statements(&asked.user, &asked.filter).await?;
    let parts = document(statements, asked.lang, asked.now);
    Ok(asked.answer(&services, &KIND, parts, entry))
}

fn document(statements: Vec<ExportStatement>, lang: Lang, now: Moment) -> Vec<Part> {
    let any = !statements.is_empty();
    let mut parts = vec![Part::Text(opening(lang, now, any))];
    for (number, statement) in statements.into_iter().enumerate() {
        let (before, after) = around(&statement, number + 1);
        parts.extend([Part::Text(before), Part::Payments(statement.rows), Part::Text(after)]);
    }
    let end = if any { "</BANKMSGSRSV1>\r\n</OFX>\r\n" } else { "</OFX>\r\n" };
    parts.push(Part::Text(end.to_owned()));
    parts
}

fn opening(lang: Lang, now: Moment, any: bool) -> String {
    let language = match lang {
        Lang::Fr => "FRA",
        Lang::En => "ENG",
    };
    let bank = if any { "<BANKMSGSRSV1>\r\n" } else { "" };
    format!(
        "{HEADER}<OFX>\r\n<SIGNONMSGSRSV1>\r\n<SONRS>\r\n{OK}<DTSERVER>{}\r\n<LANGUAGE>{language}\r\n</SONRS>\r\n\
         </SIGNONMSGSRSV1>\r\n{bank}",
        noon(&now.bank_day())
    )
}

const OK: &str = "<STATUS>\r\n<CODE>0\r\n<SEVERITY>INFO\r\n</STATUS>\r\n";

/// What stands before the payments of a statement, and what after them.
fn around(statement: &ExportStatement, number: usize) -> (String, String) {
    let before = format!(
        "<STMTTRNRS>\r\n<TRNUID>{number}\r\n{OK}<STMTRS>\r\n<CURDEF>{}\r\n<BANKACCTFROM>\r\n<BANKID>{BANK}\r\n\
         <ACCTID>{}\r\n<ACCTTYPE>CHECKING\r\n</BANKACCTFROM>\r\n<BANKTRANLIST>\r\n<DTSTART>{}\r\n<DTEND>{}\r\n",
        statement.currency.code(),
        account(statement),
        noon(&statement.oldest.bank_day()),
        noon(&statement.newest.bank_day())
    );
    let balance = statement.balance.map_or_else(String::new, |balance| {
        format!(
            "<LEDGERBAL>\r\n<BALAMT>{}\r\n<DTASOF>{}\r\n</LEDGERBAL>\r\n",
            Money::new(balance.minor, statement.currency).decimal(),
            noon(&balance.at.bank_day())
        )
    });
    (before, format!("</BANKTRANLIST>\r\n{balance}</STMTRS>\r\n</STMTTRNRS>\r\n"))
}

/// The card's name at the bank. An account has one currency, so what a card has in another one is an account of its own.
fn account(statement: &ExportStatement) -> String {
    let card = statement.card_ref.as_str();
    let suffix = match statement.currency {
        Currency::EUR => String::new(),
        other => format!("-{}", other.code()),
    };
    // The end is what tells cards apart.
    let kept = card.len().saturating_sub(LONGEST_ACCOUNT - suffix.len());
    format!("{}{suffix}", &card[kept..])
}

/// One payment. A refused one has moved nothing, and has no place among what has.
fn entry(payment: &Transaction, out: &mut String) {
    if payment.status == TxStatus::Refused {
        return;
    }
    let direction = if payment.amount_minor < 0 { "DEBIT" } else { "CREDIT" };
    let day = payment.booked_at.get(..10).unwrap_or_default();
    // Writing to a String does not fail.
    let _ = write!(
        out,
        "<STMTTRN>\r\n<TRNTYPE>{direction}\r\n<DTPOSTED>{}\r\n<TRNAMT>{}\r\n<FITID>{}\r\n",
        noon(day),
        payment.amount,
        payment.txid
    );
    element(out, "NAME", name(payment), LONGEST_NAME);
    element(out, "MEMO", &memo(payment), LONGEST_MEMO);
    out.push_str("</STMTTRN>\r\n");
}

fn name(payment: &Transaction) -> &str {
    let names = [payment.merchant.trim(), payment.description.trim()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or(BANK)
}

/// Her note, what it was abroad, and the bank's description.
fn memo(payment: &Transaction) -> String {
    let note = payment.own.note.clone();
    let abroad = payment.foreign().map(|money| format!("{} {}", money.decimal(), money.currency.code()));
    let parts = [note, abroad, Some(payment.description.clone())];
    parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A text of one line, in as many characters as the format has room for. Nothing where there is none: an empty element is wrong.
fn element(out: &mut String, name: &str, text: &str, longest: usize) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return;
    }
    let _ = write!(out, "<{name}>");
    for c in line.chars().filter(|c| !c.is_control()).take(longest) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out.push_str("\r\n");
}

/// Noon of a day, without an offset: whatever a program takes it for, it stays the bank's day.
fn noon(day: &str) -> String {
    format!("{}120000", day.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::exports::samples::payment;
    use crate::store::{ExportBalance, ExportRows};
    use domain::ids::CardRef;
    use domain::own::Own;

    fn written(payment: &Transaction) -> String {
        let mut text = String::new();
        entry(payment, &mut text);
        text
    }

    fn statement(card: &str, currency: &str) -> ExportStatement {
        let at = |day| Moment::start_of_bank_day(day).unwrap();
        ExportStatement {
            card_ref: CardRef::parse(card).unwrap(),
            currency: Currency::parse(currency).unwrap(),
            rows: ExportRows::default(),
            oldest: at("2017-02-01"),
            newest: at("2017-02-28"),
            balance: Some(ExportBalance { minor: 243_107, at: at("2017-02-28") }),
        }
    }

    #[test]
    fn a_payment_is_an_entry_under_the_bank_s_own_name_of_it() {
        assert_eq!(
            written(&payment(11_111_111_111, -9_832)),
            "<STMTTRN>\r\n<TRNTYPE>DEBIT\r\n<DTPOSTED>20170202120000\r\n<TRNAMT>-98.32\r\n<FITID>11111111111\r\n\
             <NAME>FNAC DIRECT\r\n<MEMO>FNAC DIRECT - RUE\r\n</STMTTRN>\r\n"
        );
        assert!(written(&payment(1, 3_500)).contains("<TRNTYPE>CREDIT\r\n"));
        assert_eq!(written(&Transaction { status: TxStatus::Refused, ..payment(1, -1) }), "");
    }

    #[test]
    fn whatever_was_written_stays_one_line_of_text() {
        let own = Own { note: Some("a\nb</STMTTRN>".into()), ..Own::default() };
        let hostile = Transaction {
            merchant: "A&B <SCRIPT>\r\n<TRNAMT>99".into(),
            description: format!("{}é", "x".repeat(400)),
            own,
            ..payment(1, -1)
        };
        let text = written(&hostile);
        assert!(text.contains("<NAME>A&amp;B &lt;SCRIPT&gt; &lt;TRNAMT&gt;99\r\n"), "{text}");
        assert!(text.contains("<MEMO>a b&lt;/STMTTRN&gt; · xxx"), "{text}");
        assert_eq!(text.lines().count(), 8);
        let nameless = Transaction { merchant: " ".into(), description: String::new(), ..payment(1, -1) };
        assert!(written(&nameless).contains("<NAME>ANYTIME\r\n</STMTTRN>"));
    }

    #[test]
    fn what_a_card_has_in_another_currency_is_an_account_of_its_own() {
        assert_eq!(account(&statement("ANY0000000001", "EUR")), "ANY0000000001");
        assert_eq!(account(&statement("ANY0000000001", "USD")), "ANY0000000001-USD");
        assert_eq!(account(&statement(&"A1".repeat(16), "EUR")).len(), 22);
        assert_eq!(account(&statement(&"A1".repeat(16), "USD")).len(), 22);
    }

    #[test]
    fn a_statement_says_its_days_and_what_was_left_at_their_end() {
        let text = |statements| -> String {
            let now = Moment::from_rfc3339("2026-11-25T22:30:00Z").unwrap();
            let parts = document(statements, Lang::Fr, now).into_iter();
            parts.map(|part| if let Part::Text(text) = part { text } else { String::new() }).collect()
        };
        let whole = text(vec![statement("ANY0000000001", "EUR"), statement("ANY0000000002", "USD")]);
        assert!(whole.starts_with("OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\n"));
        assert!(whole.contains("<DTSERVER>20261125120000\r\n<LANGUAGE>FRA\r\n"));
        assert!(whole.contains("<DTSTART>20170201120000\r\n<DTEND>20170228120000\r\n</BANKTRANLIST>\r\n"));
        assert!(whole.contains("<LEDGERBAL>\r\n<BALAMT>2431.07\r\n<DTASOF>20170228120000\r\n</LEDGERBAL>\r\n"));
        assert_eq!(whole.matches("<STMTTRNRS>").count(), 2);
        assert!(whole.ends_with("</STMTTRNRS>\r\n</BANKMSGSRSV1>\r\n</OFX>\r\n"));
        assert!(!text(vec![]).contains("BANKMSGSRSV1"));
    }
}
