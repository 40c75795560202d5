//! What the HTTP client needs before it can be made. The stand-in speaks plain HTTP only, but a build of the whole workspace
//! gives it the client that the server asks for, and that one wants to know its cryptography first.

/// Once is enough; more often changes nothing.
pub(crate) fn prepare() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
