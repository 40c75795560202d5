//! Places in lists, as opaque text in addresses; and pages cut from lists.

use crate::clock::Moment;
use crate::store::PaymentPlace;
use app::backend::{BackendError, Cursor, Page};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::Txid;

const LONGEST: usize = 600;

/// The text of a place.
pub(crate) fn encode(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// What a text stands for; none if it is not of ours.
pub(crate) fn decode(text: &str) -> Option<String> {
    let bytes = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
    String::from_utf8(bytes).ok()
}

/// The number of a row.
pub(crate) fn row(text: &str) -> Option<i64> {
    decode(text)?.parse().ok()
}

/// A payment's place: when it was booked, its row, and the bank's name of it.
pub(crate) fn of_payment(place: &PaymentPlace) -> String {
    encode(&format!("{}.{}.{}", place.booked_at.0, place.id, place.txid))
}

pub(crate) fn payment_place(text: &str) -> Option<PaymentPlace> {
    let place = decode(text)?;
    let (at, rest) = place.split_once('.')?;
    let (id, txid) = rest.split_once('.')?;
    let txid = Txid::parse(txid).ok()?.to_string();
    Some(PaymentPlace { booked_at: Moment(at.parse().ok()?), txid, id: id.parse().ok()? })
}

/// Where a page begins, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start<P> {
    Top,
    /// Rows further down than this.
    Below(P),
    /// Rows further up.
    Above(P),
}

impl<P> Start<P> {
    /// An address with a place that is not of ours leads nowhere.
    pub(crate) fn read(cursor: &Cursor, place: impl Fn(&str) -> Option<P>) -> Result<Self, BackendError> {
        let read = |text: &str| place(text).ok_or(BackendError::NotFound);
        Ok(match cursor {
            Cursor::Start => Self::Top,
            Cursor::Before(text) => Self::Below(read(text)?),
            Cursor::After(text) => Self::Above(read(text)?),
        })
    }

    pub(crate) fn below(&self) -> Option<&P> {
        if let Self::Below(place) = self { Some(place) } else { None }
    }

    pub(crate) fn above(&self) -> Option<&P> {
        if let Self::Above(place) = self { Some(place) } else { None }
    }
}

/// Cuts a page from rows that were asked for with one row more than the page holds: that one says whether there is more
/// in the direction of reading. Rows are in the order of the list, whatever the direction.
pub(crate) fn cut<R, P>(mut rows: Vec<R>, size: usize, start: &Start<P>, place: impl Fn(&R) -> String) -> Page<R> {
    let more = rows.len() > size;
    if more && matches!(start, Start::Above(_)) {
        rows.remove(0);
    }
    rows.truncate(size);
    let first = rows.first().map(&place);
    let last = rows.last().map(&place);
    let (newer, older) = match start {
        Start::Top => (None, last.filter(|_| more)),
        Start::Below(_) => (first, last.filter(|_| more)),
        Start::Above(_) => (first.filter(|_| more), last),
    };
    Page { rows, newer, older }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: &[u8], start: &Start<u8>) -> (Vec<u8>, Option<String>, Option<String>) {
        let page = cut(rows.to_vec(), 3, start, ToString::to_string);
        (page.rows, page.newer, page.older)
    }

    #[test]
    fn a_page_leads_to_its_neighbours_and_no_further() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(page(&[9, 8, 7, 6], &Start::Top), (vec![9, 8, 7], None, some("7")));
        assert_eq!(page(&[9, 8], &Start::Top), (vec![9, 8], None, None));
        assert_eq!(page(&[6, 5], &Start::Below(7)), (vec![6, 5], some("6"), None));
        assert_eq!(page(&[9, 8, 7, 6], &Start::Above(5)), (vec![8, 7, 6], some("8"), some("6")));
        assert_eq!(page(&[9, 8, 7], &Start::Above(6)), (vec![9, 8, 7], None, some("7")));
    }

    #[test]
    fn what_is_no_place_of_ours_is_none() {
        let place = PaymentPlace { booked_at: Moment(1_485_000_000_000_000), txid: "11111111111".into(), id: 42 };
        assert_eq!(payment_place(&of_payment(&place)), Some(place));
        for bad in ["", "x", "%%%", "MTIz", &"A".repeat(10_000), "' OR 1=1 --"] {
            assert_eq!(payment_place(bad), None, "{bad}");
        }
    }
}
