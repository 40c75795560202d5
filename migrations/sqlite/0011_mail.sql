-- Mail that waits to be sent, written with what causes it. A row goes when its mail has been sent. One that was given up stays
-- for a while and says why, without its content.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    -- Whom it is for. The address is hers at the moment of sending.
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What it is about.
    kind TEXT NOT NULL,
    -- fr or en.
    lang TEXT NOT NULL,
    -- Owner of the data key that the content is under. Both null once given up.
    content_key TEXT,
    content BLOB,
    created_at BIGINT NOT NULL,
    -- Of no use to anybody after this.
    good_until BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When to send it (again), or until when somebody is at it. Null once given up.
    next_at BIGINT,
    given_up_at BIGINT,
    -- Why it was put off or given up: a short code.
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mails_due ON mails (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX mails_given_up ON mails (given_up_at) WHERE given_up_at IS NOT NULL;
CREATE INDEX mails_by_user ON mails (user_id);
