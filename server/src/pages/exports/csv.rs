//! `GET /transactions.csv`: payments for spreadsheets.

use super::asked::{Asked, Kind};
use super::reading::Part;
use super::table::Table;
use crate::http::error::HttpError;
use crate::services::Services;
use axum::extract::State;
use axum::response::Response;
use domain::transaction::Transaction;

/// The names of a payment's parts, as in the other formats. What tells one payment from the next comes first.
const COLUMNS: [&str; 27] = [
    "booked_at",
    "txid",
    "card_ref",
    "amount",
    "amount_minor",
    "currency",
    "amount_fx",
    "currency_fx",
    "fx",
    "fx_fee",
    "status",
    "type",
    "mcc",
    "category",
    "merchant",
    "city",
    "country",
    "description",
    "balance_after",
    "confirmed",
    "seq",
    "contested",
    "missing",
    "failed_reason",
    "note",
    "tags",
    "category_bank",
];

const KIND: Kind = Kind { media_type: "text/csv; charset=utf-8; header=present", ending: "csv" };

pub(super) async fn download(State(services): State<Services>, asked: Asked) -> Result<Response, HttpError> {
    let rows = services.store.export_rows(&asked.user, &asked.filter).await?;
    let table = Table::of(asked.lang);
    let parts = [Part::Text(table.head(&COLUMNS)), Part::Payments(rows)];
    Ok(asked.answer(&services, &KIND, parts, move |payment, out| write_row(table, payment, out)))
}

fn write_row(table: Table, payment: &Transaction, out: &mut String) {
    let Transaction { own, .. } = payment;
    let mut cells = table.cells(out);
    cells.plain(&payment.booked_at).text(payment.txid.as_str()).text(payment.card_ref.as_str());
    cells.number(&payment.amount).plain(&payment.amount_minor.to_string()).plain(payment.currency.code());
    cells.number(&payment.amount_fx).plain(payment.currency_fx.code()).number(&payment.fx).number(&payment.fx_fee);
    cells.plain(payment.status.code()).plain(payment.kind.code()).text(&payment.mcc);
    cells.plain(payment.category.code()).text(&payment.merchant).text(payment.city.as_deref().unwrap_or_default());
    cells.text(payment.country.as_deref().unwrap_or_default()).text(&payment.description);
    cells.number(payment.balance_after.as_deref().unwrap_or_default()).yes_or_no(payment.confirmed);
    cells.plain(&payment.seq.0.to_string()).yes_or_no(payment.contested);
    cells.number(payment.missing.as_deref().unwrap_or_default());
    cells.text(payment.failed_reason.as_deref().unwrap_or_default());
    cells.text(own.note.as_deref().unwrap_or_default()).text(&own.tags.join(", "));
    cells.plain(own.category_bank.map_or("", |category| category.code()));
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::exports::samples::payment;
    use crate::pages::exports::table::BYTE_ORDER_MARK;
    use domain::category::Category;
    use domain::lang::Lang;
    use domain::own::Own;

    /// Read back by somebody else's reader.
    fn read(lang: Lang, payments: &[Transaction]) -> Vec<Vec<String>> {
        let table = Table::of(lang);
        let mut text = table.head(&COLUMNS);
        for payment in payments {
            write_row(table, payment, &mut text);
        }
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
        let delimiter = u8::try_from(table.between).unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
    }

    fn cell(lang: Lang, payment: &Transaction, column: &str) -> String {
        let rows = read(lang, std::slice::from_ref(payment));
        let place = rows[0].iter().position(|name| name == column).unwrap();
        rows[1][place].clone()
    }

    #[test]
    fn fs_38_what_looks_like_a_formula_stays_a_text_and_amounts_stay_numbers() {
        for text in
            ["=HYPERLINK(\"https://evil.example\")", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\tx", "\rx", "＝1"]
        {
            for lang in [Lang::Fr, Lang::En] {
                let own = Own { note: Some(text.into()), tags: vec![text.into()], ..Own::default() };
                let words = Some(text.to_owned());
                let hostile = Transaction {
                    merchant: text.into(),
                    description: text.into(),
                    city: words.clone(),
                    country: words.clone(),
                    failed_reason: words,
                    mcc: text.into(),
                    fx: text.into(),
                    fx_fee: text.into(),
                    own,
                    ..payment(1, -9_832)
                };
                let columns = [
                    "merchant",
                    "description",
                    "city",
                    "country",
                    "failed_reason",
                    "note",
                    "tags",
                    "mcc",
                    "fx",
                    "fx_fee",
                ];
                for column in columns {
                    assert_eq!(cell(lang, &hostile, column), format!("'{text}"), "{column}");
                }
                let amount = if lang == Lang::Fr { "-98,32" } else { "-98.32" };
                assert_eq!(cell(lang, &hostile, "amount"), amount);
                assert_eq!(cell(lang, &hostile, "amount_minor"), "-9832");
            }
        }
    }

    #[test]
    fn whatever_was_written_comes_back_from_its_cell() {
        for text in ["a;b,c", "say \"hi\"", "two\r\nlines", "Ἀθῆναι; 1,5 €", "\"", "''", ";=1+1", ",=1+1"] {
            for lang in [Lang::Fr, Lang::En] {
                let written = Transaction { merchant: text.into(), ..payment(1, -1) };
                assert_eq!(cell(lang, &written, "merchant"), text);
                assert_eq!(cell(lang, &written, "txid"), "00000000001");
            }
        }
    }

    #[test]
    fn each_language_has_its_signs() {
        let own = Own { tags: vec!["a".into(), "b".into()], category_bank: Some(Category::Books), ..Own::default() };
        let bought = Transaction { own, category: Category::Leisure, ..payment(7, -123_456) };
        let text = |lang| {
            let mut text = Table::of(lang).head(&COLUMNS);
            write_row(Table::of(lang), &bought, &mut text);
            text
        };
        assert!(text(Lang::Fr).starts_with("\u{feff}booked_at;txid;card_ref;amount;amount_minor;"));
        assert!(text(Lang::En).starts_with("booked_at,txid,card_ref,amount,amount_minor,"));
        assert_eq!(
            text(Lang::En).lines().nth(1).unwrap(),
            "2017-02-02T14:14:48+01:00,\"00000000007\",\"ANY0000000001\",-1234.56,-123456,EUR,-1234.56,EUR,1.000000,0,S,D,\
             \"5942\",leisure,\"FNAC DIRECT\",\"Ivry Sur Sein\",\"FRA\",\"FNAC DIRECT - RUE\",2431.07,true,7,false,,,,\"a, b\",books"
        );
        assert!(text(Lang::Fr).contains(";-1234,56;-123456;EUR;-1234,56;EUR;1,000000;0;S;D;"));
    }
}
