-- A data key cannot be under a key of the ring that was retired, whoever has not heard of that: the database refuses it.
CREATE TABLE keys_under_ring (
    owner TEXT PRIMARY KEY,
    -- The ring's key that wraps it.
    kid TEXT NOT NULL REFERENCES key_canaries (kid),
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO keys_under_ring (owner, kid, wrapped, created_at) SELECT owner, kid, wrapped, created_at FROM data_keys;
DROP TABLE data_keys;
ALTER TABLE keys_under_ring RENAME TO data_keys;
CREATE INDEX data_keys_by_kid ON data_keys (kid);

-- How often something was sealed with a key, brought up to date every few seconds.
ALTER TABLE key_canaries ADD COLUMN uses BIGINT NOT NULL DEFAULT 0;
