-- What users write on their payments. It goes by card and txid, not by a payment's row, so that it outlives whatever the bank
-- tells later and every new link to the card.
CREATE TABLE own_words (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    card_ref TEXT NOT NULL,
    txid TEXT NOT NULL,
    -- Instead of the bank's; null where that stands.
    category TEXT,
    -- Empty without one.
    note TEXT NOT NULL,
    -- Each between two unit separators; empty without any.
    tags TEXT NOT NULL,
    -- Note and tags in small letters, the note before the first unit separator, for searching.
    search TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, card_ref, txid)
);
