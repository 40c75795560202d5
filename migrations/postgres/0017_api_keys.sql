-- Keys of the partner's other systems. Only the SHA-256 of each is here.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    -- Codes with a space between them.
    scopes TEXT NOT NULL,
    -- Addresses and CIDR blocks with a space between them that it can be used from; empty for any.
    addresses TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Last use, brought up to date at most once a minute.
    used_at BIGINT,
    revoked_at BIGINT
);
