//! The vendor's hash: SHA-256 of the timestamp's text, a bar, and the partner's reference.
//!
//! The vendor hashes PHP's string of a float, and may write the same float with other digits on the wire. So a small
//! fixed set of renderings is tried, always all of them, and compared in constant time.

use crate::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

/// Which of the partner's references the hash was made with, by position; none where the hash fits nothing.
pub(super) fn matching_reference(timestamp: &str, hash: &str, references: &[Secret]) -> Option<usize> {
    let mut given = [0_u8; 32];
    hex::decode_to_slice(hash.to_ascii_lowercase(), &mut given).ok()?;
    let mut found = None;
    for (index, reference) in references.iter().enumerate() {
        for rendering in renderings(timestamp) {
            let expected = Sha256::new()
                .chain_update(rendering.as_bytes())
                .chain_update(b"|")
                .chain_update(reference.expose().as_bytes())
                .finalize();
            if bool::from(expected.as_slice().ct_eq(&given)) {
                found = Some(index);
            }
        }
    }
    found
}

/// As received; PHP's string (14 significant digits); 17 digits; the shortest; the integer part alone.
fn renderings(timestamp: &str) -> [String; 5] {
    let float: f64 = timestamp.parse().unwrap_or_default();
    let integer = timestamp.split_once('.').map_or(timestamp, |(whole, _)| whole);
    [timestamp.to_owned(), significant(float, 14), significant(float, 17), format!("{float}"), integer.to_owned()]
}

/// C's `%.{digits}G` for a number that needs no exponent.
fn significant(float: f64, digits: usize) -> String {
    let scientific = format!("{float:.*e}", digits - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let figures: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let Ok(exponent) = exponent.parse::<usize>() else { return format!("{float}") };
    let whole_length = exponent + 1;
    if figures.len() <= whole_length {
        return format!("{figures:0<whole_length$}");
    }
    let (whole, fraction) = figures.split_at(whole_length);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = "THE_PARTNER_REFERENCE";

    fn sign(text: &str) -> String {
        hex::encode(Sha256::digest(text))
    }

    fn good(timestamp: &str, hash: &str) -> bool {
        matching_reference(timestamp, hash, &[Secret::new("another"), Secret::new(REFERENCE)]) == Some(1)
    }

    #[test]
    fn hs_01_to_hs_25_every_way_php_writes_the_timestamp_is_accepted() {
        for (wire, hashed) in [
            ("1486118847.1801", "1486118847.1801"),
            ("1486118847.1800", "1486118847.18"),
            ("1486118847.5", "1486118847.5"),
            ("1486118847.0", "1486118847"),
            ("1486118847", "1486118847"),
            ("1486118847.1801236", "1486118847.1801"),
            ("1486118847.99999", "1486118848"),
            ("1486118847.0999999", "1486118847.1"),
            ("1483365005.8192999", "1483365005.8193"),
        ] {
            let hash = sign(&format!("{hashed}|{REFERENCE}"));
            assert!(good(wire, &hash), "{wire}");
            assert!(good(wire, &hash.to_uppercase()), "{wire} in capitals");
        }
    }

    #[test]
    fn hs_04_to_hs_12_every_other_hash_is_refused() {
        let ts = "1486118847.1801";
        let hash = sign(&format!("{ts}|{REFERENCE}"));
        for bad in [
            &hash[1..],
            &format!("{hash}0"),
            "",
            "zz",
            &sign(&format!("{REFERENCE}|{ts}")),
            &sign(&format!("{ts}{REFERENCE}")),
            &sign(&format!("{ts}||{REFERENCE}")),
            &sign(&format!("{ts}|{REFERENCE}\n")),
            &sign(&format!("{ts}|")),
        ] {
            assert!(!good(ts, bad), "{bad}");
        }
    }

    #[test]
    fn hs_06_one_flipped_bit_anywhere_is_refused() {
        let ts = "1486118847.1801";
        let hash = Sha256::digest(format!("{ts}|{REFERENCE}"));
        for bit in 0..256 {
            let mut flipped = hash;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!good(ts, &hex::encode(flipped)), "bit {bit}");
        }
    }
}
