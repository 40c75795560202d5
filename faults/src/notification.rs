//! Card payments of the bank, each one different, written as the vendor's PHP writes them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// Their transactions' ids begin where the stand-in's own do not.
const FIRST_TXID: u64 = 9_000_000_000_000;
/// One in so many is about a card that nobody is linked with.
const NOBODYS: u64 = 16;
/// A card that nobody is linked with: its payments are kept, and have no effect.
pub const NOBODYS_CARD: &str = "ANY9999999999";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub number: u64,
    pub reference: String,
    pub card: String,
    pub txid: String,
    pub amount_minor: u64,
    pub balance_minor: u64,
    booked_at: String,
    signed_at: String,
}

/// Where they come from.
pub struct Notifications {
    partner_reference: String,
    cards: Vec<String>,
    /// At the bank's wall clock. Each payment is a second later than the one before, so that there is one newest balance.
    begin: DateTime,
    next: AtomicU64,
}

impl Notifications {
    pub fn new(partner_reference: &str, cards: Vec<String>) -> Self {
        let begin = now().to_zoned_datetime(TimeZone::get("Europe/Paris").expect("a zone")).datetime();
        Self { partner_reference: partner_reference.to_owned(), cards, begin, next: AtomicU64::new(1) }
    }

    /// One for a card that is linked; now and then for one that is not.
    pub fn next(&self) -> Notification {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let booked = self.begin + SignedDuration::from_secs(number.cast_signed());
        let turn = usize::try_from(number).unwrap_or_default();
        let card = if number.is_multiple_of(NOBODYS) { NOBODYS_CARD } else { &self.cards[turn % self.cards.len()] };
        Notification {
            number,
            reference: format!("{number:040x}"),
            card: card.to_owned(),
            txid: (FIRST_TXID + number).to_string(),
            amount_minor: 100 + number % 9_000,
            balance_minor: 1_000_000 + number,
            booked_at: booked.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            // Each is made at a moment of its own: a hash that comes again is held.
            signed_at: format!("{}.{:04}", now().as_second(), number % 10_000),
        }
    }

    /// The body of a try, form-encoded.
    pub fn body(&self, n: &Notification, current_try: u32) -> String {
        let hash = hex::encode(Sha256::digest(format!("{}|{}", n.signed_at, self.partner_reference)));
        let (field, data) = ("notification%5B", "notification%5Bdata%5D%5B");
        let tx = "notification%5Bdata%5D%5Bbody%5D%5Btransaction%5D%5B";
        let (amount, balance) = (euros(n.amount_minor), euros(n.balance_minor));
        let booked_at = n.booked_at.replace(' ', "+").replace(':', "%3A");
        format!(
            "{field}reference%5D={}&{field}created_at%5D=2026-01-30T10%3A17%3A48%2B01%3A00&{field}context%5D=anytime-connect\
             &{field}current_try%5D={current_try}&{field}max_tries%5D=3&{data}hash%5D={hash}&{data}timestamp%5D={}\
             &{data}event_name%5D=card_transaction_received&{data}request_id%5D=109605&{data}type_response%5D=async\
             &{data}body%5D%5Bmethod%5D=card_last_tx&{data}body%5D%5Bcard_ref%5D={}&{data}body%5D%5Bacc_id%5D=1\
             &{tx}txid%5D={}&{tx}mcc%5D=5942&{tx}amount%5D={amount}&{tx}amount_fx%5D={amount}&{tx}currency%5D=EUR\
             &{tx}fx%5D=1.000000&{tx}fx_fee%5D=0&{tx}status%5D=S&{tx}type%5D=D&{tx}balance_after%5D={balance}\
             &{tx}date%5D={booked_at}\
             &{tx}description%5D=FNAC+DIRECT+-+RUE+DES+BATEAUX+LAVOIRS%2C+IVRY+SUR+SEIN%2C94768%2CFRA%2CFRA",
            n.reference, n.signed_at, n.card, n.txid
        )
    }

    /// Whether a transaction's id is one of ours.
    pub fn is_ours(txid: &str) -> bool {
        Self::number(txid).is_some()
    }

    /// The number of the notification that tells of this transaction, if it is one of ours.
    pub fn number(txid: &str) -> Option<u64> {
        txid.parse::<u64>().ok()?.checked_sub(FIRST_TXID)
    }
}

fn euros(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[expect(clippy::disallowed_methods, reason = "the bank's clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
