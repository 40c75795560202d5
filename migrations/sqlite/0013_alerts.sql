-- What users want to be told of, what they were told, and by which ways.

-- Read with the lock that every writer to a feed takes anyway: whether any rule of hers is on (1), and whether her merchants
-- are known (2). So a payment of somebody without rules costs nothing more.
ALTER TABLE feeds ADD COLUMN watched BIGINT NOT NULL DEFAULT 0;
-- The last alert that she has seen.
ALTER TABLE feeds ADD COLUMN seen_alert BIGINT NOT NULL DEFAULT 0;

CREATE TABLE alert_rules (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- amount, abroad, new-merchant, refused or balance.
    kind TEXT NOT NULL,
    -- Of amount and balance.
    limit_minor BIGINT,
    limit_currency TEXT,
    -- Null for all cards.
    card_ref TEXT,
    by_mail BIGINT NOT NULL,
    by_push BIGINT NOT NULL,
    is_on BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX alert_rules_by_user ON alert_rules (user_id, created_at, id);

-- Cards whose balance is under a rule's limit, and whose owner was told: she is told again after it has recovered.
CREATE TABLE alert_lows (
    rule_id TEXT NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,
    card_ref TEXT NOT NULL,
    PRIMARY KEY (rule_id, card_ref)
) WITHOUT ROWID;

-- Merchants of users who want to be told of new ones; of nobody else.
CREATE TABLE known_merchants (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    merchant TEXT NOT NULL,
    PRIMARY KEY (user_id, merchant)
) WITHOUT ROWID;

-- What users were told: the rule and the payment as they were then, so that it outlives both.
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rule_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    limit_minor BIGINT,
    limit_currency TEXT,
    card_ref TEXT NOT NULL,
    txid TEXT NOT NULL,
    merchant TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- Of the card, where the rule is about it.
    balance_minor BIGINT,
    booked_text TEXT NOT NULL,
    by_mail BIGINT NOT NULL,
    by_push BIGINT NOT NULL,
    told_at BIGINT NOT NULL
);
-- Once for each rule and payment, whatever happens.
CREATE UNIQUE INDEX alerts_once ON alerts (rule_id, card_ref, txid);
CREATE INDEX alerts_by_user ON alerts (user_id, id);
CREATE INDEX alerts_by_time ON alerts (told_at);

-- Whom mail has to be written to: up to which alert it has told, and when the next one goes. Alerts that come before that
-- go together.
CREATE TABLE alert_mails (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    told BIGINT NOT NULL,
    -- Null while there is nothing to tell.
    due_at BIGINT,
    -- Not more often than the limit.
    not_before BIGINT NOT NULL,
    -- fr or en: that of the page on which she last kept a rule.
    lang TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_mails_due ON alert_mails (due_at) WHERE due_at IS NOT NULL;

-- Browsers that may be pushed to; times and marks as above.
CREATE TABLE push_devices (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Keyed hash of the address: the same browser asks once.
    endpoint_mac TEXT NOT NULL UNIQUE,
    -- Address and keys, under the user's data key.
    sealed BLOB NOT NULL,
    -- What it is shown as: family of the browser and of the machine.
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    told BIGINT NOT NULL,
    due_at BIGINT,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX push_devices_by_user ON push_devices (user_id, created_at);
CREATE INDEX push_devices_due ON push_devices (due_at) WHERE due_at IS NOT NULL;
