-- Family of the browser and of its system, such as `Firefox/Android`; never the whole header.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- When she asked to be erased. From then on nobody sees her, and her rows go, a few at a time; the last one is this.
ALTER TABLE users ADD COLUMN erased_at BIGINT;

-- One-time links by which a user chooses a new password. Only the SHA-256 of the secret is here.
CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_by_user ON password_resets (user_id, created_at);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

-- Codes of a telephone beside the password (RFC 6238).
CREATE TABLE two_step (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Under the user's data key.
    secret BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- Null until a first code has shown that the telephone has the secret.
    active_at BIGINT,
    -- The newest half minute whose code was used: each code works once.
    last_step BIGINT NOT NULL DEFAULT 0
);

-- For who has lost the telephone. A code is removed when it is used; only a keyed hash of it is here.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_mac TEXT NOT NULL,
    PRIMARY KEY (user_id, code_mac)
);

-- People who have given their password and not yet their code. Only the SHA-256 of the cookie is here.
CREATE TABLE half_sign_ins (
    id_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    -- Wrong codes.
    tries BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX half_sign_ins_by_user ON half_sign_ins (user_id);
CREATE INDEX half_sign_ins_by_expiry ON half_sign_ins (expires_at);

-- Every time that an operator has looked at what is a user's.
CREATE TABLE looks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    -- Who it was, and how she was called then: she may be gone.
    operator_id TEXT NOT NULL,
    operator_name TEXT NOT NULL,
    -- user (her page) or delivery.
    what TEXT NOT NULL,
    -- deliveries.id; empty for a page.
    subject TEXT NOT NULL
);
CREATE INDEX looks_by_user ON looks (user_id, id);

-- Receipts of people who were erased. Nothing here leads to them.
CREATE TABLE erasures (
    number TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- How much has been removed so far.
    links BIGINT NOT NULL,
    payments BIGINT NOT NULL DEFAULT 0,
    -- Null once nothing of hers is left.
    user_id TEXT,
    done_at BIGINT
);
CREATE INDEX erasures_under_way ON erasures (at, number) WHERE done_at IS NULL;

-- Keyed hashes of their cards: what the bank still tells of one that nobody else has linked is not kept.
CREATE TABLE erased_cards (
    card_mac TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- What was told of a card without an effect, for erasing it with its owner.
CREATE INDEX deliveries_by_card ON deliveries (card_ref, id) WHERE card_ref IS NOT NULL AND verdict <> 'accepted';
