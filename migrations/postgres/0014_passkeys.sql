-- Passkeys, by which people sign in without a password (WebAuthn). Nothing here is a secret: who reads it cannot sign.
CREATE TABLE passkeys (
    -- Names it in addresses; the authenticator knows it by the credential's.
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- In URL-safe base64. One credential is one person's.
    credential_id TEXT NOT NULL UNIQUE,
    -- As the authenticator wrote it (COSE).
    public_key BYTEA NOT NULL,
    -- How often it has signed, as far as its authenticator counts: one that counts backwards is a copy. Most stay at 0.
    counter BIGINT NOT NULL,
    -- Whether it may leave its device, which never changes, and whether it had when it was last used.
    may_be_backed_up BIGINT NOT NULL,
    backed_up BIGINT NOT NULL,
    -- As its owner calls it.
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at, id);

-- Challenges that were answered, until they would be over anyway: each is good once, on every node.
CREATE TABLE used_challenges (
    nonce TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_challenges_by_expiry ON used_challenges (expires_at);
