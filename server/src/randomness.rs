//! Randomness from the operating system. Nothing else in the server makes random bytes.

/// Fresh random bytes, from the operating system at each call: a copied virtual machine repeats nothing.
///
/// A machine that cannot give randomness cannot keep secrets either, so there is no way to go on.
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "this is where randomness is made"
)]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0_u8; N];
    getrandom::fill(&mut out).expect("the operating system gives random bytes");
    out
}

/// A random id: 32 lower-case hexadecimal digits, 128 bits.
pub fn id() -> String {
    hex::encode(bytes::<16>())
}

/// A random secret for links and cookies: 43 characters of URL-safe base64, 256 bits.
pub fn secret() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes::<32>())
}
