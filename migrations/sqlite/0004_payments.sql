-- Card payments, one row for each link that sees the card. Amounts are minor units, debits negative.
CREATE TABLE payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    link_id TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    card_ref TEXT NOT NULL,
    txid TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    fx_amount_minor BIGINT NOT NULL,
    fx_currency TEXT NOT NULL,
    -- Rate and fee as the vendor wrote them.
    fx TEXT NOT NULL,
    fx_fee TEXT NOT NULL,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    mcc TEXT NOT NULL,
    category TEXT NOT NULL,
    merchant TEXT NOT NULL,
    city TEXT,
    country TEXT,
    description TEXT NOT NULL,
    -- Merchant, description and town in small letters, the unit separator between them, for searching.
    search TEXT NOT NULL,
    balance_after_minor BIGINT,
    booked_at BIGINT NOT NULL,
    -- The same moment at the bank's wall clock: RFC 3339.
    booked_text TEXT NOT NULL,
    failed_reason TEXT,
    confirmed_at BIGINT,
    -- Where it last changed in its owner's feed.
    seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (link_id, card_ref, txid)
);
CREATE INDEX payments_by_time ON payments (user_id, booked_at, id);
CREATE INDEX payments_by_card ON payments (user_id, card_ref, booked_at, id);

-- The last number given out in each user's feed. Taking one locks this row until the commit, so numbers become visible
-- in their own order on every engine.
CREATE TABLE feeds (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_seq BIGINT NOT NULL
);

-- What changed, in order; the rows themselves hold the newest state.
CREATE TABLE live_events (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    -- transaction, link or balance.
    kind TEXT NOT NULL,
    -- payments.id, links.id, or `LINK_ID/CARD_REF`.
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX live_events_by_time ON live_events (at);
