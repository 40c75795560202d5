-- Where the partner's other systems, and whoever looks after this one, are told of what happens.
CREATE TABLE event_endpoints (
    id TEXT PRIMARY KEY,
    -- https://…; mailto:… for alarms.
    url TEXT NOT NULL,
    -- What it is told: codes with a space between them.
    events TEXT NOT NULL,
    -- Owner of the data key that the secrets are under.
    secret_key TEXT NOT NULL,
    secret BLOB NOT NULL,
    -- The one before it, while receivers change over.
    old_secret BLOB,
    old_until BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- removed, or gone where it has said so itself.
    ended_by TEXT NOT NULL DEFAULT ''
);

-- What is to be told, written with what causes it. It is put into words a moment later: until then it has no name.
CREATE TABLE events_out (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- transaction.created, transaction.updated, link.updated or alarms.changed.
    kind TEXT NOT NULL,
    -- payments.id or links.id; empty for alarms.
    subject TEXT NOT NULL,
    -- Whose it is; null for what is nobody's.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    -- By this receivers know one that comes twice.
    message_id TEXT,
    -- Owner of the data key that the body is under.
    body_key TEXT,
    body BLOB
);
CREATE INDEX events_out_unnamed ON events_out (id) WHERE message_id IS NULL;
CREATE INDEX events_out_by_user ON events_out (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX events_out_by_time ON events_out (at, id);

-- One event on its way to one endpoint.
CREATE TABLE event_sends (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id BIGINT NOT NULL REFERENCES events_out (id) ON DELETE CASCADE,
    endpoint_id TEXT NOT NULL REFERENCES event_endpoints (id),
    -- waiting, sent or dead.
    state TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    -- Since when it has been tried, or tried again by hand.
    since BIGINT NOT NULL,
    -- When to send it (again), or until when somebody is at it. Null once it is sent or given up.
    next_at BIGINT,
    -- Of the last try: when, the status of the answer, and a short code of why there was none.
    tried_at BIGINT,
    status BIGINT,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX event_sends_due ON event_sends (endpoint_id, next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX event_sends_by_event ON event_sends (event_id);

-- Whether somebody was told that it is open, and that it has ended. What there is by now is nobody's news.
ALTER TABLE alarms ADD COLUMN told_at BIGINT;
ALTER TABLE alarms ADD COLUMN end_told_at BIGINT;
UPDATE alarms SET told_at = first_at, end_told_at = ended_at;
CREATE INDEX alarms_untold ON alarms (id) WHERE told_at IS NULL;
CREATE INDEX alarms_end_untold ON alarms (id) WHERE ended_at IS NOT NULL AND end_told_at IS NULL;
