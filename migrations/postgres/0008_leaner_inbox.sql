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

-- An accepted arrival that has been processed is found by its effect; only the others need a place here.
DROP INDEX deliveries_by_reference;
CREATE INDEX deliveries_by_reference ON deliveries (reference, id) WHERE verdict <> 'accepted' OR next_at IS NOT NULL;
