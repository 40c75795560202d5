-- People who sign in. Times everywhere are microseconds since 1970 UTC; ids are random text.
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    -- As typed, for showing and for mail.
    email TEXT NOT NULL,
    -- Canonical form: what sign-in and uniqueness go by.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- In small letters, for searching.
    name_key TEXT NOT NULL,
    -- PHC string. Null until an operator has used her set-up link.
    password_hash TEXT,
    -- user, viewer, operator or admin.
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Only the SHA-256 of a session's id is here: whoever reads this table cannot sign in with it.
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    -- Last use, brought up to date at most once a minute.
    seen_at BIGINT NOT NULL,
    -- Absolute end, whatever the use.
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (seen_at);

-- One-time links by which an operator chooses her password. Only the SHA-256 of the token is here.
CREATE TABLE set_up_links (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX set_up_links_by_user ON set_up_links (user_id);
