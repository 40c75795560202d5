-- What support sees of somebody, and how the log of events out is found in.

-- For how long a user lets operators see her pages as she does. One line for each of them: the newest word counts.
CREATE TABLE support_consents (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Another one each time that it is given after it had ended: what began under the one before does not come to life again.
    id TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    -- When it ends by itself, or was withdrawn.
    ends_at BIGINT NOT NULL,
    -- Of what she is told about it.
    lang TEXT NOT NULL
);

-- Operators who see the pages of a user under her consent, each within one session of the operator's.
CREATE TABLE support_views (
    id TEXT PRIMARY KEY,
    consent_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Who it is, and how she is called.
    operator_id TEXT NOT NULL,
    operator_name TEXT NOT NULL,
    -- sessions.id_hash
    session_hash TEXT NOT NULL,
    -- Noted with each page that is seen.
    reason TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    -- At the latest. It ends with the consent and with the session, too.
    ends_at BIGINT NOT NULL
);
CREATE INDEX support_views_by_session ON support_views (session_hash, user_id, ends_at);
CREATE INDEX support_views_by_user ON support_views (user_id, ends_at);
CREATE INDEX support_views_by_end ON support_views (ends_at, id);

-- What others were not told yet, or were given up on, is found among all that they were told.
CREATE INDEX event_sends_unsent ON event_sends (state, id) WHERE state <> 'sent';
