//! What a node is called.

use crate::randomness;

const LONGEST: usize = 64;

/// Whether a node may be called that: it stands in logs, in metrics and in the console.
pub fn is_name(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// The name of this machine; something random where it has none.
pub fn of_this_machine() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    if is_name(host) { host.to_owned() } else { format!("node-{}", &randomness::id()[..8]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_that_stands_anywhere() {
        assert!(is_name("web-1.example.com") && is_name(&of_this_machine()));
        for bad in ["", "a b", "a\"b", "caf\u{e9}", &"x".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
