-- How operators find people, what they note about them, and links by which somebody is asked to link again.

-- Beginnings are compared byte by byte, whatever the language of the database.
CREATE INDEX users_by_email_bytes ON users (email_key COLLATE "binary");
CREATE INDEX users_by_name_bytes ON users (name_key COLLATE "binary");
-- The last word of the name.
CREATE INDEX users_by_last_word ON users ((substr(name_key, length(rtrim(name_key, replace(name_key, ' ', ''))) + 1)) COLLATE "binary");

-- When an operator has said that somebody should look at her.
ALTER TABLE users ADD COLUMN marked_at BIGINT;
CREATE INDEX users_marked ON users (email_key) WHERE marked_at IS NOT NULL;

-- Whom it was about, where it was about a user.
ALTER TABLE acts ADD COLUMN about TEXT;
CREATE INDEX acts_about ON acts (about, id) WHERE about IS NOT NULL;

CREATE INDEX alarms_by_subject ON alarms (subject, id);

-- Links by which an operator asks somebody to link again: for one person, good once. Only the SHA-256 of each is here.
CREATE TABLE relinks (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When she first saw it, signed in as herself: what fetches pages to show their beginning is not her.
    opened_at BIGINT,
    used_at BIGINT
);
CREATE INDEX relinks_by_user ON relinks (user_id, created_at);
