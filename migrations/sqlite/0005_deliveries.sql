-- The inbox: every arrival of a notification, stored before it is acknowledged.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at BIGINT NOT NULL,
    -- The bank's reference, in small letters; empty where the body could not be read.
    reference TEXT NOT NULL,
    event_name TEXT NOT NULL,
    -- accepted, duplicate, held, quarantined or rejected.
    verdict TEXT NOT NULL,
    -- A short code of why; empty when accepted.
    reason TEXT NOT NULL,
    -- pending, done, parked (waits for its card) or dead (gave up).
    state TEXT NOT NULL,
    current_try BIGINT,
    max_tries BIGINT,
    peer TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- Trust card: JSON array of {name, good, detail}.
    trust TEXT NOT NULL,
    -- Owner of the data key that the body is under. Null with the body once retention has removed it.
    body_key TEXT,
    body BLOB,
    -- Keyed hash of what a retry may not change.
    core_mac TEXT NOT NULL,
    -- Whom it concerned, once known.
    user_id TEXT,
    card_ref TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When to process it (again). Null when nothing is to do.
    next_at BIGINT
);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_by_reference ON deliveries (reference, id);
CREATE INDEX deliveries_by_verdict ON deliveries (verdict, id);
CREATE INDEX deliveries_by_event ON deliveries (event_name, id);
CREATE INDEX deliveries_by_user ON deliveries (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX deliveries_parked ON deliveries (card_ref, id) WHERE state = 'parked';

-- The delivery that has the effect of a reference; every other one of the same reference is a duplicate or a conflict.
CREATE TABLE delivery_effects (
    reference TEXT PRIMARY KEY,
    delivery_id BIGINT NOT NULL,
    core_mac TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- One row that parking a delivery and learning of cards take turns at. Without it a delivery that is parked in the instant in
-- which its card is learned would be seen by neither.
CREATE TABLE parking (
    id BIGINT PRIMARY KEY,
    turns BIGINT NOT NULL
);
INSERT INTO parking (id, turns) VALUES (1, 0);
