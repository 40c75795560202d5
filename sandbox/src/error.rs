//! Which error goes where: [`StartError`] stops the start; `api::ApiError` and
//! `control::ControlError` are the answers of their routes, each in its own wire format.

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the public key is no RSA key in PEM (SubjectPublicKeyInfo): {0}")]
    PublicKey(String),
    #[error("the partner id must be 64 letters or digits")]
    PartnerId,
    #[error("the origin must look like https://partner.example, without a path")]
    Origin,
    #[error("the callback must be an http or https address")]
    Callback,
    #[error("the scenario {0}: {1}")]
    Scenario(String, String),
    #[error("the HTTP client cannot be built: {0}")]
    Client(#[from] reqwest::Error),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("serving failed: {0}")]
    Serve(#[from] std::io::Error),
}
