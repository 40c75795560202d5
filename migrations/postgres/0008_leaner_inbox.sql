-- Fewer pages are written for each notification. What is looked up by a random key costs a page of its own for each row;
-- what is kept in the order of time shares one with its neighbours.

-- By the time that the notification told with its hash, so that new ones stand side by side. Hashes that came before are
-- forgotten: a copy of one is held for its age, or for its reference, or shown as unconfirmed.
DROP TABLE used_hashes;
CREATE TABLE used_hashes (
    -- What the notification gave as its time: part of what was hashed.
    told_at BIGINT NOT NULL,
    hash_mac TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (told_at, hash_mac)
);

CREATE TABLE effects_by_reference (
    reference TEXT PRIMARY KEY,
    delivery_id BIGINT NOT NULL,
    core_mac TEXT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO effects_by_reference (reference, delivery_id, core_mac, at)
    SELECT reference, delivery_id, core_mac, at FROM delivery_effects;
DROP TABLE delivery_effects;
ALTER TABLE effects_by_reference RENAME TO delivery_effects;

CREATE TABLE events_by_user (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    -- transaction, link or balance.
    kind TEXT NOT NULL,
    -- payments.id, links.id, or `LINK_ID/CARD_REF`.
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, seq)
);
INSERT INTO events_by_user (user_id, seq, kind, subject, at) SELECT user_id, seq, kind, subject, at FROM live_events;
DROP TABLE live_events;
ALTER TABLE events_by_user RENAME TO live_events;
CREATE INDEX live_events_by_time ON live_events (at);

-- An accepted arrival that has been processed is found by its effect; only the others need a place here.
DROP INDEX deliveries_by_reference;
CREATE INDEX deliveries_by_reference ON deliveries (reference, id) WHERE verdict <> 'accepted' OR next_at IS NOT NULL;
