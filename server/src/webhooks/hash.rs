//! The vendor's hash: SHA-256 of the timestamp's text, a bar, and the partner's reference.
//!
//! The vendor hashes PHP's string of a float, and may write the same float with other digits on the wire. So a small
//! fixed set of renderings is tried, always all of them, and compared in constant time. What is secret is the reference; which
//! of the renderings are the same text follows from the timestamp alone.

use crate::secret::Secret;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use subtle::ConstantTimeEq as _;

/// Which of the partner's references the hash was made with, by position; none where the hash fits nothing.
pub(super) fn matching_reference(timestamp: &str, hash: &str, references: &[Secret]) -> Option<usize> {
    let mut given = [0_u8; 32];
    hex::decode_to_slice(hash.to_ascii_lowercase(), &mut given).ok()?;
    let renderings = renderings(timestamp);
    let mut found = None;
    for (index, reference) in references.iter().enumerate() {
        for rendering in &renderings {
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

/// As received; PHP's string (14 significant digits); 17 digits; the shortest; the integer part alone. Each text once.
fn renderings(timestamp: &str) -> Vec<Cow<'_, str>> {
    let float: f64 = timestamp.parse().unwrap_or_default();
    let integer = timestamp.split_once('.').map_or(timestamp, |(whole, _)| whole);
    let all = [
        timestamp.into(),
        significant(float, 14).into(),
        significant(float, 17).into(),
        float.to_string().into(),
        integer.into(),
    ];
    let mut each: Vec<Cow<'_, str>> = Vec::with_capacity(all.len());
    for text in all {
        if !each.contains(&text) {
            each.push(text);
        }
    }
    each
}

/// C's `%.{digits}G` for a number that needs no exponent.
fn significant(float: f64, digits: usize) -> String {
    let scientific = format!("{float:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, ""));
    let figures: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let parts = exponent.parse::<usize>().ok().and_then(|exponent| figures.split_at_checked(exponent + 1));
    let Some((whole, fraction)) = parts else { return format!("{float}") };
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit, Mac as _};

    const REFERENCE: &str = "THE_PARTNER_REFERENCE";
    const TS: &str = "1486118847.1801";

    fn sign(text: &str) -> String {
        hex::encode(Sha256::digest(text))
    }

    fn good(timestamp: &str, hash: &str) -> bool {
        matching_reference(timestamp, hash, &[Secret::new("another"), Secret::new(REFERENCE)]) == Some(1)
    }

    #[test]
    fn hs_01_hs_02_hs_17_hs_18_hs_20_hs_21_hs_22_hs_24_hs_25_every_way_php_writes_the_timestamp_is_accepted() {
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
            ("1486118847.1801236", "1486118847.1801236"),
            ("1486118847.1801000", "1486118847.1801"),
            ("1486118847.1800999641418457", "1486118847.1801"),
        ] {
            let hash = sign(&format!("{hashed}|{REFERENCE}"));
            assert!(good(wire, &hash), "{wire}");
            assert!(good(wire, &hash.to_uppercase()), "{wire} in capitals");
        }
    }

    #[test]
    fn hs_04_hs_05_what_is_no_hexadecimal_hash_is_refused() {
        let hash = Sha256::digest(format!("{TS}|{REFERENCE}"));
        let hex = hex::encode(hash);
        let raw = String::from_utf8_lossy(&hash).into_owned();
        for bad in [&hex[1..], &format!("{hex}0"), &format!("{hex} "), "", "zz", &"z".repeat(64), &raw] {
            assert!(!good(TS, bad), "{bad}");
        }
        assert!(!good(TS, &base64::engine::general_purpose::STANDARD.encode(hash)));
    }

    #[test]
    fn hs_08_hs_09_hs_10_hs_12_another_construction_is_refused() {
        let hmac = <Hmac<Sha256> as KeyInit>::new_from_slice(REFERENCE.as_bytes()).unwrap();
        // What an attacker who cannot know the reference makes of a good hash: the padded block goes on.
        let signed = format!("{TS}|{REFERENCE}");
        let mut extended = signed.clone().into_bytes();
        extended.push(0x80);
        extended.resize(56, 0);
        extended.extend_from_slice(&(signed.len() as u64 * 8).to_be_bytes());
        extended.extend_from_slice(b"x");
        for bad in [
            &sign(&format!("{REFERENCE}|{TS}")),
            &sign(&format!("{TS}{REFERENCE}")),
            &sign(&format!("{TS}||{REFERENCE}")),
            &sign(&format!("{TS}:{REFERENCE}")),
            &sign(&format!("{TS}|{REFERENCE}\n")),
            &sign(&format!("{TS}|")),
            &hex::encode(hmac.chain_update(TS).finalize().into_bytes()),
            &hex::encode(Sha256::digest(&extended)),
        ] {
            assert!(!good(TS, bad), "{bad}");
        }
    }

    /// Welch's t of two samples.
    #[expect(clippy::cast_precision_loss, reason = "these are nanoseconds, and counts of samples")]
    fn welch(samples: &[Vec<u128>; 2]) -> f64 {
        let [(a, va), (b, vb)] = [0, 1].map(|of| {
            let count = samples[of].len() as f64;
            let mean = samples[of].iter().sum::<u128>() as f64 / count;
            let spread = samples[of].iter().map(|ns| (*ns as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
            (mean, spread / count)
        });
        (a - b) / (va + vb).sqrt()
    }

    #[test]
    #[ignore = "it measures time: run it by hand, optimised, on a machine that does nothing else"]
    fn hs_38_how_much_of_a_hash_is_right_does_not_show_in_the_time() {
        let right = sign(&format!("{TS}|{REFERENCE}"));
        // Letters stay letters and digits stay digits: reading them is no secret, and takes each its own time.
        let another = |c: char| match c {
            '9' => '0',
            'f' => 'a',
            c => char::from_u32(u32::from(c) + 1).unwrap(),
        };
        let almost: String = right.chars().enumerate().map(|(at, c)| if at == 63 { another(c) } else { c }).collect();
        let nothing: String = right.chars().map(another).collect();
        let references = [Secret::new(REFERENCE)];
        let mut samples = [Vec::new(), Vec::new()];
        for round in 0..200_000_usize {
            // An order that follows no pattern of the machine's.
            let of = (round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) & 1;
            let given = [&almost, &nothing][of];
            let began = std::time::Instant::now();
            let found = std::hint::black_box(matching_reference(TS, given, &references));
            samples[of].push(began.elapsed().as_nanos());
            assert_eq!(found, None);
        }
        for sample in &mut samples {
            // Interruptions by other programs are no part of the comparison.
            sample.sort_unstable();
            sample.truncate(sample.len() * 95 / 100);
        }
        let t = welch(&samples);
        assert!(t.abs() < 4.5, "t = {t}");
    }

    #[test]
    fn hs_06_one_flipped_bit_anywhere_is_refused() {
        let hash = Sha256::digest(format!("{TS}|{REFERENCE}"));
        for bit in 0..256 {
            let mut flipped = hash;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!good(TS, &hex::encode(flipped)), "bit {bit}");
        }
    }
}
