-- What operators do with arrivals: process them again, let them in, put them aside.

-- When an operator has said that nothing more is to be done with it. What waits for nobody is not in the inbox of doubt.
ALTER TABLE deliveries ADD COLUMN closed_at BIGINT;

-- For lists of what is rare. Nothing here is touched by an arrival of the bank that is accepted at its first try.
CREATE INDEX deliveries_by_try ON deliveries (current_try, id) WHERE current_try > 1;
CREATE INDEX deliveries_by_peer ON deliveries (peer, id) WHERE verdict <> 'accepted';
CREATE INDEX deliveries_waiting ON deliveries (state, id) WHERE state = 'parked';

-- A selection of arrivals that is processed again, in groups.
CREATE TABLE replays (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at BIGINT NOT NULL,
    -- Who asked for it, and how she was called then: she may be gone. Null for the command line.
    user_id TEXT,
    user_name TEXT NOT NULL,
    -- Why; empty for a trial.
    reason TEXT NOT NULL,
    -- replay (judged anew), release (let in by word) or attach (to somebody, by word).
    act TEXT NOT NULL,
    -- 1 for a trial: each group is undone, and only what it would have changed is kept.
    dry BIGINT NOT NULL,
    -- Whom a token is attached to.
    attach_to TEXT,
    -- Which arrivals; empty and 0 do not restrict.
    delivery_id BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    event_name TEXT NOT NULL,
    reference TEXT NOT NULL,
    peer TEXT NOT NULL,
    current_try BIGINT NOT NULL,
    state_wanted TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- Those after the first number and up to the second; the first one moves on. What comes later is not meant.
    reached BIGINT NOT NULL,
    upto BIGINT NOT NULL,
    -- How many that were when it was asked for.
    total BIGINT NOT NULL,
    -- proposed (waits for a second person), running, done, cancelled, declined or failed.
    state TEXT NOT NULL,
    seen BIGINT NOT NULL DEFAULT 0,
    changed BIGINT NOT NULL DEFAULT 0,
    -- Those that stay as they are although somebody should look at them.
    doubtful BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Who has agreed or declined, where a second person has to.
    second_id TEXT,
    second_name TEXT NOT NULL DEFAULT '',
    ended_at BIGINT,
    -- When its next group may be taken, or until when somebody is at it. Null once it has ended.
    next_at BIGINT,
    leased_by TEXT
);
CREATE INDEX replays_due ON replays (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX replays_proposed ON replays (id) WHERE state = 'proposed';
CREATE INDEX replays_of_delivery ON replays (delivery_id, id) WHERE delivery_id > 0;
CREATE INDEX replays_ended ON replays (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX replays_by_attached ON replays (attach_to) WHERE attach_to IS NOT NULL;

-- What a replay has made of its arrivals, of those where there is something to tell.
CREATE TABLE replay_items (
    replay_id BIGINT NOT NULL REFERENCES replays (id) ON DELETE CASCADE,
    delivery_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    -- A short code.
    outcome TEXT NOT NULL,
    -- In a trial, what it would have claimed its reference with: its next group has to know.
    claimed TEXT,
    user_id TEXT,
    -- JSON array of {what, subject, field, before, after}.
    changes TEXT NOT NULL,
    PRIMARY KEY (replay_id, delivery_id)
);
CREATE INDEX replay_items_claimed ON replay_items (replay_id, reference) WHERE claimed IS NOT NULL;
CREATE INDEX replay_items_by_user ON replay_items (user_id) WHERE user_id IS NOT NULL;

-- What operators have done and why, in order. Rows are added, never changed and never removed.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    user_id TEXT,
    user_name TEXT NOT NULL,
    -- A short code of what was done.
    act TEXT NOT NULL,
    -- What it was done to: `replay:7`, `delivery:42`.
    subject TEXT NOT NULL,
    reason TEXT NOT NULL
);
