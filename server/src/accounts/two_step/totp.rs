//! Codes of a telephone: RFC 6238 with SHA-1, six digits and half a minute, which every app knows.

use crate::clock::Moment;
use crate::randomness;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const STEP_US: i64 = 30_000_000;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
/// Who the account is with, as apps show it.
const ISSUER: &str = "Anytime Connect";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the codes of a telephone are made of: 160 random bits. No `Debug`.
pub(crate) struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    pub(super) fn generate() -> Self {
        Self(Zeroizing::new(randomness::bytes::<20>().to_vec()))
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The step whose code this is: the present one, or its neighbours, as clocks differ. Which of them it is, or that it is
    /// none, takes the same time.
    pub(crate) fn step_of(&self, typed: &str, now: Moment) -> Option<i64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let present = now.0.div_euclid(STEP_US);
        let mut found = None;
        for step in [present - 1, present, present + 1] {
            let right = self.code(step).as_bytes().ct_eq(typed.as_bytes());
            if bool::from(right) {
                found = Some(step);
            }
        }
        found
    }

    fn code(&self, step: i64) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else {
            // HMAC takes keys of any length.
            return String::new();
        };
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = usize::from(hash[hash.len() - 1] & 0x0f);
        let number = u32::from_be_bytes([hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
        format!("{:0DIGITS$}", number % MODULUS)
    }

    /// For who types it: base32 in groups of four.
    pub(crate) fn text(&self) -> String {
        let letters: Vec<char> = base32(&self.0).chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }

    /// For apps, as they agree upon it.
    pub(crate) fn uri(&self, account: &str) -> String {
        let encoded = |text: &str| -> String {
            text.bytes()
                .map(|b| match b {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
                    other => format!("%{other:02X}"),
                })
                .collect()
        };
        let (issuer, account) = (encoded(ISSUER), encoded(account));
        let secret = base32(&self.0);
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }
}

/// RFC 4648, without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        out.push(letter(held << (5 - bits)));
    }
    out
}

fn letter(value: u32) -> char {
    char::from(BASE32[(value & 31) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Moment(seconds * 1_000_000);
            assert_eq!(secret().step_of(code, now), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn au_34_a_clock_may_be_one_step_off_and_no_more() {
        let now = Moment(1_790_000_000_000_000);
        let step = now.0 / STEP_US;
        for (off, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = secret().code(step + off);
            assert_eq!(secret().step_of(&code, now), good.then_some(step + off), "{off}");
        }
        let later = now.plus(Duration::from_mins(5));
        assert_eq!(secret().step_of(&secret().code(step), later), None);
    }

    #[test]
    fn what_is_no_code_is_none() {
        let now = Moment(59_000_000);
        assert_eq!(secret().step_of(" 287 082 ", now), Some(1));
        for bad in ["", "28708", "2870820", "٢٨٧٠٨٢", "28708a", "-87082", "287082\0"] {
            assert_eq!(secret().step_of(bad, now), None, "{bad:?}");
        }
    }

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        // RFC 4648, section 10.
        for (plain, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), text);
        }
        assert_eq!(secret().text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret().uri("zoé+x@a.test"),
            "otpauth://totp/Anytime%20Connect:zo%C3%A9%2Bx%40a.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Anytime%20Connect&algorithm=SHA1&digits=6&period=30"
        );
        assert_ne!(TotpSecret::generate().bytes(), TotpSecret::generate().bytes());
    }
}
