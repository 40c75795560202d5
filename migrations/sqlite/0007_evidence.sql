-- Every hash that a notification came with, under a keyed hash, and the reference that it came with first: a hash that
-- comes again with another reference was copied. Older ones are removed, for a notification of that age is held anyway.
CREATE TABLE used_hashes (
    hash_mac TEXT PRIMARY KEY,
    reference TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX used_hashes_by_time ON used_hashes (at);

-- Held deliveries are put to the bank: when next, and how often so far.
ALTER TABLE deliveries ADD COLUMN ask_at BIGINT;
-- Which payment it speaks of, with card_ref.
ALTER TABLE deliveries ADD COLUMN txid TEXT;
-- Whoever processes it, until next_at.
ALTER TABLE deliveries ADD COLUMN leased_by TEXT;
-- The status of our answer.
ALTER TABLE deliveries ADD COLUMN answered BIGINT NOT NULL DEFAULT 200;
CREATE INDEX deliveries_asking ON deliveries (ask_at, id) WHERE ask_at IS NOT NULL;
CREATE INDEX deliveries_refused ON deliveries (id) WHERE answered >= 400;
CREATE INDEX deliveries_bodies ON deliveries (received_at, id) WHERE body IS NOT NULL;

-- Notifications contradict each other or the statement, since then.
ALTER TABLE payments ADD COLUMN contested_at BIGINT;
-- What moved on the card between the payment before and this one that no payment explains, in minor units.
ALTER TABLE payments ADD COLUMN missing_minor BIGINT;
CREATE INDEX payments_missing ON payments (link_id, card_ref) WHERE missing_minor IS NOT NULL;
CREATE INDEX payments_contested ON payments (contested_at) WHERE contested_at IS NOT NULL;

-- Everything booked up to here was read from the bank's statement.
ALTER TABLE cards ADD COLUMN covered_at BIGINT;
-- When all its cards' statements have to be read through next.
ALTER TABLE links ADD COLUMN reconcile_at BIGINT;
-- Tokens that were revoked are removed a day later.
CREATE INDEX links_revoked ON links (revoked_at) WHERE token_sealed IS NOT NULL AND revoked_at IS NOT NULL;

-- What an operator has to know. One row for each kind and subject that is still so, or was.
CREATE TABLE alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Why, as codes with values.
    detail TEXT NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    -- When it was no longer so, or an operator had seen to it.
    ended_at BIGINT
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE ended_at IS NULL;
CREATE INDEX alarms_ended ON alarms (ended_at) WHERE ended_at IS NOT NULL;

-- When something was last so, by name: that a server was alive, that upkeep was done.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
