//! What the authenticator says: bytes in a form of their own, with a key in CBOR where one was made.

use super::cbor::{Item, Reader};
use super::{LONGEST_ID, Refusal};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuthenticatorData<'b> {
    party: &'b [u8],
    flags: u8,
    pub(super) counter: u32,
    pub(super) credential: Option<NewKey<'b>>,
}

/// A credential that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewKey<'b> {
    pub(super) id: &'b [u8],
    /// As COSE writes keys.
    pub(super) key: &'b [u8],
}

impl<'b> AuthenticatorData<'b> {
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, Refusal> {
        Self::parse(bytes).ok_or(Refusal::AuthenticatorData)
    }

    fn parse(bytes: &'b [u8]) -> Option<Self> {
        let (party, rest) = bytes.split_at_checked(32)?;
        let (flags, rest) = rest.split_first()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (made, after) = new_key(rest)?;
            credential = Some(made);
            rest = after;
        }
        if flags & HAS_EXTENSIONS != 0 {
            // None was asked for; what an authenticator says unasked changes nothing.
            let mut reader = Reader::new(rest);
            reader.raw().filter(|extensions| Reader::new(extensions).map().is_some())?;
            rest = reader.rest();
        }
        rest.is_empty().then_some(Self { party, flags: *flags, counter: u32::from_be_bytes(*counter), credential })
    }

    /// That it is for us, and that the person was there and proved it. A passkey stands for both steps of signing in, so
    /// presence alone is not enough.
    pub(super) fn check(&self, party_id: &str) -> Result<(), Refusal> {
        if !bool::from(self.party.ct_eq(&Sha256::digest(party_id))) {
            return Err(Refusal::RelyingParty);
        }
        if self.flags & PRESENT == 0 {
            return Err(Refusal::NotPresent);
        }
        if self.flags & VERIFIED == 0 {
            return Err(Refusal::NotVerified);
        }
        if self.is_backed_up() && !self.may_be_backed_up() {
            return Err(Refusal::Backup);
        }
        Ok(())
    }

    /// Whether the credential can leave its device at all; that never changes.
    pub(super) fn may_be_backed_up(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    pub(super) fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}

fn new_key(bytes: &[u8]) -> Option<(NewKey<'_>, &[u8])> {
    let (_model, rest) = bytes.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).filter(|_| (1..=LONGEST_ID).contains(&length))?;
    let mut reader = Reader::new(rest);
    let key = reader.raw()?;
    Some((NewKey { id, key }, reader.rest()))
}

/// The authenticator's data out of an attestation object, whatever its statement is.
pub(super) fn data_of(object: &[u8]) -> Result<&[u8], Refusal> {
    parse_object(object).ok_or(Refusal::Attestation)
}

fn parse_object(object: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(object);
    let mut data = None;
    for _ in 0..reader.map()? {
        let Item::Text(name) = reader.item()? else { return None };
        let item = reader.item()?;
        match (name, item) {
            ("authData", Item::Bytes(bytes)) if data.is_none() => data = Some(bytes),
            ("authData", _) => return None,
            _ => {}
        }
    }
    data.filter(|_| reader.rest().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u8 = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;

    fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
        [Sha256::digest("app.test").as_slice(), &[flags], &7_u32.to_be_bytes(), rest].concat()
    }

    fn credential(id: &[u8]) -> Vec<u8> {
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        // The key is a map of one pair.
        [[9; 16].as_slice(), &length, id, &[0xa1, 1, 2]].concat()
    }

    #[test]
    fn data_is_read_to_its_last_byte() {
        let plain = data(ALL, &[]);
        let read = AuthenticatorData::read(&plain).unwrap();
        assert_eq!((read.counter, &read.credential), (7, &None));
        let made =
            data(ALL | HAS_CREDENTIAL | HAS_EXTENSIONS, &[credential(b"id"), vec![0xa1, 0x61, b'x', 0xf5]].concat());
        let read = AuthenticatorData::read(&made).unwrap();
        assert_eq!(read.credential, Some(NewKey { id: b"id", key: &[0xa1, 1, 2] }));
        for cut in 0..made.len() {
            assert!(AuthenticatorData::read(&made[..cut]).is_err(), "cut at {cut}");
        }
        for bad in [
            data(ALL, &[0]),
            data(ALL | HAS_EXTENSIONS, &[0]),
            data(ALL | HAS_CREDENTIAL, &credential(b"")),
            data(ALL | HAS_CREDENTIAL, &credential(&[1; LONGEST_ID + 1])),
            [made, vec![0]].concat(),
        ] {
            assert_eq!(AuthenticatorData::read(&bad), Err(Refusal::AuthenticatorData));
        }
    }

    #[test]
    fn who_was_not_there_or_did_not_prove_it_is_refused() {
        for (flags, party, outcome) in [
            (ALL, "app.test", Ok(())),
            (PRESENT | VERIFIED, "app.test", Ok(())),
            (ALL, "evil.test", Err(Refusal::RelyingParty)),
            (ALL & !PRESENT, "app.test", Err(Refusal::NotPresent)),
            (ALL & !VERIFIED, "app.test", Err(Refusal::NotVerified)),
            (ALL & !BACKUP_ELIGIBLE, "app.test", Err(Refusal::Backup)),
        ] {
            let bytes = data(flags, &[]);
            assert_eq!(AuthenticatorData::read(&bytes).unwrap().check(party), outcome, "{flags:b} {party}");
        }
    }

    #[test]
    fn an_attestation_gives_the_data_and_its_statement_is_passed_over() {
        let object = |members: &[&[u8]]| {
            let count = 0xa0 + u8::try_from(members.len() / 2).unwrap();
            [[count].as_slice(), &members.concat()].concat()
        };
        let (fmt, none) = (b"\x63fmt".as_slice(), b"\x64none".as_slice());
        let (statement, empty) = (b"\x67attStmt".as_slice(), b"\xa0".as_slice());
        let (name, bytes) = (b"\x68authData".as_slice(), b"\x43abc".as_slice());
        assert_eq!(data_of(&object(&[fmt, none, statement, empty, name, bytes])), Ok(b"abc".as_slice()));
        assert_eq!(
            data_of(&object(&[fmt, b"\x66packed", statement, b"\xa1\x63sig\x41x", name, bytes])),
            Ok(b"abc".as_slice())
        );
        let good = object(&[fmt, none, statement, empty, name, bytes]);
        for cut in 0..good.len() {
            assert!(data_of(&good[..cut]).is_err(), "cut at {cut}");
        }
        for bad in [
            object(&[fmt, none]),
            object(&[name, bytes, name, bytes]),
            object(&[name, b"\x63abc"]),
            object(&[b"\x01", bytes]),
            [good, vec![0]].concat(),
        ] {
            assert_eq!(data_of(&bad), Err(Refusal::Attestation));
        }
    }
}
