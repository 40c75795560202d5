-- What a `data-custom-ref` names: one attempt of one signed-in user to link, usable once and for a short time.
CREATE TABLE link_intents (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    -- The token that used it, so that the other channel can bring the same token again.
    token_fp TEXT
);
CREATE INDEX link_intents_by_user ON link_intents (user_id, created_at);
CREATE INDEX link_intents_by_expiry ON link_intents (expires_at);

-- One row per link. Its state is derived from these facts (domain::link), never stored.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    -- Keyed fingerprint of the token, for look-up by notifications.
    token_fp TEXT NOT NULL UNIQUE,
    -- Under the user's data key. Null once forgotten or revoked.
    token_sealed BLOB,
    -- When each channel spoke of this token.
    browser_at BIGINT,
    notified_at BIGINT,
    -- When the bank's API first answered with this token, and when it refused it.
    proven_at BIGINT,
    refused_at BIGINT,
    revoked_at BIGINT,
    forgotten_at BIGINT,
    -- Why it is refused or not yet proven: a short code for operators.
    problem TEXT NOT NULL DEFAULT '',
    -- Account holder, as the bank names her.
    holder TEXT NOT NULL DEFAULT '',
    last_news_at BIGINT,
    -- Next call of the bank for this link: to prove the token, or to fetch more history. Null when nothing is to do.
    next_try_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Payments of the past: counted by the bank, and fetched.
    history_total BIGINT NOT NULL DEFAULT 0,
    history_done BIGINT NOT NULL DEFAULT 0,
    history_complete_at BIGINT,
    -- Where it last changed in its owner's feed.
    seq BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX links_by_user ON links (user_id, created_at);
CREATE INDEX links_due ON links (next_try_at) WHERE next_try_at IS NOT NULL;

-- A link that turned out to be a new token for accounts that were linked already lives on under the older id.
CREATE TABLE link_aliases (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE
);
CREATE INDEX link_aliases_by_link ON link_aliases (link_id);

-- Tokens known to be revoked, also those that we have never seen: a late `token_created` must not bring them to life.
CREATE TABLE revoked_tokens (
    token_fp TEXT PRIMARY KEY,
    revoked_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    link_id TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    acc_id TEXT NOT NULL,
    acc_type TEXT NOT NULL,
    currency TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (link_id, acc_id)
);
CREATE INDEX accounts_by_acc_id ON accounts (acc_id);

CREATE TABLE cards (
    link_id TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    card_ref TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    acc_id TEXT NOT NULL,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    -- The vendor's code, as it came.
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    balance_minor BIGINT,
    -- When the payment behind the balance was booked, or when the bank was asked.
    balance_at BIGINT,
    -- Fetching of the past: rows counted by the bank, rows fetched, and when it was complete.
    history_total BIGINT NOT NULL DEFAULT 0,
    history_done BIGINT NOT NULL DEFAULT 0,
    history_complete_at BIGINT,
    PRIMARY KEY (link_id, card_ref)
);
-- A card payment names neither user nor token: this is how it finds its owners.
CREATE INDEX cards_by_card_ref ON cards (card_ref);
CREATE INDEX cards_by_user ON cards (user_id);

-- What the bank's script reported while a person was linking (the eleven events of AC).
CREATE TABLE link_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    intent_id TEXT,
    event TEXT NOT NULL,
    at BIGINT NOT NULL,
    lang TEXT NOT NULL,
    -- Family of the browser, such as Firefox; never the whole header.
    browser TEXT NOT NULL
);
CREATE INDEX link_events_by_user ON link_events (user_id, id);
CREATE INDEX link_events_by_time ON link_events (at);
