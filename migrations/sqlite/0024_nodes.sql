-- Processes that serve this database. Each says every few seconds that it is there.
CREATE TABLE nodes (
    -- One process, once: nobody else ever has this name.
    id TEXT PRIMARY KEY,
    -- As its operator calls it; others may be called the same.
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- 1 once it was told to end, and sends new work elsewhere.
    draining BIGINT NOT NULL
);
CREATE INDEX nodes_by_time ON nodes (seen_at);

-- What one node does for all, and who does it until when.
CREATE TABLE duties (
    name TEXT PRIMARY KEY,
    -- nodes.id
    holder TEXT NOT NULL,
    -- Grows whenever it passes to somebody else.
    turn BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- Whoever works on a link has taken it until then. Its turn grows each time that it is taken, and whenever its token changes: who
-- comes back with an older one is too late.
ALTER TABLE links ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN taken_until BIGINT;
