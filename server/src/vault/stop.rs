//! Links in mails that end the mails of rules. Whoever has one may do that, signed in or not, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use domain::alerts::MOST_RULES;
use domain::ids::{RuleId, UserId};
use subtle::ConstantTimeEq as _;

/// Of an id, and of what proves that we have made a link.
const PART: usize = 16;

/// Whose rules, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopping {
    pub user_id: UserId,
    pub rules: Vec<RuleId>,
}

/// The text of a link. `mac` is keyed by ourselves.
pub(super) fn seal(stopping: &Stopping, mac: impl Fn(&[u8]) -> [u8; 32]) -> String {
    let ids = std::iter::once(stopping.user_id.as_str()).chain(stopping.rules.iter().map(RuleId::as_str));
    // Ids are hexadecimal digits.
    let mut bytes: Vec<u8> = ids.flat_map(|id| hex::decode(id).unwrap_or_default()).collect();
    let proof = mac(&bytes);
    bytes.extend_from_slice(&proof[..PART]);
    BASE64URL.encode(bytes)
}

/// What a link stands for; none if it is not of ours.
pub(super) fn open(text: &str, mac: impl Fn(&[u8]) -> [u8; 32]) -> Option<Stopping> {
    let longest = (MOST_RULES + 2) * PART * 4 / 3 + 4;
    let bytes = (text.len() <= longest).then(|| BASE64URL.decode(text).ok()).flatten()?;
    if bytes.len() < 3 * PART || bytes.len() % PART != 0 {
        return None;
    }
    let (ids, proof) = bytes.split_at(bytes.len() - PART);
    if !bool::from(mac(ids)[..PART].ct_eq(proof)) {
        return None;
    }
    let mut ids = ids.chunks(PART).map(hex::encode);
    let user_id = UserId::parse(ids.next()?).ok()?;
    let rules = ids.map(|id| RuleId::parse(id).ok()).collect::<Option<Vec<_>>>()?;
    Some(Stopping { user_id, rules })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    fn mac(key: u8) -> impl Fn(&[u8]) -> [u8; 32] {
        move |bytes| Sha256::new().chain_update([key]).chain_update(bytes).finalize().into()
    }

    fn stopping(rules: usize) -> Stopping {
        let id = |n: usize| format!("{n:032x}");
        let rules = (1..=rules).map(|n| RuleId::parse(id(n)).unwrap()).collect();
        Stopping { user_id: UserId::parse(id(0)).unwrap(), rules }
    }

    #[test]
    fn a_link_says_whose_rules_and_which() {
        for rules in [1, 2, MOST_RULES] {
            let text = seal(&stopping(rules), mac(1));
            assert!(text.len() < 500, "a line of a mail has room for 998");
            assert_eq!(open(&text, mac(1)), Some(stopping(rules)));
        }
    }

    #[test]
    fn what_is_not_of_ours_means_nothing() {
        let text = seal(&stopping(2), mac(1));
        assert_eq!(open(&text, mac(2)), None);
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert_eq!(open(&changed, mac(1)), None, "{changed}");
        }
        for bad in ["", "x", "%", &text[..text.len() - 4], &text[22..], &"A".repeat(100_000)] {
            assert_eq!(open(bad, mac(1)), None, "{bad}");
        }
    }
}
