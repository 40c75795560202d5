-- Acts are chained: each carries a hash of itself and of the one before, so that one that was changed, removed or slipped in shows.
-- Null for those from before.
ALTER TABLE acts ADD COLUMN number BIGINT;
ALTER TABLE acts ADD COLUMN hash TEXT;

-- Where the chain stands. Adding to it locks this row until the commit, so numbers have no gaps. It is made with the first act.
CREATE TABLE acts_chain (
    id BIGINT PRIMARY KEY,
    -- The last act's number and hash.
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);
