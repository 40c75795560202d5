-- What operators have stopped for a while, by name. On every node, until somebody resumes it.
CREATE TABLE pauses (
    name TEXT PRIMARY KEY,
    since BIGINT NOT NULL,
    -- A user. She may be gone.
    user_id TEXT NOT NULL
);
