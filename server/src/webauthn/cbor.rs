//! As much of CBOR (RFC 8949) as authenticators write: CTAP2's canonical form, where every length is said first.

/// An item inside an item, and so on. CTAP2 allows four.
const DEEPEST: u8 = 8;

/// A simple item; anything else is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'b> {
    Int(i64),
    Bytes(&'b [u8]),
    Text(&'b str),
    Other,
}

/// Reads items one after the other; none for what is no CBOR, or has no definite length.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The number of pairs of the map that begins here.
    pub(super) fn map(&mut self) -> Option<u64> {
        match self.head()? {
            (5, pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The next item, whole.
    pub(super) fn item(&mut self) -> Option<Item<'b>> {
        self.item_at(DEEPEST)
    }

    /// The bytes of the next item, whatever it is.
    pub(super) fn raw(&mut self) -> Option<&'b [u8]> {
        let before = self.rest;
        self.item()?;
        before.get(..before.len() - self.rest.len())
    }

    fn item_at(&mut self, depth: u8) -> Option<Item<'b>> {
        let (major, argument) = self.head()?;
        match major {
            0 => i64::try_from(argument).ok().map(Item::Int),
            1 => i64::try_from(argument).ok().map(|n| Item::Int(-1 - n)),
            2 => self.take(argument).map(Item::Bytes),
            3 => std::str::from_utf8(self.take(argument)?).ok().map(Item::Text),
            4 => self.pass(argument, depth),
            5 => self.pass(argument.checked_mul(2)?, depth),
            6 => self.pass(1, depth),
            _ => Some(Item::Other),
        }
    }

    /// However many items are said to follow: each takes a byte at least, so the end comes soon.
    fn pass(&mut self, items: u64, depth: u8) -> Option<Item<'b>> {
        let depth = depth.checked_sub(1)?;
        for _ in 0..items {
            self.item_at(depth)?;
        }
        Some(Item::Other)
    }

    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let argument = match first & 31 {
            small @ 0..=23 => u64::from(small),
            size @ 24..=27 => {
                let bytes = self.take(1 << (size - 24))?;
                bytes.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte))
            }
            _ => return None,
        };
        Some((first >> 5, argument))
    }

    fn take(&mut self, length: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(hex: &str) -> Option<(Item<'static>, usize)> {
        let bytes: &'static [u8] = hex::decode(hex).unwrap().leak();
        let mut reader = Reader::new(bytes);
        let item = reader.item()?;
        Some((item, reader.rest().len()))
    }

    #[test]
    fn items_are_read_as_the_standard_writes_them() {
        // RFC 8949, appendix A.
        for (hex, value) in [
            ("00", Item::Int(0)),
            ("17", Item::Int(23)),
            ("1818", Item::Int(24)),
            ("1903e8", Item::Int(1_000)),
            ("1a000f4240", Item::Int(1_000_000)),
            ("1b000000e8d4a51000", Item::Int(1_000_000_000_000)),
            ("20", Item::Int(-1)),
            ("3903e7", Item::Int(-1_000)),
            ("4401020304", Item::Bytes(&[1, 2, 3, 4])),
            ("6449455446", Item::Text("IETF")),
            ("f5", Item::Other),
            ("fb3ff199999999999a", Item::Other),
            ("c074323031332d30332d32315432303a30343a30305a", Item::Other),
            ("8301820203820405", Item::Other),
            ("a26161016162820203", Item::Other),
        ] {
            assert_eq!(item(hex), Some((value, 0)), "{hex}");
            let cut = &hex[..hex.len() - 2];
            assert!(item(cut).is_none(), "{cut}");
            assert_eq!(item(&format!("{hex}00")), Some((value, 1)), "{hex} and more");
        }
    }

    #[test]
    fn what_has_no_definite_length_or_end_is_refused() {
        for hex in
            ["", "5f42010243030405ff", "9fff", "bfff", "1c", "ff", "5b7fffffffffffffff00", "bbffffffffffffffff00"]
        {
            assert!(item(hex).is_none(), "{hex}");
        }
        assert!(item("1bffffffffffffffff").is_none(), "too large for a number of ours");
        assert!(item("62c328").is_none(), "no UTF-8");
        assert!(item(&"81".repeat(8)).is_none() && item(&format!("{}00", "81".repeat(8))).is_some());
        assert!(item(&format!("{}00", "81".repeat(9))).is_none(), "too deep");
    }
}
