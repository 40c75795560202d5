-- A known text sealed by each key of the ring: a start with a wrong key is refused before anything is written with it.
CREATE TABLE key_canaries (
    kid TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- Data keys, each wrapped by a key of the ring. Destroying a row makes everything under it unreadable, backups included.
-- Owners: `user:ID`, `inbox:SEGMENT`, `fingerprint`.
CREATE TABLE data_keys (
    owner TEXT PRIMARY KEY,
    -- The ring's key that wraps it.
    kid TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX data_keys_by_kid ON data_keys (kid);
